//! Files in pieces. All of them together are bounded, and the oldest go first: a message outlives its file.

use parlor_chat::bounds::{MAX_STORED_FILE_BYTES, MAX_STORED_FILE_BYTES_PER_USER, MIN_FILE_COST_BYTES};
use parlor_chat::{File, FileName, MessageId, RoomName};

use super::{Result, Store, Value, sql, values};

/// What became of a file, or of a piece.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Brought {
    /// So many bytes of it are here.
    Held(u32),
    /// Another file was told of under this id, or somebody else's.
    Other,
    /// It was never told of, or has gone.
    Unknown,
}

struct Known {
    user: String,
    file: File,
    held: u32,
}

impl Store {
    /// A file comes, or has begun to come.
    pub(in super::super) fn bring(
        &self,
        (room, id): (&RoomName, &MessageId),
        user: &str,
        (name, size): (&FileName, u32),
        now: u64,
    ) -> Result<Brought> {
        if let Some(known) = self.file(room, id)? {
            let is_same = known.user == user && known.file.name == name.as_str() && known.file.size == size;
            return Ok(if is_same { Brought::Held(known.held) } else { Brought::Other });
        }
        let cost = u64::from(size).max(MIN_FILE_COST_BYTES);
        self.make_place(user, cost)?;
        let place = values![room.as_str(), id.as_str(), user, name.as_str(), size, cost, now];
        self.run(sql::ADD_FILE, place)?;
        Ok(Brought::Held(0))
    }

    /// The next bytes of a file, if they are: what was brought before, or comes too early, changes nothing.
    pub(in super::super) fn add_piece(
        &self,
        (room, id): (&RoomName, &MessageId),
        user: &str,
        at: u32,
        bytes: &[u8],
    ) -> Result<Brought> {
        let Some(known) = self.file(room, id)? else { return Ok(Brought::Unknown) };
        if known.user != user {
            return Ok(Brought::Other);
        }
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let is_next = at == known.held && length > 0;
        if !is_next || length > known.file.size - known.held {
            return Ok(Brought::Held(known.held));
        }
        self.run(sql::ADD_PIECE, values![room.as_str(), id.as_str(), at, bytes])?;
        self.run(sql::HOLD, values![length, room.as_str(), id.as_str()])?;
        Ok(Brought::Held(known.held + length))
    }

    /// The bytes of a file that begin there; `None` if there are none.
    pub(in super::super) fn piece(
        &self,
        room: &RoomName,
        id: &MessageId,
        at: u32,
    ) -> Result<Option<Vec<u8>>> {
        self.one(sql::PIECE, values![room.as_str(), id.as_str(), at], |row| row.bytes(0))
    }

    /// The file that a user has brought for a message, all of it.
    pub(super) fn complete_file(&self, room: &RoomName, id: &MessageId, user: &str) -> Result<Option<File>> {
        let known = self.file(room, id)?;
        Ok(known.filter(|known| known.user == user && known.held == known.file.size).map(|known| known.file))
    }

    pub(super) fn forget_file(&self, room: &str, id: &str) -> Result<()> {
        for statement in sql::FORGET_FILE {
            self.run(statement, values![room, id])?;
        }
        Ok(())
    }

    fn make_place(&self, user: &str, cost: u64) -> Result<()> {
        while self.count(sql::COST_OF_FILES_OF, values![user])? + cost > MAX_STORED_FILE_BYTES_PER_USER {
            if !self.forget_oldest_file(sql::OLDEST_FILE_OF, values![user])? {
                break;
            }
        }
        while self.count(sql::COST_OF_FILES, values![])? + cost > MAX_STORED_FILE_BYTES {
            if !self.forget_oldest_file(sql::OLDEST_FILE, values![])? {
                break;
            }
        }
        Ok(())
    }

    /// False if there is none.
    fn forget_oldest_file(&self, oldest: &'static str, parameters: &[Value<'_>]) -> Result<bool> {
        let file = self.one(oldest, parameters, |row| Ok((row.text(0)?, row.text(1)?)))?;
        if let Some((room, id)) = &file {
            self.forget_file(room, id)?;
        }
        Ok(file.is_some())
    }

    fn file(&self, room: &RoomName, id: &MessageId) -> Result<Option<Known>> {
        self.one(sql::FILE, values![room.as_str(), id.as_str()], |row| {
            let file = File { name: row.text(1)?, size: row.small(2)? };
            Ok(Known { user: row.text(0)?, file, held: row.small(3)? })
        })
    }
}
