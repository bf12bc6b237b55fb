//! Events as a stream, with a bound.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use parlor_protocol::json::Payload;
use serde::de::DeserializeOwned;

use crate::error::{EventError, EventErrorKind};
use crate::listener::Listener;
use crate::namespace::{Event, size_bytes};

/// The most events that wait to be read from one stream.
///
/// A task that is a thousand events behind does not keep up; holding more would only hide it.
pub const MAX_STREAM_EVENTS: usize = 1024;

/// The most bytes of events that wait to be read from one stream; a single event may be larger.
///
/// As much as a server may send in one message, a few times over.
pub const MAX_STREAM_BYTES: usize = 4 * 1024 * 1024;

/// The events of one name, from the time it was made. It ends when the connection's last handle is dropped.
///
/// When it is not read in time, and more than [`MAX_STREAM_EVENTS`] or [`MAX_STREAM_BYTES`] wait, the oldest are
/// dropped. The next item then says how many, so that nobody takes a stream with a hole for a whole one. An event
/// whose arguments are not a `T` is an error in its place; the stream goes on behind either.
#[must_use = "dropping the stream unsubscribes at once"]
pub struct Events<T> {
    queue: Rc<RefCell<Queue>>,
    _listener: Listener,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Events<T> {
    /// A stream of what `listen` subscribes it to.
    pub(crate) fn new(listen: impl FnOnce(Box<dyn FnMut(&Event)>) -> Listener) -> Self {
        let queue = Rc::<RefCell<Queue>>::default();
        let feed = Feed(Rc::clone(&queue));
        let listener = listen(Box::new(move |event| feed.push(event)));
        Self { queue, _listener: listener, item: PhantomData }
    }

    /// The next event, for whoever has no use for the rest of [`Stream`]. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// As the items of the stream: see [`Events`].
    pub async fn next(&mut self) -> Option<Result<T, EventError>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    fn poll_event(&self, context: &mut Context<'_>) -> Poll<Option<Result<T, EventError>>> {
        let mut queue = self.queue.borrow_mut();
        let missed = std::mem::take(&mut queue.missed);
        if missed > 0 {
            return Poll::Ready(Some(Err(EventError(EventErrorKind::Missed(missed)))));
        }
        let Some((name, payload)) = queue.pop() else {
            if queue.ended {
                return Poll::Ready(None);
            }
            queue.waker = Some(context.waker().clone());
            return Poll::Pending;
        };
        // A `Deserialize` is somebody else's code: it must not find the queue borrowed.
        drop(queue);
        let read = payload.read_event();
        Poll::Ready(Some(read.map_err(|error| EventError::arguments(&name, &error))))
    }
}

impl<T: DeserializeOwned> Stream for Events<T> {
    type Item = Result<T, EventError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(context)
    }
}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<(String, Payload)>,
    bytes: usize,
    missed: u64,
    ended: bool,
    waker: Option<Waker>,
}

impl Queue {
    fn push(&mut self, event: &Event) {
        self.bytes += size_bytes(&event.payload);
        self.events.push_back((event.name.clone(), event.payload.clone()));
        while self.events.len() > MAX_STREAM_EVENTS
            || (self.bytes > MAX_STREAM_BYTES && self.events.len() > 1)
        {
            self.pop();
            self.missed += 1;
        }
    }

    fn pop(&mut self) -> Option<(String, Payload)> {
        let popped = self.events.pop_front();
        self.bytes -= popped.as_ref().map_or(0, |(_, payload)| size_bytes(payload));
        popped
    }
}

/// The listener's end of the queue. It goes when nobody can feed the queue any more.
struct Feed(Rc<RefCell<Queue>>);

impl Feed {
    fn push(&self, event: &Event) {
        self.0.borrow_mut().push(event);
        self.wake();
    }

    fn wake(&self) {
        let waker = self.0.borrow_mut().waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.0.borrow_mut().ended = true;
        self.wake();
    }
}

#[cfg(test)]
mod tests;
