//! Which payload a packet may carry: the table of the Socket.IO protocol v5, judged here, read at the edge.

use super::{Kind, RESERVED_EVENTS};

/// What the edge saw when it looked at a packet's JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape<'a> {
    /// `{…}`
    Object,
    /// `"…"`
    String,
    /// `[…]`, and what stands first in it.
    Array(First<'a>),
    /// Anything else that is JSON: a number, a boolean, null.
    Other,
}

/// The first item of an array: an event's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First<'a> {
    /// The array is empty.
    Nothing,
    /// A string.
    String(&'a str),
    /// A number.
    Number,
    /// Anything else.
    Other,
}

impl Shape<'_> {
    /// Whether a packet of that kind may carry a payload of this shape. An absent payload is always allowed.
    ///
    /// ```
    /// use parlor_protocol::socket::{First, Kind, Shape};
    ///
    /// assert!(Shape::Array(First::String("chat")).fits(Kind::Event));
    /// assert!(!Shape::Array(First::String("disconnect")).fits(Kind::Event));
    /// assert!(Shape::Array(First::Nothing).fits(Kind::Ack));
    /// ```
    pub fn fits(self, kind: Kind) -> bool {
        match kind {
            Kind::Connect => self == Self::Object,
            Kind::Disconnect => false,
            Kind::Event => match self {
                Self::Array(First::Number) => true,
                Self::Array(First::String(name)) => !RESERVED_EVENTS.contains(&name),
                _ => false,
            },
            Kind::Ack => matches!(self, Self::Array(_)),
            Kind::ConnectError => matches!(self, Self::Object | Self::String),
        }
    }
}
