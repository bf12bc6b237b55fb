//! All SQL of the chat, in what SQLite and PostgreSQL both understand: parameters are `$1`, `$2`… in the order in which they
//! first stand in a statement, numbers are BIGINT, and an upsert says ON CONFLICT. Where they differ, the names say so.

/// What brings an empty database to the present, a step for each version. A step that was released is never changed:
/// another one is added.
pub(super) const MIGRATIONS: [&str; 5] = [
    "
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL,
    -- Empty until the user has said something.
    nickname TEXT NOT NULL,
    -- Times are milliseconds since 1970.
    last_here BIGINT NOT NULL
);
CREATE TABLE rooms (
    name TEXT NOT NULL PRIMARY KEY,
    is_private BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_active BIGINT NOT NULL
);
CREATE INDEX rooms_by_kind ON rooms (is_private, last_active);
CREATE TABLE messages (
    room TEXT NOT NULL,
    seq BIGINT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (room, seq),
    UNIQUE (room, id)
);
-- A private room has a row for both of its users from the start.
CREATE TABLE seen (
    room TEXT NOT NULL,
    user_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (room, user_id)
);
CREATE INDEX seen_by_seq ON seen (room, seq);
CREATE INDEX seen_by_user ON seen (user_id);
",
    "
-- Empty when the server has made it, or before it was written down.
ALTER TABLE rooms ADD COLUMN maker TEXT NOT NULL DEFAULT '';
CREATE INDEX rooms_by_maker ON rooms (maker, is_private);
",
    "
-- How often its author has changed it. What was taken back has an empty text.
ALTER TABLE messages ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
",
    "
-- A file is brought before its message, under the message's id.
CREATE TABLE files (
    room TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    -- How much of it is here.
    held BIGINT NOT NULL,
    -- What it counts for in the bounds.
    cost BIGINT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (room, id)
);
CREATE INDEX files_by_user ON files (user_id, time);
CREATE INDEX files_by_time ON files (time);
CREATE TABLE pieces (
    room TEXT NOT NULL,
    id TEXT NOT NULL,
    first BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (room, id, first)
);
-- Empty when the message came without one.
ALTER TABLE messages ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN file_size BIGINT NOT NULL DEFAULT 0;
",
    "
-- What is told, in its order, where several servers share the database. It is empty where there is one.
CREATE TABLE news (
    number BIGINT NOT NULL PRIMARY KEY,
    -- 0 is a message, 1 is a revision of one.
    kind BIGINT NOT NULL,
    room TEXT NOT NULL,
    id TEXT NOT NULL
);
-- For the question whether rooms were made.
CREATE INDEX rooms_by_epoch ON rooms (epoch);
",
];

/// The file is locked until the transaction ends.
pub(super) const BEGIN_LITE: &str = "BEGIN IMMEDIATE";
/// The same among servers: the number says no more than that all of them mean the same lock. Statements see what was
/// committed before they begin, so that those behind it see all that was written in earlier turns.
#[cfg(feature = "postgres")]
pub(super) const BEGIN_REMOTE: &str =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(7236827)";

/// One state of the database for all that is read, whatever is committed meanwhile. A file is written by one alone.
pub(super) const BEGIN_READING_LITE: &str = "BEGIN DEFERRED";
#[cfg(feature = "postgres")]
pub(super) const BEGIN_READING_REMOTE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(super) const MAKE_SCHEMA: &str = "CREATE TABLE IF NOT EXISTS schema (version BIGINT NOT NULL)";
pub(super) const SCHEMA_VERSION: &str = "SELECT version FROM schema";
pub(super) const FORGET_SCHEMA_VERSION: &str = "DELETE FROM schema";
pub(super) const SET_SCHEMA_VERSION: &str = "INSERT INTO schema (version) VALUES ($1)";

pub(super) const ADD_USER: &str =
    "INSERT INTO users (id, token_hash, nickname, last_here) VALUES ($1, $2, '', $3)";
pub(super) const USER: &str = "SELECT token_hash, nickname, last_here FROM users WHERE id = $1";
pub(super) const USER_IS_HERE: &str = "UPDATE users SET last_here = $1 WHERE id = $2";
pub(super) const NAME_USER: &str = "UPDATE users SET nickname = $1 WHERE id = $2 AND nickname <> $1";
pub(super) const COUNT_USERS: &str = "SELECT count(*) FROM users";
pub(super) const FORGET_USERS: &str = "DELETE FROM users WHERE id IN \
    (SELECT id FROM users ORDER BY nickname <> '', last_here LIMIT $1)";

pub(super) const PUBLIC_ROOMS: &str = "SELECT name FROM rooms WHERE is_private = 0 ORDER BY name";
pub(super) const COUNT_ROOMS: &str = "SELECT count(*) FROM rooms WHERE is_private = $1";
pub(super) const COUNT_ROOMS_OF: &str = "SELECT count(*) FROM rooms WHERE maker = $1 AND is_private = $2";
pub(super) const SILENT_ROOMS: &str = "SELECT name FROM rooms \
    WHERE is_private = $1 AND (last_seq = 0 OR last_active < $2) ORDER BY last_seq > 0, last_active";
pub(super) const SILENT_ROOMS_OF: &str = "SELECT name FROM rooms \
    WHERE maker = $1 AND is_private = $2 AND (last_seq = 0 OR last_active < $3) ORDER BY last_seq > 0, last_active";
