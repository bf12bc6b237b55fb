//! A slow link, made in the page: what is on its way waits, and keeps its order whatever the delay becomes meanwhile.

use std::collections::VecDeque;

/// How long everything waits on a slow link, each way, in milliseconds: a bad phone network.
pub(crate) const LAG: u64 = 1_000;

/// Things on one way of the link. Beyond that the oldest arrives before its time, because nothing is ever lost here.
const MAX_WAITING: usize = 1_000;

/// One way of the link.
#[derive(Debug)]
pub(crate) struct Lane<T> {
    /// Each with the time at which it arrives, in milliseconds since 1970: never before the one in front.
    waiting: VecDeque<(u64, T)>,
}

impl<T> Lane<T> {
    pub(crate) const fn new() -> Self {
        Self { waiting: VecDeque::new() }
    }

    /// Puts something on its way.
    pub(crate) fn push(&mut self, item: T, now: u64, lag: u64) {
        let before = self.waiting.back().map_or(0, |(due, _)| *due);
        self.waiting.push_back((before.max(now + lag), item));
    }

    /// The next thing that has arrived.
    pub(crate) fn pop(&mut self, now: u64) -> Option<T> {
        let is_full = self.waiting.len() > MAX_WAITING;
        let (due, _) = self.waiting.front()?;
        if *due > now && !is_full {
            return None;
        }
        self.waiting.pop_front().map(|(_, item)| item)
    }

    /// How long to wait for the next thing.
    pub(crate) fn wait(&self, now: u64) -> Option<u64> {
        self.waiting.front().map(|(due, _)| due.saturating_sub(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(lane: &mut Lane<u32>, now: u64) -> Vec<u32> {
        std::iter::from_fn(|| lane.pop(now)).collect()
    }

    #[test]
    fn what_is_on_its_way_arrives_after_the_lag() {
        let mut lane = Lane::new();
        lane.push(1, 100, LAG);
        lane.push(2, 300, LAG);
        assert_eq!((arrived(&mut lane, 1_099), lane.wait(1_099)), (vec![], Some(1)));
        assert_eq!((arrived(&mut lane, 1_100), lane.wait(1_100)), (vec![1], Some(200)));
        assert_eq!((arrived(&mut lane, 5_000), lane.wait(5_000)), (vec![2], None));
    }

    #[test]
    fn nothing_overtakes_when_the_link_becomes_fast() {
        let mut lane = Lane::new();
        lane.push(1, 0, LAG);
        lane.push(2, 500, 0);
        assert_eq!(arrived(&mut lane, 999), Vec::<u32>::new());
        assert_eq!(arrived(&mut lane, 1_000), [1, 2]);
    }

    #[test]
    fn link_holds_no_more_than_its_bound_and_loses_nothing() {
        let mut lane = Lane::new();
        for item in 0..1_005 {
            lane.push(item, 0, LAG);
        }
        assert_eq!(arrived(&mut lane, 0), [0, 1, 2, 3, 4]);
        assert_eq!(arrived(&mut lane, 1_000).len(), 1_000);
    }
}
