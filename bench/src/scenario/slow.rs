//! One client among many reads nothing. The others should not notice.

use std::time::Duration;

use super::fanout::{Fanout, Payload};
use super::{Pace, Sample, Until, Window};
use crate::Outcome;
use crate::cells::median;
use crate::process::Server;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Slow {
    pub(crate) members: usize,
    /// How many publishes are measured. Not how much time: after so many bytes a sleeper is too far behind, however fast
    /// the machine is.
    pub(crate) publishes: usize,
}

/// What is told to all.
const BYTES: usize = 1024;

/// What the sleeper is told beside. The kernel keeps two to three megabytes for it, and the server four more; by what all
/// hear alone that would take minutes.
const ASIDE_BYTES: usize = 28 * 1024;

/// What became of one half.
struct Half {
    p99_us: f64,
    units: u64,
    was_cut_off: bool,
}

impl Slow {
    /// The 99th percentile of the others, beside the same without the one that sleeps.
    ///
    /// # Errors
    ///
    /// As for any fan-out, and when the sleeper should be cut off but is not: then it did not fall behind.
    pub(crate) fn run(
        &self,
        start: impl Fn() -> Outcome<Server>,
        pace: Pace,
        should_cut_off: bool,
    ) -> Outcome<Sample> {
        let (mut ratios, mut p99s, mut units, mut cut_off) = (Vec::new(), Vec::new(), 0, 0);
        for _ in 0..pace.pairs {
            let without = self.half(&start()?, pace, false)?;
            let with = self.half(&start()?, pace, true)?;
            if should_cut_off && !with.was_cut_off {
                return Err("the client that reads nothing was not cut off".into());
            }
            ratios.push(with.p99_us / without.p99_us);
            p99s.push(with.p99_us);
            units += with.units;
            cut_off += usize::from(with.was_cut_off);
        }
        let note = match cut_off {
            0 => "kept".to_owned(),
            all if all == pace.pairs => "cut off".to_owned(),
            some => format!("cut off {some} of {}", pace.pairs),
        };
        let figure = median(&ratios).ok_or("nothing was compared")?;
        Ok(Sample { figure, p99_us: median(&p99s), units, note: Some(note) })
    }

    /// All are awake while it gets warm, so that the sleeper falls behind in the window that is measured.
    fn half(&self, server: &Server, pace: Pace, asleep: bool) -> Outcome<Half> {
        let plan = Fanout {
            rooms: 1,
            members: self.members,
            in_flight: 1,
            payload: Payload::Text(BYTES),
            further_rooms: 0,
            aside: ASIDE_BYTES,
        };
        let mut fleet = plan.gather(server, false)?;
        let warm_up = Window::new(Duration::ZERO, Until::Elapsed(pace.warm_up));
        plan.shout_in(warm_up, &mut fleet, &[&server.process], self.members)?;
        let awake = self.members - usize::from(asleep);
        if asleep {
            fleet.fall_asleep(awake)?;
        }
        let before = server.process.open_files()?;
        let window = Window::new(Duration::ZERO, Until::Done(self.publishes));
        let sample = plan.shout_in(window, &mut fleet, &[&server.process], awake)?.sample()?;
        let was_cut_off = asleep && server.process.open_files()? < before;
        let p99_us = sample.p99_us.ok_or("nothing was heard")?;
        Ok(Half { p99_us, units: sample.units, was_cut_off })
    }
}
