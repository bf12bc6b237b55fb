//! A database of a test's own, of either kind.

use crate::chat::Database;
#[cfg(feature = "postgres-tests")]
use crate::chat::postgres::Postgres;
use crate::chat::store::{OpenError, Store};

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Sqlite,
    #[cfg(feature = "postgres-tests")]
    Postgres,
}

impl Kind {
    /// One that is opened once.
    pub(super) fn store(self) -> Store {
        let database = match self {
            Self::Sqlite => "sqlite::memory:".to_owned(),
            #[cfg(feature = "postgres-tests")]
            Self::Postgres => Postgres::shared().database(),
        };
        Store::open(&database.parse().unwrap()).unwrap()
    }
}

/// One that can be opened again, gone with this.
pub(super) struct Home {
    database: Database,
    _folder: tempfile::TempDir,
}

impl Home {
    pub(super) fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("chat.db").display()),
            #[cfg(feature = "postgres-tests")]
            Kind::Postgres => Postgres::shared().database(),
        };
        Self { database: url.parse().unwrap(), _folder: folder }
    }

    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    pub(super) fn open(&self) -> Result<Store, OpenError> {
        Store::open(&self.database)
    }
}
