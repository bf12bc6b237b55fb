//! A room's messages: those the server has stored, in its order, and behind them those of ours that it has not.

use std::collections::VecDeque;

use parlor_chat::{File, Message, MessageId, Nickname, Refusal, Stored, Text};

use super::audit::Way;

/// Messages kept per room: what a person scrolls back through, and no more than the page shows without effort.
const MAX_LINES: usize = 1_000;

/// Messages of ours that wait per room: more than a person types while a server is restarted.
const MAX_DRAFTS: usize = 100;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Log {
    /// In the order of their places.
    lines: VecDeque<Line>,
    drafts: Vec<Draft>,
    /// The drafts are not those any more that were kept last.
    is_to_be_kept: bool,
}

/// A message as the server stored it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) author: String,
    pub(crate) text: String,
    pub(crate) stored: Stored,
    /// Written by this user: it has a tick.
    pub(crate) is_mine: bool,
    /// See `parlor_chat::Message::revision`.
    pub(crate) revision: u32,
    /// What came with it.
    pub(crate) file: Option<File>,
    /// We had missed it, and the history brought it.
    pub(crate) is_recovered: bool,
}

/// A message of ours that is not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) id: MessageId,
    pub(crate) text: Text,
    /// When it was written, in milliseconds since 1970 by this machine's clock.
    pub(crate) time: u64,
    /// What comes with it, and is at the server already.
    pub(crate) file: Option<File>,
    /// Why the server refused it: it is not sent again.
    pub(crate) trouble: Option<String>,
}

impl Log {
    pub(crate) fn lines(&self) -> &VecDeque<Line> {
        &self.lines
    }

    pub(crate) fn drafts(&self) -> &[Draft] {
        &self.drafts
    }

    /// Whether there is no room for older lines.
    pub(crate) fn is_full(&self) -> bool {
        self.lines.len() >= MAX_LINES
    }

    pub(super) const fn is_to_be_kept(&self) -> bool {
        self.is_to_be_kept
    }

    pub(super) fn is_kept(&mut self) {
        self.is_to_be_kept = false;
    }

    /// The places of the first line of this epoch, and of the last.
    pub(super) fn first_and_last_seq(&self, epoch: u64) -> Option<(u64, u64)> {
        let mut seqs =
            self.lines.iter().filter(|line| line.stored.epoch == epoch).map(|line| line.stored.seq);
        let first = seqs.next()?;
        Some((first, seqs.next_back().unwrap_or(first)))
    }

    /// Whether this is one of ours that waits for its acknowledgement.
    pub(super) fn is_waiting(&self, id: &str) -> bool {
        self.drafts.iter().any(|draft| draft.id.as_str() == id)
    }

    /// The first of ours that can be sent.
    pub(super) fn next(&self) -> Option<&Draft> {
        self.drafts.iter().find(|draft| draft.trouble.is_none())
    }

    /// Adds one of ours; false if too many wait already.
    pub(super) fn write(&mut self, draft: Draft) -> bool {
        let fits = self.drafts.len() < MAX_DRAFTS;
        if fits {
            self.is_to_be_kept = true;
            self.drafts.push(draft);
        }
        fits
    }

    /// Takes a message from the server; false if it was here before. `you` is who we are.
    pub(super) fn add(&mut self, message: Message, you: Option<&str>, way: Way) -> bool {
        let Message { id, user, author, text, epoch, seq, time, revision, file, .. } = message;
        self.revise(&id, &text, revision);
        let is_mine = self.take_draft(&id).is_some() || you == Some(&*user);
        let (stored, is_recovered) = (Stored { epoch, seq, time }, way == Way::Recovered);
        self.insert(Line { id, author, text, stored, is_mine, revision, file, is_recovered })
    }

    /// The server has stored one of ours.
    pub(super) fn settle(&mut self, id: &MessageId, stored: Stored, me: &Nickname) {
        // None when the history had it first.
        if let Some(draft) = self.take_draft(id.as_str()) {
            let (author, text) = (me.as_str().to_owned(), draft.text.as_str().to_owned());
            let (id, file) = (id.as_str().to_owned(), draft.file);
            self.insert(Line {
                id,
                author,
                text,
                stored,
                is_mine: true,
                revision: 0,
                file,
                is_recovered: false,
            });
        }
    }

    /// A message says something else now, if this is newer than what we know.
    pub(super) fn revise(&mut self, id: &str, text: &str, revision: u32) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.id == id && line.revision < revision) {
            text.clone_into(&mut line.text);
            line.revision = revision;
            line.file.take_if(|_| text.is_empty());
        }
    }

    pub(super) fn refuse(&mut self, id: &MessageId, refusal: &Refusal) {
        if let Some(draft) = self.drafts.iter_mut().find(|draft| draft.id == *id) {
            draft.trouble = Some(refusal.message.clone());
        }
    }

    fn take_draft(&mut self, id: &str) -> Option<Draft> {
        let at = self.drafts.iter().position(|draft| draft.id.as_str() == id)?;
        self.is_to_be_kept = true;
        Some(self.drafts.remove(at))
    }

    /// Puts a line into its place. One that is here with an older place moves: a server that lost its memory stored it
    /// again, and its order is the one that everybody sees.
    fn insert(&mut self, mut line: Line) -> bool {
        let here = self.lines.iter().position(|known| known.id == line.id);
        if let Some(at) = here {
            match self.lines.get(at) {
                Some(known) if known.place() < line.place() => line.is_mine |= known.is_mine,
                _ => return false,
            }
            self.lines.remove(at);
        }
        let at = self.lines.partition_point(|known| known.place() < line.place());
        self.lines.insert(at, line);
        if self.lines.len() > MAX_LINES {
            self.lines.pop_front();
        }
        here.is_none()
    }
}

