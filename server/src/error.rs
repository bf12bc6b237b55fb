//! What can go wrong for the application. What a client does wrong is answered and logged where it happens.

use std::sync::Arc;
use std::time::Duration;
use std::{error, fmt};

use parlor_protocol::json::{ArgsError, EncodeError};
use parlor_protocol::socket::DecodeError;

use crate::Refusal;
use crate::adapter::AdapterError;
use crate::queue::Unsent;

/// An event was not sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum EmitError {
    /// The event's name is reserved, or its arguments have no form in JSON.
    Encode(EncodeError),
    /// The event's name is reserved between servers.
    Reserved,
    /// The socket is not connected: not yet, or not any more.
    NotConnected,
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode(_) => "the event cannot be written as a packet",
            Self::Reserved => "the event's name is reserved: choose another",
            Self::NotConnected => "the socket is not connected",
        })
    }
}

impl error::Error for EmitError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            Self::Reserved | Self::NotConnected => None,
        }
    }
}

impl From<EncodeError> for EmitError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

/// An answer did not come.
#[derive(Debug)]
#[non_exhaustive]
pub enum AckError {
    /// The event was not sent.
    Emit(EmitError),
    /// The client did not answer in the time that it was given.
    TimedOut {
        /// The event's name.
        event: Arc<str>,
        /// How long it had.
        timeout: Duration,
    },
    /// The event was volatile, and the client could not take it at once: nobody will answer.
    Dropped,
    /// The client has left without an answer.
    Disconnected,
    /// The client is connected to another server of the cluster, and nobody can be asked there.
    Cluster(AdapterError),
    /// The answer has another form.
    Args(ArgsError),
}

impl fmt::Display for AckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Emit(_) => f.write_str("the event was not sent"),
            Self::TimedOut { event, timeout } => {
                write!(f, "event `{event}` was not answered within {timeout:?}")
            }
            Self::Dropped => f.write_str("the volatile event was dropped"),
            Self::Disconnected => f.write_str("socket has been disconnected"),
            Self::Cluster(_) => f.write_str("the client's server could not be asked"),
            Self::Args(_) => f.write_str("the answer does not have the expected form"),
        }
    }
}

impl error::Error for AckError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Emit(error) => Some(error),
            Self::Args(error) => Some(error),
            Self::Cluster(error) => Some(error),
            Self::TimedOut { .. } | Self::Dropped | Self::Disconnected => None,
        }
    }
}

impl From<EmitError> for AckError {
    fn from(error: EmitError) -> Self {
        Self::Emit(error)
    }
}

impl From<Unsent> for AckError {
    fn from(why: Unsent) -> Self {
        match why {
            Unsent::Closed => Self::Disconnected,
            Unsent::Dropped => Self::Dropped,
        }
    }
}

/// Something is wrong with what a client sent: see [`Socket::on_error`](crate::Socket::on_error).
#[derive(Debug)]
#[non_exhaustive]
pub enum SocketError {
    /// An event's arguments do not fit the type that its handler takes.
    Args {
        /// The event's name.
        event: String,
        /// What does not fit.
        source: ArgsError,
    },
    /// A middleware refused an event: see [`Socket::middleware`](crate::Socket::middleware).
    Refused {
        /// The name under which the event came to that middleware.
        event: String,
        /// What the middleware said.
        refusal: Refusal,
    },
    /// The client sent what is no packet: its connection is being closed.
    Malformed(DecodeError),
}

impl fmt::Display for SocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Args { event, .. } => {
                write!(f, "the arguments of event `{event}` do not have the expected form")
            }
            Self::Refused { event, refusal } => {
                write!(f, "event `{event}` was refused: {}", refusal.message())
            }
            Self::Malformed(_) => f.write_str("the client sent what is no packet"),
        }
    }
}

impl error::Error for SocketError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Args { source, .. } => Some(source),
            Self::Refused { .. } => None,
            Self::Malformed(error) => Some(error),
        }
    }
}

/// A pattern for namespaces is no regular expression, or none that can be matched in linear time: see
/// [`Server::of_pattern`](crate::Server::of_pattern).
#[derive(Debug)]
pub struct PatternError(pub(crate) regex_lite::Error);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the pattern is not a regular expression without look-arounds and back references")
    }
}

impl error::Error for PatternError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.0)
    }
}
