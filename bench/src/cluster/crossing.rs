//! Clients of A publish, and clients of B hear it: once, in order, unchanged.

use super::pair::Pair;
use super::redis::Redis;
use super::rows::Mode;
use crate::Outcome;
use crate::peers::Peer;
use crate::scenario::fanout::{Fanout, Payload};
use crate::scenario::{Measured, Pace, Window, per_unit, percentile};

/// What is said. Each room has one member on A, who publishes and hears it too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crossing {
    pub(super) rooms: usize,
    /// How many members each room has on B.
    pub(super) subscribers: usize,
    /// How many messages may be on their way at the same time, over all rooms.
    pub(super) in_flight: usize,
    pub(super) payload: Payload,
}

/// What a run came to. Times of processes are CPU time in microseconds for each message.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Crossed {
    pub(super) per_second: f64,
    pub(super) a_us: f64,
    pub(super) b_us: f64,
    pub(super) redis_us: f64,
    /// From when a message was sent until everybody had heard it.
    pub(super) p50_us: f64,
    pub(super) p99_us: f64,
}

impl Crossing {
    /// # Errors
    ///
    /// A message was lost, doubled, changed or out of order, or a server did not do what it is there for.
    pub(super) fn run(&self, peer: &Peer, mode: Mode, pace: Pace) -> Outcome<Crossed> {
        let redis = Redis::start()?;
        let pair = Pair::start(peer, mode, [redis.address; 2])?;
        let plan = self.plan();
        let mut fleet = pair.gather(&plan, 1)?;
        let processes = [&pair.a.process, &pair.b.process, &redis.process];
        plan.shout_in(Window::of(pace), &mut fleet, &processes, plan.clients())?.crossed()
    }

    fn plan(&self) -> Fanout {
        Fanout {
            rooms: self.rooms,
            members: 1 + self.subscribers,
            in_flight: self.in_flight,
            payload: self.payload,
            further_rooms: 0,
            aside: 0,
        }
    }
}

impl Crossed {
    pub(super) fn servers_us(&self) -> f64 {
        self.a_us + self.b_us
    }
}

impl Measured {
    /// A message counts when everybody has heard it.
    fn crossed(mut self) -> Outcome<Crossed> {
        let messages = self.took.len();
        let &[a, b, redis] = &self.nanos[..] else { return Err("the time of three was wanted".into()) };
        let each = |nanos| per_unit(nanos, messages as u64);
        let (a_us, b_us, redis_us) = (each(a)?, each(b)?, each(redis)?);
        let mut percentile = |percent| percentile(&mut self.took, percent).unwrap_or_default();
        let (p50_us, p99_us) = (percentile(50), percentile(99));
        let per_second = messages as f64 / self.elapsed.as_secs_f64();
        Ok(Crossed { per_second, a_us, b_us, redis_us, p50_us, p99_us })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_spent_is_told_for_each_message() {
        let measured = Measured {
            elapsed: Duration::from_millis(500),
            nanos: vec![10_000, 20_000, 5_000],
            units: 6,
            took: [300, 100, 200, 900, 400].map(Duration::from_micros).into(),
        };
        let expected =
            Crossed { per_second: 10.0, a_us: 2.0, b_us: 4.0, redis_us: 1.0, p50_us: 300.0, p99_us: 900.0 };
        assert_eq!(measured.crossed().unwrap(), expected);
        assert_eq!(expected.servers_us(), 6.0);
    }

    #[test]
    fn a_window_in_which_nothing_was_heard_has_no_figures() {
        let measured = Measured { nanos: vec![1, 1, 1], ..Measured::default() };
        assert_eq!(measured.crossed().unwrap_err().to_string(), "nothing came while it was measured");
    }
}
