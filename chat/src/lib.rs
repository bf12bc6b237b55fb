//! The chat's contract: the events that the demo page and the room server exchange, and the bounds both keep.
//!
//! A socket says who it is in its [`Auth`]; one that does not is told who it is by [`Identity`]. Then it joins rooms,
//! and speaks.
//!
//! Everything here is plain data. An [`Event`] is a type that knows its name on the wire and the type of its ack, so a
//! mistake in either is found by the compiler and not by a user. What a person typed is a `String` on the wire; it
//! becomes a [`RoomName`], a [`Nickname`], a [`Text`] or a [`MessageId`] at the door, and carries that proof from there.
//!
//! ```
//! use parlor_chat::{Event, Join, RoomName};
//!
//! assert_eq!(Join::NAME, "join");
//! assert_eq!(RoomName::parse(" Rust-Lang ").unwrap().as_str(), "rust-lang");
//! assert_eq!(RoomName::parse("a room").unwrap_err().message, "a room name has letters, digits, `-` and `_` only");
//! ```

#![no_std]

extern crate alloc;

pub mod admin;
pub mod bounds;
mod event;
pub mod lab;
mod refusal;
mod room_name;
mod user;
mod words;

pub use event::{
    Auth, Bring, Change, Conversation, Conversations, Event, Fetch, Fetched, File, Held, History, Identity,
    Join, Joined, Leave, Listing, Mark, Member, Message, NoAck, Older, Piece, Presence, Pulse, REACTIONS,
    React, ReactBy, Revise, Revised, RoomSummary, Rooms, Seen, SeenBy, Send, Stored, Talks, Typing, TypingBy,
};
pub use refusal::{Reason, Refusal, Reply};
pub use room_name::RoomName;
pub use user::UserId;
pub use words::{FileName, MessageId, Nickname, Text};

/// The rooms that are always there; the first is where everybody arrives.
pub const DEFAULT_ROOMS: [&str; 4] = ["lobby", "rust", "music", "random"];
