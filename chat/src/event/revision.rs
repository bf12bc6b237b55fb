//! Changing what one has said, and taking it back.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::{Event, NoAck};
use crate::refusal::Reply;

/// To the server: changes a message of this user's own, or takes it back. It may be sent again until it is answered: what
/// says the same already is not changed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revise {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
    /// The [`MessageId`](crate::MessageId) of the message.
    pub id: String,
    /// A [`Text`](crate::Text), or nothing, to take the message back: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Event for Revise {
    const NAME: &'static str = "revise";
    type Ack = Reply<Revised>;
}

/// The message as it is now: the ack of [`Revise`], and to the others in the room, when it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revised {
    /// Where.
    pub room: String,
    /// The message's id.
    pub id: String,
    /// See [`Message::revision`](crate::Message::revision).
    pub revision: u32,
    /// See [`Message::text`](crate::Message::text).
    pub text: String,
}

impl Event for Revised {
    const NAME: &'static str = "revised";
    type Ack = NoAck;
}
