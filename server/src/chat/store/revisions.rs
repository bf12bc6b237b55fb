//! Messages that their authors change, or take back.

use parlor_chat::{MessageId, Revised, RoomName, Text};

use super::{Result, Store, sql, values};

/// What became of a revision.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Revisal {
    Done(Revised),
    /// The message says so already.
    Before(Revised),
    /// Somebody else has written it.
    NotTheirs,
    /// It is not there, or was taken back.
    Gone,
}

impl Store {
    /// Changes a message of this user's; without a text, takes it back, and nothing of it stays but its place.
    pub(in super::super) fn revise(
        &self,
        room: &RoomName,
        user: &str,
        id: &MessageId,
        text: Option<&Text>,
    ) -> Result<Revisal> {
        let found = self.one(sql::REVISION, values![room.as_str(), id.as_str()], |row| {
            Ok((row.text(0)?, row.text(1)?, row.number(2)?))
        })?;
        let Some((author, before, revision)) = found else { return Ok(Revisal::Gone) };
        if author != user {
            return Ok(Revisal::NotTheirs);
        }
        let text = text.map_or("", Text::as_str);
        let revised = |revision| Revised {
            room: room.as_str().to_owned(),
            id: id.as_str().to_owned(),
            revision: u32::try_from(revision).unwrap_or(u32::MAX),
            text: text.to_owned(),
        };
        if before == text {
            return Ok(Revisal::Before(revised(revision)));
        }
        if before.is_empty() {
            return Ok(Revisal::Gone);
        }
        if text.is_empty() {
            self.forget_file(room.as_str(), id.as_str())?;
        }
        self.run(sql::REVISE, values![text, room.as_str(), id.as_str()])?;
        self.note_revision(room, id)?;
        Ok(Revisal::Done(revised(revision + 1)))
    }
}
