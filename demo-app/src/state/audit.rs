//! The delivery audit of a room: what the numbers of its messages say about how they came, whatever is shown of them.
//!
//! A room counts its messages without a gap. So whoever hears one number twice was told twice, and a number that comes after
//! a greater one came late. What is missing between two others is asked for; what even the history does not have is lost.

use std::ops::Add;

/// Holes remembered per room: each comes of its own interruption. Of more, the oldest are taken for lost.
const MAX_HOLES: usize = 64;

/// How a message came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As an event: once, and in its turn, if everything is right.
    Told,
    /// It is ours, and the server has acknowledged it.
    Acknowledged,
    /// In a page of the history that we asked for: such pages overlap what we have.
    Read,
    /// In such a page too, and we asked because we had missed it.
    Recovered,
}

/// How many messages came how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Nobody could bring them.
    pub(crate) lost: u64,
    /// Told more than once.
    pub(crate) duplicated: u64,
    /// Told after one that was said later.
    pub(crate) reordered: u64,
    /// Missed, and brought by the history afterwards.
    pub(crate) recovered: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Audit {
    /// See `parlor_chat::History::epoch`.
    epoch: u64,
    /// The least and the greatest number heard of in this epoch.
    heard: Option<(u64, u64)>,
    /// The numbers between them that are missing: each hole by its first and its last, in order.
    holes: Vec<(u64, u64)>,
    counts: Counts,
}

/// Where a number stands among those heard before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Behind all of them.
    Last,
    /// In a hole.
    Hole,
    /// Before all of them, or of an older epoch.
    First,
    /// It was heard before.
    Known,
}

