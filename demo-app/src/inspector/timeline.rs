//! What has passed, newest last: bounded, and with the time that each answer took.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::decode::{self, Meaning};

/// Entries that are kept, the oldest forgotten first: some minutes of a lively chat, and as many rows as a page shows
/// with ease.
pub(super) const MAX_ENTRIES: usize = 300;
/// Characters kept of one packet: a page of a room's history is longer, and read elsewhere.
const MAX_ENTRY_CHARS: usize = 2_000;
/// Questions whose answer is awaited. Beyond it, the oldest ones' answers are shown without a time.
const MAX_ASKED: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Sent,
    Received,
}

/// One thing that happened.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Counts up, so that a page knows which is which.
    pub(super) number: u64,
    /// Milliseconds since the first entry.
    pub(super) at: u64,
    /// `None` for what is no packet.
    pub(super) way: Option<Way>,
    pub(super) size_bytes: usize,
    pub(super) meaning: Meaning,
    /// How long the answer took, in milliseconds: of an ack.
    pub(super) took: Option<u64>,
    pub(super) text: String,
}

impl Entry {
    /// In one line, for who pastes it elsewhere.
    pub(super) fn line(&self) -> String {
        let Some(way) = self.way else { return format!("{} -- {}", self.time(), self.text) };
        let arrow = if way == Way::Sent { "->" } else { "<-" };
        let mut line = format!("{} {arrow} {} ({} B)", self.time(), self.text, self.size_bytes);
        if let Some(took) = self.took {
            line += &format!(" after {took} ms");
        }
        line
    }

    pub(super) fn time(&self) -> String {
        format!("+{}.{:03}", self.at / 1_000, self.at % 1_000)
    }

    const fn is_heartbeat(&self) -> bool {
        matches!(self.meaning.kind.as_bytes(), b"ping" | b"pong")
    }
}

/// What a person wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// What must be in the line, in any case.
    pub(super) words: String,
    pub(super) with_heartbeats: bool,
}

#[derive(Debug, Default)]
pub(super) struct Timeline {
    entries: VecDeque<Rc<Entry>>,
    began: Option<u64>,
    next: u64,
    /// When each answer was asked for, by the way of the question, its namespace and its id.
    asked: BTreeMap<(Way, String, u64), u64>,
}

impl Timeline {
    /// Writes down a packet; a binary one has no text.
    pub(super) fn packet(&mut self, way: Way, text: Option<&str>, size_bytes: usize, now: u64) {
        let meaning = text.map_or(Meaning { kind: "attachment", ..Meaning::default() }, decode::meaning);
        let took = self.took(way, &meaning, now);
        let text = text.map_or_else(|| "(binary)".to_owned(), shortened);
        self.push(Entry { number: 0, at: 0, way: Some(way), size_bytes, meaning, took, text }, now);
    }

