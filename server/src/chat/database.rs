//! Where the chat keeps what has to survive: a URL, which says what kind of database it is.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

#[cfg(feature = "postgres")]
pub(super) use postgres::PostgresUrl;

#[cfg(feature = "postgres")]
mod postgres;

/// Where the chat's rooms, messages and users are stored.
///
/// Its default is `sqlite://parlor.db`: a file in the working folder, made when it is not there. Several servers have one
/// history when they share a PostgreSQL, which takes the feature `postgres`.
///
/// With the feature `postgres-tls` and `?sslmode=require` in the URL, PostgreSQL is spoken to by TLS: the certificate has to be for
/// that host, and from somebody whom the system trusts, or in its place the file that the environment names as `SSL_CERT_FILE`. So
/// this is what others call `verify-full`. Without it there is no TLS, also where the database has it. Where the program has
/// chosen no cryptography for [rustls](https://docs.rs/rustls), the first such connection chooses ring.
///
/// # Examples
///
/// ```
/// use parlor_server::chat::Database;
///
/// let database: Database = "sqlite:///var/lib/parlor/chat.db".parse()?;
/// assert_eq!(database.to_string(), "sqlite:///var/lib/parlor/chat.db");
/// assert_eq!(Database::default().to_string(), "sqlite://parlor.db");
/// // For tests: it ends with the server.
/// let memory: Database = "sqlite::memory:".parse()?;
///
/// let error = "mysql://localhost".parse::<Database>().unwrap_err();
/// let sentence = "`mysql` is no database of the chat: write sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE";
/// assert_eq!(error.to_string(), sentence);
/// # Ok::<(), parlor_server::chat::DatabaseUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Memory,
    File(PathBuf),
    #[cfg(feature = "postgres")]
    Postgres(PostgresUrl),
}

impl Database {
    /// The file; `None` when it is only in memory, or somewhere else.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Place::Memory => None,
            Place::File(path) => Some(path),
            #[cfg(feature = "postgres")]
            Place::Postgres(_) => None,
        }
    }

    /// Whether several servers may have it together.
    pub(super) fn is_shared(&self) -> bool {
        match &self.0 {
            Place::Memory | Place::File(_) => false,
            #[cfg(feature = "postgres")]
            Place::Postgres(_) => true,
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.0
    }
}

impl Default for Database {
    fn default() -> Self {
        Self(Place::File("parlor.db".into()))
    }
}

impl FromStr for Database {
    type Err = DatabaseUrlError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if url == "sqlite::memory:" {
            return Ok(Self(Place::Memory));
        }
        match url.split_once("://") {
            Some(("sqlite", "")) => Err(DatabaseUrlError::no_file()),
            Some(("sqlite", file)) => Ok(Self(Place::File(file.into()))),
            #[cfg(feature = "postgres")]
            Some(("postgres" | "postgresql", _)) => Ok(Self(Place::Postgres(url.parse()?))),
            #[cfg(not(feature = "postgres"))]
            Some(("postgres" | "postgresql", _)) => Err(DatabaseUrlError(
                "this server was built without PostgreSQL: write sqlite://FILE".to_owned(),
            )),
            // Its credentials are not for a log.
            Some((scheme, _)) => {
                Err(DatabaseUrlError(format!("`{scheme}` is no database of the chat: {WHAT_TO_WRITE}")))
            }
            None => Err(DatabaseUrlError::no_file()),
        }
    }
}

/// Without the password, if it has one.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Memory => f.write_str("sqlite::memory:"),
            Place::File(path) => write!(f, "sqlite://{}", path.display()),
            #[cfg(feature = "postgres")]
            Place::Postgres(url) => write!(f, "{url}"),
        }
    }
}

const WHAT_TO_WRITE: &str = "write sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE";

/// Why a text is not the URL of a [`Database`]. Always the mistake of who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseUrlError(String);

impl DatabaseUrlError {
    fn no_file() -> Self {
        Self(format!("a database is named by a URL: {WHAT_TO_WRITE}"))
    }
}

impl fmt::Display for DatabaseUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for DatabaseUrlError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_names_a_file_or_memory_and_nothing_else() {
        const NO_URL: &str =
            "a database is named by a URL: write sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE";
        let rows: [(&str, Result<Option<&str>, &str>); 7] = [
            ("sqlite://parlor.db", Ok(Some("parlor.db"))),
            ("sqlite:///var/parlor.db", Ok(Some("/var/parlor.db"))),
            ("sqlite::memory:", Ok(None)),
            ("sqlite://", Err(NO_URL)),
            ("parlor.db", Err(NO_URL)),
            ("", Err(NO_URL)),
            (
                "mysql://me:secret@host/db",
                Err(
                    "`mysql` is no database of the chat: write sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE",
                ),
            ),
        ];
        for (url, expected) in rows {
            let database = url.parse::<Database>().map_err(|error| error.to_string());
            let file = database.as_ref().map(|database| database.file().and_then(Path::to_str));
            assert_eq!(file, expected.map_err(str::to_owned).as_ref().map(|file| *file), "{url}");
        }
    }

    #[cfg(not(feature = "postgres"))]
    #[test]
    fn postgresql_is_missing_in_a_server_that_was_built_without_it() {
        let error = "postgres://me:secret@host/db".parse::<Database>().unwrap_err();
        assert_eq!(error.to_string(), "this server was built without PostgreSQL: write sqlite://FILE");
    }
}
