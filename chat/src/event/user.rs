//! Who one is, and with whom one talks in private.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Event, Member, NoAck};
use crate::refusal::Reply;

/// The `auth` with which a socket connects: an [`Identity`] that it was given before, or nothing.
///
/// An id without its token, or with another one, is refused with a `connect_error` whose data is a
/// [`Refusal`](crate::Refusal) for [`Reason::Unproven`](crate::Reason::Unproven).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// See [`Identity::id`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// See [`Identity::token`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// To one socket that connected without an identity, before anything it asks is answered: who it is from now on.
///
/// It is stored when this comes, and to be kept: the same person is whoever sends it again, in several tabs too.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Public: what others know the user by.
    pub id: String,
    /// Secret: what proves the id. The server keeps no more than a hash of it.
    pub token: String,
}

impl Event for Identity {
    const NAME: &'static str = "identity";
    type Ack = NoAck;
}

/// To the server: asks for the user's private rooms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversations {}

impl Event for Conversations {
    const NAME: &'static str = "conversations";
    type Ack = Reply<Talks>;
}

/// The ack of [`Conversations`]. What is said after is sent as [`Message`](crate::Message), also in rooms that the socket
/// has not joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talks {
    /// The one in which something was said last is first.
    pub conversations: Vec<Conversation>,
}

/// A private room, as one of its two users sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The room's name.
    pub room: String,
    /// The other one, under the nickname of the last message; an empty one, when they have never said anything.
    pub partner: Member,
    /// The last message's `seq`; 0 when there is none.
    pub last: u64,
    /// Up to where this user has [seen](crate::Seen) them: the rest is unread.
    pub seen: u64,
}

impl fmt::Debug for Auth {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("id", &self.id).finish_non_exhaustive()
    }
}
