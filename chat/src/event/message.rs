//! What is said, what was said before, and how far others have got.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Event, File, NoAck};
use crate::refusal::Reply;

/// To the server: says something in a room. It may be sent again until it is acknowledged: what has the same id is
/// stored once and broadcast once, and every repeat gets the first answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
    /// A [`MessageId`](crate::MessageId), made by the sender and unique in the room.
    pub id: String,
    /// A [`Text`](crate::Text).
    pub text: String,
}

impl Event for Send {
    const NAME: &'static str = "send";
    type Ack = Reply<Stored>;
}

/// The ack of [`Send`]: the message is in the database, and this is its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// See [`History::epoch`].
    pub epoch: u64,
    /// Counts a room's messages from 1, without a gap.
    pub seq: u64,
    /// When it was stored, in milliseconds since 1970 by the server's clock.
    pub time: u64,
}

/// To the others in a room, in the order of `seq`, when it is stored: somebody said something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Where.
    pub room: String,
    /// See [`History::epoch`].
    pub epoch: u64,
    /// See [`Stored::seq`].
    pub seq: u64,
    /// See [`Stored::time`].
    pub time: u64,
    /// The id that its sender made.
    pub id: String,
    /// The sender's id.
    pub user: String,
    /// The sender's nickname when it was sent.
    pub author: String,
    /// What they said: plain text. Empty when they have taken it back.
    pub text: String,
    /// How often it was changed; the greatest is the latest. Not on the wire if it never was.
    #[serde(default, skip_serializing_if = "is_unchanged")]
    pub revision: u32,
    /// The file that came with it. Not on the wire if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<File>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_unchanged(revision: &u32) -> bool {
    *revision == 0
}

impl Event for Message {
    const NAME: &'static str = "message";
    type Ack = NoAck;
}

/// One page of a room's messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Which memory this is. When the server has lost its memory, or has forgotten the room, `seq` begins again under a
    /// greater epoch; so the order of all messages that ever were is the order of `(epoch, seq)`.
    pub epoch: u64,
    /// Oldest first, without a gap.
    pub messages: Vec<Message>,
    /// Whether there are [older](Older) ones.
    pub more: bool,
}

/// To the server: asks for the messages of a room before one that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Older {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
    /// The [`seq`](Stored::seq) of the oldest message that is known.
    pub before: u64,
    /// How many at most. More than [`MAX_PAGE_MESSAGES`](crate::bounds::MAX_PAGE_MESSAGES) are never given.
    pub limit: u32,
}

impl Event for Older {
    const NAME: &'static str = "history";
    type Ack = Reply<History>;
}

/// To the server: this user has seen a room's messages up to here. It never goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
    /// The [`seq`](Stored::seq) of the last message seen.
    pub seq: u64,
}

impl Event for Seen {
    const NAME: &'static str = "seen";
    type Ack = Reply<()>;
}

/// To the others in a room of at most [`MAX_SEEN_AUDIENCE`](crate::bounds::MAX_SEEN_AUDIENCE) members, the user's other
/// tabs among them: somebody has seen its messages up to here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenBy {
    /// Where.
    pub room: String,
    /// The user's id.
    pub user: String,
    /// The [`seq`](Stored::seq) of the last message seen.
    pub seq: u64,
}

impl Event for SeenBy {
    const NAME: &'static str = "seen";
    type Ack = NoAck;
}

/// How far a user has [seen](Seen) a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The user's id.
    pub user: String,
    /// The [`seq`](Stored::seq) of the last message seen.
    pub seq: u64,
}

/// To the server, volatile: the person is typing in a room. Sent again every few seconds while they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
}

impl Event for Typing {
    const NAME: &'static str = "typing";
    type Ack = NoAck;
}

/// To the others in a room, volatile: somebody is typing. It fades unless it is told again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingBy {
    /// Where.
    pub room: String,
    /// The user's id.
    pub member: String,
}

impl Event for TypingBy {
    const NAME: &'static str = "typing";
    type Ack = NoAck;
}
