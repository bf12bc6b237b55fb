//! What is kept for a socket: events on either side of a connection that is not there, and who waits for answers.

use alloc::vec::Vec;
use core::time::Duration;

use super::retry::RetryQueue;
use super::{AckError, Ask, Emit, Retry, Verdict};
use crate::socket::{AckKey, Pending};
use crate::{Instant, limits};

/// What follows for a socket, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item<D> {
    /// Send an event; with an id, an answer is wanted under it.
    Send {
        /// The id to ask under.
        id: Option<u64>,
        /// Its name and arguments.
        data: D,
        /// Whether compressing it is worth the while.
        compress: bool,
    },
    /// Hand an event to the user; with an id, the answer is wanted.
    Event {
        /// Its name and arguments.
        data: D,
        /// The id to answer under.
        ack: Option<u64>,
    },
    /// An answer came.
    Acked {
        /// Who waited for it.
        key: AckKey,
        /// Its arguments.
        data: D,
    },
    /// An answer will not come.
    AckFailed {
        /// Who waited for it.
        key: AckKey,
        /// Why.
        error: AckError,
    },
}

/// What is kept for one socket. It outlives connections. `D` is the user's data, `W` a short text.
#[derive(Debug)]
pub struct Mailbox<D, W> {
    /// The private id of the session, where the server can recover it.
    pid: Option<W>,
    /// The place of the last event that was handed to the user.
    offset: Option<W>,
    /// The place of the last one that waits in `received`.
    early_offset: Option<W>,
    next_id: u64,
    pending: Pending<Awaited>,
    /// Events that wait for a connection: `sendBuffer`.
    unsent: Vec<Unsent<D>>,
    /// Events that arrived before the server let the socket in: `receiveBuffer`.
    received: Vec<(D, Option<u64>)>,
    retry: Option<Retry>,
    queue: RetryQueue<D>,
}

/// Who waits for an answer: the user, or with `None` the first event of the retry queue.
type Awaited = Option<AckKey>;

#[derive(Debug)]
struct Unsent<D> {
    id: Option<u64>,
    data: D,
    compress: bool,
}

impl<D: Clone, W: PartialEq> Mailbox<D, W> {
    /// An empty one.
    pub const fn new() -> Self {
        Self {
            pid: None,
            offset: None,
            early_offset: None,
            next_id: 0,
            pending: Pending::new(),
            unsent: Vec::new(),
            received: Vec::new(),
            retry: None,
            queue: RetryQueue::new(),
        }
    }

    /// The session that it had, and how far it came in it: what to ask for in CONNECT.
    pub fn earlier(&self) -> Option<(&W, Option<&W>)> {
        Some((self.pid.as_ref()?, self.offset.as_ref()))
    }

    /// From now on each event is sent until it is answered, one after the other, unless it is volatile.
    pub const fn retry(&mut self, retry: Retry) {
        self.retry = Some(retry);
    }

    /// When to call [`Mailbox::handle_timeout`].
    pub const fn deadline(&self) -> Option<Instant> {
        self.pending.deadline()
    }

    /// Gives up on answers whose time has come; an event that was still waiting for a connection is never sent.
    pub fn handle_timeout(&mut self, connected: bool, now: Instant, out: &mut Vec<Item<D>>) {
        loop {
            while let Some((id, awaited)) = self.pending.take_expired(now) {
                self.unsent.retain(|unsent| unsent.id != Some(id));
                self.fail(awaited, AckError::TimedOut, out);
            }
            // An answer that has no time at all is late as soon as it is asked for.
            if !connected || !self.send_first(now, out) {
                break;
            }
        }
    }

    /// Sends an event, keeps it, or drops it.
    pub fn emit(&mut self, emit: Emit<D>, verdict: Verdict, now: Instant, out: &mut Vec<Item<D>>) {
        if let (Some(retry), false) = (self.retry, emit.volatile) {
            self.queue.push(emit, retry);
            if verdict == Verdict::Send {
                self.send_first(now, out);
            }
            return;
        }
        let Emit { data, ack, compress, .. } = emit;
        let id = ack.map(|ask| self.expect_answer(ask, verdict, now));
        match verdict {
            Verdict::Send => out.push(Item::Send { id, data, compress }),
            Verdict::Keep => self.unsent.push(Unsent { id, data, compress }),
            Verdict::Drop => {}
        }
    }

