//! The token bucket of one client: how many more events it may send now, and when the next one.

use std::mem;
use std::time::Duration;

use parlor_protocol::server::Input;
use parlor_protocol::{Instant, Reason};

use super::Connection;
use crate::RateLimit;

/// A full bucket holds as many events as the limit names, and fills evenly.
///
/// What is kept is only the time at which the bucket will be full again: each event puts it off by one interval, and
/// one that would put it off by more than the limit's whole time from now must wait.
#[derive(Debug)]
pub(super) struct Bucket {
    interval: Duration,
    per: Duration,
    /// Events are counted when they come, and none waits for the limit. Otherwise they are when they are taken up.
    counts_arrivals: bool,
    /// Since the clock's epoch.
    full_at: Duration,
    /// The client has been told off in the log, and has not calmed down.
    is_known_to_be_over: bool,
}

impl Bucket {
    pub(super) fn new(limit: &RateLimit) -> Self {
        Self {
            interval: limit.interval(),
            per: limit.per(),
            counts_arrivals: limit.disconnects(),
            full_at: Duration::ZERO,
            is_known_to_be_over: false,
        }
    }

    /// Whether one more event may come now.
    pub(super) fn has_room(&self, now: Instant) -> bool {
        self.ready_at() <= since_epoch(now)
    }

    /// Counts an event.
    pub(super) fn take(&mut self, now: Instant) {
        self.full_at = self.full_at.max(since_epoch(now)) + self.interval;
    }

    /// When one more event may come: the first whole millisecond.
    pub(super) fn ready(&self) -> Instant {
        let millis = self.ready_at().as_nanos().div_ceil(1_000_000);
        Instant::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    fn ready_at(&self) -> Duration {
        (self.full_at + self.interval).saturating_sub(self.per)
    }
}

impl Connection {
    /// An event came. Gives whether there is a connection left for it.
    pub(super) fn is_welcome(&mut self) -> bool {
        let now = self.now;
        let is_over = self.bucket.as_ref().is_some_and(|bucket| !bucket.has_room(now));
        if is_over && self.exceeded() {
            return false;
        }
        if let Some(bucket) = self.bucket.as_mut().filter(|bucket| bucket.counts_arrivals) {
            bucket.take(now);
        }
        true
    }

    /// Whether the rate limit lets one more event be taken up now.
    pub(super) fn is_in_pace(&self) -> bool {
        self.bucket.as_ref().is_none_or(|bucket| bucket.counts_arrivals || bucket.has_room(self.now))
    }

    /// An event is taken up.
    pub(super) fn count_event(&mut self) {
        if let Some(bucket) = self.bucket.as_mut().filter(|bucket| !bucket.counts_arrivals) {
            bucket.take(self.now);
        }
    }

    /// A client sends more events than it may. Gives whether that ends its connection.
    fn exceeded(&mut self) -> bool {
        let Some(limit) = self.shared.config.rate_limit else { return false };
        self.link.metrics.rate_limited_events.add(1);
        let connection = self.link.number;
        let was_known =
            self.bucket.as_mut().is_some_and(|bucket| mem::replace(&mut bucket.is_known_to_be_over, true));
        if !was_known && limit.disconnects() {
            tracing::warn!(connection, ?limit, "a client sends too many events: closing");
            self.tell(Input::Discard(Reason::ForcedServerClose));
        } else if !was_known {
            tracing::warn!(connection, ?limit, "a client sends too many events: they wait");
        }
        limit.disconnects()
    }

    /// No event waits any more: the next one that has to is worth a line in the log again.
    pub(super) fn calm_down(&mut self) {
        if let Some(bucket) = &mut self.bucket {
            bucket.is_known_to_be_over = false;
        }
    }

    /// When an event that waits for the rate limit, and for nothing else, may be taken up. For what else there is,
    /// something wakes the task; a time that has passed would wake it without end.
    pub(super) fn next_event_at(&self) -> Option<Instant> {
        let waits = !self.backlog.is_empty() && self.has_room() && !self.is_in_pace();
        self.bucket.as_ref().filter(|_| waits).map(Bucket::ready)
    }
}

fn since_epoch(now: Instant) -> Duration {
    Duration::from_millis(now.as_millis())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn a_bucket_takes_its_events_at_once_and_then_evenly() {
        let limit = RateLimit::new(NonZeroU32::new(3).unwrap(), Duration::from_millis(1000));
        let mut bucket = Bucket::new(&limit);
        // When an event comes; whether it may.
        let rows = [
            (5000, true),
            (5000, true),
            (5000, true),
            (5000, false),
            (5333, false),
            (5334, true),
            (5334, false),
            (6001, true),
            (6001, true),
            (6001, false),
            (9000, true),
            (9000, true),
            (9000, true),
            (9000, false),
        ];
        for (number, (at, allowed)) in rows.into_iter().enumerate() {
            let now = Instant::from_millis(at);
            assert_eq!(bucket.has_room(now), allowed, "row {number}");
            if allowed {
                bucket.take(now);
            } else {
                assert!(bucket.has_room(bucket.ready()), "row {number}");
                assert!(bucket.ready() > now, "row {number}");
            }
        }
    }
}
