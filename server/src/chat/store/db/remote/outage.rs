//! The time in which the database cannot be reached: how long it is, and when to try again.

use std::time::{Duration, Instant};

/// The first pause between two attempts. The first attempt is made at once: most losses are a restart, or a proxy that
/// does not like silence.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest one: the database is missed that much longer than it has to be, and a thousand servers would not bother it.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(super) struct Outage {
    since: Instant,
    retry_at: Instant,
    pause: Duration,
}

impl Outage {
    pub(super) fn new(now: Instant) -> Self {
        Self { since: now, retry_at: now, pause: FIRST_PAUSE }
    }

    pub(super) fn retry_at(&self) -> Instant {
        self.retry_at
    }

    /// An attempt has failed.
    pub(super) fn put_off(&mut self, now: Instant) {
        self.retry_at = now + self.pause;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    pub(super) fn length(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_attempt_is_made_at_once_and_the_pauses_grow_to_a_bound() {
        let start = Instant::now();
        let mut outage = Outage::new(start);
        assert_eq!(outage.retry_at(), start);
        let mut now = start;
        let mut pauses = Vec::new();
        for _ in 0..7 {
            outage.put_off(now);
            pauses.push((outage.retry_at() - now).as_millis());
            now = outage.retry_at();
        }
        assert_eq!(pauses, [100, 200, 400, 800, 1600, 3000, 3000]);
        assert_eq!(outage.length(now), Duration::from_millis(9_100));
    }
}
