//! The events: each is a type that knows its name on the wire and the type of its ack.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use file::{Bring, Fetch, Fetched, File, Held, Piece};
pub use message::{History, Mark, Message, Older, Seen, SeenBy, Send, Stored, Typing, TypingBy};
pub use pulse::Pulse;
pub use reaction::{REACTIONS, React, ReactBy};
pub use revision::{Revise, Revised};
pub use room::{Change, Join, Joined, Leave, Listing, Member, Presence, RoomSummary, Rooms};
pub use user::{Auth, Conversation, Conversations, Identity, Talks};

mod file;
mod message;
mod pulse;
mod reaction;
mod revision;
mod room;
mod user;

/// A named event: the type is its data, one argument on the wire, and knows the type of its ack.
pub trait Event: Serialize + DeserializeOwned {
    /// The event's name on the wire. The same name may stand for one type on the way to the server and for another on
    /// the way back.
    const NAME: &'static str;
    /// What the receiver answers; [`NoAck`] for an event that is not answered.
    type Ack: Serialize + DeserializeOwned;
}

/// The ack of an event that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoAck {}

#[cfg(test)]
mod tests;
