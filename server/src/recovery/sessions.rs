//! The sessions of one namespace that can be recovered: those that somebody holds, and those that were left.
//!
//! Rules: a private id names one session, and one connection at a time holds it. Sessions that were left are bounded in
//! time and in number; the one that was left first goes first. What is kept of a session may be the user's, so nothing
//! is dropped here: whoever holds the lock takes what is over, lets go of the lock, and drops it then.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::Instant;
use tokio::sync::oneshot;

/// `S` is what is kept of a session, `H` the connection that holds one.
#[derive(Debug)]
pub(crate) struct Sessions<S, H> {
    slots: HashMap<Arc<str>, Slot<S, H>>,
    /// Those that were left, in the order of leaving.
    left: BTreeMap<u64, (Arc<str>, Instant)>,
    next: u64,
    over: Vec<S>,
    max_left: usize,
    max_absence: Duration,
}

#[derive(Debug)]
enum Slot<S, H> {
    Held { holder: H, waiting: Vec<oneshot::Sender<()>> },
    Left { number: u64, session: S },
}

/// What becomes of a private id that a client names.
#[derive(Debug)]
pub(crate) enum Claim<S, H> {
    /// There is no such session, or not any more.
    Unknown,
    /// Another connection holds it: end that one, wait until it has left, and ask again.
    Held(H, oneshot::Receiver<()>),
    /// It is the claimant's now.
    Taken(S),
}

impl<S, H: Clone> Sessions<S, H> {
    pub(crate) fn new(max_left: usize, max_absence: Duration) -> Self {
        Self {
            slots: HashMap::new(),
            left: BTreeMap::new(),
            next: 0,
            over: Vec::new(),
            max_left,
            max_absence,
        }
    }

    /// A new session, held.
    pub(crate) fn hold(&mut self, pid: Arc<str>, holder: H) {
        self.slots.insert(pid, Slot::Held { holder, waiting: Vec::new() });
    }

    /// A client says that the session is its own.
    pub(crate) fn claim(&mut self, pid: &str, claimant: H, now: Instant) -> Claim<S, H> {
        self.purge(now);
        let Some((pid, slot)) = self.slots.remove_entry(pid) else { return Claim::Unknown };
        match slot {
            Slot::Held { holder, mut waiting } => {
                let (sender, receiver) = oneshot::channel();
                waiting.push(sender);
                self.slots.insert(pid, Slot::Held { holder: holder.clone(), waiting });
                Claim::Held(holder, receiver)
            }
            Slot::Left { number, session } => {
                self.left.remove(&number);
                self.hold(pid, claimant);
                Claim::Taken(session)
            }
        }
    }

    /// The holder is gone, and may come back. Whoever waits for it may ask again.
    pub(crate) fn leave(&mut self, pid: Arc<str>, session: S, now: Instant) {
        let number = self.next;
        self.next += 1;
        self.left.insert(number, (pid.clone(), now));
        self.slots.insert(pid, Slot::Left { number, session });
        self.purge(now);
    }

    /// The session is over. Whoever waits for it will find it unknown.
    pub(crate) fn end(&mut self, pid: &str) {
        if let Some(Slot::Left { number, session }) = self.slots.remove(pid) {
            self.left.remove(&number);
            self.over.push(session);
        }
    }

    /// Forgets the sessions that were left too long ago, or that are too many.
    pub(crate) fn purge(&mut self, now: Instant) {
        while let Some((_, (pid, left))) = self.left.first_key_value() {
            if self.left.len() <= self.max_left && now.since(*left) <= self.max_absence {
                break;
            }
            let pid = pid.clone();
            self.end(&pid);
        }
    }

    /// What is left of sessions that are over, to be dropped.
    pub(crate) fn take_over(&mut self) -> Vec<S> {
        std::mem::take(&mut self.over)
    }

    /// Whether there is none at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// How many sessions wait for their clients.
    pub(crate) fn left(&self) -> usize {
        self.left.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1000)
    }

    fn sessions(max_left: usize) -> Sessions<&'static str, u32> {
        Sessions::new(max_left, Duration::from_secs(120))
    }

    /// What a claim gives, as text.
    fn claimed(sessions: &mut Sessions<&'static str, u32>, pid: &str, seconds: u64) -> String {
        match sessions.claim(pid, 9, at(seconds)) {
            Claim::Unknown => "unknown".into(),
            Claim::Held(holder, _) => format!("held by {holder}"),
            Claim::Taken(session) => session.into(),
        }
    }

    #[test]
    fn a_session_that_was_left_is_there_for_its_time_and_taken_once() {
        let mut sessions = sessions(10);
        sessions.leave("p".into(), "session", at(10));
        assert_eq!(claimed(&mut sessions, "q", 130), "unknown");
        assert_eq!(claimed(&mut sessions, "p", 130), "session");
        assert_eq!(claimed(&mut sessions, "p", 130), "held by 9");
        sessions.leave("p".into(), "again", at(200));
        assert_eq!(claimed(&mut sessions, "p", 321), "unknown");
        assert!(sessions.slots.is_empty() && sessions.left.is_empty());
    }

    #[test]
    fn who_claims_a_session_that_is_held_waits_until_it_is_left_or_over() {
        let mut sessions = sessions(10);
        sessions.hold("p".into(), 1);
        let Claim::Held(1, mut waiting) = sessions.claim("p", 2, at(0)) else { panic!("it is held") };
        assert_eq!(waiting.try_recv(), Err(oneshot::error::TryRecvError::Empty));
        sessions.leave("p".into(), "session", at(0));
        assert_eq!(waiting.try_recv(), Err(oneshot::error::TryRecvError::Closed));
        assert_eq!(claimed(&mut sessions, "p", 0), "session");
        let Claim::Held(9, mut waiting) = sessions.claim("p", 2, at(0)) else { panic!("it is held") };
        sessions.end("p");
        assert_eq!(waiting.try_recv(), Err(oneshot::error::TryRecvError::Closed));
        assert_eq!(claimed(&mut sessions, "p", 0), "unknown");
    }

    #[test]
    fn of_too_many_the_first_that_was_left_goes() {
        let mut sessions = sessions(2);
        for (second, pid) in [(0, "a"), (1, "b"), (2, "a"), (3, "c")] {
            if pid == "a" && second == 2 {
                assert_eq!(claimed(&mut sessions, "a", second), "a");
            }
            sessions.leave(pid.into(), pid, at(second));
        }
        assert_eq!(sessions.left(), 2);
        assert_eq!(claimed(&mut sessions, "b", 3), "unknown");
        assert_eq!(claimed(&mut sessions, "a", 3), "a");
        assert_eq!(claimed(&mut sessions, "c", 3), "c");
    }
}
