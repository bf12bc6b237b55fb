//! How far it is, and how long the rest will take: on standard error, so that the report can be kept apart.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::run::Job;

pub(crate) struct Progress<'a> {
    left: &'a [Job],
    done: usize,
    /// How long each kind of job took the last time.
    took: BTreeMap<(String, &'static str), Duration>,
}

impl<'a> Progress<'a> {
    pub(crate) const fn new(jobs: &'a [Job]) -> Self {
        Self { left: jobs, done: 0, took: BTreeMap::new() }
    }

    /// The first of those that are left is done now, began then, and came to this.
    pub(crate) fn done(&mut self, began: Instant, what: &str) {
        let Some((job, left)) = self.left.split_first() else { return };
        self.took.insert(job.kind(), began.elapsed());
        self.left = left;
        self.done += 1;
        let (task, peer) = job.kind();
        let total = self.done + left.len();
        eprintln!(
            "{:>3}/{total} {:>9}  round {} {task:<14} {peer:<12} {what}",
            self.done,
            remaining(self.estimate()),
            job.round + 1
        );
    }

    /// What is known takes as long as it did, and the rest as long as the mean of that.
    fn estimate(&self) -> Duration {
        let known = self.took.values().sum::<Duration>();
        let mean = known / u32::try_from(self.took.len()).unwrap_or(u32::MAX).max(1);
        self.left.iter().map(|job| self.took.get(&job.kind()).copied().unwrap_or(mean)).sum()
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
    use crate::peers::PEERS;
    use crate::rows::ROWS;
    use crate::run::Task;

    #[test]
    fn what_is_left_is_told_from_what_was_done() {
        let job = |round, row| Job { round, task: Task::Row(&ROWS[row]), peer: &PEERS[0] };
        let jobs = [job(0, 0), job(0, 1), job(0, 2), job(1, 0), job(1, 1), job(1, 2)];
        let mut progress = Progress::new(&jobs);
        for (row, seconds) in [(0, 2), (1, 6)] {
            progress.took.insert(job(0, row).kind(), Duration::from_secs(seconds));
        }
        progress.left = &jobs[2..];
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
