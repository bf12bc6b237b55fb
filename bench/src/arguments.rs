//! What is to be measured, in the words of the command line.

use std::time::Duration;

use crate::Outcome;
use crate::peers::{PEERS, Peer};
use crate::rows::{ROWS, Row};
use crate::scenario::Pace;

const PACE: Pace =
    Pace { warm_up: Duration::from_millis(1000), measure: Duration::from_millis(2000), pairs: 3 };
/// To look whether something runs at all, and about what it costs.
pub(crate) const QUICK: Pace =
    Pace { warm_up: Duration::from_millis(200), measure: Duration::from_millis(500), pairs: 1 };

const USAGE: &str = "parlor-bench server [--quick] [--rounds N] [--growth] [--write] [ROW...] [PEER...]";

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) rounds: usize,
    pub(crate) pace: Pace,
    pub(crate) growth: bool,
    pub(crate) write: bool,
    pub(crate) rows: Vec<&'static Row>,
    pub(crate) peers: Vec<&'static Peer>,
}

impl Arguments {
    /// # Errors
    ///
    /// A word that says nothing, or a report that would not be whole.
    pub(crate) fn read(words: &[String]) -> Outcome<Self> {
        let mut words = words.iter();
        if words.next().is_none_or(|word| word != "server") {
            return Err(USAGE.into());
        }
        let mut read =
            Self { rounds: 0, pace: PACE, growth: false, write: false, rows: vec![], peers: vec![] };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => read.pace = QUICK,
                "--growth" => read.growth = true,
                "--write" => read.write = true,
                "--rounds" => read.rounds = rounds(words.next())?,
                name => read.choose(name)?,
            }
        }
        read.complete()
    }

    fn choose(&mut self, name: &str) -> Outcome {
        let (row, peer) =
            (ROWS.iter().find(|row| row.name == name), PEERS.iter().find(|peer| peer.name == name));
        if row.is_none() && peer.is_none() {
            return Err(unknown(name).into());
        }
        self.rows.extend(row);
        self.peers.extend(peer);
        Ok(())
    }

    /// What nobody chose is everything.
    fn complete(mut self) -> Outcome<Self> {
        if self.write && !(self.growth && self.rows.is_empty() && self.peers.is_empty()) {
            return Err("--write writes the whole report: it needs --growth, and no ROW or PEER".into());
        }
        if self.rounds == 0 {
            self.rounds = usual_rounds(self.pace);
        }
        if self.rows.is_empty() {
            self.rows = ROWS.iter().collect();
        }
        if self.peers.is_empty() {
            self.peers = PEERS.iter().collect();
        }
        Ok(self)
    }
}

/// What is enough, where nobody says more.
pub(crate) fn usual_rounds(pace: Pace) -> usize {
    if pace == QUICK { 1 } else { 5 }
}

pub(crate) fn rounds(word: Option<&String>) -> Outcome<usize> {
    let number = word.and_then(|word| word.parse().ok()).filter(|rounds| *rounds > 0);
    number.ok_or_else(|| "--rounds wants a number behind it, at least 1".into())
}

fn unknown(name: &str) -> String {
    let rows = ROWS.iter().map(|row| row.name).collect::<Vec<_>>().join(", ");
    let peers = PEERS.iter().map(|peer| peer.name).collect::<Vec<_>>().join(", ");
    format!("`{name}` says nothing here: {USAGE}\n  ROW is one of {rows}\n  PEER is one of {peers}")
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
        let all = read("server").unwrap();
        assert_eq!((all.rounds, all.rows.len(), all.peers.len()), (5, 10, 5));
        assert_eq!((all.growth, all.write, all.pace == PACE), (false, false, true));
    }

    #[test]
    fn words_choose_what_runs_and_how_often() {
        let some = read("server --quick acks-1 node parlor --growth idle").unwrap();
        assert_eq!((some.rounds, some.pace == QUICK, some.growth), (1, true, true));
        assert_eq!(some.rows.iter().map(|row| row.name).collect::<Vec<_>>(), ["acks-1", "idle"]);
        assert_eq!(some.peers.iter().map(|peer| peer.name).collect::<Vec<_>>(), ["node", "parlor"]);
        assert_eq!(read("server --rounds 3 --quick").unwrap().rounds, 3);
    }

    #[test]
    fn words_that_say_nothing_are_refused_with_those_that_do() {
        let refusal = read("server --slow").unwrap_err();
        for part in ["`--slow` says nothing here", "fanout-8, fanout-1, rooms", "floor, socketioxide, bun"] {
            assert!(refusal.contains(part), "{refusal}");
        }
        assert_eq!(read("").unwrap_err(), USAGE);
        assert_eq!(read("client").unwrap_err(), USAGE);
        for line in ["server --rounds", "server --rounds 0", "server --rounds many"] {
            assert_eq!(read(line).unwrap_err(), "--rounds wants a number behind it, at least 1");
        }
    }

    #[test]
    fn only_a_whole_report_is_written() {
        assert!(read("server --write --growth --quick").unwrap().write);
        for line in ["server --write", "server --write --growth idle", "server --write --growth node"] {
            assert!(read(line).unwrap_err().starts_with("--write writes the whole report"), "{line}");
        }
    }
}
