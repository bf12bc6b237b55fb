//! What the log mentions once: a client may make it happen for every packet, and must not fill the disk with that.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether something has happened before.
#[derive(Debug, Default)]
pub(crate) struct First(AtomicBool);

impl First {
    /// Whether this is the first time.
    pub(crate) fn is_now(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}
