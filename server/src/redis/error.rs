//! Why what came by Redis was not understood.

use std::{error, fmt};

use parlor_protocol::limits;
use parlor_protocol::socket::DecodeError;

/// A message is not in the format of npm's adapters. It is left out, as Node leaves it out; nothing else is lost.
#[derive(Debug)]
pub(crate) enum FormatError {
    /// It ends in the middle of a value, or announces more than there is.
    Truncated,
    /// There is more behind its end.
    Trailing,
    /// Its arrays and objects nest too deeply.
    TooDeep,
    /// Too many attachments for one packet.
    TooManyAttachments,
    /// A byte that begins no value in msgpack.
    Marker(u8),
    /// An object has an array or an object as a key.
    Key,
    /// It is JSON, but not in UTF-8.
    Utf8,
    /// It is no JSON, or of another shape than its type has.
    Json(serde_json::Error),
    /// What its type cannot be without is not there.
    Missing(&'static str),
    /// Its event has no name, or one that belongs to the library; or its answer is no list.
    Payload(DecodeError),
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the message is cut off"),
            Self::Trailing => f.write_str("there is more behind the end of the message"),
            Self::TooDeep => f.write_str("the message nests too deeply"),
            Self::TooManyAttachments => {
                write!(f, "the message has more than {} attachments", limits::MAX_ATTACHMENTS)
            }
            Self::Marker(byte) => write!(f, "no value in msgpack begins with {byte:#04x}"),
            Self::Key => f.write_str("an object has an array or an object as a key"),
            Self::Utf8 => f.write_str("the message is no valid UTF-8"),
            Self::Json(_) => f.write_str("the message does not have the form that its type has"),
            Self::Missing(what) => write!(f, "the message has no `{what}`"),
            Self::Payload(_) => f.write_str("the message's data cannot be sent on"),
        }
    }
}

impl error::Error for FormatError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            Self::Payload(error) => Some(error),
            _ => None,
        }
    }
}

impl From<serde_json::Error> for FormatError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl From<DecodeError> for FormatError {
    fn from(error: DecodeError) -> Self {
        Self::Payload(error)
    }
}
