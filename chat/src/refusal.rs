//! What the server answers when it does not do what was asked: a reason for programs and a sentence for people.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::{Deserialize, Serialize};

/// The ack of a request that can be refused: `{"ok": …}` or `{"refused": {"reason": …, "message": …}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply<T> {
    /// It was done.
    #[serde(rename = "ok")]
    Ok(T),
    /// It was not done, and nothing has changed.
    #[serde(rename = "refused")]
    Refused(Refusal),
}

impl<T> From<Result<T, Refusal>> for Reply<T> {
    fn from(result: Result<T, Refusal>) -> Self {
        match result {
            Ok(value) => Self::Ok(value),
            Err(refusal) => Self::Refused(refusal),
        }
    }
}

impl<T> From<Reply<T>> for Result<T, Refusal> {
    fn from(reply: Reply<T>) -> Self {
        match reply {
            Reply::Ok(value) => Ok(value),
            Reply::Refused(refusal) => Err(refusal),
        }
    }
}

/// Why a request was refused. Unless it [is passing](Reason::is_passing), the same request will be refused again: change
/// it first.
///
/// It is also the data of the `connect_error` that keeps a socket out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// For programs.
    pub reason: Reason,
    /// For people: a sentence that says what to do.
    pub message: String,
}

impl Refusal {
    /// A refusal with the sentence that the person who asked will read.
    #[must_use]
    pub fn new(reason: Reason, message: &str) -> Self {
        Self { reason, message: message.to_owned() }
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for Refusal {}

/// What was wrong with a request, on the wire in `kebab-case`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The arguments are not of the event's type.
    BadRequest,
    /// Not a [`Nickname`](crate::Nickname).
    BadNickname,
    /// Not a [`RoomName`](crate::RoomName).
    BadRoomName,
    /// Not a [`Text`](crate::Text).
    BadText,
    /// Not a [`MessageId`](crate::MessageId), or one that somebody else has used in this room.
    BadMessageId,
    /// Not a [`UserId`](crate::UserId).
    BadUserId,
    /// The id in [`Auth`](crate::Auth) is not proven by the token. Come again without both, and get new ones.
    Unproven,
    /// The server has not told this socket who it is yet: wait for [`Identity`](crate::Identity).
    NoIdentity,
    /// There is no such user (any more).
    NoSuchUser,
    /// The private room of two others.
    NotYours,
    /// The socket is not in the room.
    NotInRoom,
    /// The socket is in [`MAX_ROOMS_PER_SOCKET`](crate::bounds::MAX_ROOMS_PER_SOCKET) rooms already.
    TooManyJoined,
    /// The room has [`MAX_MEMBERS_PER_ROOM`](crate::bounds::MAX_MEMBERS_PER_ROOM) members already.
    RoomFull,
    /// Not a [`FileName`](crate::FileName), not of a size that a file may have, or not the file that was told of.
    BadFile,
    /// There is no message of this id in the room, or it was taken back.
    NoSuchMessage,
    /// The server has [`MAX_ROOMS`](crate::bounds::MAX_ROOMS) rooms already, or the user has made
    /// [`MAX_ROOMS_PER_USER`](crate::bounds::MAX_ROOMS_PER_USER), and none of them may be forgotten.
    TooManyRooms,
    /// More is waiting at the server than it takes. Nothing is wrong with the request: send it again, a little later.
    Busy,
    /// The server's database failed, and nothing was stored. Send it again, a little later.
    NotStored,
    /// A reason of a newer server: its message still says what to do.
    #[serde(other)]
    Other,
}

impl Reason {
    /// Whether the same request may well be granted a little later.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Busy | Self::NotStored)
    }
}
