//! What is told to everybody who may read it, in the order in which it was stored: by this, servers that share a database tell
//! what others have stored, each thing once. A server alone tells at once, and keeps none of it.

use parlor_chat::{File, Message, MessageId, Revised, RoomName};
use serde::{Deserialize, Serialize};

use super::{Result, Row, Store, sql, values};

/// How much of it is kept. A server that has not looked for longer leaves the rest to its pages, which ask for what they miss.
pub(super) const MAX_KEPT_NEWS: u64 = 10_000;

/// Old ones go after so many new ones.
const FORGET_EVERY: u64 = 100;

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in super::super) enum News {
    Message(Message),
    Revised(Revised),
}

/// The numbers of what a transaction has to tell: all of them together are given without a gap, whichever servers write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Span {
    pub(in super::super) first: u64,
    pub(in super::super) last: u64,
}

impl Span {
    /// Whether so many news are all of it. The numbers may be another server's, and any.
    pub(in super::super) fn has(self, news: usize) -> bool {
        let count = self.last.checked_sub(self.first).and_then(|behind| behind.checked_add(1));
        count == Some(news as u64)
    }
}

/// What kind of news a row is.
const MESSAGE: u64 = 0;
const REVISION: u64 = 1;

impl Store {
    /// The number of the latest news; 0 when there was none yet.
    pub(in super::super) fn last_news(&self) -> Result<u64> {
        self.count(sql::LAST_NEWS, values![])
    }

    /// What the transaction, or the last one, has to tell, where other servers tell it too.
    pub(in super::super) fn span(&self) -> Option<Span> {
        self.span.get()
    }

    /// The oldest `limit` news behind a number, each with its own; `None` for what was forgotten meanwhile.
    pub(in super::super) fn news(&self, after: u64, limit: usize) -> Result<Vec<(u64, Option<News>)>> {
        self.all(sql::NEWS, values![after, limit], |row| Ok((row.number(0)?, news(row)?)))
    }

    pub(super) fn note_message(&self, room: &str, id: &str) -> Result<()> {
        self.note(MESSAGE, room, id)
    }

    pub(super) fn note_revision(&self, room: &RoomName, id: &MessageId) -> Result<()> {
        self.note(REVISION, room.as_str(), id.as_str())
    }

    fn note(&self, kind: u64, room: &str, id: &str) -> Result<()> {
        if !self.is_shared() {
            return Ok(());
        }
        let span = match self.span.get() {
            Some(Span { first, last }) => Span { first, last: last + 1 },
            None => {
                let next = self.last_news()? + 1;
                Span { first: next, last: next }
            }
        };
        self.run(sql::ADD_NEWS, values![span.last, kind, room, id])?;
        self.span.set(Some(span));
        if span.last.is_multiple_of(FORGET_EVERY) {
            self.run(sql::FORGET_NEWS, values![span.last.saturating_sub(MAX_KEPT_NEWS)])?;
        }
        Ok(())
    }
}

/// As it is now: a message that was changed since is told as it is, and then its change.
fn news(row: &Row<'_>) -> Result<Option<News>> {
    let (room, id, seq, text) = (row.text(2)?, row.text(3)?, row.number(5)?, row.text(9)?);
    let revision = row.small(10)?;
    if seq == 0 {
        return Ok(None);
    }
    if row.number(1)? == REVISION {
        return Ok(Some(News::Revised(Revised { room, id, revision, text })));
    }
    let (name, size) = (row.text(11)?, row.small(12)?);
    Ok(Some(News::Message(Message {
        room,
        epoch: row.number(4)?,
        seq,
        time: row.number(6)?,
        id,
        user: row.text(7)?,
        author: row.text(8)?,
        text,
        revision,
        file: (!name.is_empty()).then_some(File { name, size }),
    })))
}
