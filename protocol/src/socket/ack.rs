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
}

#[derive(Debug)]
struct Waiting<K> {
    id: u64,
    deadline: Option<Instant>,
    key: K,
}

impl<K> Default for Pending<K> {
    fn default() -> Self {
        Self { waiting: Vec::new() }
    }
}

impl<K> Pending<K> {
    /// Waits for the answer `id`, until `deadline` if there is one.
    ///
    /// Register before sending, or a fast answer is lost. Each `id` once; cheap when it is larger than the earlier
    /// ones.
    pub fn insert(&mut self, id: u64, deadline: Option<Instant>, key: K) {
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
        let at = self
            .waiting
            .iter()
            .position(|waiting| waiting.deadline.is_some_and(|deadline| deadline <= now))?;
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

    /// The earliest deadline of all.
    pub fn deadline(&self) -> Option<Instant> {
        self.waiting.iter().filter_map(|waiting| waiting.deadline).min()
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
        assert_eq!(pending.deadline(), Some(AT(20)));
    }
}
