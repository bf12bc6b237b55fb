//! What waits for one client: the only place where its bytes are counted.
//!
//! Rules:
//! * Anybody may push, from any thread; nobody waits for the client. The connection's task takes, when the client is
//!   ready for more.
//! * Over its bound the queue gives up for good: it drops what it holds, and the task ends the connection. An ordered
//!   stream with a hole in it would be worse.
//! * A farewell (a DISCONNECT, the end of the connection) stands in line with the packets before it, and makes the
//!   task take all of them at once: a slow client does not delay its own end.
//! * The task is woken only when it sleeps and has something to do. What a broadcast adds while the task sleeps is
//!   written in its place, if it has left its [`Outlet`] here: see [`flush`].

pub(crate) mod flush;

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use bytes::Bytes;
use parlor_protocol::socket::Namespace as Name;

use self::flush::Flush;
use crate::outlet::Outlet;
use crate::prepared::{Encoded, Prepared};
use crate::recovery::Replay;
use crate::sync::lock;

/// What a packet costs beside its bytes: its place in the queue, and its share of what every recipient holds.
const PACKET_OVERHEAD_BYTES: usize = 64;

/// How much is handed to a transport in one go. Enough that system calls do not matter, little beside
/// `max_queue_bytes`; a longer packet goes alone.
pub(crate) const MAX_BATCH_BYTES: usize = 256 * 1024;

/// Room for packets that an empty queue keeps; an idle client holds no memory for a burst that is over.
const MAX_KEPT_SLOTS: usize = 8;

/// The part of its bound from which a queue is behind. What is left must hold what the handler of one more event
/// emits.
const BEHIND_DIVISOR: usize = 4;

#[derive(Debug)]
pub(crate) struct Queue {
    max_bytes: usize,
    /// Whether the transport would take a packet now: what `volatile` asks.
    writable: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    items: VecDeque<Item>,
    bytes: usize,
    farewells: usize,
    end: Option<End>,
    sleeper: Option<Sleeper>,
    flush: Flush,
    /// What is left of a frame of which a flush has written the beginning.
    rest: Option<Bytes>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The bound was passed; the task has not heard of it.
    Overflowed {
        bytes: usize,
    },
    Closed,
}

/// The task, when it sleeps.
#[derive(Debug)]
struct Sleeper {
    waker: Waker,
    /// It could send at once. Otherwise the transport wakes it.
    for_packets: bool,
    /// By which it would send.
    outlet: Option<Outlet>,
}

#[derive(Debug)]
enum Item {
    Packet(Encoded),
    /// What a client missed. It is read piece by piece, and costs the queue nothing.
    Replay(Arc<Replay>),
    Farewell(Farewell),
}

/// How the application ends things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// The client leaves one namespace.
    Namespace(Name),
    /// The client leaves all namespaces, then the connection ends.
    Connection,
    /// The server goes down: the connection ends without a word to its namespaces, so that the client comes again.
    GoAway,
    /// The server goes down: the connection ends, and what still waits is not sent.
    Shutdown,
    /// The client has come back on another connection: this one ends, and what still waits is not sent.
    Replaced,
}

/// What the task has to do next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Send these.
    Send(Vec<Prepared>),
    /// Send the next part of this, and when there is nothing more, [`Queue::end_replay`].
    Replay(Arc<Replay>),
    /// End this.
    Farewell(Farewell),
    /// Cut a client off that fell behind by so many bytes. Comes once.
    Overflow {
        bytes: usize,
    },
    Nothing,
}

/// How a packet got into the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// It will be sent.
    Queued,
    /// It waits for a flush, which whoever pushed it must now begin.
    Awaited,
}

/// Who sends what is pushed to a connection whose task sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The task, which is woken.
    Task,
    /// Whoever pushes, who has many to push to.
    Flush,
}

/// What the task finds when it wakes up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// It has its transport for itself. Before anything else it must send the rest of a frame, if there is one.
    Free(Option<Bytes>),
    /// A flush is writing to it. Until that wakes the task, in a moment, it must do nothing.
    Flushing,
}

/// The client is gone, or was too slow.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed;

/// Why a packet does not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsent {
    /// The client is gone, or was too slow.
    Closed,
    /// It was volatile, and would not have left at once.
    Dropped,
}

