//! Answers that somebody waits for.

use alloc::vec::Vec;

use crate::Instant;

/// Names one waiting answer. The driver chooses it and gets it back; the ids on the wire are the library's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AckKey(pub u32);

/// The answers a socket waits for, by the id they will come under. `K` is whatever the driver wants back.
///
/// Kept in the order of ids, which is the order of asking but for races.
#[derive(Debug)]
pub struct Pending<K> {
    waiting: Vec<Waiting<K>>,
    /// No deadline is earlier. Found out anew only when it has come, so that nobody looks through them all meanwhile.
    earliest: Option<Instant>,
}

#[derive(Debug)]
struct Waiting<K> {
    id: u64,
    deadline: Option<Instant>,
    key: K,
}

impl<K> Default for Pending<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> Pending<K> {
    /// A table that waits for nothing.
    pub const fn new() -> Self {
        Self { waiting: Vec::new(), earliest: None }
    }

    /// Waits for the answer `id`, until `deadline` if there is one.
    ///
    /// Register before sending, or a fast answer is lost. Each `id` once; cheap when it is larger than the earlier
    /// ones.
    pub fn insert(&mut self, id: u64, deadline: Option<Instant>, key: K) {
        self.earliest = earlier(self.earliest, deadline);
        // Whoever draws an id for many tables may come to this one after a later id did.
        let behind = self.waiting.iter().rev().take_while(|waiting| waiting.id > id).count();
        self.waiting.insert(self.waiting.len() - behind, Waiting { id, deadline, key });
    }

    /// Takes the answer `id` off the table. `None` when nobody waits for it: unknown, late, or a second one.
    pub fn take(&mut self, id: u64) -> Option<K> {
        let at = self.waiting.binary_search_by_key(&id, |waiting| waiting.id).ok()?;
        Some(self.waiting.remove(at).key)
    }

    /// Takes one answer off the table whose deadline has come.
    pub fn take_expired(&mut self, now: Instant) -> Option<(u64, K)> {
        if self.earliest.is_none_or(|earliest| earliest > now) {
            return None;
        }
        let due = |waiting: &Waiting<K>| waiting.deadline.is_some_and(|deadline| deadline <= now);
        let Some(at) = self.waiting.iter().position(due) else {
            self.earliest = self.waiting.iter().filter_map(|waiting| waiting.deadline).min();
            return None;
        };
        let Waiting { id, key, .. } = self.waiting.remove(at);
        Some((id, key))
    }

    /// Takes every answer for which `gone` is true off the table, in the order they were asked for.
    pub fn take_if(&mut self, mut gone: impl FnMut(u64, &K) -> bool) -> Vec<(u64, K)> {
        self.waiting
            .extract_if(.., |waiting| gone(waiting.id, &waiting.key))
            .map(|it| (it.id, it.key))
            .collect()
    }

    /// When to call [`Pending::take_expired`]: the earliest deadline of all, or an earlier one whose answer has come.
    pub const fn deadline(&self) -> Option<Instant> {
        if self.waiting.is_empty() { None } else { self.earliest }
    }

    /// How many answers are waited for.
    pub const fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether no answer is waited for.
    pub const fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        _ => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: fn(u64) -> Instant = Instant::from_millis;

    #[test]
    fn an_answer_is_taken_once() {
        let mut pending = Pending::default();
        pending.insert(0, None, 'a');
        pending.insert(1, None, 'b');
        assert_eq!(pending.take(1), Some('b'));
        assert_eq!(pending.take(1), None);
        assert_eq!(pending.take(0), Some('a'));
    }

    #[test]
    fn an_id_that_comes_after_a_later_one_is_found_all_the_same() {
        let mut pending = Pending::default();
        for id in [3, 8, 5, 4] {
            pending.insert(id, None, id);
        }
        assert_eq!([8, 3, 5, 4].map(|id| pending.take(id)), [Some(8), Some(3), Some(5), Some(4)]);
    }

    #[test]
    fn the_earliest_deadline_expires_first_and_late_answers_are_unknown() {
        let mut pending = Pending::default();
        pending.insert(3, Some(AT(20)), 'a');
        pending.insert(5, Some(AT(10)), 'b');
        pending.insert(6, None, 'c');
        assert_eq!(pending.deadline(), Some(AT(10)));
        assert_eq!(pending.take_expired(AT(9)), None);
        assert_eq!(pending.take_expired(AT(10)), Some((5, 'b')));
        assert_eq!(pending.take(5), None);
        assert_eq!(pending.take_expired(AT(10)), None);
        assert_eq!(pending.deadline(), Some(AT(20)));
        // Waking too early is harmless; looking through them all after each answer is not.
        assert_eq!(pending.take(3), Some('a'));
        assert_eq!(pending.deadline(), Some(AT(20)));
        assert_eq!(pending.take(6), Some('c'));
        assert_eq!(pending.deadline(), None);
    }
}
