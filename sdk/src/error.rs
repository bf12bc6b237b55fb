//! What can go wrong, in three families that are never mixed: the caller's mistake, the peer's, the world's.

use std::fmt;

use parlor_protocol::Reason;
use parlor_protocol::client::AttemptError;
use parlor_protocol::engine::client::{Details, Failure};
use parlor_protocol::json::{ArgsError, EncodeError, Payload};
use serde::de::DeserializeOwned;

use crate::auth::AuthError;

/// Why [`Builder::build`](crate::Builder::build) refuses. Always the caller's mistake.
#[derive(Debug)]
pub struct BuildError(pub(crate) BuildErrorKind);

/// What a [`BuildError`] is about.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildErrorKind {
    /// The server's address makes no sense. With what is wrong with it.
    Url(&'static str),
    /// The list of transports is empty.
    NoTransports,
    /// The value for `auth` cannot be one.
    Auth(AuthError),
}

impl BuildError {
    /// What is wrong.
    pub const fn kind(&self) -> &BuildErrorKind {
        &self.0
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            BuildErrorKind::Url(wrong) => write!(f, "the server's address cannot be used: {wrong}"),
            BuildErrorKind::NoTransports => {
                f.write_str("no transports to connect over: name at least one, or leave the default")
            }
            BuildErrorKind::Auth(_) => f.write_str("the value for auth cannot be used"),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            BuildErrorKind::Auth(cause) => Some(cause),
            BuildErrorKind::Url(_) | BuildErrorKind::NoTransports => None,
        }
    }
}

/// Why an emit is refused. The event was not sent and will not be.
#[derive(Debug)]
pub struct EmitError(pub(crate) EmitErrorKind);

/// What an [`EmitError`] is about.
#[derive(Debug)]
#[non_exhaustive]
pub enum EmitErrorKind {
    /// Caller's mistake: the name belongs to the library.
    ReservedName(String),
    /// Caller's mistake: the arguments cannot be written as JSON.
    Encode(EncodeError),
    /// The world: there is no connection, and what waits for one may not grow further.
    BufferFull {
        /// The size of the event that did not fit, in bytes.
        event_bytes: usize,
        /// The bound: [`Builder::max_buffered_bytes`](crate::Builder::max_buffered_bytes).
        max_buffered_bytes: usize,
    },
}

impl EmitError {
    /// What is wrong.
    pub const fn kind(&self) -> &EmitErrorKind {
        &self.0
    }
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            EmitErrorKind::ReservedName(name) => write!(f, "\"{name}\" is a reserved event name"),
            EmitErrorKind::Encode(_) => f.write_str("the event's arguments cannot be written as json"),
            EmitErrorKind::BufferFull { event_bytes, max_buffered_bytes } => write!(
                f,
                "not connected, and {event_bytes} more bytes do not fit into the {max_buffered_bytes} that may \
                 wait: wait for the connection, emit volatile, or raise max_buffered_bytes"
            ),
        }
    }
}

impl std::error::Error for EmitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            EmitErrorKind::Encode(cause) => Some(cause),
            EmitErrorKind::ReservedName(_) | EmitErrorKind::BufferFull { .. } => None,
        }
    }
}

/// Why there is no answer to an [`emit_with_ack`](crate::Socket::emit_with_ack).
#[derive(Debug)]
pub struct AckError(pub(crate) AckErrorKind);

/// What an [`AckError`] is about.
#[derive(Debug)]
#[non_exhaustive]
pub enum AckErrorKind {
    /// The event was refused, and never sent.
    Refused(EmitError),
    /// The peer's answer is not of the type that was asked for.
    Answer(ArgsError),
    /// The world: no answer came in time. Whether the event arrived is unknown.
    TimedOut,
    /// The world: the event was sent and the connection lost before its answer came. Whether it arrived is unknown.
    Disconnected,
    /// The caller dropped every handle of the client.
    Dropped,
}

impl AckError {
    /// What is wrong.
    pub const fn kind(&self) -> &AckErrorKind {
        &self.0
    }
}

impl fmt::Display for AckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            AckErrorKind::Refused(_) => "the event was not sent",
            AckErrorKind::Answer(_) => "the answer is not of the expected type",
            AckErrorKind::TimedOut => "operation has timed out",
            AckErrorKind::Disconnected => "socket has been disconnected",
            AckErrorKind::Dropped => "the client was dropped before the answer came",
        })
    }
}

