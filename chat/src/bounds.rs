//! Every bound of the chat, with its unit and its reason. The server enforces them; the page keeps to them.

/// Characters in a nickname: it stands beside every message, also on a phone.
pub const MAX_NICKNAME_CHARS: usize = 24;

/// Characters in a room's name: it must fit in the list of rooms.
pub const MAX_ROOM_NAME_CHARS: usize = 24;

/// Characters in a message: a long paragraph. What is longer is a document, and belongs elsewhere.
pub const MAX_TEXT_CHARS: usize = 2_000;

/// Bytes in a client-made message id: a UUID as text has 36.
pub const MAX_MESSAGE_ID_BYTES: usize = 64;

/// Rooms one socket may be in: each costs the others in it an entry in their list of members.
pub const MAX_ROOMS_PER_SOCKET: usize = 20;

/// Members of one room: they are listed in every answer to a join, which has to stay small.
pub const MAX_MEMBERS_PER_ROOM: usize = 1_000;

/// Rooms on one server. With [`MAX_HISTORY_BYTES`] and [`MAX_REMEMBERED_IDS`] it bounds the memory of the chat: about
/// 60 MiB when all are full. At the bound, the room that has been empty longest makes place for a new one.
pub const MAX_ROOMS: usize = 256;

/// Rooms in a [`Listing`](crate::Listing), the default ones and then the fullest: it is sent to everybody.
pub const MAX_LISTED_ROOMS: usize = 100;

/// Messages kept per room and sent to who joins: some screens full.
pub const MAX_HISTORY: usize = 200;

/// Bytes of text kept per room: long messages must not multiply [`MAX_HISTORY`].
pub const MAX_HISTORY_BYTES: usize = 128 * 1024;

/// Message ids remembered per room, so that one sent again is not stored again. Longer than the history, because an
/// outbox may have waited through more messages than are shown.
pub const MAX_REMEMBERED_IDS: usize = 1_000;
