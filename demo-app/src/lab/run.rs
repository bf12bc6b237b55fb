//! What came of a line: who received it, what was answered, and the frames that passed. Pure, so that it is tested without
//! a browser.

use std::collections::BTreeSet;

use parlor_chat::lab::{SEATS, SETTLE, Said};

/// Frames kept of one line. One that reaches everybody and asks for answers makes ten.
const MAX_FRAMES: usize = 100;
/// Characters kept of one frame. Those of a line have less; the rest of a longer one says nothing about it.
const MAX_FRAME_CHARS: usize = 400;

/// How often each may have received a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Received {
    /// In the first namespace, by seat.
    pub(crate) root: [u32; SEATS.len()],
    /// In the second.
    pub(crate) custom: [u32; SEATS.len()],
    pub(crate) server: u32,
}

impl Received {
    /// Each of these seats once.
    pub(crate) fn once(root: &str, custom: &str) -> Self {
        let count = |seats: &str| SEATS.map(|seat| u32::from(seats.contains(seat.name)));
        Self { root: count(root), custom: count(custom), server: 0 }
    }

    /// The server once.
    pub(crate) fn by_server() -> Self {
        Self { server: 1, ..Self::default() }
    }

    /// Each who received it, and how often.
    pub(crate) fn list(&self) -> Vec<(String, u32)> {
        let root = SEATS.iter().zip(self.root).map(|(seat, count)| (seat.name.to_owned(), count));
        let custom =
            SEATS.iter().zip(self.custom).map(|(seat, count)| (format!("{} in /custom", seat.name), count));
        let server = [("the server".to_owned(), self.server)];
        root.chain(custom).chain(server).filter(|(_, count)| *count > 0).collect()
    }

    /// A sentence.
    pub(crate) fn words(&self) -> String {
        let who: Vec<_> = self.list().into_iter().map(|(name, count)| name + times(count)).collect();
        match who.as_slice() {
            [] => "Nobody received it.".to_owned(),
            [one] => capital(format!("{one} received it.")),
            [most @ .., last] => capital(format!("{} and {last} received it.", most.join(", "))),
        }
    }
}

const fn times(count: u32) -> &'static str {
    match count {
        1 => "",
        2 => " (twice)",
        _ => " (many times)",
    }
}

fn capital(sentence: String) -> String {
    sentence.strip_prefix("the ").map_or(sentence.clone(), |rest| format!("The {rest}"))
}

/// What a line gave to whoever said it.
pub(crate) fn outcome(said: &Result<Said, String>) -> String {
    match said {
        Ok(Said::Sent) => "It asked for no answer.".to_owned(),
        Ok(Said::Answered { answers, missing: 0 }) => format!("Answered: {}.", answers.join(", ")),
        Ok(Said::Answered { answers, missing }) => {
            format!("Answered: {}. Not in time: {missing}.", answers.join(", "))
        }
        Ok(Said::Failed(error)) => format!("Error: {error}."),
        Err(error) => format!("It could not be said: {error}."),
    }
}

/// A packet that passed between a client and the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) seat: &'static str,
    pub(crate) is_sent: bool,
    pub(crate) text: String,
    pub(crate) size_bytes: usize,
}

/// Everything about one line that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) received: Received,
    pub(crate) said: Result<Said, String>,
    pub(crate) frames: Vec<Frame>,
}

/// What is written down while a line is said.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) received: Received,
    frames: Vec<Frame>,
    /// The answers to questions that are none of the line's: only whether all has come.
    settling: BTreeSet<String>,
}

impl Trace {
    /// Writes a packet down, unless it is a heartbeat or the lab's own.
    pub(crate) fn see(&mut self, seat: &'static str, is_sent: bool, text: &str, size_bytes: usize) {
        if !text.starts_with('4') {
            return;
        }
        if let Some(head) = text.strip_suffix(&format!("[\"{SETTLE}\"]")).filter(|_| is_sent) {
            self.settling.insert(format!("{seat}43{}[]", head.get(2..).unwrap_or_default()));
            return;
        }
        if !is_sent && self.settling.remove(&format!("{seat}{text}")) {
            return;
        }
        if self.frames.len() < MAX_FRAMES {
            let text = text.chars().take(MAX_FRAME_CHARS).collect();
            self.frames.push(Frame { seat, is_sent, text, size_bytes });
        }
    }

    /// What was written down since the last time.
    pub(crate) fn take(&mut self) -> (Received, Vec<Frame>) {
        self.settling.clear();
        (std::mem::take(&mut self.received), std::mem::take(&mut self.frames))
    }
}

#[cfg(test)]
mod tests;
