//! One Engine.IO packet: a type digit and what stands behind it (Engine.IO v4, "Packet encoding").

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::base64;
use super::handshake::Handshake;
use crate::Message;

/// One Engine.IO packet. `M` is what a message holds, `H` what the opening packet holds: the edge reads the
/// handshake's JSON before the packet reaches a session. It is boxed, because there is one for each session and
/// every other packet would be as large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<M, H = Box<Handshake>> {
    /// `0`: the server opens the session.
    Open(H),
    /// `1`: the session ends.
    Close,
    /// `2`: a heartbeat of the server, or with `probe` a client's question whether a new transport works.
    Ping {
        /// The packet says `probe`.
        probe: bool,
    },
    /// `3`: the answer to a ping, with the same `probe`.
    Pong {
        /// The packet says `probe`.
        probe: bool,
    },
    /// `4`, or binary without a digit: a message of the layer above.
    Message(M),
    /// `5`: the client has moved to this transport.
    Upgrade,
    /// `6`: releases a held poll, says nothing.
    Noop,
}

impl<M, H> Packet<M, H> {
    /// Reads the opening packet's data with `read`; every other packet passes unchanged.
    ///
    /// # Errors
    ///
    /// Whatever `read` reports.
    pub fn read_open<G, E>(self, read: impl FnOnce(H) -> Result<G, E>) -> Result<Packet<M, G>, E> {
        Ok(match self {
            Self::Open(data) => Packet::Open(read(data)?),
            Self::Close => Packet::Close,
            Self::Ping { probe } => Packet::Ping { probe },
            Self::Pong { probe } => Packet::Pong { probe },
            Self::Message(message) => Packet::Message(message),
            Self::Upgrade => Packet::Upgrade,
            Self::Noop => Packet::Noop,
        })
    }

    /// Turns the message into another form; every other packet passes unchanged.
    pub fn map<N>(self, map: impl FnOnce(M) -> N) -> Packet<N, H> {
        match self {
            Self::Message(message) => Packet::Message(map(message)),
            Self::Open(data) => Packet::Open(data),
            Self::Close => Packet::Close,
            Self::Ping { probe } => Packet::Ping { probe },
            Self::Pong { probe } => Packet::Pong { probe },
            Self::Upgrade => Packet::Upgrade,
            Self::Noop => Packet::Noop,
        }
    }

    /// The text of a packet that carries no message and opens no session, for example `2probe`.
    ///
    /// `None` for [`Packet::Message`] and [`Packet::Open`], whose data the edge owns.
    pub const fn control_text(&self) -> Option<&'static str> {
        match self {
            Self::Open(_) | Self::Message(_) => None,
            Self::Close => Some("1"),
            Self::Ping { probe: false } => Some("2"),
            Self::Ping { probe: true } => Some("2probe"),
            Self::Pong { probe: false } => Some("3"),
            Self::Pong { probe: true } => Some("3probe"),
            Self::Upgrade => Some("5"),
            Self::Noop => Some("6"),
        }
    }
}

/// A packet as text carries it: message text borrowed, `b` messages decoded from base64.
pub type TextPacket<'a> = Packet<Message<&'a str, Vec<u8>>, &'a str>;

/// Decodes one text frame, or one packet of a polling payload.
///
/// # Errors
///
/// [`Malformed`] when the text is empty, starts with something other than `0` to `6` or `b`, or is `b` and
/// not base64.
pub fn decode(text: &str) -> Result<TextPacket<'_>, Malformed> {
    let mut chars = text.chars();
    let kind = chars.next().ok_or(Malformed)?;
    let data = chars.as_str();
    Ok(match kind {
        '0' => Packet::Open(data),
        '1' => Packet::Close,
        '2' => Packet::Ping { probe: data == "probe" },
        '3' => Packet::Pong { probe: data == "probe" },
        '4' => Packet::Message(Message::Text(data)),
        '5' => Packet::Upgrade,
        '6' => Packet::Noop,
        'b' => Packet::Message(Message::Binary(base64::decode(data).ok_or(Malformed)?)),
        _ => return Err(Malformed),
    })
}

/// The peer sent something that is not an Engine.IO packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an engine.io packet: a digit from 0 to 6, or `b` and base64")
    }
}

impl core::error::Error for Malformed {}
