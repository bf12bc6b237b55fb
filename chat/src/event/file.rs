//! Files: brought piece by piece before the message that they belong to, and fetched in the same way.
//!
//! [`Bring`] tells of a file, as often as one likes; each answer says how much of it the server has, so an interrupted
//! file goes on where it was. The [`Piece`]s follow, each acknowledged, which is the progress. When all of it is there,
//! the [`Send`](crate::Send) with its id has the file with it, and whoever reads the room may [`Fetch`] it.

use alloc::string::String;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Event;
use crate::refusal::Reply;

/// What is known of a file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// A [`FileName`](crate::FileName).
    pub name: String,
    /// How many bytes it has, at most [`MAX_FILE_BYTES`](crate::bounds::MAX_FILE_BYTES).
    pub size: u32,
}

/// To the server: tells of a file that comes, or asks how much of it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bring {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
    /// The [`MessageId`](crate::MessageId) of the message that will be sent with it.
    pub id: String,
    /// The file: the same whenever it is told of again.
    pub file: File,
}

impl Event for Bring {
    const NAME: &'static str = "bring";
    type Ack = Reply<Held>;
}

/// To the server: the next bytes of a file, as an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// As in [`Bring`].
    pub room: String,
    /// As in [`Bring`].
    pub id: String,
    /// Where they begin. What is no continuation is not taken, and the answer says where to go on.
    pub at: u32,
    /// At most [`MAX_PIECE_BYTES`](crate::bounds::MAX_PIECE_BYTES).
    pub bytes: Bytes,
}

impl Event for Piece {
    const NAME: &'static str = "piece";
    type Ack = Reply<Held>;
}

/// How many bytes of a file the server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// From the first one on.
    pub bytes: u32,
}

/// To the server: asks for bytes of a message's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
    /// The message's id.
    pub id: String,
    /// Where they begin: 0, or the end of what was fetched before.
    pub at: u32,
}

impl Event for Fetch {
    const NAME: &'static str = "fetch";
    type Ack = Reply<Fetched>;
}

/// Bytes of a file, as an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// Those that begin there: as they were brought.
    pub bytes: Bytes,
}
