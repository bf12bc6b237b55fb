//! The answers to a broadcast: collected until everybody has spoken or left, or the time is over.

mod asked;
mod others;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{error, fmt};

use serde::de::DeserializeOwned;

pub(crate) use self::asked::Asked;
use crate::adapter::AdapterError;
use crate::{AckError, EmitError};

/// The answers to a broadcast on their way: see [`Broadcast::emit_with_ack`](crate::Broadcast::emit_with_ack).
#[must_use = "the answers are in here"]
pub struct BroadcastAckFuture<A> {
    collecting: Pin<Box<dyn Future<Output = Outcome<A>> + Send>>,
}

type Outcome<A> = Result<Vec<A>, BroadcastAckError<A>>;

/// A broadcast did not get all its answers.
#[derive(Debug)]
#[non_exhaustive]
pub enum BroadcastAckError<A> {
    /// The event was not sent to anybody.
    Emit(EmitError),
    /// Not everybody answered.
    Unanswered(Unanswered<A>),
}

/// What a broadcast got when it did not get everything.
#[derive(Debug)]
pub struct Unanswered<A> {
    event: Arc<str>,
    timeout: Duration,
    answers: Vec<A>,
    missing: Vec<Missing>,
    elsewhere: Elsewhere,
}

/// What is missing of other servers' clients, who are not known by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elsewhere {
    servers: usize,
    clients: usize,
    error: Option<AdapterError>,
}

/// A client whose answer is missing.
#[derive(Debug)]
pub struct Missing {
    socket: Arc<str>,
    error: AckError,
}

impl<A> Unanswered<A> {
    /// The event's name.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event
    }

    /// How long the clients had.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The answers that came, in the order in which they came.
    #[must_use]
    pub fn answers(&self) -> &[A] {
        &self.answers
    }

    /// The answers that came.
    #[must_use]
    pub fn into_answers(self) -> Vec<A> {
        self.answers
    }

    /// Who did not answer, or not in the expected form: those of this server.
    #[must_use]
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// What did not come from the other servers of the cluster.
    #[must_use]
    pub const fn elsewhere(&self) -> &Elsewhere {
        &self.elsewhere
    }
}

impl Elsewhere {
    /// How many servers did not say how many clients they have asked, or, of an event between servers, did not answer.
    #[must_use]
    pub const fn servers(&self) -> usize {
        self.servers
    }

    /// How many clients of other servers did not answer, or not in the expected form.
    #[must_use]
    pub const fn clients(&self) -> usize {
        self.clients
    }

    /// Why the other servers could not be asked at all, if so.
    #[must_use]
    pub const fn error(&self) -> Option<&AdapterError> {
        self.error.as_ref()
    }

    const fn is_nothing(&self) -> bool {
        self.servers == 0 && self.clients == 0 && self.error.is_none()
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.error, self.servers) {
            (Some(_), _) => f.write_str("; how many other servers were asked is not known"),
            (None, 0) => Ok(()),
            (None, servers) => write!(f, "; {servers} other servers did not answer"),
        }
    }
}

impl Missing {
    /// The socket's id.
    #[must_use]
    pub fn socket(&self) -> &str {
        &self.socket
    }

    /// Why there is no answer: too late, has left, was not reached by a volatile event, or said something else.
    #[must_use]
    pub const fn error(&self) -> &AckError {
        &self.error
    }
}

impl<A> fmt::Display for BroadcastAckError<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Emit(_) => f.write_str("the event was not sent"),
            Self::Unanswered(Unanswered { event, timeout, answers, missing, elsewhere }) => {
                let missing = missing.len() + elsewhere.clients;
                let asked = answers.len() + missing;
                write!(f, "{missing} of {asked} clients did not answer event `{event}` within {timeout:?}")?;
                elsewhere.fmt(f)
            }
        }
    }
}

impl<A: fmt::Debug> error::Error for BroadcastAckError<A> {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Emit(error) => Some(error),
            Self::Unanswered(_) => None,
        }
    }
}

impl<A: DeserializeOwned + Send + 'static> BroadcastAckFuture<A> {
    pub(crate) fn new(asked: Result<Asked, EmitError>) -> Self {
        Self { collecting: Box::pin(async { asked.map_err(BroadcastAckError::Emit)?.collect().await }) }
    }
}

impl<A> Future for BroadcastAckFuture<A> {
    type Output = Outcome<A>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.collecting.as_mut().poll(cx)
    }
}

impl<A> fmt::Debug for BroadcastAckFuture<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BroadcastAckFuture").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
