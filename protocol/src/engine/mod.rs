//! Engine.IO v4: one session over polling, a WebSocket, or first one and then the other.
//!
//! A session moves messages without looking into them: it is generic over `In`, what the transports deliver,
//! and `Out`, what they are given. Socket.IO is built on top of it, in [`crate::socket`], which it does not know.

pub mod base64;
pub mod client;
pub mod handshake;
mod heartbeat;
pub mod packet;
pub mod payload;
pub mod request;
pub mod server;

pub use handshake::{Handshake, Terms};
pub use packet::{Malformed, Packet};

/// The Engine.IO protocol number: the value of `EIO` in every request.
pub const PROTOCOL: &str = "4";

/// A way to carry packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransportKind {
    /// HTTP long polling: one GET held by the server, POSTs beside it.
    Polling,
    /// A WebSocket.
    WebSocket,
}

impl TransportKind {
    /// The transport's name, as in `transport=` of a request and in the handshake's `upgrades`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Polling => "polling",
            Self::WebSocket => "websocket",
        }
    }

    /// The transport of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Polling, Self::WebSocket].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Names one transport of one session, so that a late callback of an abandoned one is recognised and ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransportId(pub u32);
