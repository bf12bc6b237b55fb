//! Answers, both ways: the future of an answer that we wait for, and the means to answer the server.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use parlor_protocol::Instant;
use parlor_protocol::client::SocketId;
use parlor_protocol::json::{EncodeError, Payload};
use parlor_protocol::socket::AckKey;
use parlor_protocol::socket::client::AckError as Unanswered;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::Connection;
use crate::error::{AckError, AckErrorKind, EmitError};
use crate::namespace::Event;

/// The answer to an [`emit_with_ack`](crate::Socket::emit_with_ack). The event is on its way already.
///
/// Dropping it loses the answer and nothing else. Without a timeout it waits for as long as the connection lasts,
/// and while there is none it waits for the next one.
#[must_use = "the event is sent either way: await the answer, or emit without asking for one"]
pub struct AckFuture<A> {
    state: State,
    answer: PhantomData<fn() -> A>,
}

enum State {
    /// The event was refused; `None` once that has been said.
    Refused(Option<EmitError>),
    Waiting {
        slot: Rc<Slot>,
        key: AckKey,
        connection: Weak<Connection>,
    },
}

impl<A> AckFuture<A> {
    pub(crate) const fn refused(error: EmitError) -> Self {
        Self { state: State::Refused(Some(error)), answer: PhantomData }
    }

    pub(crate) const fn waiting(slot: Rc<Slot>, key: AckKey, connection: Weak<Connection>) -> Self {
        Self { state: State::Waiting { slot, key, connection }, answer: PhantomData }
    }
}

impl<A: DeserializeOwned> Future for AckFuture<A> {
    type Output = Result<A, AckError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.state {
            State::Refused(error) => match error.take() {
                Some(error) => Poll::Ready(Err(AckError(AckErrorKind::Refused(error)))),
                None => Poll::Pending,
            },
            State::Waiting { slot, .. } => match slot.outcome.take() {
                None => {
                    slot.waker.replace(Some(context.waker().clone()));
                    Poll::Pending
                }
                Some(Err(kind)) => Poll::Ready(Err(AckError(kind))),
                Some(Ok(answer)) => {
                    let read = answer.read_args();
                    Poll::Ready(read.map_err(|error| AckError(AckErrorKind::Answer(error))))
                }
            },
        }
    }
}

impl<A> Drop for AckFuture<A> {
    fn drop(&mut self) {
        if let State::Waiting { key, connection, .. } = &self.state
            && let Some(connection) = connection.upgrade()
        {
            connection.waiters.abandon(*key);
        }
    }
}

impl<A> fmt::Debug for AckFuture<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AckFuture").finish_non_exhaustive()
    }
}

/// Where an answer is put down, to be fetched by its future.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    outcome: RefCell<Option<Result<Payload, AckErrorKind>>>,
    waker: RefCell<Option<Waker>>,
}

/// Everybody who waits for an answer.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    waiting: RefCell<BTreeMap<AckKey, Waiter>>,
    next_key: Cell<u32>,
}

#[derive(Debug)]
struct Waiter {
    slot: Rc<Slot>,
    /// The bytes that its event takes while it waits for a connection.
    parked: Option<usize>,
    /// When its event left; nothing is known of one that has waited.
    sent: Option<Instant>,
}

impl Waiters {
    pub(crate) fn register(&self) -> (AckKey, Rc<Slot>) {
        let mut waiting = self.waiting.borrow_mut();
        let mut key = AckKey(self.next_key.get());
        // Keys come round again after four billion questions; some of the old ones may still be open.
        while waiting.contains_key(&key) {
            key = AckKey(key.0.wrapping_add(1));
        }
        self.next_key.set(key.0.wrapping_add(1));
        let slot = Rc::<Slot>::default();
        waiting.insert(key, Waiter { slot: Rc::clone(&slot), parked: None, sent: None });
        (key, slot)
    }

    pub(crate) fn forget(&self, key: AckKey) {
        let waiter = self.waiting.borrow_mut().remove(&key);
        // Not a failure: whoever forgets does not want to hear of it.
        if let Some(waiter) = &waiter {
            waiter.slot.waker.replace(None);
        }
    }

    /// Nobody waits any more. An event that still takes room stays known, so that the room is given back.
    pub(crate) fn abandon(&self, key: AckKey) {
        let parked = self.waiting.borrow().get(&key).is_some_and(|waiter| waiter.parked.is_some());
        if !parked {
            self.forget(key);
        }
    }

    pub(crate) fn park(&self, key: AckKey, bytes: usize) {
        if let Some(waiter) = self.waiting.borrow_mut().get_mut(&key) {
            waiter.parked = Some(bytes);
        }
    }

    pub(crate) fn unpark(&self, key: AckKey) -> Option<usize> {
        self.waiting.borrow_mut().get_mut(&key).and_then(|waiter| waiter.parked.take())
    }

    pub(crate) fn sent(&self, key: AckKey, now: Instant) {
        if let Some(waiter) = self.waiting.borrow_mut().get_mut(&key) {
            waiter.sent = Some(now);
        }
    }

    /// Gives when the event left, if that is known.
    pub(crate) fn answered(&self, key: AckKey, answer: Payload) -> Option<Instant> {
        let waiter = self.waiting.borrow_mut().remove(&key)?;
        waiter.slot.settle(Ok(answer));
        waiter.sent
    }

    pub(crate) fn failed(&self, key: AckKey, error: Unanswered) {
        let waiter = self.waiting.borrow_mut().remove(&key);
        if let Some(waiter) = waiter {
            waiter.slot.settle(Err(match error {
                Unanswered::TimedOut => AckErrorKind::TimedOut,
                Unanswered::Disconnected => AckErrorKind::Disconnected,
            }));
        }
    }
}

impl Drop for Waiters {
    fn drop(&mut self) {
        for waiter in std::mem::take(self.waiting.get_mut()).into_values() {
            waiter.slot.settle(Err(AckErrorKind::Dropped));
        }
    }
}

impl Slot {
    fn settle(&self, outcome: Result<Payload, AckErrorKind>) {
        self.outcome.replace(Some(outcome));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The means to answer an event of the server, once, now or later.
///
/// Dropping it answers nothing; the server will then wait until its own patience ends. Of several listeners to
/// one event, the first to answer is heard.
#[derive(Debug)]
#[must_use = "the server waits for an answer: send one"]
pub struct Ack {
    connection: Weak<Connection>,
    socket: SocketId,
    id: Rc<Cell<Option<u64>>>,
}

impl Ack {
    pub(crate) fn of(event: &Event) -> Self {
        Self { connection: event.connection.clone(), socket: event.socket, id: Rc::clone(&event.ack) }
    }

    /// Whether the server still waits for an answer to this event.
    pub fn is_wanted(&self) -> bool {
        self.id.get().is_some()
    }

    /// Answers. A tuple is the list of arguments, `()` none, any other value the only one. Does nothing when no
    /// answer was asked for, when somebody has answered, or when the connection is gone.
    ///
    /// # Errors
    ///
    /// `value` cannot be written as JSON. Then nothing is sent.
    pub fn send<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        let args = Payload::args(value)?;
        if let (Some(id), Some(connection)) = (self.id.take(), self.connection.upgrade()) {
            connection.answer(self.socket, id, args);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
