//! The connection to the database, of either kind: one set of statements, one kind of values, one kind of rows.
//!
//! What the two do differently stands in [`lite`] and [`remote`], and nowhere else: how a connection is made, how a
//! transaction begins, and what an error means.

use std::time::Instant;

use super::super::database::{Database, Place};
use super::{OpenErrorKind, sql};
use lite::Lite;
#[cfg(feature = "postgres")]
use remote::Remote;

pub(in super::super) use fault::Fault;

mod fault;
mod lite;
#[cfg(feature = "postgres")]
pub(super) mod remote;

pub(in super::super) type Result<T> = std::result::Result<T, Fault>;

/// What stands for a parameter of a statement.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Number(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// The parameters of a statement, in their order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::chat::store::db::Value::from($value)),*][..] };
}
pub(super) use values;

/// One row of an answer. A number is written as the database's signed one.
pub(super) enum Row<'a> {
    Lite(&'a rusqlite::Row<'a>),
    #[cfg(feature = "postgres")]
    Remote(&'a tokio_postgres::Row),
}

pub(super) enum Db {
    Lite(Lite),
    #[cfg(feature = "postgres")]
    Remote(Box<Remote>),
}

impl Db {
    pub(super) fn open(database: &Database) -> std::result::Result<Self, OpenErrorKind> {
        match database.place() {
            Place::Memory => Ok(Self::Lite(Lite::open(None)?)),
            Place::File(file) => Ok(Self::Lite(Lite::open(Some(file))?)),
            #[cfg(feature = "postgres")]
            Place::Postgres(url) => Ok(Self::Remote(Box::new(Remote::open(url)?))),
        }
    }

    /// Whether other servers may write into the same database.
    pub(super) fn is_shared(&self) -> bool {
        match self {
            Self::Lite(_) => false,
            #[cfg(feature = "postgres")]
            Self::Remote(_) => true,
        }
    }

    /// When to try again to reach it; `None` when there is a connection.
    pub(super) fn retry_at(&self) -> Option<Instant> {
        match self {
            Self::Lite(_) => None,
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.retry_at(),
        }
    }

    pub(super) fn tend(&self) {
        match self {
            Self::Lite(_) => {}
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.revive(),
        }
    }

    /// From here on nobody else writes, until the transaction ends: what is looked up does not change under the hands.
    pub(super) fn begin(&self) -> Result<()> {
        match self {
            Self::Lite(db) => db.batch(sql::BEGIN_LITE),
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.begin(sql::BEGIN_REMOTE),
        }
    }

    pub(super) fn begin_reading(&self) -> Result<()> {
        match self {
            Self::Lite(db) => db.batch(sql::BEGIN_READING_LITE),
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.begin(sql::BEGIN_READING_REMOTE),
        }
    }

    pub(super) fn commit(&self) -> Result<()> {
        match self {
            Self::Lite(db) => db.batch("COMMIT"),
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.commit(),
        }
    }

    pub(super) fn roll_back(&self) -> Result<()> {
        match self {
            Self::Lite(db) => db.roll_back(),
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.roll_back(),
        }
    }

    /// Runs several statements without parameters.
    pub(super) fn batch(&self, statements: &str) -> Result<()> {
        match self {
            Self::Lite(db) => db.batch(statements),
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.batch(statements),
        }
    }

    /// Runs a statement, and answers with how many rows it touched.
    pub(super) fn run(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64> {
        match self {
            Self::Lite(db) => db.run(sql, values),
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.run(sql, values),
        }
    }

    pub(super) fn all<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self {
            Self::Lite(db) => db.all(sql, values, |row| read(&Row::Lite(row))),
            #[cfg(feature = "postgres")]
            Self::Remote(db) => db.all(sql, values)?.iter().map(|row| read(&Row::Remote(row))).collect(),
        }
    }
}

impl Row<'_> {
    pub(super) fn text(&self, column: usize) -> Result<String> {
        match self {
            Self::Lite(row) => Ok(row.get(column)?),
            #[cfg(feature = "postgres")]
            Self::Remote(row) => Ok(row.try_get(column)?),
        }
    }

    pub(super) fn number(&self, column: usize) -> Result<u64> {
        let signed: i64 = match self {
            Self::Lite(row) => row.get(column)?,
            #[cfg(feature = "postgres")]
            Self::Remote(row) => row.try_get(column)?,
        };
        Ok(u64::try_from(signed).unwrap_or(0))
    }

    /// A number that was written as one of 32 bits.
    pub(super) fn small(&self, column: usize) -> Result<u32> {
        Ok(u32::try_from(self.number(column)?).unwrap_or(u32::MAX))
    }

    pub(super) fn bytes(&self, column: usize) -> Result<Vec<u8>> {
        match self {
            Self::Lite(row) => Ok(row.get(column)?),
            #[cfg(feature = "postgres")]
            Self::Remote(row) => Ok(row.try_get(column)?),
        }
    }
}

/// As the database has it: times and counters never come near the end of it.
impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Value<'_> {
    fn from(yes: bool) -> Self {
        Self::Number(yes.into())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}
