//! What can happen to the page, and what it does about it.

use parlor_chat::{
    FileName, Held, History, Joined, Listing, Member, Message, MessageId, Nickname, Presence, ReactBy,
    Refusal, Revised, RoomName, SeenBy, Stored, Talks, Text, TypingBy,
};

use super::Link;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// The person chose a room: it is joined, if it is not yet.
    Open(RoomName),
    Leave(RoomName),
    /// The person wants to talk with somebody in private.
    Whisper(Member),
    /// The person wants to read older messages.
    WantOlder,
    Submit {
        id: MessageId,
        text: Text,
    },
    Typed,
    DismissNotice,
    Link(Link),
    Connected,
    Disconnected,
    /// The server does not let us in, or has put us out.
    ShutOut,
    Listing(Listing),
    Talks(Talks),
    /// The answer to [`Effect::Join`].
    Joined {
        room: RoomName,
        answer: Result<Joined, Failure>,
    },
    /// The answer to [`Effect::Send`].
    Stored {
        room: RoomName,
        id: MessageId,
        answer: Result<Stored, Failure>,
    },
    /// The answer to [`Effect::Older`].
    Older {
        room: RoomName,
        answer: Result<History, Failure>,
    },
    Message(Message),
    Presence(Presence),
    TypingBy(TypingBy),
    /// The answer to [`Effect::Pulse`]: how many milliseconds it took.
    Pulsed(Option<u32>),
    /// The person has another nickname.
    Rename(Nickname),
    /// The person wants to say a file.
    Attach {
        id: MessageId,
        name: FileName,
        size: u32,
    },
    /// The person does not want to say it any more.
    Detach(MessageId),
    /// The answer to [`Effect::Bring`] or [`Effect::Piece`].
    Held {
        room: RoomName,
        id: MessageId,
        answer: Result<Held, Failure>,
    },
    /// A sentence for the person.
    Notice(String),
    /// The person throws a reaction.
    React(&'static str),
    ReactBy(ReactBy),
    /// The person wants to change what they said, or not any more.
    TakeInHand(Option<MessageId>),
    TakeLastInHand,
    /// The person changes what they said, or takes it back.
    Revise {
        id: MessageId,
        text: Option<Text>,
    },
    /// The answer to [`Effect::Revise`].
    RevisionAnswered(Result<Revised, Failure>),
    Revised(Revised),
    SeenBy(SeenBy),
    /// [`Effect::Seen`] is answered, or will not be.
    SeenTold(RoomName),
    /// The page has come into sight, or is out of it.
    InSight(bool),
    /// A second has passed.
    Tick,
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Asking the same again is of no use.
    Refused(Refusal),
    /// No answer came: the connection ended, or it took too long. Asking again is safe.
    Unanswered,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Asks to be let in once more.
    Knock,
    ListRooms,
    ListTalks,
    Join {
        room: RoomName,
        nickname: Nickname,
    },
    Leave {
        room: RoomName,
    },
    Send {
        room: RoomName,
        id: MessageId,
        text: Text,
    },
    Older {
        room: RoomName,
        before: u64,
    },
    Seen {
        room: RoomName,
        seq: u64,
    },
    Typing {
        room: RoomName,
    },
    /// Tells of a file, and asks how much of it is there.
    Bring {
        room: RoomName,
        id: MessageId,
        name: FileName,
        size: u32,
    },
    /// Sends the bytes that begin there.
    Piece {
        room: RoomName,
        id: MessageId,
        at: u32,
    },
    /// The bytes of a file are not needed any more.
    Forget {
        id: MessageId,
    },
    React {
        room: RoomName,
        reaction: &'static str,
    },
    Revise {
        room: RoomName,
        id: MessageId,
        text: Option<Text>,
    },
    /// Keeps the messages that wait, for when this tab is loaded again.
    Keep,
    /// Asks for an answer, to see how long it takes.
    Pulse,
    /// Keeps the nickname and the rooms for when this tab is loaded again.
    Remember,
}
