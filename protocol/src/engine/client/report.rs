//! What a transport did, and what a session makes of it.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::Reason;
use crate::engine::{Handshake, Packet, TransportId};

/// What a transport did, or what the layer above wants: the methods of [`super::Session`] as values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<In, Out, H = Box<Handshake>> {
    /// A WebSocket is open.
    Opened(TransportId),
    /// A packet arrived. The packets of a polling payload come one by one, in order.
    Received(TransportId, Packet<In, H>),
    /// Something arrived that is not a packet.
    Malformed(TransportId),
    /// A poll has ended well, and all its packets have been handed in.
    Polled(TransportId),
    /// What was written is on its way: the POST was answered, or the WebSocket took the frames.
    Sent(TransportId),
    /// The transport cannot go on: a request failed, or a WebSocket reported an error.
    Failed(TransportId, Failure),
    /// The WebSocket was closed by the peer, or cut.
    Closed(TransportId),
    /// The network went away, as browsers say by `offline`.
    NetworkLost,
    /// Send messages. They leave together, with nothing in between.
    Send(Vec<Out>),
    /// End the session as soon as what was sent before is on its way.
    Close,
    /// End the session now, for that reason.
    Discard(Reason),
}

/// The HTTP status of an answer; 0 when there was none at all. Two bytes that may stand anywhere, so that an [`End`] fits
/// into a register of wasm32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status([u8; 2]);

impl From<u16> for Status {
    fn from(status: u16) -> Self {
        Self(status.to_ne_bytes())
    }
}

/// What failed on a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// A polling GET.
    Poll(Status),
    /// A polling POST.
    Post(Status),
    /// The WebSocket reported an error, or could not be made.
    WebSocket,
    /// The server sent something that is not Engine.IO.
    Malformed,
    /// The handshake made no sense.
    Handshake,
}

impl Failure {
    /// The message of the error, as engine.io-client words it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Poll(_) => "xhr poll error",
            Self::Post(_) => "xhr post error",
            Self::WebSocket => "websocket error",
            Self::Malformed => "server error",
            Self::Handshake => "invalid handshake",
        }
    }

    /// The HTTP status that came with it, 0 where there was none.
    pub const fn status(self) -> u16 {
        match self {
            Self::Poll(status) | Self::Post(status) => u16::from_ne_bytes(status.0),
            _ => 0,
        }
    }
}

/// Why a session ended, beyond the [`Reason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Details {
    /// Nothing more is known, or this side wanted it.
    None,
    /// A transport failed.
    Failed(Failure),
    /// The server sent a close packet.
    ClosedByServer,
    /// The WebSocket was closed or cut.
    WebSocketClosed,
    /// The browser reported that it is offline.
    NetworkLost,
}

/// The end of a session: nothing follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Why it ended.
    pub reason: Reason,
    /// What else is known.
    pub details: Details,
}

/// What a packet meant to a session, for the layer above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<In, H = Box<Handshake>> {
    /// The server opens the session. Who finds that it makes sense answers by [`super::Session::agree`], who does not by
    /// [`Failure::Handshake`].
    Opened(H),
    /// A message arrived.
    Message(In),
    /// The server pinged, and was answered.
    Pinged,
    /// The session has ended.
    Ended(End),
}
