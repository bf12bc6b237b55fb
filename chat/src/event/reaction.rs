//! What flies by: for who looks just now, and for nobody later.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::{Event, NoAck};

/// The reactions there are: a room is no place for pictures of any other kind.
pub const REACTIONS: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "🚀"];

/// To the server, volatile: the person throws a reaction into a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct React {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
    /// One of [`REACTIONS`]; anything else is dropped.
    pub reaction: String,
}

impl Event for React {
    const NAME: &'static str = "react";
    type Ack = NoAck;
}

/// To the others in a room, volatile: somebody has thrown a reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactBy {
    /// Where.
    pub room: String,
    /// The user's id.
    pub member: String,
    /// One of [`REACTIONS`].
    pub reaction: String,
}

impl Event for ReactBy {
    const NAME: &'static str = "react";
    type Ack = NoAck;
}
