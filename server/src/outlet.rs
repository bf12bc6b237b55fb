//! A WebSocket's stream as a writer of frames sees it: somewhere to put bytes that takes them at once or not at all.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use tokio::net::tcp::OwnedWriteHalf;

use crate::metrics::Tally;
use crate::prepared::Encoded;
use crate::websocket::Deflate;

/// How much is copied together for one write. Below it, copying costs less than a list of places costs the system;
/// a longer packet goes alone.
const MAX_COPIED_BYTES: usize = 16 * 1024;

/// Where a connection's frames go while its task sleeps.
#[derive(Debug, Clone)]
pub(crate) struct Outlet {
    pub(crate) stream: Arc<OwnedWriteHalf>,
    /// What was agreed on about compression.
    pub(crate) deflate: Option<Deflate>,
}

/// Frames that go in one write.
#[derive(Debug, Default)]
pub(crate) struct Batch(Vec<u8>);

thread_local! {
    /// A thread writes one at a time.
    static BATCH: RefCell<Batch> = RefCell::default();
}

impl Batch {
    /// Lends the thread's own.
    pub(crate) fn with<T>(write: impl FnOnce(&mut Self) -> T) -> T {
        // Writing calls nobody who might write.
        BATCH.with_borrow_mut(write)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn has_room_for(&self, packet: &Encoded) -> bool {
        self.0.len() + packet.wire_bytes() <= MAX_COPIED_BYTES
    }

    /// Adds all frames of a packet.
    pub(crate) fn push(&mut self, packet: &Encoded, outlet: &Outlet, tally: &mut Tally) {
        for frame in packet.frames() {
            tally.packets_sent += 1;
            tally.websocket.add_frame(frame, outlet.deflate);
            self.0.extend_from_slice(frame.wire_for(outlet.deflate));
        }
    }

    /// Writes what the stream takes now. Gives what it does not take; of a stream that has failed all of it, so that
    /// who tries again hears of the failure.
    pub(crate) fn write(&self, outlet: &Outlet) -> Option<Bytes> {
        let written = outlet.stream.try_write(&self.0).unwrap_or_default();
        let rest = self.0.get(written..).unwrap_or_default();
        (!rest.is_empty()).then(|| Bytes::copy_from_slice(rest))
    }
}
