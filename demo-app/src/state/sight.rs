//! How far a room was seen: by us, as the server knows, and by the others.

use parlor_chat::Mark;

/// Numbers of messages in the room's present epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// By us, as far as the server was told.
    ours: u64,
    /// By whoever of the others has seen most.
    pub(super) others: u64,
    /// The server is being told, and has not answered: what comes meanwhile is told together.
    pub(super) is_telling: bool,
}

impl Sight {
    pub(super) fn joined(&mut self, you: &str, seen: u64, marks: &[Mark]) {
        self.has_seen(true, seen);
        for mark in marks {
            self.has_seen(mark.user == you, mark.seq);
        }
    }

    /// Somebody has seen it up to there: who says something has seen what was said before.
    pub(super) fn has_seen(&mut self, is_ours: bool, seq: u64) {
        let seen = if is_ours { &mut self.ours } else { &mut self.others };
        *seen = seq.max(*seen);
    }

    pub(super) const fn is_news(&self, last: u64) -> bool {
        last > self.ours && !self.is_telling
    }

    pub(super) fn tell(&mut self, seq: u64) {
        self.has_seen(true, seq);
        self.is_telling = true;
    }
}