impl Queue {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, writable: AtomicBool::new(false), state: Mutex::default() }
    }

    /// Adds a packet behind the others.
    ///
    /// # Errors
    ///
    /// The connection has ended, or ends because of this packet.
    pub(crate) fn push(&self, packet: Encoded, by: By) -> Result<Pushed, Closed> {
        let mut state = lock(&self.state);
        if state.end.is_some() {
            return Err(Closed);
        }
        let bytes = state.bytes + packet.wire_bytes() + PACKET_OVERHEAD_BYTES;
        if bytes > self.max_bytes && state.bytes > 0 {
            *state = State {
                end: Some(End::Overflowed { bytes }),
                sleeper: state.sleeper.take(),
                flush: mem::take(&mut state.flush),
                ..State::default()
            };
            state.wake(|_| true);
            return Err(Closed);
        }
        Ok(state.add(packet, by))
    }

    /// Adds a packet if it would leave at once, and drops it otherwise.
    ///
    /// # Errors
    ///
    /// It was dropped.
    pub(crate) fn push_volatile(&self, packet: Encoded, by: By) -> Result<Pushed, Unsent> {
        if !self.writable.load(Ordering::Relaxed) {
            return Err(Unsent::Dropped);
        }
        let mut state = lock(&self.state);
        if !state.items.is_empty() || state.end.is_some() {
            return Err(Unsent::Dropped);
        }
        Ok(state.add(packet, by))
    }

    /// [`Queue::push_volatile`] or [`Queue::push`].
    ///
    /// # Errors
    ///
    /// As [`Queue::push`], or it was dropped.
    pub(crate) fn push_flagged(&self, packet: Encoded, volatile: bool, by: By) -> Result<Pushed, Unsent> {
        if volatile {
            return self.push_volatile(packet, by);
        }
        self.push(packet, by).map_err(|Closed| Unsent::Closed)
    }

    /// Adds what the client missed behind the others. It is not counted: it is not here.
    pub(crate) fn push_replay(&self, replay: Arc<Replay>) {
        let mut state = lock(&self.state);
        if state.end.is_none() {
            state.items.push_back(Item::Replay(replay));
            state.wake(|sleeper| sleeper.for_packets);
        }
    }

    /// The replay that stands first is done.
    pub(crate) fn end_replay(&self) {
        let mut state = lock(&self.state);
        if matches!(state.items.front(), Some(Item::Replay(_))) {
            state.items.pop_front();
        }
    }

    pub(crate) fn push_farewell(&self, farewell: Farewell) {
        let mut state = lock(&self.state);
        if state.end.is_none() {
            if farewell == Farewell::Replaced {
                state.items.retain(|item| matches!(item, Item::Farewell(_)));
                state.bytes = 0;
            }
            state.farewells += 1;
            state.items.push_back(Item::Farewell(farewell));
            state.wake(|_| true);
        }
    }

    /// How much waits, overhead included.
    pub(crate) fn bytes(&self) -> usize {
        lock(&self.state).bytes
    }

    /// Whether so much waits that the client should get what it has asked for before it asks for more.
    pub(crate) fn is_behind(&self) -> bool {
        self.bytes() > self.max_bytes / BEHIND_DIVISOR
    }

    /// What to do next. Packets are given out only to a transport that takes them, or before a farewell.
    pub(crate) fn next(&self, writable: bool) -> Next {
        let mut state = lock(&self.state);
        if let Some(End::Overflowed { bytes }) = state.end {
            state.end = Some(End::Closed);
            return Next::Overflow { bytes };
        }
        if let Some(Item::Farewell(farewell)) = state.items.front() {
            let farewell = farewell.clone();
            state.items.pop_front();
            state.farewells -= 1;
            return Next::Farewell(farewell);
        }
        if !writable && state.farewells == 0 {
            return Next::Nothing;
        }
        match state.items.front() {
            Some(Item::Replay(replay)) => Next::Replay(replay.clone()),
            _ => state.take_batch(),
        }
    }

    /// The task begins to work: until [`Queue::sleep`] it need not be woken, and nobody writes in its place.
    pub(crate) fn wake_up(&self, cx: &Context<'_>) -> Woken {
        let mut state = lock(&self.state);
        state.sleeper = None;
        if state.flush.is_recalled_by(cx) {
            return Woken::Flushing;
        }
        Woken::Free(state.rest.take())
    }

    /// The task has nothing more to do. False when that is not so any more; then it must not sleep. With an outlet,
    /// whatever was sent before has been written, and flushes may write while it sleeps.
    pub(crate) fn sleep(&self, cx: &Context<'_>, writable: bool, outlet: Option<Outlet>) -> bool {
        let mut state = lock(&self.state);
        let is_idle = match state.end {
            Some(End::Overflowed { .. }) => false,
            Some(End::Closed) => true,
            None => state.farewells == 0 && (!writable || state.items.is_empty()),
        };
        if is_idle {
            state.sleeper = Some(Sleeper { waker: cx.waker().clone(), for_packets: writable, outlet });
        }
        is_idle
    }

    /// Tells whether the transport would take a packet now.
    pub(crate) fn set_writable(&self, writable: bool) {
        self.writable.store(writable, Ordering::Relaxed);
    }

    /// The connection has ended: drops what waits, and takes nothing more.
    pub(crate) fn close(&self) {
        self.set_writable(false);
        *lock(&self.state) = State { end: Some(End::Closed), ..State::default() };
    }
}

impl State {
    fn add(&mut self, packet: Encoded, by: By) -> Pushed {
        self.bytes += packet.wire_bytes() + PACKET_OVERHEAD_BYTES;
        self.items.push_back(Item::Packet(packet));
        if self.flush.is_begun() {
            return Pushed::Queued;
        }
        if by == By::Flush && self.sleeper.as_ref().is_some_and(|sleeper| sleeper.outlet.is_some()) {
            self.flush = Flush::Awaited;
            return Pushed::Awaited;
        }
        self.wake(|sleeper| sleeper.for_packets);
        Pushed::Queued
    }

    fn wake(&mut self, wanted: impl FnOnce(&mut Sleeper) -> bool) {
        if let Some(sleeper) = self.sleeper.take_if(wanted) {
            sleeper.waker.wake();
        }
    }

    /// As many packets as go in one batch; at least one if there is one.
    fn take_batch(&mut self) -> Next {
        let mut messages = Vec::new();
        let mut batch_bytes = 0;
        while let Some(Item::Packet(packet)) = self.items.front() {
            if batch_bytes > 0 && batch_bytes + packet.wire_bytes() > MAX_BATCH_BYTES {
                break;
            }
            batch_bytes += packet.wire_bytes();
            self.bytes -= packet.wire_bytes() + PACKET_OVERHEAD_BYTES;
            if let Some(Item::Packet(packet)) = self.items.pop_front() {
                packet.push_to(&mut messages);
            }
        }
        if self.items.is_empty() && self.items.capacity() > MAX_KEPT_SLOTS {
            self.items = VecDeque::new();
        }
        if messages.is_empty() { Next::Nothing } else { Next::Send(messages) }
    }
}

#[cfg(test)]
mod tests;
