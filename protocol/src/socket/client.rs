//! The client's half of one namespace: how far it has got with joining it, and what is kept for it meanwhile.
//!
//! Knows neither sessions nor transports. [`crate::client`] joins the two.

mod join;
mod mailbox;
mod retry;

use core::time::Duration;

pub use self::join::Join;
pub use self::mailbox::{Item, Mailbox, TooManyEarlyEvents};
pub use self::retry::Retry;
use super::AckKey;

/// An event to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emit<D> {
    /// The event's name and arguments.
    pub data: D,
    /// Who waits for the answer, if anybody does.
    pub ack: Option<Ask>,
    /// Better dropped than late: it goes now or never.
    pub volatile: bool,
    /// Whether compressing it is worth the while.
    pub compress: bool,
}

/// The wish for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The driver's name for it.
    pub key: AckKey,
    /// How long to wait, from the emit on, even while there is no connection.
    pub timeout: Option<Duration>,
}

/// Why an answer will not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckError {
    /// The time is up.
    TimedOut,
    /// The event was sent, and the connection was lost before its answer came.
    Disconnected,
}

impl AckError {
    /// The message of the error, as socket.io-client words it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::TimedOut => "operation has timed out",
            Self::Disconnected => "socket has been disconnected",
        }
    }
}

/// What becomes of an event that the user emits now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is sent.
    Send,
    /// It is kept until the namespace is joined.
    Keep,
    /// It is dropped: it is volatile, and cannot leave at once.
    Drop,
}
