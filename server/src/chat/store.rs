//! What survives the server: users, rooms and messages in a database.
//!
//! Only the clerk's thread has it. A number is written as the database's signed one; times and counters never come near
//! the end of it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::database::Database;

mod files;
mod messages;
mod revisions;
mod rooms;
mod sql;
mod users;

#[cfg(test)]
mod tests;

pub(super) use files::Brought;
pub(super) use messages::Sent;
pub(super) use revisions::Revisal;

/// How long to wait for somebody else who has locked the file, a backup for example, before the senders are refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// The size of the file at which nothing more is stored, in pages of 4 KiB: 4 GiB. The bounds of the chat keep an ordinary
/// one far below; somebody who sends the longest messages to as many rooms as there may be must not fill the disk.
const MAX_PAGES: u32 = 1024 * 1024;

pub(super) type Result<T> = rusqlite::Result<T>;

pub(super) struct Store {
    db: Connection,
    /// How many there are, so that nobody has to count them.
    users: u64,
}

impl Store {
    /// Opens the database, and brings it to the present.
    pub(super) fn open(database: &Database) -> std::result::Result<Self, OpenError> {
        let failed = |error| OpenError::failed(database, error);
        let db = match database.file() {
            Some(file) => Connection::open(file),
            None => Connection::open_in_memory(),
        };
        let mut store = Self { db: db.map_err(failed)?, users: 0 };
        store.prepare().map_err(failed)?;
        match store.migrate().map_err(failed)? {
            Ok(()) => {}
            Err(version) => {
                let kind = OpenErrorKind::Newer(version);
                return Err(OpenError { database: database.to_string(), kind });
            }
        }
        store.users = store.count(sql::COUNT_USERS, []).map_err(failed)?;
        Ok(store)
    }

    /// All of it is stored, or nothing.
    pub(super) fn atomically<T, E: From<rusqlite::Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.begin()?;
        let done = work(self).and_then(|done| Ok(self.commit().map(|()| done)?));
        if done.is_err() {
            self.roll_back();
        }
        done
    }

    /// Begins a transaction: what is written until [`Store::commit`] is stored together.
    pub(super) fn begin(&self) -> Result<()> {
        self.db.execute_batch("BEGIN IMMEDIATE")
    }

    pub(super) fn commit(&self) -> Result<()> {
        self.db.execute_batch("COMMIT")
    }

    /// Forgets what was written since [`Store::begin`].
    pub(super) fn roll_back(&mut self) {
        // After some failures SQLite has done so already.
        if !self.db.is_autocommit()
            && let Err(error) = self.db.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "the chat's transaction could not be rolled back");
        }
        if let Ok(users) = self.count(sql::COUNT_USERS, []) {
            self.users = users;
        }
    }

    fn prepare(&self) -> Result<()> {
        self.db.busy_timeout(PATIENCE)?;
        // Each answers with a row. WAL: a commit is one write at the end of one file. FULL: and it is on the disk.
        for (pragma, value) in [("journal_mode", "WAL"), ("synchronous", "FULL")] {
            self.db.pragma_update_and_check(None, pragma, value, |_| Ok(())).optional()?;
        }
        self.db.pragma_update_and_check(None, "max_page_count", MAX_PAGES, |_| Ok(())).optional()?;
        Ok(())
    }

    /// Takes the steps that are missing; the version, when it is one that only a newer program knows.
    fn migrate(&mut self) -> Result<std::result::Result<(), u64>> {
        self.atomically(|store| {
            store.db.execute_batch(sql::MAKE_SCHEMA)?;
            let version = store.one(sql::SCHEMA_VERSION, [], |row| number(row, 0))?.unwrap_or(0);
            let Some(missing) = usize::try_from(version).ok().and_then(|done| sql::MIGRATIONS.get(done..))
            else {
                return Ok(Err(version));
            };
            for step in missing {
                store.db.execute_batch(step)?;
            }
            store.run(sql::FORGET_SCHEMA_VERSION, [])?;
            store.run(sql::SET_SCHEMA_VERSION, [signed(sql::MIGRATIONS.len())])?;
            Ok(Ok(()))
        })
    }

    /// Runs a statement, and answers with how many rows it touched.
    fn run(&self, sql: &str, parameters: impl Params) -> Result<usize> {
        self.db.prepare_cached(sql)?.execute(parameters)
    }

    fn one<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.db.prepare_cached(sql)?.query_row(parameters, read).optional()
    }

    fn all<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.db.prepare_cached(sql)?.query_map(parameters, read)?.collect()
    }

    fn count(&self, sql: &str, parameters: impl Params) -> Result<u64> {
        Ok(self.one(sql, parameters, |row| number(row, 0))?.unwrap_or(0))
    }
}

/// As the database has it.
fn signed(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A column of a row, as it was before [`signed`].
fn number(row: &Row<'_>, column: usize) -> Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// Why the chat's database could not be opened: the file cannot be read or written, or it is something else.
#[derive(Debug)]
pub struct OpenError {
    database: String,
    kind: OpenErrorKind,
}

#[derive(Debug)]
enum OpenErrorKind {
    Failed(rusqlite::Error),
    Newer(u64),
    Thread(std::io::Error),
}

impl OpenError {
    pub(super) fn failed(database: &Database, error: rusqlite::Error) -> Self {
        Self { database: database.to_string(), kind: OpenErrorKind::Failed(error) }
    }

    pub(super) fn thread(database: &Database, error: std::io::Error) -> Self {
        Self { database: database.to_string(), kind: OpenErrorKind::Thread(error) }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = &self.database;
        match &self.kind {
            OpenErrorKind::Failed(_) => write!(f, "the database {database} cannot be opened"),
            OpenErrorKind::Newer(version) => {
                write!(f, "the database {database} has version {version}: use the newer server that made it")
            }
            OpenErrorKind::Thread(_) => write!(f, "the database {database} got no thread"),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            OpenErrorKind::Failed(error) => Some(error),
            OpenErrorKind::Newer(_) => None,
            OpenErrorKind::Thread(error) => Some(error),
        }
    }
}