impl Audit {
    /// A message of this place has come.
    pub(super) fn note(&mut self, epoch: u64, seq: u64, way: Way) {
        let counts = match (way, self.place(epoch, seq)) {
            (Way::Told, Place::Hole) => &mut self.counts.reordered,
            (Way::Told, Place::Known) => &mut self.counts.duplicated,
            (Way::Recovered, Place::Hole | Place::Last) => &mut self.counts.recovered,
            _ => return,
        };
        *counts = counts.saturating_add(1);
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    /// Before which number to ask for what is missing.
    pub(super) fn is_missed_before(&self) -> Option<u64> {
        self.holes.last().map(|(_, to)| to + 1)
    }

    /// All that the history has before this number is noted. If the hole there is as deep as it was, it stays: the oldest
    /// messages are forgotten first, so the rest of it is gone too.
    pub(super) fn has_asked_before(&mut self, seq: u64) {
        if let Some(at) = self.holes.iter().position(|(_, to)| *to + 1 == seq) {
            let hole = self.holes.remove(at);
            self.lose(hole);
        }
    }

    fn place(&mut self, epoch: u64, seq: u64) -> Place {
        if epoch < self.epoch {
            return Place::First;
        }
        if epoch > self.epoch {
            // What is missing of the old memory, the new one has not.
            std::mem::take(&mut self.holes).into_iter().for_each(|hole| self.lose(hole));
            (self.epoch, self.heard) = (epoch, None);
        }
        let Some((first, last)) = self.heard else {
            self.heard = Some((seq, seq));
            return Place::Last;
        };
        self.heard = Some((first.min(seq), last.max(seq)));
        if seq > last {
            self.miss(self.holes.len(), last, seq);
            Place::Last
        } else if seq < first {
            self.miss(0, seq, first);
            Place::First
        } else if self.fill(seq) {
            Place::Hole
        } else {
            Place::Known
        }
    }

    /// Whatever is between these two is missing.
    fn miss(&mut self, at: usize, before: u64, behind: u64) {
        if behind - before > 1 {
            self.holes.insert(at, (before + 1, behind - 1));
        }
        if self.holes.len() > MAX_HOLES {
            let oldest = self.holes.remove(0);
            self.lose(oldest);
        }
    }

    fn lose(&mut self, (from, to): (u64, u64)) {
        self.counts.lost = self.counts.lost.saturating_add(to - from + 1);
    }

    /// Whether it was missing.
    fn fill(&mut self, seq: u64) -> bool {
        let Some(at) = self.holes.iter().position(|(from, to)| (*from..=*to).contains(&seq)) else {
            return false;
        };
        let (from, to) = self.holes.remove(at);
        if seq < to {
            self.holes.insert(at, (seq + 1, to));
        }
        if seq > from {
            self.holes.insert(at, (from, seq - 1));
        }
        true
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            lost: self.lost.saturating_add(other.lost),
            duplicated: self.duplicated.saturating_add(other.duplicated),
            reordered: self.reordered.saturating_add(other.reordered),
            recovered: self.recovered.saturating_add(other.recovered),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What came: how, and its number.
    type Came = (Way, u64);

    fn audit(came: &[Came]) -> Audit {
        let mut audit = Audit::default();
        came.iter().for_each(|(way, seq)| audit.note(1, *seq, *way));
        audit
    }

    /// Lost, duplicated, reordered, recovered, once the history has nothing more.
    fn numbers(mut audit: Audit) -> [u64; 4] {
        while let Some(seq) = audit.is_missed_before() {
            audit.has_asked_before(seq);
        }
        let Counts { lost, duplicated, reordered, recovered } = audit.counts();
        [lost, duplicated, reordered, recovered]
    }

    #[test]
    fn audit_counts_by_the_numbers_alone() {
        use Way::{Acknowledged, Read, Recovered, Told};
        let rows: [(&str, &[Came], [u64; 4]); 10] = [
            ("in order", &[(Read, 4), (Read, 5), (Told, 6), (Acknowledged, 7), (Told, 8)], [0, 0, 0, 0]),
            ("told twice", &[(Told, 1), (Told, 2), (Told, 1)], [0, 1, 0, 0]),
            ("told again, though read before", &[(Read, 1), (Told, 1)], [0, 1, 0, 0]),
            ("read again, as pages overlap", &[(Told, 1), (Told, 2), (Recovered, 1), (Recovered, 2)], [0; 4]),
            ("told late", &[(Told, 1), (Told, 3), (Told, 2)], [0, 0, 1, 0]),
            ("never told", &[(Told, 1), (Told, 4)], [2, 0, 0, 0]),
            ("missed, and recovered", &[(Told, 1), (Recovered, 2), (Recovered, 3), (Told, 4)], [0, 0, 0, 2]),
            (
                "recovered page by page",
                &[(Told, 1), (Recovered, 3), (Recovered, 4), (Recovered, 2)],
                [0, 0, 0, 3],
            ),
            ("recovered in part", &[(Told, 1), (Recovered, 5), (Recovered, 3)], [2, 0, 0, 2]),
            ("older pages on demand", &[(Read, 5), (Read, 4), (Read, 3)], [0, 0, 0, 0]),
        ];
        for (case, came, expected) in rows {
            assert_eq!(numbers(audit(came)), expected, "{case}");
        }
    }

    #[test]
    fn new_memory_of_the_server_counts_from_anywhere_and_leaves_what_was_lost() {
        let mut audit = audit(&[(Way::Told, 7), (Way::Told, 9)]);
        audit.note(2, 3, Way::Told);
        audit.note(2, 4, Way::Told);
        audit.note(1, 8, Way::Told);
        assert_eq!(numbers(audit), [1, 0, 0, 0], "the old memory counts no more");
    }

    #[test]
    fn what_is_missing_is_asked_for_before_it_is_lost() {
        let mut audit = audit(&[(Way::Told, 1), (Way::Told, 4)]);
        assert_eq!((audit.counts().lost, audit.is_missed_before()), (0, Some(4)));
        audit.note(1, 3, Way::Recovered);
        audit.has_asked_before(4);
        assert_eq!((audit.counts().lost, audit.is_missed_before()), (0, Some(3)));
        audit.has_asked_before(3);
        assert_eq!((audit.counts().lost, audit.is_missed_before()), (1, None));
    }

    #[test]
    fn numbers_of_a_server_that_jumps_cost_no_memory() {
        let mut audit = audit(&[(Way::Told, 1), (Way::Told, u64::MAX)]);
        for number in 0..1_000 {
            audit.note(2, 2 * number, Way::Told);
        }
        assert_eq!(audit.holes.len(), MAX_HOLES);
        audit.note(2, u64::MAX, Way::Told);
        assert_eq!(numbers(audit)[0], u64::MAX, "it stops at the end of its numbers");
    }
}