pub(super) const ROOM: &str = "SELECT epoch, last_seq FROM rooms WHERE name = $1";
pub(super) const LAST_EPOCH: &str = "SELECT coalesce(max(epoch), 0) FROM rooms";
pub(super) const ADD_ROOM: &str = "INSERT INTO rooms (name, is_private, epoch, last_seq, last_active, maker) \
    VALUES ($1, $2, $3, 0, $4, $5)";
pub(super) const FORGET_ROOM: [&str; 5] = [
    "DELETE FROM pieces WHERE room = $1",
    "DELETE FROM files WHERE room = $1",
    "DELETE FROM messages WHERE room = $1",
    "DELETE FROM seen WHERE room = $1",
    "DELETE FROM rooms WHERE name = $1",
];

pub(super) const MESSAGE_OF_ID: &str = "SELECT m.user_id, r.epoch, m.seq, m.time \
    FROM messages m JOIN rooms r ON r.name = m.room WHERE m.room = $1 AND m.id = $2";
pub(super) const NEXT_SEQ: &str = "UPDATE rooms SET last_seq = last_seq + 1, last_active = $1 WHERE name = $2 \
    RETURNING epoch, last_seq";
pub(super) const ADD_MESSAGE: &str = "INSERT INTO messages \
    (room, seq, id, user_id, author, text, time, file_name, file_size) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
pub(super) const FORGET_MESSAGES: &str = "DELETE FROM messages WHERE room = $1 AND seq <= $2";
pub(super) const REVISION: &str = "SELECT user_id, text, revision FROM messages WHERE room = $1 AND id = $2";
pub(super) const REVISE: &str = "UPDATE messages SET text = $1, \
    file_name = CASE WHEN $1 = '' THEN '' ELSE file_name END, revision = revision + 1 WHERE room = $2 AND id = $3";
pub(super) const PAGE: &str = "SELECT seq, time, id, user_id, author, text, revision, file_name, file_size \
    FROM messages \
    WHERE room = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";

pub(super) const LAST_NEWS: &str = "SELECT coalesce(max(number), 0) FROM news";
pub(super) const ADD_NEWS: &str = "INSERT INTO news (number, kind, room, id) VALUES ($1, $2, $3, $4)";
pub(super) const FORGET_NEWS: &str = "DELETE FROM news WHERE number <= $1";
pub(super) const NEWS: &str = "SELECT n.number, n.kind, n.room, n.id, \
    coalesce(r.epoch, 0), coalesce(m.seq, 0), coalesce(m.time, 0), coalesce(m.user_id, ''), \
    coalesce(m.author, ''), coalesce(m.text, ''), coalesce(m.revision, 0), \
    coalesce(m.file_name, ''), coalesce(m.file_size, 0) \
    FROM news n LEFT JOIN rooms r ON r.name = n.room LEFT JOIN messages m ON m.room = n.room AND m.id = n.id \
    WHERE n.number > $1 ORDER BY n.number LIMIT $2";

pub(super) const FILE: &str = "SELECT user_id, name, size, held FROM files WHERE room = $1 AND id = $2";
pub(super) const ADD_FILE: &str = "INSERT INTO files (room, id, user_id, name, size, held, cost, time) \
    VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
pub(super) const ADD_PIECE: &str = "INSERT INTO pieces (room, id, first, bytes) VALUES ($1, $2, $3, $4)";
pub(super) const HOLD: &str = "UPDATE files SET held = held + $1 WHERE room = $2 AND id = $3";
pub(super) const PIECE: &str = "SELECT bytes FROM pieces WHERE room = $1 AND id = $2 AND first = $3";
pub(super) const FORGET_FILE: [&str; 2] =
    ["DELETE FROM pieces WHERE room = $1 AND id = $2", "DELETE FROM files WHERE room = $1 AND id = $2"];
pub(super) const COST_OF_FILES: &str = "SELECT CAST(coalesce(sum(cost), 0) AS BIGINT) FROM files";
pub(super) const COST_OF_FILES_OF: &str =
    "SELECT CAST(coalesce(sum(cost), 0) AS BIGINT) FROM files WHERE user_id = $1";
pub(super) const OLDEST_FILE: &str = "SELECT room, id FROM files ORDER BY time LIMIT 1";
pub(super) const OLDEST_FILE_OF: &str = "SELECT room, id FROM files WHERE user_id = $1 ORDER BY time LIMIT 1";

pub(super) const MARK: &str = "INSERT INTO seen (room, user_id, seq) VALUES ($1, $2, $3) \
    ON CONFLICT (room, user_id) DO UPDATE SET seq = excluded.seq WHERE seen.seq < excluded.seq";
pub(super) const MARK_OF: &str = "SELECT seq FROM seen WHERE room = $1 AND user_id = $2";
pub(super) const OTHER_MARKS: &str = "SELECT user_id, seq FROM seen \
    WHERE room = $1 AND user_id <> $2 AND seq > 0 ORDER BY seq DESC LIMIT $3";
pub(super) const CONVERSATIONS: &str = "SELECT r.name, r.last_seq, s.seq \
    FROM seen s JOIN rooms r ON r.name = s.room \
    WHERE s.user_id = $1 AND r.is_private = 1 AND r.last_seq > 0 ORDER BY r.last_active DESC LIMIT $2";
