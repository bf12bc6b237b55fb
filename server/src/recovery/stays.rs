//! When a session was in which room, in places of the log.
//!
//! Who comes back gets what would have reached it: an event to a room that it joined later was never for it, and one
//! to a room that it left later was. So a room that is left is remembered for as long as the log reaches back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Position;

/// How many rooms a session remembers that it has left. What was sent before the oldest that is forgotten cannot be
/// recovered. Room for somebody who changes rooms every other second for as long as a log usually reaches.
const MAX_PAST_STAYS: usize = 64;

/// How far a namespace's log reaches: written by the log alone, read by whoever joins and leaves rooms.
#[derive(Debug, Default)]
pub(crate) struct Span {
    head: AtomicU64,
    base: AtomicU64,
}

impl Span {
    /// The last event that was logged.
    pub(crate) fn head(&self) -> Position {
        Position(self.head.load(Ordering::Acquire))
    }

    /// The last event that is no longer there.
    pub(crate) fn base(&self) -> Position {
        Position(self.base.load(Ordering::Acquire))
    }

    pub(super) fn set(&self, base: Position, head: Position) {
        self.base.store(base.0, Ordering::Release);
        self.head.store(head.0, Ordering::Release);
    }
}

/// The rooms of one session, through time.
#[derive(Debug)]
pub(crate) struct Stays {
    span: Arc<Span>,
    /// In the order of joining.
    current: Vec<Stay>,
    /// In the order of leaving.
    past: Vec<Stay>,
    /// What was sent up to here is not known any more.
    forgotten: Position,
}

#[derive(Debug)]
struct Stay {
    room: Arc<str>,
    /// It got what came after this.
    since: Position,
    /// And up to this, if it has left.
    until: Position,
}

impl Stays {
    pub(crate) fn new(span: Arc<Span>) -> Self {
        Self { span, current: Vec::new(), past: Vec::new(), forgotten: Position(0) }
    }

    /// It is in that room from the next event on. Nothing changes if it is there already.
    pub(crate) fn join(&mut self, room: &Arc<str>) {
        if self.current.iter().all(|stay| stay.room != *room) {
            self.current.push(Stay {
                room: room.clone(),
                since: self.span.head(),
                until: Position(u64::MAX),
            });
        }
    }

    pub(crate) fn leave(&mut self, room: &str) {
        let Some(at) = self.current.iter().position(|stay| *stay.room == *room) else { return };
        let mut stay = self.current.remove(at);
        stay.until = self.span.head();
        let base = self.span.base();
        self.past.retain(|past| past.until > base);
        if self.past.len() >= MAX_PAST_STAYS {
            self.forgotten = self.past.remove(0).until;
        }
        if stay.until > stay.since {
            self.past.push(stay);
        }
    }

    /// The rooms that it is in, in the order of joining.
    pub(crate) fn rooms(&self) -> Vec<Arc<str>> {
        self.current.iter().map(|stay| stay.room.clone()).collect()
    }

    /// Whether it was in that room when the event at `at` was sent.
    pub(crate) fn had(&self, room: &str, at: Position) -> bool {
        let stays = self.current.iter().chain(&self.past);
        stays.filter(|stay| *stay.room == *room).any(|stay| stay.since < at && at <= stay.until)
    }

    /// The place up to which it is not known any more where it was.
    pub(crate) const fn forgotten(&self) -> Position {
        self.forgotten
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_had_from_the_event_after_the_join_to_the_last_before_the_leave() {
        let span = Arc::new(Span::default());
        let mut stays = Stays::new(span.clone());
        let red: Arc<str> = "red".into();
        span.set(Position(0), Position(4));
        stays.join(&red);
        stays.join(&red);
        span.set(Position(0), Position(6));
        stays.leave("red");
        stays.leave("red");
        span.set(Position(0), Position(8));
        stays.join(&red);
        let had: Vec<_> = (1..=10).filter(|&at| stays.had("red", Position(at))).collect();
        assert_eq!(had, [5, 6, 9, 10]);
        assert!(!stays.had("blue", Position(5)));
        assert_eq!(stays.rooms(), [red]);
    }

    #[test]
    fn what_the_log_has_lost_is_forgotten() {
        let span = Arc::new(Span::default());
        let mut stays = Stays::new(span.clone());
        for head in 1..=1000 {
            span.set(Position(head - 1), Position(head));
            stays.join(&"red".into());
            span.set(Position(head), Position(head + 1));
            stays.leave("red");
        }
        assert_eq!(stays.past.len(), 1);
        assert_eq!(stays.forgotten(), Position(0));
    }

    #[test]
    fn a_session_that_changes_rooms_all_the_time_forgets_the_first_ones_and_knows_it() {
        let span = Arc::new(Span::default());
        let mut stays = Stays::new(span.clone());
        for head in 0..200 {
            span.set(Position(0), Position(head));
            stays.join(&"red".into());
            stays.join(&"between two events nobody was there".into());
            stays.leave("between two events nobody was there");
            span.set(Position(0), Position(head + 1));
            stays.leave("red");
        }
        assert_eq!(stays.past.len(), MAX_PAST_STAYS);
        assert_eq!(stays.forgotten(), Position(136));
        assert!(stays.had("red", Position(137)));
    }
}
