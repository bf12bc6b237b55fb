//! Rooms, and who is in them.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Event, History, Mark, NoAck};
use crate::refusal::Reply;

/// To the server: asks for the rooms there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rooms {}

impl Event for Rooms {
    const NAME: &'static str = "rooms";
    type Ack = Reply<Listing>;
}

/// The rooms there are: the ack of [`Rooms`], and from then on sent to everybody soon after it changes. Private rooms are
/// in nobody's list.
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
    /// How many users are in it.
    pub members: u32,
}

/// To the server: enters a room, which is made if there is none of that name. Joining again is allowed: it renews the
/// nickname and brings the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// A [`RoomName`](crate::RoomName). A private room lets in its two users only.
    pub room: String,
    /// A [`Nickname`](crate::Nickname). Nobody owns one: two members may have the same.
    pub nickname: String,
}

impl Event for Join {
    const NAME: &'static str = "join";
    type Ack = Reply<Joined>;
}

/// The ack of [`Join`]: the room as it is now. What happens after is sent as events, none left out and none twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// The name as the server keeps it.
    pub room: String,
    /// Which of the members asked: the user's id.
    pub you: String,
    /// Everybody in the room, oldest first.
    pub members: Vec<Member>,
    /// The latest messages.
    pub history: History,
    /// Up to where this user has [seen](crate::Seen) the room, in whatever tab.
    pub seen: u64,
    /// Up to where others have, furthest first, at most
    /// [`MAX_SEEN_AUDIENCE`](crate::bounds::MAX_SEEN_AUDIENCE) of them.
    pub marks: Vec<Mark>,
}

/// Somebody in a room: a user, in however many tabs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The user's id.
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
    /// They left with their last tab, or its connection ended.
    Left,
}
