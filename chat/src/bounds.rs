//! Every bound of the chat, with its unit and its reason. The server enforces them; the page keeps to them.

/// Characters in a nickname: it stands beside every message, also on a phone.
pub const MAX_NICKNAME_CHARS: usize = 24;

/// Characters in a room's name: it must fit in the list of rooms.
pub const MAX_ROOM_NAME_CHARS: usize = 24;

/// Characters in a message: a long paragraph. What is longer is a document, and belongs elsewhere.
pub const MAX_TEXT_CHARS: usize = 2_000;

/// Bytes in a client-made message id: a UUID as text has 36.
pub const MAX_MESSAGE_ID_BYTES: usize = 64;

/// Bytes in a user's id: the server makes them of 20, and another one may want a UUID.
pub const MAX_USER_ID_BYTES: usize = 36;

/// Bytes in a token: room for 32 random bytes as text. What is longer was not issued here, and is not even hashed.
pub const MAX_TOKEN_BYTES: usize = 64;

/// Rooms one socket may be in: each costs the others in it an entry in their list of members.
pub const MAX_ROOMS_PER_SOCKET: usize = 20;

/// Members of one room: they are listed in every answer to a join, which has to stay small.
pub const MAX_MEMBERS_PER_ROOM: usize = 1_000;

/// Public rooms on one server: their names are in memory, and the list of them is made anew with every change. At the
/// bound, an empty room makes place for a new one: one in which nothing was ever said, or else one that has been silent
/// for [`MIN_SILENT_DAYS`]. If there is none, no room is made.
pub const MAX_ROOMS: usize = 1_000;

/// Private rooms on one server, so that nobody can fill the disk by opening them. At the bound, one makes place as
/// among [public ones](MAX_ROOMS).
pub const MAX_PRIVATE_ROOMS: usize = 10_000;

/// Public rooms that one user has made, and private ones: as many as one may be in. With a bound for all only, whoever
/// makes rooms fastest would have them all. At the bound, one of the user's own makes place, as among
/// [all of them](MAX_ROOMS).
pub const MAX_ROOMS_PER_USER: usize = MAX_ROOMS_PER_SOCKET;

/// Days for which nothing was said in a room before it is forgotten with all its messages to make place for another: who
/// was away for some weeks still finds what was said. It is not forgotten while somebody is in it.
pub const MIN_SILENT_DAYS: u64 = 30;

/// Users the server knows. Everybody who comes without an identity gets one, so the bound is what keeps crawlers from
/// filling the disk: beyond it, those go who never said anything, then those who have not been here longest.
pub const MAX_USERS: usize = 100_000;

/// Rooms in a [`Listing`](crate::Listing), the default ones and then the fullest: it is sent to everybody.
pub const MAX_LISTED_ROOMS: usize = 100;

/// Conversations in the answer to [`Conversations`](crate::Conversations): those in which something was said last.
pub const MAX_LISTED_CONVERSATIONS: usize = 100;

/// Messages in one page of a history: some screens full.
pub const MAX_PAGE_MESSAGES: usize = 100;

/// Bytes of text in one page of a history: long messages must not multiply [`MAX_PAGE_MESSAGES`]. One message is always
/// in it.
pub const MAX_PAGE_BYTES: usize = 128 * 1024;

/// Messages kept per room, oldest forgotten first: more than anybody scrolls back through, and with ordinary messages
/// a few megabytes of disk. An id is known as long as its message, so an outbox would have to wait through as many
/// before one of its messages could be stored twice.
pub const MAX_STORED_MESSAGES: u64 = 10_000;

/// Bytes in a file: a photograph of a telephone, made a little smaller.
pub const MAX_FILE_BYTES: u32 = 1024 * 1024;

/// Bytes of a file in one event: small enough that others' messages go between two of them, also on a slow link, and
/// that many steps make a progress.
pub const MAX_PIECE_BYTES: usize = 32 * 1024;

/// Characters in a file's name: it stands on one line below a message.
pub const MAX_FILE_NAME_CHARS: usize = 80;

/// Bytes of all files on one server, so that they do not fill the disk. Beyond it the oldest go, and their messages stay.
/// Each counts as at least [`MIN_FILE_COST_BYTES`].
pub const MAX_STORED_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Bytes of all files of one user; beyond it their own oldest go, before anybody else's.
pub const MAX_STORED_FILE_BYTES_PER_USER: u64 = 16 * 1024 * 1024;

/// Bytes that the smallest file counts for: a page of the database, so that the number of files is bounded too.
pub const MIN_FILE_COST_BYTES: u64 = 4 * 1024;

/// Members of a room in which everybody hears who has seen what. In a larger one it would be more traffic than what is
/// said; it is stored there, and told to nobody.
pub const MAX_SEEN_AUDIENCE: usize = 32;
