//! SQLite: a file that nobody else writes, or memory.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::{Result, Value};

/// How long to wait for somebody else who has locked the file, a backup for example, before the senders are refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// The size of the file at which nothing more is stored, in pages of 4 KiB: 4 GiB. The bounds of the chat keep an ordinary
/// one far below; somebody who sends the longest messages to as many rooms as there may be must not fill the disk.
const MAX_PAGES: u32 = 1024 * 1024;

pub(in super::super) struct Lite(Connection);

impl Lite {
    pub(super) fn open(file: Option<&Path>) -> Result<Self> {
        let db = match file {
            Some(file) => Connection::open(file)?,
            None => Connection::open_in_memory()?,
        };
        db.busy_timeout(PATIENCE)?;
        // Each answers with a row. WAL: a commit is one write at the end of one file. FULL: and it is on the disk.
        for (pragma, value) in [("journal_mode", "WAL"), ("synchronous", "FULL")] {
            db.pragma_update_and_check(None, pragma, value, |_| Ok(())).optional()?;
        }
        db.pragma_update_and_check(None, "max_page_count", MAX_PAGES, |_| Ok(())).optional()?;
        Ok(Self(db))
    }

    pub(super) fn batch(&self, statements: &str) -> Result<()> {
        Ok(self.0.execute_batch(statements)?)
    }

    pub(super) fn roll_back(&self) -> Result<()> {
        // After some failures SQLite has done so already.
        if self.0.is_autocommit() { Ok(()) } else { self.batch("ROLLBACK") }
    }

    pub(super) fn run(&self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        Ok(self.0.prepare_cached(sql)?.execute(params_from_iter(values))? as u64)
    }

    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Self::Number(number) => number.into(),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => bytes.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_flushed_to_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let Lite(db) = Lite::open(Some(&folder.path().join("chat.db"))).unwrap();
        let pragma = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        assert_eq!(pragma("journal_mode").unwrap(), "wal");
        // 2 is FULL.
        let synchronous: i64 = db.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        let max_pages: u32 = db.pragma_query_value(None, "max_page_count", |row| row.get(0)).unwrap();
        assert_eq!((synchronous, max_pages), (2, MAX_PAGES));
    }
}