    /// Writes down what is no packet.
    pub(super) fn note(&mut self, text: String, now: u64) {
        let meaning = Meaning::default();
        self.push(Entry { number: 0, at: 0, way: None, size_bytes: 0, meaning, took: None, text }, now);
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Those that the filter lets through, newest first.
    pub(super) fn shown(&self, filter: &Filter) -> Vec<Rc<Entry>> {
        let words = filter.words.to_lowercase();
        let wanted = |entry: &&Rc<Entry>| {
            (filter.with_heartbeats || !entry.is_heartbeat())
                && (entry.line().to_lowercase().contains(&words) || entry.meaning.kind.contains(&words))
        };
        self.entries.iter().rev().filter(wanted).cloned().collect()
    }

    fn took(&mut self, way: Way, meaning: &Meaning, now: u64) -> Option<u64> {
        let (namespace, id) = (meaning.namespace.clone()?, meaning.ack?);
        if meaning.kind == "ack" {
            let other = if way == Way::Sent { Way::Received } else { Way::Sent };
            return self.asked.remove(&(other, namespace, id)).map(|then| now.saturating_sub(then));
        }
        if self.asked.len() >= MAX_ASKED {
            let oldest = self.asked.iter().min_by_key(|(_, then)| **then).map(|(key, _)| key.clone());
            oldest.map(|key| self.asked.remove(&key));
        }
        self.asked.insert((way, namespace, id), now);
        None
    }

    fn push(&mut self, entry: Entry, now: u64) {
        let at = now.saturating_sub(*self.began.get_or_insert(now));
        if self.entries.len() >= MAX_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(Rc::new(Entry { number: self.next, at, ..entry }));
        self.next += 1;
    }
}

fn shortened(text: &str) -> String {
    // Cut before it is looked through: of a long one, most is not kept.
    let kept: String = text.chars().take(MAX_ENTRY_CHARS).collect();
    let is_cut = kept.len() < text.len();
    decode::redacted(&kept) + if is_cut { "…" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(timeline: &Timeline) -> Vec<String> {
        let filter = Filter { with_heartbeats: true, ..Filter::default() };
        timeline.shown(&filter).iter().map(|entry| entry.line()).collect()
    }

    #[test]
    fn answer_is_shown_with_the_time_it_took_whoever_asked() {
        let mut timeline = Timeline::default();
        timeline.packet(Way::Sent, Some(r#"421["a"]"#), 8, 1_000);
        timeline.packet(Way::Received, Some(r#"421["b"]"#), 8, 1_010);
        timeline.packet(Way::Received, Some("431[]"), 5, 1_025);
        timeline.packet(Way::Sent, Some("431[]"), 5, 2_510);
        timeline.packet(Way::Sent, Some("431[]"), 5, 2_511);
        timeline.packet(Way::Received, Some("43/x,1[]"), 8, 2_512);
        let expected = [
            "+1.512 <- 43/x,1[] (8 B)",
            "+1.511 -> 431[] (5 B)",
            "+1.510 -> 431[] (5 B) after 1500 ms",
            "+0.025 <- 431[] (5 B) after 25 ms",
            r#"+0.010 <- 421["b"] (8 B)"#,
            r#"+0.000 -> 421["a"] (8 B)"#,
        ];
        assert_eq!(all(&timeline), expected);
    }

    #[test]
    fn timeline_is_bounded_in_entries_in_their_length_and_in_what_it_waits_for() {
        let mut timeline = Timeline::default();
        for id in 0..1_000 {
            timeline.packet(Way::Sent, Some(&format!("42{id}[\"a\"]")), 9, id);
        }
        assert_eq!((timeline.entries.len(), timeline.asked.len()), (300, 200));
        timeline.packet(Way::Received, Some("43999[]"), 7, 2_000);
        timeline.packet(Way::Received, Some("431[]"), 5, 2_000);
        assert_eq!(all(&timeline)[..2], ["+2.000 <- 431[] (5 B)", "+2.000 <- 43999[] (7 B) after 1001 ms"]);
        timeline.packet(Way::Received, Some(&format!("42{}", "ü".repeat(3_000))), 6_002, 2_000);
        let longest = timeline.entries.back().unwrap();
        assert_eq!((longest.text.chars().count(), longest.size_bytes), (2_001, 6_002));
    }

    #[test]
    fn filter_looks_into_the_line_and_leaves_heartbeats_out() {
        let mut timeline = Timeline::default();
        timeline.packet(Way::Received, Some("2"), 1, 0);
        timeline.packet(Way::Sent, Some(r#"42["typing",{}]"#), 15, 0);
        timeline.packet(Way::Sent, Some(r#"42["send",{}]"#), 13, 0);
        timeline.note("out of /: no ping came in time".to_owned(), 0);
        let shown = |words: &str| {
            let filter = Filter { words: words.to_owned(), with_heartbeats: false };
            timeline.shown(&filter).iter().map(|entry| entry.line()).collect::<Vec<_>>()
        };
        assert_eq!(shown("TYP"), [r#"+0.000 -> 42["typing",{}] (15 B)"#]);
        assert_eq!(
            shown("ping"),
            [r#"+0.000 -- out of /: no ping came in time"#, r#"+0.000 -> 42["typing",{}] (15 B)"#]
        );
        assert_eq!(shown("").len(), 3);
        assert_eq!(all(&timeline).len(), 4);
    }

    #[test]
    fn binary_packet_is_an_attachment() {
        let mut timeline = Timeline::default();
        timeline.packet(Way::Received, None, 512, 0);
        assert_eq!(all(&timeline), ["+0.000 <- (binary) (512 B)"]);
    }
}
