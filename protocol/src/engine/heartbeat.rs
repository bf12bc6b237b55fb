//! When a silent server counts as dead (Engine.IO v4, "Heartbeat").

use crate::{Instant, Millis, limits};

/// The client's view of the server's pings: dead when none came for an interval and a timeout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heartbeat {
    wait: Millis,
    deadline: Instant,
}

impl Heartbeat {
    /// What the handshake has yet to say: nobody is dead before.
    pub(super) const NONE: Self = Self { wait: Millis::new(0), deadline: Instant::NEVER };

    pub(super) fn new(interval: Millis, timeout: Millis, now: Instant) -> Self {
        const MAX: Millis = Millis::of(limits::MAX_HEARTBEAT);
        let wait = interval.min(MAX).plus(timeout.min(MAX));
        Self { wait, deadline: now + wait }
    }

    /// A ping came. Other traffic does not count: a proxy may still deliver what a dead server once sent.
    pub(super) fn beat(&mut self, now: Instant) {
        self.deadline = now + self.wait;
    }

    pub(super) const fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(super) fn is_expired(&self, now: Instant) -> bool {
        now > self.deadline
    }
}
