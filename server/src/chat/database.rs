//! Where the chat keeps what has to survive: a URL, so that another database can have its own one day.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where the chat's rooms, messages and users are stored.
///
/// Its default is `sqlite://parlor.db`: a file in the working folder, made when it is not there.
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
/// assert_eq!(error.to_string(), "`mysql` is no database of the chat: write sqlite://FILE");
/// # Ok::<(), parlor_server::chat::DatabaseUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Memory,
    File(PathBuf),
}

impl Database {
    /// The file; `None` when it is only in memory.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Place::Memory => None,
            Place::File(path) => Some(path),
        }
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
            // Its credentials are not for a log.
            Some((scheme, _)) => {
                Err(DatabaseUrlError(format!("`{scheme}` is no database of the chat: write sqlite://FILE")))
            }
            None => Err(DatabaseUrlError::no_file()),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Memory => f.write_str("sqlite::memory:"),
            Place::File(path) => write!(f, "sqlite://{}", path.display()),
        }
    }
}

/// Why a text is not the URL of a [`Database`]. Always the mistake of who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseUrlError(String);

impl DatabaseUrlError {
    fn no_file() -> Self {
        Self("a database is named by a URL: write sqlite://FILE".to_owned())
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
        let rows: [(&str, Result<Option<&str>, &str>); 7] = [
            ("sqlite://parlor.db", Ok(Some("parlor.db"))),
            ("sqlite:///var/parlor.db", Ok(Some("/var/parlor.db"))),
            ("sqlite::memory:", Ok(None)),
            ("sqlite://", Err("a database is named by a URL: write sqlite://FILE")),
            ("parlor.db", Err("a database is named by a URL: write sqlite://FILE")),
            ("", Err("a database is named by a URL: write sqlite://FILE")),
            (
                "postgres://me:secret@host/db",
                Err("`postgres` is no database of the chat: write sqlite://FILE"),
            ),
        ];
        for (url, expected) in rows {
            let database = url.parse::<Database>().map_err(|error| error.to_string());
            let file = database.as_ref().map(|database| database.file().and_then(Path::to_str));
            assert_eq!(file, expected.map_err(str::to_owned).as_ref().map(|file| *file), "{url}");
        }
    }
}
