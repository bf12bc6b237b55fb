//! Messages: a message gets the room's next number and keeps it; an id is stored once.

use parlor_chat::bounds::{MAX_PAGE_BYTES, MAX_STORED_MESSAGES};
use parlor_chat::{File, History, Member, Message, MessageId, RoomName, Stored, Text};

use super::{Result, Row, Store, sql, values};

/// Old messages go after so many new ones in their room.
const FORGET_EVERY: u64 = 100;

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Sent {
    New(Message),
    /// The same user has sent it before, and this was the answer.
    Before(Stored),
    /// Its id is that of somebody else's message.
    Taken,
    /// There is no such room any more.
    NoRoom,
}

impl Store {
    /// Stores a message, unless one of this id was stored before.
    pub(in super::super) fn add_message(
        &self,
        room: &RoomName,
        author: &Member,
        id: &MessageId,
        text: &Text,
        now: u64,
    ) -> Result<Sent> {
        let before = self.one(sql::MESSAGE_OF_ID, values![room.as_str(), id.as_str()], |row| {
            let stored = Stored { epoch: row.number(1)?, seq: row.number(2)?, time: row.number(3)? };
            Ok((row.text(0)? == author.id, stored))
        })?;
        match before {
            Some((true, stored)) => return Ok(Sent::Before(stored)),
            Some((false, _)) => return Ok(Sent::Taken),
            None => {}
        }
        let next =
            self.one(sql::NEXT_SEQ, values![now, room.as_str()], |row| Ok((row.number(0)?, row.number(1)?)))?;
        let Some((epoch, seq)) = next else { return Ok(Sent::NoRoom) };
        let message = Message {
            room: room.as_str().to_owned(),
            epoch,
            seq,
            time: now,
            id: id.as_str().to_owned(),
            user: author.id.clone(),
            author: author.nickname.clone(),
            text: text.as_str().to_owned(),
            revision: 0,
            file: self.complete_file(room, id, &author.id)?,
        };
        self.insert(&message)?;
        Ok(Sent::New(message))
    }

    /// The latest `limit` messages before a place, or of all.
    pub(in super::super) fn history(
        &self,
        room: &RoomName,
        before: Option<u64>,
        limit: usize,
    ) -> Result<History> {
        let epoch = self.epoch_and_last_seq(room)?.map_or(0, |(epoch, _)| epoch);
        let before = before.unwrap_or(u64::MAX);
        // One more, to know whether there is one.
        let mut newest_first = self.all(sql::PAGE, values![room.as_str(), before, limit + 1], |row| {
            Ok(Message {
                room: room.as_str().to_owned(),
                epoch,
                seq: row.number(0)?,
                time: row.number(1)?,
                id: row.text(2)?,
                user: row.text(3)?,
                author: row.text(4)?,
                text: row.text(5)?,
                revision: row.small(6)?,
                file: file(row)?,
            })
        })?;
        let found = newest_first.len();
        newest_first.truncate(fitting(&newest_first).min(limit));
        let more = newest_first.len() < found;
        newest_first.reverse();
        Ok(History { epoch, messages: newest_first, more })
    }

    fn insert(&self, message: &Message) -> Result<()> {
        let Message { room, seq, time, id, user, author, text, file, .. } = message;
        let (name, size) = file.as_ref().map_or(("", 0), |file| (file.name.as_str(), file.size));
        let values = values![room, *seq, id, user, author, text, *time, name, size];
        self.run(sql::ADD_MESSAGE, values)?;
        self.run(sql::NAME_USER, values![author, user])?;
        // Whoever speaks has seen what was said before.
        self.run(sql::MARK, values![room, user, *seq])?;
        self.note_message(room, id)?;
        if seq.is_multiple_of(FORGET_EVERY) {
            let last = seq.saturating_sub(MAX_STORED_MESSAGES);
            self.run(sql::FORGET_MESSAGES, values![room, last])?;
        }
        Ok(())
    }
}

/// The file of a row of [`sql::PAGE`].
fn file(row: &Row<'_>) -> Result<Option<File>> {
    let name = row.text(7)?;
    let size = row.small(8)?;
    Ok((!name.is_empty()).then_some(File { name, size }))
}

/// How many of these fit into a page; the first one always does.
fn fitting(newest_first: &[Message]) -> usize {
    let mut bytes = 0;
    let fits = |message: &&Message| {
        bytes += message.text.len();
        bytes <= MAX_PAGE_BYTES
    };
    newest_first.iter().take_while(fits).count().max(1)
}
