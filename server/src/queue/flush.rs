//! Writing in the place of tasks that sleep: what a broadcast puts into a thousand queues is written by a few jobs, and
//! no task is woken for it.
//!
//! Rules:
//! * A job is spawned, never run by who emits: what else is emitted in the same turn goes out in the same write.
//! * A job takes what waits in a queue, writes what the system takes of it now, and puts back what is left. That is the
//!   task's business, and so are a long packet, which is not copied, and a stream that has failed.
//! * No lock is held while writing. A task that wakes up meanwhile waits for its stream, and is woken again.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Waker};

use bytes::Bytes;
use tokio::runtime::Handle;

use super::{Item, MAX_KEPT_SLOTS, PACKET_OVERHEAD_BYTES, Queue, State};
use crate::metrics::{Counters, Tally};
use crate::outlet::{Batch, Outlet};
use crate::sync::lock;

/// How many connections one job writes to before it lets others have the thread: some hundred microseconds.
const MAX_CONNECTIONS: usize = 64;

/// Where the flush of one queue stands.
#[derive(Debug, Default)]
pub(super) enum Flush {
    #[default]
    None,
    /// A job will come.
    Awaited,
    /// A job is writing. The task wants its stream back, and sleeps.
    Writing(Option<Waker>),
}

impl Flush {
    pub(super) const fn is_begun(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// The task is awake: a flush that has not begun is not needed. Gives whether one has, and will wake the task.
    pub(super) fn is_recalled_by(&mut self, cx: &Context<'_>) -> bool {
        if let Self::Writing(waker) = self {
            *waker = Some(cx.waker().clone());
            return true;
        }
        *self = Self::None;
        false
    }
}

/// Something was written.
pub(crate) struct Flushed {
    /// What is left of a packet of which only the beginning was.
    pub(crate) rest: Option<Bytes>,
}

/// Who has queues that wait for a flush.
pub(crate) trait Queues: Send + Sync + 'static {
    fn queue(&self, at: usize) -> Option<&Queue>;
}

/// Flushes these of a list of queues.
pub(crate) fn spawn<L: Queues>(list: &Arc<L>, awaited: &[usize], runtime: &Handle, metrics: &Arc<Counters>) {
    for awaited in awaited.chunks(MAX_CONNECTIONS) {
        let (list, metrics, awaited) = (list.clone(), metrics.clone(), Box::<[usize]>::from(awaited));
        runtime.spawn(async move {
            let mut tally = Tally::default();
            awaited.iter().filter_map(|at| list.queue(*at)).for_each(|queue| queue.flush(&mut tally));
            tally.move_to(&metrics);
        });
    }
}

impl Queue {
    /// Writes what waits, unless the task is awake.
    fn flush(&self, tally: &mut Tally) {
        let Some((outlet, mut items)) = self.begin_flush() else { return };
        let rest = write(&outlet, &mut items, tally);
        // Before the task can look at it.
        drop(outlet);
        self.end_flush(items, rest);
    }

    /// Puts back what was not written, and wakes the task if there is something for it.
    fn end_flush(&self, items: VecDeque<Item>, rest: Option<Bytes>) {
        let is_done = items.is_empty() && rest.is_none();
        let mut state = lock(&self.state);
        if rest.is_some() {
            self.set_writable(false);
        }
        state.put_back(items, rest);
        if let Flush::Writing(Some(waker)) = mem::take(&mut state.flush) {
            waker.wake();
        } else if !is_done || !state.items.is_empty() {
            state.wake(|_| true);
        }
    }

    /// Writes what waits, for the task itself, which has the outlet. `None` when there is nothing to write.
    pub(crate) fn flush_awake(&self, outlet: &Outlet, tally: &mut Tally) -> Option<Flushed> {
        let mut items = {
            let mut state = lock(&self.state);
            let is_all_packets = state.farewells == 0 && matches!(state.items.front(), Some(Item::Packet(_)));
            if !is_all_packets {
                return None;
            }
            state.bytes = 0;
            mem::take(&mut state.items)
        };
        let rest = write(outlet, &mut items, tally);
        lock(&self.state).put_back(items, None);
        Some(Flushed { rest })
    }

    fn begin_flush(&self) -> Option<(Outlet, VecDeque<Item>)> {
        let mut state = lock(&self.state);
        if !matches!(state.flush, Flush::Awaited) {
            return None;
        }
        state.flush = Flush::None;
        let outlet = state.sleeper.as_ref()?.outlet.clone()?;
        state.flush = Flush::Writing(None);
        state.bytes = 0;
        Some((outlet, mem::take(&mut state.items)))
    }
}

impl State {
    /// What is there already came later. Once all is over, nothing is.
    fn put_back(&mut self, mut items: VecDeque<Item>, rest: Option<Bytes>) {
        if self.end.is_some() {
            return;
        }
        self.rest = rest;
        if items.is_empty() {
            if self.items.capacity() == 0 && items.capacity() <= MAX_KEPT_SLOTS {
                self.items = items;
            }
            return;
        }
        for item in &items {
            if let Item::Packet(packet) = item {
                self.bytes += packet.wire_bytes() + PACKET_OVERHEAD_BYTES;
            }
        }
        items.append(&mut self.items);
        self.items = items;
    }
}

/// Writes packets until there are no more, or the stream takes no more. Gives the rest of a packet that was written
/// in part.
fn write(outlet: &Outlet, items: &mut VecDeque<Item>, tally: &mut Tally) -> Option<Bytes> {
    Batch::with(|batch| {
        loop {
            batch.clear();
            while let Some(Item::Packet(packet)) = items.front()
                && batch.has_room_for(packet)
            {
                batch.push(packet, outlet, tally);
                items.pop_front();
            }
            if batch.is_empty() {
                return None;
            }
            if let Some(rest) = batch.write(outlet) {
                return Some(rest);
            }
        }
    })
}

#[cfg(test)]
mod tests;
