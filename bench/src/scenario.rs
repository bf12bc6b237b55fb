//! What is measured: each row of the table is one of these, and runs against one server at a time.

pub(crate) mod acks;
pub(crate) mod arrival;
pub(crate) mod fanout;
pub(crate) mod slow;

use std::time::{Duration, Instant};

use crate::Outcome;
use crate::process::Process;

/// What one run came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    /// What the row is about: CPU time in microseconds for each unit, or KiB, or a ratio.
    pub(crate) figure: f64,
    /// The 99th percentile of how long a unit of work took, in microseconds, where there is one.
    pub(crate) p99_us: Option<f64>,
    /// How many units were counted in the window that was measured.
    pub(crate) units: u64,
    /// What else is to be said about it.
    pub(crate) note: Option<String>,
}

/// How long to warm up, and how long to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    pub(crate) warm_up: Duration,
    pub(crate) measure: Duration,
    /// How often a run that compares two servers does so: what the machine does beside hits both.
    pub(crate) pairs: usize,
}

/// A window of time in which work is counted.
pub(crate) struct Window {
    warm_up: Duration,
    until: Until,
    began: Instant,
    /// When the measuring began, and what each process had spent by then.
    measuring: Option<(Instant, Vec<u64>)>,
    units: u64,
    took: Vec<Duration>,
}

/// What was counted while a window was open.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) elapsed: Duration,
    /// CPU time of each process that was looked at.
    pub(crate) nanos: Vec<u64>,
    pub(crate) units: u64,
    /// How long each thing took that was done.
    pub(crate) took: Vec<Duration>,
}

/// When a window closes.
#[derive(Debug, Clone, Copy)]
enum Until {
    Elapsed(Duration),
    /// So many things were done, however long they took.
    Done(usize),
}

impl Window {
    fn new(warm_up: Duration, until: Until) -> Self {
        Self { warm_up, until, began: Instant::now(), measuring: None, units: 0, took: Vec::new() }
    }

    pub(crate) fn of(pace: Pace) -> Self {
        Self::new(pace.warm_up, Until::Elapsed(pace.measure))
    }

    /// Counts units, if it is time.
    fn count(&mut self, units: u64) {
        if self.measuring.is_some() {
            self.units += units;
        }
    }

    /// Something was done that took so long.
    fn took(&mut self, took: Duration) {
        if self.measuring.is_some() {
            self.took.push(took);
        }
    }

    /// Looks at the clock. Gives the result when the window has closed.
    fn look(&mut self, processes: &[&Process]) -> Outcome<Option<Measured>> {
        let spent = || processes.iter().map(|process| process.cpu_nanos()).collect::<Outcome<Vec<_>>>();
        match &self.measuring {
            None if self.began.elapsed() >= self.warm_up => {
                self.measuring = Some((Instant::now(), spent()?));
                Ok(None)
            }
            Some((since, before)) if self.is_over(*since) => {
                let nanos = spent()?.iter().zip(before).map(|(now, before)| now - before).collect();
                let (elapsed, took) = (since.elapsed(), std::mem::take(&mut self.took));
                Ok(Some(Measured { elapsed, nanos, units: self.units, took }))
            }
            _ => Ok(None),
        }
    }

    fn is_over(&self, since: Instant) -> bool {
        match self.until {
            Until::Elapsed(time) => since.elapsed() >= time,
            Until::Done(count) => self.took.len() >= count,
        }
    }
}

impl Measured {
    /// What one server spent for each unit.
    ///
    /// # Errors
    ///
    /// There were none.
    pub(crate) fn sample(mut self) -> Outcome<Sample> {
        let figure = per_unit(self.nanos.iter().sum(), self.units)?;
        Ok(Sample { figure, p99_us: percentile(&mut self.took, 99), units: self.units, note: None })
    }
}

/// Microseconds for each.
pub(crate) fn per_unit(nanos: u64, units: u64) -> Outcome<f64> {
    if units == 0 {
        return Err("nothing came while it was measured".into());
    }
    Ok(nanos as f64 / 1000.0 / units as f64)
}

/// In microseconds.
pub(crate) fn percentile(took: &mut [Duration], percent: usize) -> Option<f64> {
    took.sort_unstable();
    let at = (took.len() * percent).div_ceil(100).saturating_sub(1);
    took.get(at).map(|took| took.as_secs_f64() * 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentile_is_the_smallest_that_so_many_do_not_exceed() {
        let mut took: Vec<Duration> = (1..=200).rev().map(Duration::from_micros).collect();
        assert_eq!(percentile(&mut took, 99), Some(198.0));
        assert_eq!(percentile(&mut took, 50), Some(100.0));
        assert_eq!(percentile(&mut took[..1], 99), Some(1.0));
        assert_eq!(percentile(&mut [], 99), None);
    }
}
