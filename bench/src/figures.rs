//! What many rounds of the rows come to, and whether that is good enough.

use crate::cells::{Cell, Cells};
use crate::peers::{PARLOR, PEERS};
use crate::rows::{Bound, Of, Row};
use crate::scenario::Sample;

/// All runs, by the names of row and server.
#[derive(Debug, Default)]
pub(crate) struct Figures(Cells<&'static str, Sample>);

/// Which number of a run is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    Figure,
    P99Ms,
}

impl Pick {
    fn of(self, sample: &Sample) -> Option<f64> {
        match self {
            Self::Figure => Some(sample.figure),
            Self::P99Ms => sample.p99_us.map(|micros| micros / 1000.0),
        }
    }
}

/// By how much our 99th percentile may be above that of the best peer.
pub(crate) const P99_AT_MOST: Bound = Bound { at_most: 1.1, of: Of::BestPeer };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Goal,
    Must,
    Missed,
}

impl Figures {
    pub(crate) fn add(&mut self, row: &'static str, peer: &'static str, run: Result<Sample, String>) {
        self.0.add(row, peer, run);
    }

    pub(crate) fn cell(&self, row: &Row, peer: &'static str) -> Option<&Cell<Sample>> {
        self.0.cell(row.name, peer)
    }

    pub(crate) fn median(&self, row: &Row, peer: &'static str, pick: Pick) -> Option<f64> {
        self.0.median(row.name, peer, |sample| pick.of(sample))
    }

    pub(crate) fn spread(&self, row: &Row, peer: &'static str, pick: Pick) -> Option<(f64, f64)> {
        self.0.spread(row.name, peer, |sample| pick.of(sample))
    }

    /// The rival with the lowest median. One for all rounds: the lowest of each round would be its luck, too.
    pub(crate) fn best_peer(&self, row: &Row, pick: Pick) -> Option<&'static str> {
        let rivals = PEERS.iter().filter(|peer| peer.is_rival()).map(|peer| peer.name);
        let medians = rivals.filter_map(|name| Some((name, self.median(row, name, pick)?)));
        medians.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(name, _)| name)
    }

    /// Ours to another's.
    pub(crate) fn ratio(&self, row: &Row, peer: &'static str, pick: Pick) -> Option<f64> {
        self.0.ratio(row.name, [PARLOR, peer], |sample| pick.of(sample))
    }

    pub(crate) fn verdict(&self, row: &Row) -> Option<Verdict> {
        let holds = |bound| self.holds(row, bound, Pick::Figure);
        Some(match (holds(row.goal), holds(row.must)) {
            (Some(true), Some(true)) => Verdict::Goal,
            (_, must) if must? => Verdict::Must,
            _ => Verdict::Missed,
        })
    }

    /// Whether our figure is within a bound; `None` if that was not measured.
    pub(crate) fn holds(&self, row: &Row, bound: Bound, pick: Pick) -> Option<bool> {
        let figure = match bound.of {
            Of::Itself => self.median(row, PARLOR, pick),
            Of::Peer(peer) => self.ratio(row, peer, pick),
            Of::BestPeer => self.ratio(row, self.best_peer(row, pick)?, pick),
        };
        figure.map(|figure| figure <= bound.at_most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::ROWS;

    fn row(name: &str) -> &'static Row {
        ROWS.iter().find(|row| row.name == name).unwrap()
    }

    fn figures(row: &'static str, cells: &[(&'static str, &[f64])]) -> Figures {
        let mut figures = Figures::default();
        for (peer, values) in cells {
            for figure in *values {
                figures.add(row, peer, Ok(Sample { figure: *figure, ..Sample::default() }));
            }
        }
        figures
    }

    #[test]
    fn best_peer_is_a_rival_and_the_same_for_all_rounds() {
        let cells: [(_, &[f64]); 4] = [
            ("floor", &[1.0, 1.0, 1.0]),
            ("parlor", &[1.0, 1.0, 1.0]),
            ("socketioxide", &[4.0, 5.0, 6.0]),
            ("node", &[6.0, 6.0, 1.0]),
        ];
        assert_eq!(figures("acks-1", &cells).best_peer(row("acks-1"), Pick::Figure), Some("socketioxide"));
        assert_eq!(figures("acks-1", &cells[..2]).best_peer(row("acks-1"), Pick::Figure), None);
    }

    #[test]
    fn verdict_is_the_best_that_holds() {
        // Of fanout-8: at most 0.8 of the best peer, at most 1.25 of the floor.
        for (ours, verdict) in
            [(1.25, Verdict::Goal), (1.26, Verdict::Must), (1.6, Verdict::Must), (1.61, Verdict::Missed)]
        {
            let cells: [(_, &[f64]); 3] = [("floor", &[1.0]), ("bun", &[2.0]), ("parlor", &[ours])];
            assert_eq!(figures("fanout-8", &cells).verdict(row("fanout-8")), Some(verdict), "{ours}");
        }
        // Of idle: at most 12, at most 6.
        for (ours, verdict) in [(6.0, Verdict::Goal), (12.0, Verdict::Must), (12.1, Verdict::Missed)] {
            assert_eq!(figures("idle", &[("parlor", &[ours])]).verdict(row("idle")), Some(verdict), "{ours}");
        }
    }

    #[test]
    fn what_was_not_measured_has_no_verdict_and_what_failed_neither() {
        let mut seen = figures("deflate-1", &[("parlor", &[1.0]), ("floor", &[5.0])]);
        assert_eq!(seen.verdict(row("deflate-1")), None);
        seen.add("deflate-1", "node", Err("a message was lost".to_owned()));
        assert_eq!(seen.verdict(row("deflate-1")), None);
        assert_eq!(seen.median(row("deflate-1"), "node", Pick::Figure), None);
    }
}
