//! A queue of two stacks: what the machines keep their outputs and buffers in.
//!
//! `VecDeque` is faster by a little and larger by a lot: in the npm package, where every byte is downloaded by somebody,
//! this one saves more than a kilobyte and a half.

use alloc::vec::Vec;

/// First in, first out.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    /// What was pushed, the latest last.
    pushed: Vec<T>,
    /// What is popped next, the next last.
    next: Vec<T>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { pushed: Vec::new(), next: Vec::new() }
    }
}

impl<T> Queue<T> {
    pub(crate) fn push(&mut self, item: T) {
        self.pushed.push(item);
    }

    /// Each item is turned round once: however long the queue, that is a step for each.
    pub(crate) fn pop(&mut self) -> Option<T> {
        if self.next.is_empty() {
            core::mem::swap(&mut self.pushed, &mut self.next);
            self.next.reverse();
        }
        self.next.pop()
    }

    /// The first `count` items, or all there are.
    pub(crate) fn take(&mut self, count: usize) -> Vec<T> {
        let mut taken = Vec::new();
        while taken.len() < count
            && let Some(item) = self.pop()
        {
            taken.push(item);
        }
        taken
    }

    pub(crate) fn len(&self) -> usize {
        self.pushed.len() + self.next.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pushed.is_empty() && self.next.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.next.iter().rev().chain(&self.pushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_out_as_they_went_in_however_the_calls_mix() {
        let mut queue = Queue::default();
        assert_eq!(queue.pop(), None);
        queue.push(1);
        queue.push(2);
        assert_eq!(queue.pop(), Some(1));
        queue.push(3);
        queue.push(4);
        assert_eq!(queue.iter().copied().collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(queue.len(), 3);
        assert_eq!(queue.take(5), [2, 3, 4]);
        assert!(queue.is_empty());
    }
}
