//! How far it is, and how long the rest will take: on standard error, so that the report can be kept apart.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// One thing to do.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) round: usize,
    /// What it has in common with the same in other rounds.
    pub(crate) kind: Kind,
}

/// What is measured, and on which server.
pub(crate) type Kind = (String, &'static str);

pub(crate) struct Progress {
    left: VecDeque<Step>,
    done: usize,
    /// How long each kind of step took the last time.
    took: BTreeMap<Kind, Duration>,
}

impl Progress {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { left: steps.into_iter().collect(), done: 0, took: BTreeMap::new() }
    }

    /// The first of those that are left is done now, began then, and came to this.
    pub(crate) fn done(&mut self, began: Instant, what: &str) {
        let Some(Step { round, kind }) = self.left.pop_front() else { return };
        self.done += 1;
        let total = self.done + self.left.len();
        self.took.insert(kind.clone(), began.elapsed());
        let (task, peer) = kind;
        eprintln!(
            "{:>3}/{total} {:>9}  round {} {task:<18} {peer:<12} {what}",
            self.done,
            remaining(self.estimate()),
            round + 1
        );
    }

    /// What is known takes as long as it did, and the rest as long as the mean of that.
    fn estimate(&self) -> Duration {
        let known = self.took.values().sum::<Duration>();
        let mean = known / u32::try_from(self.took.len()).unwrap_or(u32::MAX).max(1);
        self.left.iter().map(|step| self.took.get(&step.kind).copied().unwrap_or(mean)).sum()
    }
}

fn remaining(time: Duration) -> String {
    match time.as_secs() {
        0 => "done".to_owned(),
        seconds @ 1..100 => format!("{seconds} s left"),
        seconds => format!("{} min left", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_from_what_was_done() {
        let step = |round, row: &str| Step { round, kind: (row.to_owned(), "floor") };
        let mut progress = Progress::new([step(0, "c"), step(1, "a"), step(1, "b"), step(1, "c")]);
        for (row, seconds) in [("a", 2), ("b", 6)] {
            progress.took.insert(step(0, row).kind, Duration::from_secs(seconds));
        }
        // Twice what is not known yet, which is the mean of 2 and 6, and once each of those.
        assert_eq!(progress.estimate(), Duration::from_secs(4 + 2 + 6 + 4));
    }

    #[test]
    fn time_is_told_roughly() {
        let told =
            [(0, "done"), (1, "1 s left"), (99, "99 s left"), (100, "2 min left"), (601, "11 min left")];
        for (seconds, text) in told {
            assert_eq!(remaining(Duration::from_secs(seconds)), text);
        }
    }
}
