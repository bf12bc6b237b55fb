//! What survives the server: users, rooms and messages in a database.
//!
//! Only the clerk's thread has it. Several servers may write into a database that is shared: they take turns, a
//! transaction at a time, as they would in a file.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::time::Instant;

use super::database::Database;
use db::{Db, Row, Value, values};

mod db;
mod files;
mod messages;
mod news;
mod revisions;
mod rooms;
mod sql;
mod users;

#[cfg(test)]
mod tests;

pub(super) use db::{Fault, Result};
pub(super) use files::Brought;
pub(super) use messages::Sent;
pub(super) use news::{News, Span};
pub(super) use revisions::Revisal;

pub(super) struct Store {
    db: Db,
    /// How many there are, so that nobody has to count them.
    users: u64,
    /// How many of them came since they were counted.
    uncounted: u64,
    /// How many there were when the transaction began.
    users_before: u64,
    /// What the transaction has to tell.
    span: Cell<Option<Span>>,
}

impl Store {
    /// Opens the database, and brings it to the present.
    pub(super) fn open(database: &Database) -> std::result::Result<Self, OpenError> {
        let failed = |fault| OpenError::failed(database, fault);
        let db = Db::open(database).map_err(|kind| OpenError { database: database.to_string(), kind })?;
        let mut store = Self { db, users: 0, uncounted: 0, users_before: 0, span: Cell::new(None) };
        match store.migrate().map_err(failed)? {
            Ok(()) => {}
            Err(version) => {
                let kind = OpenErrorKind::Newer(version);
                return Err(OpenError { database: database.to_string(), kind });
            }
        }
        store.count_users().map_err(failed)?;
        Ok(store)
    }

    /// All of it is stored, or nothing.
    pub(super) fn atomically<T, E: From<Fault>>(
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
    pub(super) fn begin(&mut self) -> Result<()> {
        self.users_before = self.users;
        self.span.set(None);
        self.db.begin()
    }

    /// Reads one state of the database, whatever other servers write meanwhile.
    pub(super) fn at_one_moment<T>(&self, read: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.db.begin_reading()?;
        let done = read(self);
        // Nothing was written: if this fails, the next statement says so.
        self.db.roll_back().unwrap_or_default();
        done
    }

    pub(super) fn commit(&self) -> Result<()> {
        self.db.commit()
    }

    /// Forgets what was written since [`Store::begin`].
    pub(super) fn roll_back(&mut self) {
        if let Err(error) = self.db.roll_back()
            && !error.is_outage()
        {
            tracing::error!(%error, "the chat's transaction could not be rolled back");
        }
        self.users = self.users_before;
    }

    /// Whether other servers may write into the same database.
    pub(super) fn is_shared(&self) -> bool {
        self.db.is_shared()
    }

    /// When to [tend](Store::tend) to the connection; `None` when there is one, as far as we have heard.
    pub(super) fn retry_at(&self) -> Option<Instant> {
        self.db.retry_at()
    }

    /// Makes the connection again, if it was lost and it is time to.
    pub(super) fn tend(&self) {
        self.db.tend();
    }

    /// Takes the steps that are missing; the version, when it is one that only a newer program knows.
    fn migrate(&mut self) -> Result<std::result::Result<(), u64>> {
        self.atomically(|store| {
            store.db.batch(sql::MAKE_SCHEMA)?;
            let version = store.one(sql::SCHEMA_VERSION, values![], |row| row.number(0))?.unwrap_or(0);
            let Some(missing) = usize::try_from(version).ok().and_then(|done| sql::MIGRATIONS.get(done..))
            else {
                return Ok(Err(version));
            };
            for step in missing {
                store.db.batch(step)?;
            }
            store.run(sql::FORGET_SCHEMA_VERSION, values![])?;
            store.run(sql::SET_SCHEMA_VERSION, values![sql::MIGRATIONS.len()])?;
            Ok(Ok(()))
        })
    }

    /// Runs a statement, and answers with how many rows it touched.
    fn run(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<u64> {
        self.db.run(sql, parameters)
    }

    /// The first row, if there is one.
    fn one<T>(
        &self,
        sql: &'static str,
        parameters: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.all(sql, parameters, read)?.into_iter().next())
    }

    fn all<T>(
        &self,
        sql: &'static str,
        parameters: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.db.all(sql, parameters, read)
    }

    fn count(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<u64> {
        Ok(self.one(sql, parameters, |row| row.number(0))?.unwrap_or(0))
    }
}

/// Why the chat's database could not be opened: it cannot be read or written, or it is something else.
#[derive(Debug)]
pub struct OpenError {
    database: String,
    kind: OpenErrorKind,
}

#[derive(Debug)]
enum OpenErrorKind {
    Failed(Fault),
    Newer(u64),
    /// It cannot keep every text that may be said.
    #[cfg(feature = "postgres")]
    Encoding(String),
    Thread(std::io::Error),
    /// The thread ended before it had said anything.
    Ended,
}

impl OpenError {
    pub(super) fn failed(database: &Database, fault: Fault) -> Self {
        Self { database: database.to_string(), kind: OpenErrorKind::Failed(fault) }
    }

    pub(super) fn thread(database: &Database, error: std::io::Error) -> Self {
        Self { database: database.to_string(), kind: OpenErrorKind::Thread(error) }
    }

    pub(super) fn ended(database: &Database) -> Self {
        Self { database: database.to_string(), kind: OpenErrorKind::Ended }
    }
}

impl From<Fault> for OpenErrorKind {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
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
            #[cfg(feature = "postgres")]
            OpenErrorKind::Encoding(encoding) => {
                write!(f, "the database {database} has the encoding {encoding}: make one that has UTF8")
            }
            OpenErrorKind::Thread(_) => write!(f, "the database {database} got no thread"),
            OpenErrorKind::Ended => write!(f, "the thread of the database {database} ended by a fault"),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            OpenErrorKind::Failed(fault) => Some(fault),
            OpenErrorKind::Newer(_) | OpenErrorKind::Ended => None,
            #[cfg(feature = "postgres")]
            OpenErrorKind::Encoding(_) => None,
            OpenErrorKind::Thread(error) => Some(error),
        }
    }
}
