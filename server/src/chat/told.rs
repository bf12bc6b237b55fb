//! How far the news were told here: numbers, and what follows from them. Each is told once, and none before an earlier one,
//! whatever is lost or late between servers.

use super::store::Span;

/// The number of the last news that was told to this server's sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told(u64);

/// What to do with news that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It was told before.
    Past,
    /// It is next.
    Now,
    /// Something is missing before it, or at its beginning was told: the database knows the rest.
    Missing,
}

impl Told {
    pub(super) fn up_to(last: u64) -> Self {
        Self(last)
    }

    pub(super) fn last(self) -> u64 {
        self.0
    }

    pub(super) fn turn(self, span: Span) -> Turn {
        if span.last <= self.0 {
            Turn::Past
        } else if span.first == self.0 + 1 {
            Turn::Now
        } else {
            Turn::Missing
        }
    }

    /// The database has nothing behind this number. If it had, it has lost it, and gives the numbers anew: answers whether it is so.
    pub(super) fn step_back(&mut self, last: u64) -> bool {
        let has_lost = last < self.0;
        self.0 = self.0.min(last);
        has_lost
    }

    /// It was told, and all before it.
    pub(super) fn advance(&mut self, last: u64) {
        self.0 = self.0.max(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_told_once_and_in_order() {
        let told = Told::up_to(7);
        let rows = [
            ((6, 7), Turn::Past),
            ((1, 3), Turn::Past),
            ((8, 8), Turn::Now),
            ((8, 12), Turn::Now),
            ((9, 9), Turn::Missing),
            ((7, 8), Turn::Missing),
        ];
        for ((first, last), turn) in rows {
            assert_eq!(told.turn(Span { first, last }), turn, "{first} to {last}");
        }
    }

    #[test]
    fn what_was_told_stays_told() {
        let mut told = Told::up_to(0);
        told.advance(5);
        told.advance(3);
        assert_eq!(told.last(), 5);
    }

    #[test]
    fn what_follows_the_end_that_a_database_has_lost_is_told() {
        let mut told = Told::up_to(7);
        assert!(!told.step_back(7) && !told.step_back(9));
        assert_eq!(told.last(), 7);
        assert!(told.step_back(5));
        assert_eq!(told.turn(Span { first: 6, last: 6 }), Turn::Now);
    }
}
