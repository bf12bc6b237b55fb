//! The time that the protocol's machines are told: milliseconds since the server was made.

use std::time::Duration;

use parlor_protocol::Instant;
use tokio::time;

/// A bound for timers only: how far away "never" is.
pub(crate) const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    epoch: time::Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { epoch: time::Instant::now() }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_millis(u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// When a timer has to fire so that [`Clock::now`] has reached `instant`.
    pub(crate) fn at(&self, instant: Instant) -> time::Instant {
        self.epoch + Duration::from_millis(instant.as_millis()).min(FAR)
    }
}
