//! WebSocket for a server, RFC 6455 and RFC 7692 and nothing else: the handshake's rules, frames, and one connection.
//!
//! This module stands on its own: it knows nothing of Engine.IO, of Socket.IO or of the HTTP server that received
//! the upgrade. Top down:
//!
//! * [`Handshake`] checks a request and makes the answer `101 Switching Protocols`.
//! * [`WebSocket`] is one connection over any tokio stream. It reads and writes from one task, so that a peer who
//!   does not read cannot stop us from reading.
//! * [`Frame`] is what is sent: prepared once, shared by all its recipients, written without a copy.
//! * [`Deflate`] is what both ends agreed on about compression.
//! * [`Message`] is what is received, from the [`Decoder`], which does no I/O.
//!
//! Rules: no panic is reachable from a peer's bytes; what a peer announces is not allocated before it comes; an idle
//! connection holds no buffer. What breaks the protocol is refused with the close code that RFC 6455 names.
//!
//! This end never sends fragments. The one extension is permessage-deflate (RFC 7692), and what is compressed is
//! chosen for each message: [`Frame::compressible`].

#![deny(clippy::indexing_slicing, clippy::string_slice, clippy::expect_used)]
#![cfg_attr(not(test), deny(clippy::panic))]

mod close;
mod decoder;
mod deflate;
mod error;
mod extensions;
mod frame;
mod handshake;
mod header;
mod mask;
mod message;
mod outbox;
mod stream;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod differential;

pub use close::{CloseCode, CloseReason};
pub use decoder::Decoder;
pub use deflate::Deflate;
pub(crate) use deflate::LEVEL as DEFLATE_LEVEL;
pub use error::{Closed, Error, ProtocolError, ProtocolErrorKind};
pub use frame::Frame;
pub use handshake::{Handshake, HandshakeError, HandshakeErrorKind};
pub use message::Message;
pub use stream::{Options, WebSocket};
