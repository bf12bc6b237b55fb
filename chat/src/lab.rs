//! The emit lab's contract: a visitor's few clients, and what they ask the server to say to them.
//!
//! The clients of one visitor meet in a namespace whose name holds a number that the visitor drew ([`namespace`]), and in a
//! second one beside it ([`custom`]). So what a line of the cheat sheet calls `io`, and its rooms, are theirs alone.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::refusal::Reply;

/// What [`namespace`] and [`custom`] make of [`ID_CHARS`] hexadecimal digits, as a pattern for the server.
pub const NAMESPACES: &str = "^/lab-[0-9a-f]{16}(-custom)?$";

/// Digits in a lab's id: 64 random bits. Who guessed one would find an empty table with three clients at it.
pub const ID_CHARS: usize = 16;

/// Sockets in one namespace of a lab: the [`SEATS`], each once more when a connection is lost before the server has
/// noticed, and not so many that a line becomes a flood.
pub const MAX_SOCKETS_PER_LAB: usize = 8;

/// The namespace of a lab, which stands for `/`.
#[must_use]
pub fn namespace(id: &str) -> String {
    format!("/lab-{id}")
}

/// The lab's second namespace, which stands for `/custom`.
#[must_use]
pub fn custom(id: &str) -> String {
    format!("/lab-{id}-custom")
}

/// One of a visitor's clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Its name.
    pub name: &'static str,
    /// The rooms that it is in.
    pub rooms: &'static [&'static str],
    /// Those in the second namespace.
    pub custom_rooms: &'static [&'static str],
}

/// All of them. The first is the sender: every line is said in its name.
pub const SEATS: [Seat; 3] = [
    Seat { name: "A", rooms: &["room1"], custom_rooms: &[] },
    Seat { name: "B", rooms: &["room1", "room2"], custom_rooms: &[] },
    Seat { name: "C", rooms: &["room2", "room3"], custom_rooms: &["room1"] },
];

/// The `auth` with which a client takes its seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeSeat {
    /// [`Seat::name`]
    pub seat: String,
}

/// To the server: which lines does it say?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {}

impl Event for Lines {
    const NAME: &'static str = "lines";
    type Ack = Reply<Vec<Line>>;
}

/// A line of the cheat sheet that the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// As Socket.IO says it, which is also its name.
    pub name: String,
    /// The Rust that the server runs for it.
    pub code: String,
    /// Who receives it, in words.
    pub whom: String,
    /// Who receives it in the first namespace, by the names of their seats.
    pub root: String,
    /// Who receives it in the second.
    pub custom: String,
}

/// To the server: says a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// [`Line::name`]
    pub line: String,
    /// The id of a socket, for the line that is said to one.
    pub socket_id: String,
}

impl Event for Say {
    const NAME: &'static str = "say";
    type Ack = Reply<Said>;
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// It was sent, and asked for no answer.
    Sent,
    /// It was answered, and by these only if some are missing.
    Answered {
        /// The answers in their own order, so that a line said twice reads the same.
        answers: Vec<String>,
        /// How many did not answer in time.
        missing: usize,
    },
    /// It was not, and why.
    Failed(String),
}

/// What the server says to the clients.
pub const NEWS: &str = "news";
/// What it asks them, and everybody answers with the name of their seat.
pub const QUESTION: &str = "question";
/// What it asks them, and only the seat [`SOLVER`] answers.
pub const RIDDLE: &str = "riddle";
/// Who answers a [`RIDDLE`].
pub const SOLVER: &str = "B";
/// What a client says to the server, which tells that client and nobody else by [`HEARD`], and answers with the same text.
pub const HELLO: &str = "hello";
/// See [`HELLO`].
pub const HEARD: &str = "heard";
/// What a client asks the server, which tells it by [`HEARD`] that it was heard, and never answers.
pub const UNANSWERED: &str = "unanswered";
/// What a client asks the server, which answers at once: all that was said before has come when the answer comes.
pub const SETTLE: &str = "settle";

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use alloc::vec;

    use super::*;

    #[test]
    fn lab_has_two_namespaces_of_its_own() {
        assert_eq!(namespace("0123456789abcdef"), "/lab-0123456789abcdef");
        assert_eq!(custom("0123456789abcdef"), "/lab-0123456789abcdef-custom");
    }

    #[test]
    fn what_became_of_a_line_is_one_word_or_an_object() {
        let rows = [
            (Said::Sent, r#""sent""#),
            (
                Said::Answered { answers: vec!["B".to_owned()], missing: 1 },
                r#"{"answered":{"answers":["B"],"missing":1}}"#,
            ),
            (Said::Failed("no".to_owned()), r#"{"failed":"no"}"#),
        ];
        for (said, text) in rows {
            assert_eq!(serde_json::to_string(&said).unwrap(), text);
            assert_eq!(serde_json::from_str::<Said>(text).unwrap(), said);
        }
    }
}
