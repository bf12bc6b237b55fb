//! Every row on both kinds of servers, round after round.

use std::time::Instant;

use super::arguments::Arguments;
use super::crossing::Crossed;
use super::rows::{Key, Row, Work};
use super::{redis, staying};
use crate::Outcome;
use crate::cells::Cells;
use crate::peers::{JOINED, Peer};
use crate::process::take_generator_core;
use crate::progress::{Progress, Step};
use crate::scenario::Pace;

/// What was found out.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) crossed: Cells<Key, Crossed>,
    /// How many broadcasts came to a server that they were not for.
    pub(super) strays: Cells<Key, usize>,
    /// What should not have failed, and did.
    pub(super) failures: Vec<String>,
}

/// One row on one kind of servers.
struct Job {
    row: Row,
    peer: &'static Peer,
    step: Step,
}

/// # Errors
///
/// There is no core for this program, or nobody says where a program is. What goes wrong with one is among the results.
pub(super) fn all(arguments: &Arguments) -> Outcome<Results> {
    take_generator_core()?;
    redis::program()?;
    JOINED.into_iter().try_for_each(|peer| peer.command().map(drop))?;
    let jobs: Vec<Job> = (0..arguments.rounds).flat_map(|round| jobs(arguments, round)).collect();
    let mut progress = Progress::new(jobs.iter().map(|job| job.step.clone()));
    let mut results = Results::default();
    for job in &jobs {
        let began = Instant::now();
        let what = results.run(job, arguments.pace);
        progress.done(began, &what);
    }
    Ok(results)
}

/// Ours and theirs side by side, and in each round the other one first.
fn jobs(arguments: &Arguments, round: usize) -> Vec<Job> {
    let mut peers = JOINED;
    peers.rotate_left(round % JOINED.len());
    let rows = arguments.rows.iter();
    let all = rows.flat_map(|&row| peers.map(|peer| (row, peer)));
    all.map(|(row, peer)| Job { row, peer, step: Step { round, kind: (row.name(), peer.name) } }).collect()
}

impl Results {
    /// Gives what it came to in a line.
    fn run(&mut self, job: &Job, pace: Pace) -> String {
        let Job { row, peer, step } = job;
        self.row(*row, peer, pace).unwrap_or_else(|failure| {
            self.failures.push(format!(
                "{} on {}, round {}: {failure}",
                row.name(),
                peer.name,
                step.round + 1
            ));
            format!("failed: {failure}")
        })
    }

    fn row(&mut self, row: Row, peer: &Peer, pace: Pace) -> Result<String, String> {
        match &row.load.work {
            Work::Stream(plan) | Work::Delay(plan) => {
                let run = plan.run(peer, row.mode, pace).map_err(|error| error.to_string());
                self.crossed.add(row.key(), peer.name, run.clone());
                run.map(|crossed| line(&crossed))
            }
            Work::Staying => {
                let run = staying::run(peer, row.mode).map_err(|error| error.to_string());
                self.strays.add(row.key(), peer.name, run.clone());
                run.map(|strays| format!("{strays} came"))
            }
        }
    }
}

fn line(crossed: &Crossed) -> String {
    let Crossed { per_second, a_us, b_us, redis_us, p50_us, .. } = crossed;
    format!("{per_second:7.0}/s, {a_us:.1} + {b_us:.1} µs, Redis {redis_us:.1} µs, p50 {p50_us:.0} µs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_side_by_side_and_take_turns_to_be_first() {
        let words = ["cluster", "classic-stay", "sharded-stay"].map(str::to_owned);
        let arguments = Arguments::read(&words).unwrap();
        let kinds = |round| jobs(&arguments, round).into_iter().map(|job| job.step.kind).collect::<Vec<_>>();
        let (classic, sharded) = ("classic-stay".to_owned(), "sharded-stay".to_owned());
        let first = [(&classic, "node"), (&classic, "parlor"), (&sharded, "node"), (&sharded, "parlor")];
        assert_eq!(kinds(0), first.map(|(row, peer)| (row.clone(), peer)));
        assert_eq!(kinds(1)[..2], [(classic.clone(), "parlor"), (classic, "node")]);
    }
}
