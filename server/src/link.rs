//! What the sockets of one connection share, and how anybody reaches the connection's task: through its queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use parlor_protocol::engine::TransportKind;
use parlor_protocol::engine::server::RequestId;
use tokio::runtime::Handle;

use crate::Handshake;
use crate::first::First;
use crate::metrics::Counters;
use crate::queue::Queue;

#[derive(Debug)]
pub(crate) struct Link {
    /// Names the connection in the log. The session's id would be no name but a key.
    pub(crate) number: u64,
    pub(crate) queue: Queue,
    pub(crate) handshake: Arc<Handshake>,
    pub(crate) metrics: Arc<Counters>,
    backlog_bytes: AtomicUsize,
    is_websocket: AtomicBool,
    next_request: AtomicU64,
    /// Where its task runs.
    pub(crate) runtime: Handle,
    pub(crate) mentioned: Mentioned,
}

/// What the log has said about the client, and does not say again.
#[derive(Debug, Default)]
pub(crate) struct Mentioned {
    /// Its event was refused by a middleware.
    pub(crate) refused_event: First,
    /// Its event's arguments did not fit.
    pub(crate) unfit_args: First,
}

impl Link {
    /// Made by whoever starts the connection's task, in its runtime.
    pub(crate) fn new(
        number: u64,
        transport: TransportKind,
        handshake: Arc<Handshake>,
        max_queue_bytes: usize,
        metrics: Arc<Counters>,
    ) -> Self {
        Self {
            number,
            queue: Queue::new(max_queue_bytes),
            handshake,
            metrics,
            backlog_bytes: AtomicUsize::new(0),
            is_websocket: AtomicBool::new(transport == TransportKind::WebSocket),
            next_request: AtomicU64::new(0),
            runtime: Handle::current(),
            mentioned: Mentioned::default(),
        }
    }

    pub(crate) fn next_request(&self) -> RequestId {
        RequestId(self.next_request.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn transport(&self) -> TransportKind {
        if self.is_websocket.load(Ordering::Acquire) {
            TransportKind::WebSocket
        } else {
            TransportKind::Polling
        }
    }

    /// How much waits for handlers.
    pub(crate) fn backlog_bytes(&self) -> usize {
        self.backlog_bytes.load(Ordering::Relaxed)
    }

    /// The connection's task tells how much waits.
    pub(crate) fn set_backlog_bytes(&self, bytes: usize) {
        self.backlog_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn upgraded(&self) {
        self.is_websocket.store(true, Ordering::Release);
    }
}
