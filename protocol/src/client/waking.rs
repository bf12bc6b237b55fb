//! What a client that wakes up may do at once, and how often.

use crate::{Instant, Millis, limits};

/// One awakening: for [`limits::WAKING`], one wait for an attempt may be left out.
#[derive(Debug, Default)]
pub(super) struct Waking(Option<Awakening>);

#[derive(Debug, Clone, Copy)]
struct Awakening {
    until: Instant,
    used: bool,
}

impl Waking {
    /// It woke up. Again and again within that time is once.
    pub(super) fn begin(&mut self, now: Instant) {
        if self.0.is_none_or(|it| now > it.until) {
            self.0 = Some(Awakening { until: now + Millis::of(limits::WAKING), used: false });
        }
    }

    /// The next awakening is another one, however soon it comes.
    pub(super) const fn end(&mut self) {
        self.0 = None;
    }

    /// Whether a wait may be left out now. It counts as left out then.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        self.0.as_mut().is_some_and(|it| now <= it.until && !core::mem::replace(&mut it.used, true))
    }
}
