//! The events, in the order in which a conversation meets them.

use alloc::string::String;
use alloc::vec::Vec;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::refusal::Reply;

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

/// To the server: asks for the rooms there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rooms {}

impl Event for Rooms {
    const NAME: &'static str = "rooms";
    type Ack = Reply<Listing>;
}

/// The rooms there are: the ack of [`Rooms`], and from then on sent to everybody soon after it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The default rooms, then the others with the fullest first.
    pub rooms: Vec<RoomSummary>,
}

impl Event for Listing {
    const NAME: &'static str = "rooms";
    type Ack = NoAck;
}

/// One room in a [`Listing`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSummary {
    /// The room's name.
    pub name: String,
    /// How many sockets are in it.
    pub members: u32,
}

/// To the server: enters a room, which is made if there is none of that name. Joining again is allowed: it renews the
/// nickname and brings the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// A [`RoomName`](crate::RoomName).
    pub room: String,
    /// A [`Nickname`](crate::Nickname). Nobody owns one: two members may have the same.
    pub nickname: String,
}

impl Event for Join {
    const NAME: &'static str = "join";
    type Ack = Reply<Joined>;
}

/// The ack of [`Join`]: the room as it is now. What happens after is sent as events, none left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// The name as the server keeps it.
    pub room: String,
    /// Which of the members asked.
    pub you: String,
    /// Everybody in the room, oldest first.
    pub members: Vec<Member>,
    /// The latest messages.
    pub history: History,
}

/// What the server remembers of a room's messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Which memory this is. When the server has lost its memory, `seq` begins again under a greater epoch; so the order
    /// of all messages that ever were is the order of `(epoch, seq)`.
    pub epoch: u64,
    /// Oldest first.
    pub messages: Vec<Message>,
}

/// Somebody in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Tells members with the same nickname apart; a new one with every connection.
    pub id: String,
    /// What to call them.
    pub nickname: String,
}

/// To the server: leaves a room. Leaving one that the socket is not in is no mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// A [`RoomName`](crate::RoomName).
    pub room: String,
}

impl Event for Leave {
    const NAME: &'static str = "leave";
    type Ack = Reply<()>;
}

/// To the others in a room: somebody has come, has another nickname, or has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Where.
    pub room: String,
    /// Who.
    pub member: Member,
    /// What they did.
    pub change: Change,
}

impl Event for Presence {
    const NAME: &'static str = "presence";
    type Ack = NoAck;
}

/// What a [`Presence`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// They are here, perhaps under a new nickname.
    Joined,
    /// They left, or their connection ended.
    Left,
}

/// To the server: says something in a room. It may be sent again until it is acknowledged: what has the same id is
/// stored once and broadcast once, and every repeat gets the first answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// A [`RoomName`](crate::RoomName) of a room that the socket is in.
    pub room: String,
    /// A [`MessageId`](crate::MessageId), made by the sender.
    pub id: String,
    /// A [`Text`](crate::Text).
    pub text: String,
}

impl Event for Send {
    const NAME: &'static str = "send";
    type Ack = Reply<Stored>;
}

/// The ack of [`Send`]: the message is stored, and this is its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// See [`History::epoch`].
    pub epoch: u64,
    /// Counts a room's messages from 1, without a gap.
    pub seq: u64,
    /// When it was stored, in milliseconds since 1970 by the server's clock.
    pub time: u64,
}

/// To the others in a room, in the order of `seq`: somebody said something.
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
    /// The sender's nickname when it was sent.
    pub author: String,
    /// What they said: plain text.
    pub text: String,
}

impl Event for Message {
    const NAME: &'static str = "message";
    type Ack = NoAck;
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
    /// The member's id.
    pub member: String,
}

impl Event for TypingBy {
    const NAME: &'static str = "typing";
    type Ack = NoAck;
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use alloc::vec;

    use super::*;
    use crate::{Reason, Refusal};

    /// The wire text is the contract: a page of yesterday talks to the server of today.
    fn is_written<T: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug>(value: &T, text: &str) {
        assert_eq!(serde_json::to_string(value).unwrap(), text);
        assert_eq!(serde_json::from_str::<T>(text).unwrap(), *value);
    }

    #[test]
    fn requests_are_flat_objects() {
        is_written(&Rooms {}, "{}");
        is_written(
            &Join { room: "lobby".to_owned(), nickname: "Ada".to_owned() },
            r#"{"room":"lobby","nickname":"Ada"}"#,
        );
        is_written(&Leave { room: "lobby".to_owned() }, r#"{"room":"lobby"}"#);
        is_written(
            &Send { room: "lobby".to_owned(), id: "a-1".to_owned(), text: "hi".to_owned() },
            r#"{"room":"lobby","id":"a-1","text":"hi"}"#,
        );
        is_written(&Typing { room: "lobby".to_owned() }, r#"{"room":"lobby"}"#);
    }

    #[test]
    fn message_carries_its_place_and_its_author() {
        let message = Message {
            room: "lobby".to_owned(),
            epoch: 9,
            seq: 2,
            time: 1_000,
            id: "a-1".to_owned(),
            author: "Ada".to_owned(),
            text: "hi".to_owned(),
        };
        let text = r#"{"room":"lobby","epoch":9,"seq":2,"time":1000,"id":"a-1","author":"Ada","text":"hi"}"#;
        is_written(&message, text);
    }

    #[test]
    fn answers_are_ok_or_refused() {
        is_written(
            &Reply::Ok(Stored { epoch: 9, seq: 2, time: 1 }),
            r#"{"ok":{"epoch":9,"seq":2,"time":1}}"#,
        );
        is_written(&Reply::Ok(()), r#"{"ok":null}"#);
        is_written(
            &Reply::<()>::Refused(Refusal::new(Reason::NotInRoom, "join the room first")),
            r#"{"refused":{"reason":"not-in-room","message":"join the room first"}}"#,
        );
    }

    #[test]
    fn joined_shows_the_room_as_it_is() {
        let joined = Joined {
            room: "lobby".to_owned(),
            you: "s1".to_owned(),
            members: vec![Member { id: "s1".to_owned(), nickname: "Ada".to_owned() }],
            history: History { epoch: 9, messages: vec![] },
        };
        let text = r#"{"room":"lobby","you":"s1","members":[{"id":"s1","nickname":"Ada"}],"history":{"epoch":9,"messages":[]}}"#;
        is_written(&joined, text);
    }

    #[test]
    fn what_the_room_hears_names_who_did_it() {
        let member = Member { id: "s1".to_owned(), nickname: "Ada".to_owned() };
        is_written(
            &Presence { room: "lobby".to_owned(), member, change: Change::Left },
            r#"{"room":"lobby","member":{"id":"s1","nickname":"Ada"},"change":"left"}"#,
        );
        is_written(
            &TypingBy { room: "lobby".to_owned(), member: "s1".to_owned() },
            r#"{"room":"lobby","member":"s1"}"#,
        );
        is_written(
            &Listing { rooms: vec![RoomSummary { name: "lobby".to_owned(), members: 1 }] },
            r#"{"rooms":[{"name":"lobby","members":1}]}"#,
        );
    }

    #[test]
    fn reason_of_a_newer_server_is_still_read() {
        let reason: Reason = serde_json::from_str(r#""too-clever""#).unwrap();
        assert_eq!(reason, Reason::Other);
    }
}
