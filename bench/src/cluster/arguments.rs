//! What is to be measured, in the words of the command line.

use std::time::Duration;

use super::rows::{self, Row};
use crate::Outcome;
use crate::arguments::{QUICK, rounds, usual_rounds};
use crate::scenario::Pace;

/// Node's engine compiles what is called often, and two servers on one core have half of the time for that. After a fifth
/// of a second a message costs them four times what it costs after four seconds, after one second a quarter more, and
/// after twelve the same: so a quick run flatters us.
const PACE: Pace = Pace { warm_up: Duration::from_secs(4), measure: Duration::from_secs(2), pairs: 1 };

const USAGE: &str = "parlor-bench cluster [--quick] [--rounds N] [--write] [ROW...]";

#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) rounds: usize,
    pub(super) pace: Pace,
    pub(super) write: bool,
    pub(super) rows: Vec<Row>,
}

impl Arguments {
    /// The first word has brought us here.
    ///
    /// # Errors
    ///
    /// A word that says nothing, or a report that would not be whole.
    pub(super) fn read(words: &[String]) -> Outcome<Self> {
        let mut words = words.iter().skip(1);
        let mut read = Self { rounds: 0, pace: PACE, write: false, rows: vec![] };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => read.pace = QUICK,
                "--write" => read.write = true,
                "--rounds" => read.rounds = rounds(words.next())?,
                name => read.rows.push(row(name)?),
            }
        }
        read.complete()
    }

    /// What nobody chose is everything.
    fn complete(mut self) -> Outcome<Self> {
        if self.write && !self.rows.is_empty() {
            return Err("--write writes the whole report: it needs no ROW".into());
        }
        if self.rounds == 0 {
            self.rounds = usual_rounds(self.pace);
        }
        if self.rows.is_empty() {
            self.rows = rows::all().collect();
        }
        Ok(self)
    }
}

fn row(name: &str) -> Outcome<Row> {
    rows::all().find(|row| row.name() == name).ok_or_else(|| {
        let names = rows::all().map(|row| row.name()).collect::<Vec<_>>().join(", ");
        format!("`{name}` says nothing here: {USAGE}\n  ROW is one of {names}").into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Arguments, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::read(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_said_is_everything_five_times() {
        let all = read("cluster").unwrap();
        assert_eq!((all.rounds, all.rows.len(), all.write, all.pace == PACE), (5, 14, false, true));
    }

    #[test]
    fn words_choose_what_runs_and_how_often() {
        let some = read("cluster --quick sharded-stay classic-one-2k").unwrap();
        assert_eq!((some.rounds, some.pace == QUICK), (1, true));
        let names: Vec<_> = some.rows.iter().map(Row::name).collect();
        assert_eq!(names, ["sharded-stay", "classic-one-2k"]);
        assert_eq!(read("cluster --rounds 3 --write").unwrap().rounds, 3);
    }

    #[test]
    fn words_that_say_nothing_are_refused_with_those_that_do() {
        let refusal = read("cluster one-2k").unwrap_err();
        for part in ["`one-2k` says nothing here", "classic-one-100, sharded-one-100"] {
            assert!(refusal.contains(part), "{refusal}");
        }
        let partly = read("cluster --write sharded-stay").unwrap_err();
        assert_eq!(partly, "--write writes the whole report: it needs no ROW");
    }
}
