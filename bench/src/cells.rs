//! What runs came to: for each thing that is measured and each server, round by round.

use std::collections::BTreeMap;

/// What one server did, round by round: why a round failed, if it did.
pub(crate) type Cell<S> = Vec<Result<S, String>>;

/// All cells, by what is measured and the names of servers.
#[derive(Debug)]
pub(crate) struct Cells<K, S>(BTreeMap<(K, &'static str), Cell<S>>);

impl<K: Ord, S> Cells<K, S> {
    pub(crate) fn add(&mut self, what: K, peer: &'static str, run: Result<S, String>) {
        self.0.entry((what, peer)).or_default().push(run);
    }

    pub(crate) fn cell(&self, what: K, peer: &'static str) -> Option<&Cell<S>> {
        self.0.get(&(what, peer))
    }

    /// The median over the rounds, if none failed.
    pub(crate) fn median(
        &self,
        what: K,
        peer: &'static str,
        pick: impl Fn(&S) -> Option<f64>,
    ) -> Option<f64> {
        median(&self.all(what, peer, pick)?)
    }

    /// The least and the most of the rounds, if none failed.
    pub(crate) fn spread(
        &self,
        what: K,
        peer: &'static str,
        pick: impl Fn(&S) -> Option<f64>,
    ) -> Option<(f64, f64)> {
        let values = self.all(what, peer, pick)?;
        let most = values.iter().copied().reduce(f64::max)?;
        Some((values.into_iter().reduce(f64::min)?, most))
    }

    /// One's to another's: the median of the ratios within the rounds, because a slow phase of the machine hits those who
    /// run one after the other alike.
    pub(crate) fn ratio(
        &self,
        what: K,
        [one, other]: [&'static str; 2],
        pick: impl Fn(&S) -> Option<f64>,
    ) -> Option<f64>
    where
        K: Copy,
    {
        let (one, other) = (self.all(what, one, &pick)?, self.all(what, other, &pick)?);
        median(&one.iter().zip(&other).map(|(one, other)| one / other).collect::<Vec<_>>())
    }

    /// One value for each round, if there is one.
    fn all(&self, what: K, peer: &'static str, pick: impl Fn(&S) -> Option<f64>) -> Option<Vec<f64>> {
        self.cell(what, peer)?.iter().map(|run| pick(run.as_ref().ok()?)).collect()
    }
}

impl<K, S> Default for Cells<K, S> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
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

    #[test]
    fn median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 8.0]), Some(3.0));
        assert_eq!(median(&[7.0]), Some(7.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn ratio_is_taken_within_the_rounds() {
        let mut cells = Cells::default();
        // The third round hit a slow phase: it moves the medians of both, but not the ratio.
        for (ours, theirs) in [(1.0, 2.0), (1.2, 2.0), (9.0, 18.0)] {
            cells.add("acks", "parlor", Ok(ours));
            cells.add("acks", "bun", Ok(theirs));
        }
        let pick = |value: &f64| Some(*value);
        assert_eq!(cells.ratio("acks", ["parlor", "bun"], pick), Some(0.5));
        assert_eq!(cells.median("acks", "parlor", pick), Some(1.2));
        assert_eq!(cells.spread("acks", "parlor", pick), Some((1.0, 9.0)));
    }

    #[test]
    fn what_was_not_measured_has_no_figure_and_what_failed_neither() {
        let mut cells = Cells::default();
        cells.add("acks", "parlor", Ok(1.0));
        let pick = |value: &f64| Some(*value);
        assert_eq!(cells.ratio("acks", ["parlor", "bun"], pick), None);
        cells.add("acks", "parlor", Err("a message was lost".to_owned()));
        assert_eq!(cells.median("acks", "parlor", pick), None);
        assert_eq!(cells.spread("acks", "parlor", pick), None);
    }
}
