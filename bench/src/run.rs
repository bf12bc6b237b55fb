//! Every row on every server, round after round.

use std::time::Instant;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::figures::Figures;
use crate::growth::{self, Growth, Stage};
use crate::peers::Peer;
use crate::process::take_generator_core;
use crate::progress::{Kind, Progress, Step};
use crate::rows::Row;
use crate::scenario::{Pace, Sample};
use crate::table::short;

/// One thing to measure on one server.
#[derive(Debug, Clone, Copy)]
struct Job {
    round: usize,
    task: Task,
    peer: &'static Peer,
}

#[derive(Debug, Clone, Copy)]
enum Task {
    Row(&'static Row),
    Growth(Stage),
}

/// What was found out.
#[derive(Debug, Default)]
pub(crate) struct Results {
    pub(crate) figures: Figures,
    pub(crate) growth: Growth,
    /// What should not have failed, and did.
    pub(crate) failures: Vec<String>,
}

impl Job {
    fn step(&self) -> Step {
        Step { round: self.round, kind: self.kind() }
    }

    fn kind(&self) -> Kind {
        let task = match self.task {
            Task::Row(row) => row.name.to_owned(),
            Task::Growth(stage) => stage.name(),
        };
        (task, self.peer.name)
    }
}

/// Runs everything, one server at a time.
///
/// # Errors
///
/// There is no core for this program, or nobody says where a server is. What goes wrong with one is among the results.
pub(crate) fn all(arguments: &Arguments) -> Outcome<Results> {
    take_generator_core()?;
    arguments.peers.iter().try_for_each(|peer| peer.command().map(drop))?;
    let jobs: Vec<Job> = (0..arguments.rounds).flat_map(|round| jobs(arguments, round)).collect();
    let mut progress = Progress::new(jobs.iter().map(Job::step));
    let mut results = Results::default();
    for job in &jobs {
        let began = Instant::now();
        let what = results.run(job, arguments.pace);
        progress.done(began, &what);
    }
    Ok(results)
}

/// Servers side by side, and in each round another one first: the machine has slow phases, and nobody should always be the
/// one who comes after the same other.
fn jobs(arguments: &Arguments, round: usize) -> Vec<Job> {
    let mut peers = arguments.peers.clone();
    peers.rotate_left(round % arguments.peers.len());
    let all = |task| peers.iter().map(move |&peer| Job { round, task, peer });
    let rows = arguments.rows.iter().flat_map(|&row| all(Task::Row(row)));
    let axes = growth::AXES.iter().filter(|_| arguments.growth);
    let stages = axes.flat_map(|axis| axis.stages).flat_map(|&stage| all(Task::Growth(stage)));
    rows.chain(stages).filter(|job| job.is_possible()).collect()
}

impl Job {
    fn is_possible(&self) -> bool {
        match self.task {
            Task::Row(row) => row.runs_on(self.peer),
            Task::Growth(_) => growth::runs_on(self.peer),
        }
    }
}

impl Results {
    /// Gives what it came to in a line.
    fn run(&mut self, job: &Job, pace: Pace) -> String {
        let (outcome, may_fail) = match job.task {
            Task::Row(row) => (self.row(row, job.peer, pace), row.may_fail_on(job.peer.name)),
            Task::Growth(stage) => (self.stage(stage, job.peer, pace), false),
        };
        outcome.unwrap_or_else(|failure| {
            let (task, peer) = job.kind();
            if !may_fail {
                self.failures.push(format!("{task} on {peer}, round {}: {failure}", job.round + 1));
            }
            format!("failed: {failure}")
        })
    }

    fn row(&mut self, row: &'static Row, peer: &Peer, pace: Pace) -> Result<String, String> {
        let run = row.measure(peer, pace).map_err(|error| error.to_string());
        self.figures.add(row.name, peer.name, run.clone());
        run.map(|sample| line(row, &sample))
    }

    fn stage(&mut self, stage: Stage, peer: &Peer, pace: Pace) -> Result<String, String> {
        let run = stage.measure(peer, pace).map_err(|error| error.to_string());
        self.growth.add(stage, peer.name, run.clone());
        run.map(|values| values.into_iter().map(short).collect::<Vec<_>>().join(", "))
    }
}

fn line(row: &Row, sample: &Sample) -> String {
    let Sample { figure, p99_us, units, note } = sample;
    let p99 = p99_us.map(|micros| format!(", p99 {:.2} ms", micros / 1000.0)).unwrap_or_default();
    let note = note.as_ref().map(|note| format!(", {note}")).unwrap_or_default();
    format!("{figure:8.3} {}{p99}, {units} counted{note}", row.unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str, round: usize) -> Vec<String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let arguments = Arguments::read(&words).unwrap();
        let kinds = jobs(&arguments, round).into_iter().map(|job| job.kind());
        kinds.map(|(task, peer)| format!("{task} {peer}")).collect()
    }

    #[test]
    fn servers_are_side_by_side_and_take_turns_to_be_first() {
        let line = "server acks-1 acks-16 floor bun parlor";
        let first =
            ["acks-1 floor", "acks-1 bun", "acks-1 parlor", "acks-16 floor", "acks-16 bun", "acks-16 parlor"];
        assert_eq!(names(line, 0), first);
        assert_eq!(names(line, 1)[..3], ["acks-1 bun", "acks-1 parlor", "acks-1 floor"]);
        assert_eq!(names(line, 4)[3..], ["acks-16 bun", "acks-16 parlor", "acks-16 floor"]);
    }

    #[test]
    fn what_a_server_cannot_do_is_left_out() {
        assert_eq!(names("server deflate-1", 0), ["deflate-1 node", "deflate-1 parlor"]);
        assert_eq!(names("server slow floor parlor", 0), ["slow parlor"]);
        assert_eq!(names("server idle node --growth", 0), ["idle node"]);
    }
}
