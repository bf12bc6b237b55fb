//! Which payload a packet may carry: the table of the Socket.IO protocol v5, judged here, read at the edge.

use super::{Kind, RESERVED_EVENTS};

/// What the edge saw when it looked at a packet's JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{…}`
    Object,
    /// `"…"`
    String,
    /// `[…]`, and what stands first in it.
    Array(First),
    /// Anything else that is JSON: a number, a boolean, null.
    Other,
}

/// The first item of an array: an event's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The array is empty.
    Nothing,
    /// A string that an event may be called by.
    Name,
    /// One of the [`super::RESERVED_EVENTS`].
    Reserved,
    /// A number.
    Number,
    /// Anything else.
    Other,
}

impl First {
    /// What a string is that stands first.
    pub fn of(name: &str) -> Self {
        if RESERVED_EVENTS.contains(&name) { Self::Reserved } else { Self::Name }
    }
}

impl Shape {
    /// Whether a packet of that kind may carry a payload of this shape. An absent payload is always allowed.
    ///
    /// ```
    /// use parlor_protocol::socket::{First, Kind, Shape};
    ///
    /// assert!(Shape::Array(First::of("chat")).fits(Kind::Event));
    /// assert!(!Shape::Array(First::of("disconnect")).fits(Kind::Event));
    /// assert!(Shape::Array(First::Nothing).fits(Kind::Ack));
    /// ```
    pub fn fits(self, kind: Kind) -> bool {
        match kind {
            Kind::Connect => self == Self::Object,
            Kind::Disconnect => false,
            Kind::Event => matches!(self, Self::Array(First::Name | First::Number)),
            Kind::Ack => matches!(self, Self::Array(_)),
            Kind::ConnectError => matches!(self, Self::Object | Self::String),
        }
    }
}
