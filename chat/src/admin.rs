//! What an operator's page and the server say in [`NAMESPACE`]: the numbers, and sending people away.
//!
//! The namespace is there only when the operator has set a passphrase, which each socket brings in its auth.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::refusal::Reply;

/// Beside the chat, on the same connection.
pub const NAMESPACE: &str = "/admin";

/// Characters in a passphrase at least: who guesses one in a second needs longer than anybody lives.
pub const MIN_PASSPHRASE_CHARS: usize = 12;
/// Bytes in a passphrase at most: what is longer is not even hashed.
pub const MAX_PASSPHRASE_BYTES: usize = 1_024;
/// Rooms in [`Figures`], the fullest, and sockets, in no order: more than one page shows with ease.
pub const MAX_LISTED: usize = 100;

/// The `auth` with which a socket enters.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enter {
    /// The operator's.
    pub passphrase: String,
}

impl core::fmt::Debug for Enter {
    /// Without the passphrase.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Enter").finish_non_exhaustive()
    }
}

/// To the server: asks for the numbers of this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {}

impl Event for Numbers {
    const NAME: &'static str = "numbers";
    type Ack = Reply<Figures>;
}

/// The ack of [`Numbers`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Open connections, of everybody.
    pub connections: u64,
    /// Events received since the server began.
    pub events_in: u64,
    /// Events sent since then.
    pub events_out: u64,
    /// The public rooms that somebody is in.
    pub rooms: Vec<RoomFigures>,
    /// The chat's sockets.
    pub sockets: Vec<SocketFigures>,
}

/// One room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomFigures {
    /// Its name.
    pub name: String,
    /// How many sockets are in it.
    pub sockets: usize,
}

/// One socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketFigures {
    /// Its public id.
    pub id: String,
    /// What carries it now.
    pub transport: String,
}

/// To the server: sends everybody away who is in a room. They may come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseRoom {
    /// Its name.
    pub room: String,
}

impl Event for CloseRoom {
    const NAME: &'static str = "close-room";
    /// How many were sent away.
    type Ack = Reply<usize>;
}

/// To the server: sends a socket of the chat away. It may come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendAway {
    /// [`SocketFigures::id`]
    pub id: String,
}

impl Event for SendAway {
    const NAME: &'static str = "send-away";
    /// How many were sent away: one, or none.
    type Ack = Reply<usize>;
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;

    use super::*;

    #[test]
    fn passphrase_is_written_on_the_wire_and_nowhere_else() {
        let enter = Enter { passphrase: "correct horse".to_owned() };
        assert_eq!(serde_json::to_string(&enter).unwrap(), r#"{"passphrase":"correct horse"}"#);
        assert_eq!(alloc::format!("{enter:?}"), "Enter { .. }");
    }
}
