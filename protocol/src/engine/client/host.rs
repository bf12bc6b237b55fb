//! What a session needs of the world.

use alloc::string::String;
use alloc::vec::Vec;
use core::convert::Infallible;

use crate::Instant;
use crate::engine::{Packet, TransportId, TransportKind};

/// The world of a session: a clock, transports, and whoever wants to hear how it fares.
///
/// A session calls it while it takes something in; an implementation never calls back from there.
pub trait Host<Out> {
    /// The time, which never goes backwards.
    fn now(&mut self) -> Instant;

    /// Makes a transport. A WebSocket is connected now; polling waits for its first [`Host::poll`].
    /// With `joins` it joins the session that was opened last, by its id, which the host has seen in the handshake.
    fn open(&mut self, transport: TransportId, kind: TransportKind, joins: bool);

    /// Sends a GET.
    fn poll(&mut self, transport: TransportId);

    /// Writes one packet. It may wait for the [`Host::flush`] that follows.
    fn write(&mut self, transport: TransportId, packet: Packet<Out, Infallible>);

    /// Lets what was written leave: as one POST, or as frames in that order. To be reported as
    /// [`super::Session::sent`]; there is no second flush before that.
    fn flush(&mut self, transport: TransportId);

    /// Abandons a transport. With `farewell` a polling transport POSTs a close packet and does not wait for more; a
    /// WebSocket tells the server by closing.
    fn close(&mut self, transport: TransportId, farewell: bool);

    /// Whether the last session in this program ended up on a WebSocket, and the next one may begin there.
    fn remembers_websocket(&mut self) -> bool {
        false
    }

    /// Keeps for [`Host::remembers_websocket`] how a transport did.
    fn remember_websocket(&mut self, works: bool) {
        let _ = works;
    }

    /// Everything sent so far is on its way.
    fn drained(&mut self) {}

    /// A better transport has proven itself: nothing is written until the old one has come to rest.
    fn upgrading(&mut self, kind: TransportKind) {
        let _ = kind;
    }

    /// The session now lives on this transport.
    fn upgraded(&mut self, kind: TransportKind) {
        let _ = kind;
    }

    /// An upgrade failed; the session goes on where it was.
    fn upgrade_failed(&mut self) {}
}

/// The calls of a [`Host`] as values, for drivers that keep them in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<Out> {
    /// See [`Host::open`].
    Open {
        /// The name that all reports about it bear.
        transport: TransportId,
        /// What to make.
        kind: TransportKind,
        /// The session it joins.
        sid: Option<String>,
    },
    /// See [`Host::poll`].
    Poll(TransportId),
    /// Packets that leave together: see [`Host::write`] and [`Host::flush`].
    Write(TransportId, Vec<Packet<Out>>),
    /// See [`Host::close`].
    Close {
        /// Which one.
        transport: TransportId,
        /// Whether the server should be told.
        farewell: bool,
    },
    /// See [`Host::drained`].
    Drained,
    /// See [`Host::upgrading`].
    Upgrading(TransportKind),
    /// See [`Host::upgrade_failed`].
    UpgradeFailed,
}