    /// Registers an answer before its event is sent. A dropped event will get none: without a timeout, nobody
    /// would ever hear of it again.
    fn expect_answer(&mut self, ask: Ask, verdict: Verdict, now: Instant) -> u64 {
        if verdict != Verdict::Drop || ask.timeout.is_some() {
            return self.wait(Some(ask.key), ask.timeout, now);
        }
        self.next_id += 1;
        self.next_id - 1
    }

    fn wait(&mut self, awaited: Awaited, timeout: Option<Duration>, now: Instant) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.pending.insert(id, timeout.map(|timeout| now + timeout), awaited);
        id
    }

    /// The server let the socket in: what was kept goes both ways. Gives whether it restored the earlier session.
    pub fn joined(&mut self, pid: Option<W>, now: Instant, out: &mut Vec<Item<D>>) -> bool {
        let recovered = pid.is_some() && pid == self.pid;
        self.pid = pid;
        let early = self.early_offset.take();
        self.came_to(early);
        out.extend(self.received.drain(..).map(|(data, ack)| Item::Event { data, ack }));
        out.extend(self.unsent.drain(..).map(|Unsent { id, data, compress }| Item::Send {
            id,
            data,
            compress,
        }));
        self.queue.begin_again();
        self.send_first(now, out);
        recovered
    }

    /// A server without recovery gives no places: there, a text is the user's.
    fn came_to(&mut self, offset: Option<W>) {
        if self.pid.is_some() && offset.is_some() {
            self.offset = offset;
        }
    }

    /// An event came. `offset` is what the edge read in it, if it wants no answer.
    ///
    /// # Errors
    ///
    /// The server sent more than [`limits::MAX_EARLY_EVENTS`] events without letting the socket in.
    pub fn event(
        &mut self,
        data: D,
        ack: Option<u64>,
        offset: Option<W>,
        connected: bool,
        out: &mut Vec<Item<D>>,
    ) -> Result<(), TooManyEarlyEvents> {
        if connected {
            out.push(Item::Event { data, ack });
            self.came_to(offset);
        } else if self.received.len() < limits::MAX_EARLY_EVENTS {
            self.received.push((data, ack));
            self.early_offset = offset.or(self.early_offset.take());
        } else {
            return Err(TooManyEarlyEvents);
        }
        Ok(())
    }

    /// An answer came: perhaps an unknown one, or a late one.
    pub fn answered(&mut self, id: u64, data: D, now: Instant, out: &mut Vec<Item<D>>) {
        let Some(awaited) = self.pending.take(id) else { return };
        let from_queue = awaited.is_none();
        let key = if from_queue { self.queue.answered() } else { awaited };
        out.extend(key.map(|key| Item::Acked { key, data }));
        if from_queue {
            self.send_first(now, out);
        }
    }

    /// The connection is gone, or the socket has left. What is still kept will be sent on the next connection, and can
    /// still be answered; every other answer can no longer come.
    pub fn left(&mut self, out: &mut Vec<Item<D>>) {
        self.received.clear();
        self.early_offset = None;
        let unsent = &self.unsent;
        let lost = self.pending.take_if(|id, _| unsent.iter().all(|event| event.id != Some(id)));
        for (_, awaited) in lost {
            self.fail(awaited, AckError::Disconnected, out);
        }
    }

    fn fail(&mut self, awaited: Awaited, error: AckError, out: &mut Vec<Item<D>>) {
        let key = match (awaited, self.retry) {
            (None, Some(retry)) => self.queue.failed(error, retry),
            _ => awaited,
        };
        out.extend(key.map(|key| Item::AckFailed { key, error }));
    }

    /// Gives whether there was one to send.
    fn send_first(&mut self, now: Instant, out: &mut Vec<Item<D>>) -> bool {
        let Some(first) = self.queue.next_try() else { return false };
        let id = Some(self.wait(None, first.timeout, now));
        out.push(Item::Send { id, data: first.data, compress: first.compress });
        true
    }
}

impl<D: Clone, W: PartialEq> Default for Mailbox<D, W> {
    fn default() -> Self {
        Self::new()
    }
}

/// The server sent more than [`limits::MAX_EARLY_EVENTS`] events without letting the socket in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyEarlyEvents;
