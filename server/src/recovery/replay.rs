//! What a client missed, on its way to it.
//!
//! Rule: a replay is not copied into the client's queue, which is bounded. It stands there as one item, and reads its
//! next part from the log whenever the client has taken the last one. What is emitted meanwhile waits behind it. A client
//! that reads its replay so slowly that the log loses the rest is cut off, and so is one that meanwhile leaves so many
//! rooms that it is forgotten in which it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Position;
use super::log::{Gone, Part, Reader};
use crate::namespace::Shared as Namespace;
use crate::prepared::Encoded;
use crate::rooms::Key;
use crate::sync::read;

/// How far a socket has come. Written under the lock of the recovery, or by the connection's own task.
#[derive(Debug)]
pub(crate) struct Progress {
    /// The last logged event that was put before it.
    last: AtomicU64,
    /// How far its replay has been read.
    read: AtomicU64,
    /// Where its replay ends.
    until: AtomicU64,
}

impl Progress {
    pub(super) const fn new(last: Position) -> Self {
        Self { last: AtomicU64::new(last.0), read: AtomicU64::new(0), until: AtomicU64::new(0) }
    }

    /// A logged event goes into the socket's queue.
    pub(crate) fn logged(&self, at: Position) {
        self.last.fetch_max(at.0, Ordering::AcqRel);
    }

    /// The last event that was put before it, or that was to be.
    pub(super) fn last(&self) -> Position {
        let until = if self.is_done() { 0 } else { self.until.load(Ordering::Acquire) };
        Position(self.last.load(Ordering::Acquire).max(until))
    }

    fn is_done(&self) -> bool {
        self.read.load(Ordering::Acquire) >= self.until.load(Ordering::Acquire)
    }
}

/// One client's replay, as it stands in its queue.
#[derive(Debug)]
pub(crate) struct Replay {
    namespace: Arc<Namespace>,
    key: Key,
    progress: Arc<Progress>,
}

/// What the client has not taken yet is lost.
#[derive(Debug)]
pub(crate) struct Lost;

impl Replay {
    /// A replay of what comes after `from` up to `until`.
    pub(super) fn new(
        namespace: Arc<Namespace>,
        key: Key,
        progress: Arc<Progress>,
        from: Position,
        until: Position,
    ) -> Self {
        progress.until.store(until.0, Ordering::Release);
        progress.read.store(from.0, Ordering::Release);
        Self { namespace, key, progress }
    }

    /// Whether there is nothing more.
    pub(crate) fn is_done(&self) -> bool {
        self.progress.is_done()
    }

    /// Reads on: packets, perhaps none, in order.
    ///
    /// # Errors
    ///
    /// The client was too slow, or has left too many rooms.
    pub(crate) fn next(&self, max_bytes: usize) -> Result<Vec<Encoded>, Lost> {
        let until = Position(self.progress.until.load(Ordering::Acquire));
        let from = Position(self.progress.read.load(Ordering::Acquire));
        let part = match &self.namespace.recovery {
            Some(recovery) => {
                let state = recovery.lock();
                let rooms = read(&self.namespace.rooms);
                // Who has left needs no replay.
                rooms.stays(self.key).map(|stays| {
                    state.log.read(&Reader { origin: self.key.origin(), stays }, from, until, max_bytes)
                })
            }
            None => None,
        };
        let Part { packets, last, read } = match part {
            Some(Ok(part)) => part,
            Some(Err(Gone)) => return Err(Lost),
            None => Part { packets: Vec::new(), last: None, read: until },
        };
        self.progress.logged(last.unwrap_or_default());
        self.progress.read.store(read.0, Ordering::Release);
        Ok(packets)
    }
}
