//! Socket.IO v5: namespaces, events and acknowledgements, as packets inside Engine.IO messages.
//!
//! Knows nothing of sessions or transports; [`crate::client`] and [`crate::server`] join the two.

mod ack;
pub mod client;
mod codec;
pub mod decode;
pub mod encode;
mod namespace;
mod packet;
pub mod server;
mod shape;

pub use ack::{AckKey, Pending};
pub use codec::{Codec, ConnectReply, Edge, TextCodec};
pub use decode::{DecodeError, DecodeErrorKind};
pub use namespace::Namespace;
pub use packet::{Kind, Packet, RESERVED_EVENTS};
pub use shape::{First, Shape};

/// The Socket.IO protocol number.
pub const PROTOCOL: u32 = 5;
