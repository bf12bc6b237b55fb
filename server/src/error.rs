//! What can go wrong for the application. What a client does wrong is answered and logged where it happens.

use std::{error, fmt};

use parlor_protocol::json::{ArgsError, EncodeError};

/// An event was not sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum EmitError {
    /// The event's name is reserved, or its arguments have no form in JSON.
    Encode(EncodeError),
    /// The socket is not connected: not yet, or not any more.
    NotConnected,
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode(_) => "the event cannot be written as a packet",
            Self::NotConnected => "the socket is not connected",
        })
    }
}

impl error::Error for EmitError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            Self::NotConnected => None,
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
    TimedOut,
    /// The client has left without an answer.
    Disconnected,
    /// The answer has another form.
    Args(ArgsError),
}

impl fmt::Display for AckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Emit(_) => "the event was not sent",
            Self::TimedOut => "operation has timed out",
            Self::Disconnected => "socket has been disconnected",
            Self::Args(_) => "the answer does not have the expected form",
        })
    }
}

impl error::Error for AckError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Emit(error) => Some(error),
            Self::Args(error) => Some(error),
            Self::TimedOut | Self::Disconnected => None,
        }
    }
}

impl From<EmitError> for AckError {
    fn from(error: EmitError) -> Self {
        Self::Emit(error)
    }
}

/// An event came whose arguments a handler cannot take: see [`Socket::on_error`](crate::Socket::on_error).
#[derive(Debug)]
pub struct EventError {
    event: String,
    source: ArgsError,
}

impl EventError {
    pub(crate) const fn new(event: String, source: ArgsError) -> Self {
        Self { event, source }
    }

    /// The event's name.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the arguments of event `{}` do not have the expected form", self.event)
    }
}

impl error::Error for EventError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.source)
    }
}
