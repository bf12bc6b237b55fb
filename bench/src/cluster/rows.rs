//! What is measured, in both formats of the adapter.

use super::crossing::Crossing;
use crate::scenario::fanout::Payload;

/// The format in which servers speak to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Classic,
    Sharded,
}

pub(super) const MODES: [Mode; 2] = [Mode::Classic, Mode::Sharded];

/// The least that our messages in a second must be of Node's.
pub(super) const AT_LEAST: f64 = 1.0;

/// One load.
#[derive(Debug)]
pub(super) struct Load {
    /// Its name on the command line, behind that of the mode.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) work: Work,
    /// How it is measured, for the report.
    pub(super) how: &'static str,
}

#[derive(Debug)]
pub(super) enum Work {
    /// As many as the servers can carry.
    Stream(Crossing),
    /// One at a time: how long it takes.
    Delay(Crossing),
    /// For nobody on the other server.
    Staying,
}

/// One line of a table: a load in a mode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) load: &'static Load,
    pub(super) mode: Mode,
}

/// By what the figures of a row are found.
pub(super) type Key = (&'static str, Mode);

/// About as long as a line in a chat.
const SHORT: Payload = Payload::Text(100);
/// About as long as a page of them.
const LONG: Payload = Payload::Object(2048);

/// Ten publishers on A, and for each of them one who listens on B.
const fn pairs(payload: Payload, in_flight: usize) -> Crossing {
    Crossing { rooms: 10, subscribers: 1, in_flight, payload }
}

/// One publisher on A, and fifty who listen on B.
const fn room(payload: Payload) -> Crossing {
    Crossing { rooms: 1, subscribers: 50, in_flight: 16, payload }
}

pub(super) const LOADS: &[Load] = &[
    Load {
        name: "one-100",
        title: "to one on the other server, 100 B",
        work: Work::Stream(pairs(SHORT, 64)),
        how: "Ten rooms, each with one member on A and one on B. The rooms take turns, and in each the member on A \
              publishes a text of 100 bytes, which both hear. There are always 64 messages, over all rooms, that \
              somebody has yet to hear.",
    },
    Load {
        name: "one-2k",
        title: "the same, 2 KB of JSON",
        work: Work::Stream(pairs(LONG, 64)),
        how: "The same with an object of about 2 KB: a list of people.",
    },
    Load {
        name: "room-100",
        title: "to 50 on the other server, 100 B",
        work: Work::Stream(room(SHORT)),
        how: "One room with one member on A, who publishes, and 50 on B. There are always 16 messages that somebody has \
              yet to hear. A message crosses once and counts once, when all 51 have heard it.",
    },
    Load {
        name: "room-2k",
        title: "the same, 2 KB of JSON",
        work: Work::Stream(room(LONG)),
        how: "The same with that object.",
    },
    Load {
        name: "delay-100",
        title: "one at a time, 100 B",
        work: Work::Delay(pairs(SHORT, 1)),
        how: "The ten rooms again, but the next message leaves when the one before has been heard.",
    },
    Load {
        name: "delay-2k",
        title: "one at a time, 2 KB of JSON",
        work: Work::Delay(pairs(LONG, 1)),
        how: "The same with that object.",
    },
    Load {
        name: "stay",
        title: "to a room with no member on the other server",
        work: Work::Staying,
        how: "Broadcasts to a room whose one member is on A, one after the other, and then one to a room with a member on \
              B too: when that has come, so has whatever was before it. B reaches the Redis through a relay, which counts \
              how often the text of those broadcasts occurs in what comes from there.",
    },
];

/// All, load by load.
pub(super) fn all() -> impl Iterator<Item = Row> {
    LOADS.iter().flat_map(|load| MODES.map(|mode| Row { load, mode }))
}

impl Mode {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Sharded => "sharded",
        }
    }

    /// What servers are told.
    pub(super) const fn argument(self) -> Option<&'static str> {
        match self {
            Self::Classic => None,
            Self::Sharded => Some("--sharded"),
        }
    }
}

impl Row {
    pub(super) const fn key(&self) -> Key {
        (self.load.name, self.mode)
    }

    /// Its name on the command line.
    pub(super) fn name(&self) -> String {
        format!("{}-{}", self.mode.name(), self.load.name)
    }
}
