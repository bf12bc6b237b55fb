//! The answers to a broadcast: collected until everybody has spoken or left, or the time is over.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{error, fmt, mem};

use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio::time::{self, Instant};

use crate::ack::{Answer, Share};
use crate::clock;
use crate::{AckError, EmitError, Socket};

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

    /// Who did not answer, or not in the expected form.
    #[must_use]
    pub fn missing(&self) -> &[Missing] {
        &self.missing
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
            Self::Unanswered(Unanswered { event, timeout, answers, missing }) => {
                let (missing, asked) = (missing.len(), answers.len() + missing.len());
                write!(f, "{missing} of {asked} clients did not answer event `{event}` within {timeout:?}")
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

/// A question that went to many. Dropping it gives up on the answers that have not come.
pub(crate) struct Asked {
    id: u64,
    event: Arc<str>,
    timeout: Duration,
    deadline: Instant,
    /// Those who have been asked; `None` once they have spoken.
    silent: Vec<Option<Socket>>,
    /// Not bounded here, but each who is asked speaks once.
    said: mpsc::UnboundedReceiver<(usize, Answer)>,
    speaking: Option<mpsc::UnboundedSender<(usize, Answer)>>,
}

impl Asked {
    pub(crate) fn new(id: u64, event: &str, timeout: Duration) -> Self {
        let (speaking, said) = mpsc::unbounded_channel();
        let now = Instant::now();
        // A time that is too long for the clock never comes.
        let deadline = now.checked_add(timeout).unwrap_or(now + clock::FAR);
        Self {
            id,
            event: event.into(),
            timeout,
            deadline,
            silent: Vec::new(),
            said,
            speaking: Some(speaking),
        }
    }

    /// Before they are asked: a fast answer would be lost.
    pub(crate) fn wait_for<'a>(&mut self, recipients: impl Iterator<Item = &'a Socket>) {
        let Some(speaking) = self.speaking.take() else { return };
        // One that is being sent away is in its rooms for a moment more, and is not asked.
        for recipient in recipients.filter(|recipient| recipient.is_connected()) {
            let share = Share::new(self.silent.len(), speaking.clone());
            self.silent.push(Some(recipient.clone()));
            recipient.acks().0.wait_among_many(self.id, share);
        }
    }

    async fn collect<A: DeserializeOwned>(mut self) -> Outcome<A> {
        let (mut answers, mut missing) = (Vec::new(), Vec::new());
        // Ends by itself when everybody has spoken or left.
        while let Ok(Some((index, answer))) = time::timeout_at(self.deadline, self.said.recv()).await {
            let Some(socket) = self.silent.get_mut(index).and_then(Option::take) else { continue };
            let answer = answer.map_err(AckError::from);
            match answer.and_then(|args| args.read_args().map_err(AckError::Args)) {
                Ok(answer) => answers.push(answer),
                Err(error) => missing.push(Missing { socket: socket.shared_id(), error }),
            }
        }
        for socket in self.give_up() {
            let error = AckError::TimedOut { event: self.event.clone(), timeout: self.timeout };
            missing.push(Missing { socket: socket.shared_id(), error });
        }
        if missing.is_empty() {
            return Ok(answers);
        }
        let (event, timeout) = (self.event.clone(), self.timeout);
        Err(BroadcastAckError::Unanswered(Unanswered { event, timeout, answers, missing }))
    }

    /// Those who have not spoken are not waited for any more.
    fn give_up(&mut self) -> impl Iterator<Item = Socket> + use<> {
        let id = self.id;
        let silent = mem::take(&mut self.silent).into_iter().flatten();
        silent.inspect(move |socket| socket.acks().0.forget(id))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.give_up().for_each(drop);
    }
}

#[cfg(test)]
mod tests;
