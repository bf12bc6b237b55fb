//! The page as the sessions' host: its clock and its transports.

use core::convert::Infallible;

use parlor_protocol::Instant;
use parlor_protocol::engine::client::{Host, Outbox};
use parlor_protocol::engine::{Packet, TransportId, TransportKind};

use crate::host;
use crate::tell::{Event, Why, tell};

/// Where the calls of a client go: to the connection that JavaScript has named.
#[derive(Debug)]
pub(crate) struct Page;

/// Whether anything waits in the outbox, which JavaScript has.
#[derive(Debug, Default)]
pub(crate) struct Waiting(bool);

impl Outbox for Waiting {
    /// JavaScript has put it there.
    type Out = ();

    fn is_empty(&self) -> bool {
        !self.0
    }

    fn push(&mut self, transport: TransportId, packet: Packet<(), Infallible>) {
        if !matches!(packet, Packet::Message(())) {
            host::pong(name(transport));
        }
        self.0 = true;
    }

    fn clear(&mut self) {
        self.0 = false;
    }

    fn write(&mut self, transport: TransportId, _: Option<usize>, _: &mut impl Host<()>) {
        self.0 = host::write(name(transport)) > 0;
    }
}

impl Host<()> for Page {
    fn now(&mut self) -> Instant {
        now()
    }

    fn open(&mut self, transport: TransportId, kind: TransportKind, joins: bool) {
        host::open(name(transport), number(kind), joins.into());
    }

    fn poll(&mut self, transport: TransportId) {
        host::poll(name(transport));
    }

    fn write(&mut self, transport: TransportId, packet: Packet<(), Infallible>) {
        host::control(name(transport), matches!(packet, Packet::Upgrade).into());
    }

    fn flush(&mut self, _: TransportId) {
        // What is written has been flushed.
    }

    fn close(&mut self, transport: TransportId, farewell: bool) {
        host::close(name(transport), farewell.into());
    }

    fn remembers_websocket(&mut self) -> bool {
        host::remember(-1) > 0
    }

    fn remember_websocket(&mut self, works: bool) {
        host::remember(works.into());
    }

    fn drained(&mut self) {
        tell(Event::Drain, Why::Unsaid);
    }

    fn upgrading(&mut self, _: TransportKind) {
        tell(Event::Upgrading, Why::Unsaid);
    }

    fn upgraded(&mut self, _: TransportKind) {
        tell(Event::Upgrade, Why::Unsaid);
    }

    fn upgrade_failed(&mut self) {
        tell(Event::UpgradeError, Why::Probe);
    }
}

/// The page's clock.
pub(crate) fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970")]
    Instant::from_millis(host::now() as u64)
}

/// A transport as JavaScript numbers it.
pub(crate) const fn number(kind: TransportKind) -> i32 {
    match kind {
        TransportKind::Polling => 1,
        TransportKind::WebSocket => 2,
    }
}

/// The name of a transport in JavaScript.
pub(crate) const fn name(transport: TransportId) -> i32 {
    transport.0.cast_signed()
}
