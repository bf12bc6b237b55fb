//! Events that are sent until they are answered: one at a time, in order (Socket.IO client, `retries`).

use alloc::collections::VecDeque;
use core::time::Duration;

use super::{AckError, Emit};
use crate::socket::AckKey;

/// How often an event is sent, and how long its answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How often an event is sent once more when no answer came, until it is given up.
    pub retries: u32,
    /// How long each answer may take, for events that do not say so themselves; `None` waits for the next connection.
    pub timeout: Option<Duration>,
}

/// Events in the order they are to be answered in. Only the first one is on its way.
#[derive(Debug)]
pub(super) struct RetryQueue<D> {
    waiting: VecDeque<Waiting<D>>,
    /// Whether the first one has been sent, and its answer may still come.
    sent: bool,
}

/// One event of a [`RetryQueue`].
#[derive(Debug, Clone)]
pub(super) struct Waiting<D> {
    pub(super) data: D,
    pub(super) compress: bool,
    pub(super) timeout: Option<Duration>,
    key: Option<AckKey>,
    tries: u32,
}

impl<D: Clone> RetryQueue<D> {
    pub(super) const fn new() -> Self {
        Self { waiting: VecDeque::new(), sent: false }
    }

    pub(super) fn push(&mut self, emit: Emit<D>, retry: Retry) {
        let timeout = emit.ack.and_then(|ask| ask.timeout).or(retry.timeout);
        let key = emit.ack.map(|ask| ask.key);
        let Emit { data, compress, .. } = emit;
        self.waiting.push_back(Waiting { data, compress, timeout, key, tries: 0 });
    }

    /// On a new connection the first one is sent whatever became of it on the last one.
    pub(super) const fn begin_again(&mut self) {
        self.sent = false;
    }

    /// The first event, unless it has been sent already. It counts as sent from now on.
    pub(super) fn next_try(&mut self) -> Option<Waiting<D>> {
        let first = self.waiting.front_mut().filter(|_| !self.sent)?;
        first.tries += 1;
        self.sent = true;
        Some(first.clone())
    }

    /// The first one was answered. Gives who waits for that.
    pub(super) fn answered(&mut self) -> Option<AckKey> {
        self.sent = false;
        self.waiting.pop_front()?.key
    }

    /// The first one was not answered. Gives who waits for it, when it is given up.
    pub(super) fn failed(&mut self, error: AckError, retry: Retry) -> Option<AckKey> {
        self.sent = false;
        let first = self.waiting.front()?;
        // Without a time to answer in, the loss of a connection is no failure.
        let counts = first.timeout.is_some() || error == AckError::TimedOut;
        if counts && first.tries > retry.retries { self.waiting.pop_front()?.key } else { None }
    }
}
