//! Why the database did not do what it was asked.

use std::error::Error;
use std::fmt;

use rusqlite::ErrorCode;
#[cfg(feature = "postgres")]
use tokio_postgres::error::{DbError, Severity, SqlState};

/// Why the database did not do what it was asked. What it was asked to keep, and who it is for, is never in the text.
#[derive(Debug)]
pub(in super::super::super) enum Fault {
    Lite(rusqlite::Error),
    #[cfg(feature = "postgres")]
    Remote(tokio_postgres::Error),
    /// It did not answer in time.
    #[cfg(feature = "postgres")]
    Silent,
    /// There is no connection to it at the moment; the log has said so.
    #[cfg(feature = "postgres")]
    Away,
    /// Something in the transaction failed before, and so does all of it.
    #[cfg(feature = "postgres")]
    Spoilt,
}

impl Fault {
    /// Whether it is what was to be written that the database refuses, and not everything.
    pub(in super::super::super) fn is_of_one(&self) -> bool {
        match self {
            Self::Lite(error) => matches!(
                error.sqlite_error_code(),
                None | Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig)
            ),
            // 22 is of the data, and 23 of the constraints.
            #[cfg(feature = "postgres")]
            Self::Remote(error) => error.code().is_some_and(|state| is_of_class(state, &["22", "23"])),
            #[cfg(feature = "postgres")]
            Self::Silent | Self::Away | Self::Spoilt => false,
        }
    }

    /// Whether the database cannot be reached, which the log mentions once, and not for everything that is asked meanwhile.
    pub(in super::super::super) fn is_outage(&self) -> bool {
        match self {
            Self::Lite(_) => false,
            #[cfg(feature = "postgres")]
            fault => fault.ends_connection(),
        }
    }

    /// Whether nothing more is to be had of the connection.
    #[cfg(feature = "postgres")]
    pub(super) fn ends_connection(&self) -> bool {
        match self {
            Self::Silent | Self::Away => true,
            Self::Lite(_) | Self::Spoilt => false,
            Self::Remote(error) => match error.as_db_error() {
                Some(error) => ends_session(error),
                // All others are of the network, or of a server that does not speak as it should.
                None => true,
            },
        }
    }
}

/// A server that ends sessions says so as an error that is fatal. One that may only be read has been replaced by another, and
/// the next connection finds that.
#[cfg(feature = "postgres")]
fn ends_session(error: &DbError) -> bool {
    let is_fatal = matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
    is_fatal || *error.code() == SqlState::READ_ONLY_SQL_TRANSACTION || is_of_class(error.code(), &["08"])
}

#[cfg(feature = "postgres")]
fn is_of_class(state: &SqlState, classes: &[&str]) -> bool {
    classes.iter().any(|class| state.code().starts_with(class))
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lite(error) => write!(f, "{error}"),
            #[cfg(feature = "postgres")]
            Self::Remote(error) => match error.as_db_error() {
                // Its details quote what was to be written.
                Some(error) => write!(f, "{} ({})", error.message(), error.code().code()),
                None => write!(f, "{error}"),
            },
            #[cfg(feature = "postgres")]
            Self::Silent => f.write_str("the database did not answer in time"),
            #[cfg(feature = "postgres")]
            Self::Away => f.write_str("there is no connection to the database"),
            #[cfg(feature = "postgres")]
            Self::Spoilt => f.write_str("the transaction failed before its end"),
        }
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Lite(error) => error.source(),
            #[cfg(feature = "postgres")]
            Self::Remote(error) if error.as_db_error().is_none() => error.source(),
            #[cfg(feature = "postgres")]
            Self::Remote(_) | Self::Silent | Self::Away | Self::Spoilt => None,
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Lite(error)
    }
}

#[cfg(feature = "postgres")]
impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Remote(error)
    }
}