impl std::error::Error for AckError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            AckErrorKind::Refused(cause) => Some(cause),
            AckErrorKind::Answer(cause) => Some(cause),
            AckErrorKind::TimedOut | AckErrorKind::Disconnected | AckErrorKind::Dropped => None,
        }
    }
}

/// Why an event did not reach a typed listener or stream.
#[derive(Debug, Clone)]
pub struct EventError(pub(crate) EventErrorKind);

/// What an [`EventError`] is about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum EventErrorKind {
    /// The peer sent arguments that are not of the listener's type.
    Arguments {
        /// The event's name.
        event: String,
        /// What is wrong with them, in words.
        reason: String,
    },
    /// The caller's mistake: a stream was not read fast enough, and that many of its oldest events are gone.
    Missed(u64),
}

impl EventError {
    pub(crate) fn arguments(event: &str, error: &ArgsError) -> Self {
        Self(EventErrorKind::Arguments { event: event.into(), reason: error.to_string() })
    }

    /// What is wrong.
    pub const fn kind(&self) -> &EventErrorKind {
        &self.0
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            EventErrorKind::Arguments { event, reason } => {
                write!(f, "the arguments of \"{event}\" are not of the expected type: {reason}")
            }
            EventErrorKind::Missed(count) => {
                write!(f, "{count} events were dropped because the stream was not read in time")
            }
        }
    }
}

impl std::error::Error for EventError {}

/// Why a socket is not connected.
#[derive(Debug, Clone)]
pub struct ConnectError(pub(crate) ConnectErrorKind);

/// What a [`ConnectError`] is about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConnectErrorKind {
    /// The world: there is no connection. Another attempt follows by itself while reconnection is on.
    Attempt(AttemptError),
    /// The peer does not let this socket in. No attempt follows: change `auth`, then connect again.
    Refused(Refusal),
    /// The peer speaks Socket.IO v2.
    WrongProtocol,
    /// The caller's mistake: what the `auth` function gave cannot be an auth. The socket stays away.
    Auth(String),
}

/// What the server said when it did not let a socket in.
#[derive(Debug, Clone)]
pub struct Refusal(pub(crate) Option<Payload>);

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Said {
    Object { message: String },
    Text(String),
}

#[derive(serde::Deserialize)]
struct Data<T> {
    data: T,
}

impl Refusal {
    /// The server's message; empty when there is none.
    pub fn message(&self) -> String {
        match self.0.as_ref().and_then(|payload| payload.read_value().ok()) {
            Some(Said::Object { message } | Said::Text(message)) => message,
            None => String::new(),
        }
    }

    /// The further data that came with the message, when there is some of that type.
    pub fn data<T: DeserializeOwned>(&self) -> Option<T> {
        self.0.as_ref()?.read_value::<Data<T>>().ok().map(|it| it.data)
    }
}

impl ConnectError {
    /// What is wrong.
    pub const fn kind(&self) -> &ConnectErrorKind {
        &self.0
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ConnectErrorKind::Attempt(error) => match error {
                AttemptError::Failed(failure) if failure.status() != 0 => {
                    write!(f, "{} (status {})", failure.message(), failure.status())
                }
                error => f.write_str(error.message()),
            },
            ConnectErrorKind::Refused(refusal) => f.write_str(&refusal.message()),
            ConnectErrorKind::WrongProtocol => f.write_str(parlor_protocol::client::WRONG_PROTOCOL),
            ConnectErrorKind::Auth(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for ConnectError {}

/// How a socket was disconnected. Not an error: an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disconnect {
    pub(crate) reason: Reason,
    pub(crate) details: Details,
}

impl Disconnect {
    /// Why, in Socket.IO's words.
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Whether the client tries to come back by itself, if reconnection is on. When not, only
    /// [`Socket::connect`](crate::Socket::connect) brings the socket back.
    pub const fn reconnects(&self) -> bool {
        !matches!(self.reason, Reason::IoClientDisconnect | Reason::IoServerDisconnect | Reason::ForcedClose)
    }

    /// What is known beyond the reason.
    pub const fn description(&self) -> Option<&'static str> {
        match self.details {
            Details::Failed(failure) => Some(Failure::message(failure)),
            Details::ClosedByServer => Some("transport closed by the server"),
            Details::WebSocketClosed => Some("websocket connection closed"),
            Details::NetworkLost => Some("network connection lost"),
            _ => None,
        }
    }
}

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.as_str())?;
        self.description().map_or(Ok(()), |description| write!(f, " ({description})"))
    }
}