impl Line {
    /// Whether it was taken back.
    pub(crate) const fn is_gone(&self) -> bool {
        self.text.is_empty()
    }

    /// See `parlor_chat::History::epoch`.
    pub(crate) const fn place(&self) -> (u64, u64) {
        (self.stored.epoch, self.stored.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(epoch: u64, seq: u64, id: &str) -> Message {
        let (room, user, author) = ("lobby".to_owned(), "bob".to_owned(), "Bob".to_owned());
        let text = format!("text of {id}");
        Message {
            room,
            epoch,
            seq,
            time: 1_000,
            id: id.to_owned(),
            user,
            author,
            text,
            revision: 0,
            file: None,
        }
    }

    fn draft(id: &str) -> Draft {
        let (id, text) = (MessageId::parse(id).unwrap(), Text::parse("mine").unwrap());
        Draft { id, text, time: 5, file: None, trouble: None }
    }

    fn settle(log: &mut Log, id: &str, epoch: u64, seq: u64) {
        let stored = Stored { epoch, seq, time: 2_000 };
        log.settle(&MessageId::parse(id).unwrap(), stored, &Nickname::parse("Ada").unwrap());
    }

    /// The ids in order, a `*` behind mine.
    fn ids(log: &Log) -> String {
        let id = |line: &Line| format!("{}{}", line.id, if line.is_mine { "*" } else { "" });
        log.lines.iter().map(id).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines_are_in_the_order_of_seq_however_they_come() {
        let mut log = Log::default();
        for (seq, id) in [(2, "b"), (3, "c"), (1, "a")] {
            assert!(log.add(message(1, seq, id), None, Way::Told));
        }
        assert_eq!(ids(&log), "a b c");
    }

    #[test]
    fn message_that_comes_twice_is_shown_once() {
        let mut log = Log::default();
        assert!(log.add(message(1, 1, "a"), None, Way::Told));
        assert!(!log.add(message(1, 1, "a"), None, Way::Told));
        assert_eq!(ids(&log), "a");
    }

    #[test]
    fn new_memory_of_the_server_goes_behind_the_old() {
        let mut log = Log::default();
        log.add(message(1, 1, "a"), None, Way::Told);
        log.add(message(1, 2, "b"), None, Way::Told);
        log.add(message(2, 1, "c"), None, Way::Told);
        assert_eq!(ids(&log), "a b c");
    }

    #[test]
    fn message_stored_again_by_a_new_memory_moves_and_is_still_one() {
        let mut log = Log::default();
        log.add(message(1, 1, "a"), None, Way::Told);
        log.add(message(1, 2, "b"), None, Way::Told);
        assert!(!log.add(message(2, 1, "a"), None, Way::Told));
        assert_eq!(ids(&log), "b a");
        assert!(!log.add(message(1, 1, "a"), None, Way::Told), "the old place does not come back");
        assert_eq!(ids(&log), "b a");
    }

    #[test]
    fn acknowledged_draft_takes_its_place_among_the_others() {
        let mut log = Log::default();
        assert!(log.write(draft("mine")));
        log.add(message(1, 2, "late"), None, Way::Told);
        settle(&mut log, "mine", 1, 1);
        assert_eq!(ids(&log), "mine* late");
        assert!(log.drafts().is_empty());
    }

    #[test]
    fn draft_found_in_the_history_is_acknowledged_by_that() {
        let mut log = Log::default();
        log.write(draft("mine"));
        log.add(message(1, 1, "mine"), None, Way::Told);
        assert_eq!((ids(&log).as_str(), log.drafts().len()), ("mine*", 0));
        settle(&mut log, "mine", 1, 1);
        assert_eq!(ids(&log), "mine*");
    }

    #[test]
    fn message_written_in_another_tab_or_before_is_mine_too() {
        let mut log = Log::default();
        log.add(message(1, 1, "a"), Some("bob"), Way::Told);
        log.add(message(1, 2, "b"), Some("ada"), Way::Told);
        assert_eq!(ids(&log), "a* b");
    }

    #[test]
    fn refused_draft_keeps_its_reason_and_lets_the_next_go() {
        let mut log = Log::default();
        log.write(draft("a"));
        log.write(draft("b"));
        let refusal = Refusal::new(parlor_chat::Reason::BadText, "a message needs a text");
        log.refuse(&MessageId::parse("a").unwrap(), &refusal);
        assert_eq!(log.drafts()[0].trouble.as_deref(), Some("a message needs a text"));
        assert_eq!(log.next().map(|draft| draft.id.as_str()), Some("b"));
    }

    #[test]
    fn lines_and_drafts_are_bounded() {
        let mut log = Log::default();
        for seq in 1..=1_001 {
            log.add(message(1, seq, &format!("m{seq}")), None, Way::Told);
        }
        assert_eq!((log.lines().len(), log.lines()[0].id.as_str()), (1_000, "m2"));
        assert!((0..100).all(|number| log.write(draft(&format!("d{number}")))));
        assert!(!log.write(draft("one-too-many")));
    }
}
