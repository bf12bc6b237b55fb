//! What many rounds come to: medians, ratios of neighbours, and whether they are good enough.

use std::collections::BTreeMap;

use crate::peers::{PARLOR, PEERS};
use crate::rows::{Bound, Of, Row};
use crate::scenario::Sample;

/// What one server did in one row, round by round: why a round failed, if it did.
pub(crate) type Cell = Vec<Result<Sample, String>>;

/// All cells, by the names of row and server.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    cells: BTreeMap<(&'static str, &'static str), Cell>,
}

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
        self.cells.entry((row, peer)).or_default().push(run);
    }

    pub(crate) fn cell(&self, row: &Row, peer: &'static str) -> Option<&Cell> {
        self.cells.get(&(row.name, peer))
    }

    /// The median over the rounds, if none failed.
    pub(crate) fn median(&self, row: &Row, peer: &'static str, pick: Pick) -> Option<f64> {
        median(&all(self.cell(row, peer)?, pick)?)
    }

    /// The least and the most of the rounds, if none failed.
    pub(crate) fn spread(&self, row: &Row, peer: &'static str, pick: Pick) -> Option<(f64, f64)> {
        let values = all(self.cell(row, peer)?, pick)?;
        let most = values.iter().copied().reduce(f64::max)?;
        Some((values.into_iter().reduce(f64::min)?, most))
    }

    /// The rival with the lowest median. One for all rounds: the lowest of each round would be its luck, too.
    pub(crate) fn best_peer(&self, row: &Row, pick: Pick) -> Option<&'static str> {
        let rivals = PEERS.iter().filter(|peer| peer.is_rival()).map(|peer| peer.name);
        let medians = rivals.filter_map(|name| Some((name, self.median(row, name, pick)?)));
        medians.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(name, _)| name)
    }

    /// Ours to another's: the median of the ratios within the rounds, because a slow phase of the machine hits those who
    /// run one after the other alike.
    pub(crate) fn ratio(&self, row: &Row, peer: &'static str, pick: Pick) -> Option<f64> {
        let (ours, theirs) = (all(self.cell(row, PARLOR)?, pick)?, all(self.cell(row, peer)?, pick)?);
        median(&ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect::<Vec<_>>())
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

/// One value for each round, if there is one.
fn all(cell: &Cell, pick: Pick) -> Option<Vec<f64>> {
    cell.iter().map(|run| pick.of(run.as_ref().ok()?)).collect()
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.get(values.len().saturating_sub(1) / 2)?, values.get(values.len() / 2)?);
    Some(f64::midpoint(*low, *high))
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
    fn median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 8.0]), Some(3.0));
        assert_eq!(median(&[7.0]), Some(7.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn ratio_is_taken_within_the_rounds() {
        // The third round hit a slow phase: it moves the medians of both, but not the ratio.
        let seen = figures("acks-1", &[("parlor", &[1.0, 1.2, 9.0]), ("bun", &[2.0, 2.0, 18.0])]);
        assert_eq!(seen.ratio(row("acks-1"), "bun", Pick::Figure), Some(0.5));
        assert_eq!(seen.median(row("acks-1"), "parlor", Pick::Figure), Some(1.2));
        assert_eq!(seen.spread(row("acks-1"), "parlor", Pick::Figure), Some((1.0, 9.0)));
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
