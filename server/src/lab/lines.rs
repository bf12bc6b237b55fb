//! The server's side of the cheat sheet, one line after the other. What is shown as a line's code is the code that runs.

use std::time::Duration;

use parlor_chat::lab::{Line, Said};

use super::Io;
use crate::{AckError, BroadcastAckError, EmitError, Socket};

/// Each line: how Socket.IO says it; who receives it, in words, and by their seats in `/` and in `/custom`; its code. The
/// names in front are those that the code uses.
macro_rules! lines {
    (($io:ident, $socket:ident, $socket_id:ident) $($name:literal, $whom:literal, $root:literal, $custom:literal => { $($code:tt)* })*) => {
        /// All lines, for people.
        pub(super) fn all() -> Vec<Line> {
            vec![$(line($name, $whom, $root, $custom, stringify!($($code)*))),*]
        }

        /// Says the line of that name; `None` when there is none.
        pub(super) async fn say(name: &str, $io: &Io, $socket: &Socket, $socket_id: &str) -> Option<Said> {
            Some(match name {
                $($name => Outcome::said($($code)*),)*
                _ => return None,
            })
        }
    };
}

lines! { (io, socket, socket_id)
    "socket.emit(ev, …)", "this client", "A", ""
        => { socket.emit("news", "hello") }
    "socket.broadcast.emit(ev, …)", "all in the namespace, others", "BC", ""
        => { socket.broadcast().emit("news", "hello") }
    "socket.to(room1).emit(ev, …)", "room1, others", "B", ""
        => { socket.to("room1").emit("news", "hello") }
    "socket.to([room1, room2]).emit(ev, …)", "the union, others, each once", "BC", ""
        => { socket.to(["room1", "room2"]).emit("news", "hello") }
    "socket.to(room1).to(room2).emit(ev, …)", "the union, others, each once", "BC", ""
        => { socket.to("room1").to("room2").emit("news", "hello") }
    "io.in(room1).emit(ev, …)", "room1", "AB", ""
        => { io.within("room1").emit("news", "hello") }
    "io.to(room1).emit(ev, …)", "room1", "AB", ""
        => { io.to("room1").emit("news", "hello") }
    "io.to([room1, room2]).except(room3).emit(ev, …)", "the union without room3", "AB", ""
        => { io.to(["room1", "room2"]).except("room3").emit("news", "hello") }
    "io.of(custom).emit(ev, …)", "all in that namespace", "", "ABC"
        => { io.of("custom").emit("news", "hello") }
    "io.of(custom).to(room1).emit(ev, …)", "room1 of that namespace", "", "C"
        => { io.of("custom").to("room1").emit("news", "hello") }
    "io.to(socketId).emit(ev, …)", "that one client: here C", "C", ""
        => { io.to(socket_id).emit("news", "hello") }
    "io.local.emit(ev, …)", "all clients of this node only", "ABC", ""
        => { io.local().emit("news", "hello") }
    "io.emit(ev, …)", "all clients, on every node", "ABC", ""
        => { io.emit("news", "hello") }
    "socket.to(socket.id).emit(ev, …)", "nobody: its own room without the sender. For oneself use socket.emit", "", ""
        => { socket.to(socket.id()).emit("news", "hello") }
    "socket.emit(ev, …, (answer) => …)", "this client, and its answer", "A", ""
        => { socket.emit_with_ack::<String>("question", &()).await }
    "socket.timeout(5000).emit(ev, (err, answer) => …)", "this client, and its answer in time", "A", ""
        => { socket.timeout(Duration::from_millis(5000)).emit_with_ack::<String>("question", &()).await }
    "socket.timeout(500).emit(ev, (err) => …)", "this client, and an error: A does not answer a riddle", "A", ""
        => { socket.timeout(Duration::from_millis(500)).emit_with_ack::<String>("riddle", &()).await }
    "io.timeout(5000).to(room1).emit(ev, (err, answers) => …)", "room1, and everybody's answers", "AB", ""
        => { io.timeout(Duration::from_millis(5000)).to("room1").emit_with_ack("question", &()).await }
    "io.timeout(500).to(room2).emit(ev, (err, answers) => …)", "room2, and the answers that came in time: B's", "BC", ""
        => { io.timeout(Duration::from_millis(500)).to("room2").emit_with_ack("riddle", &()).await }
    "socket.compress(false).emit(ev, …)", "this client, sent uncompressed", "A", ""
        => { socket.compress(false).emit("news", "hello") }
    "socket.volatile.emit(ev, …)", "this client if it can be written to now, else nobody", "A", ""
        => { socket.volatile().emit("news", "hello") }
}

fn line(name: &str, whom: &str, root: &str, custom: &str, code: &str) -> Line {
    // The compiler breaks long lines where the file does not.
    let code = &code.split_whitespace().collect::<Vec<_>>().join(" ");
    let [name, whom, root, custom, code] = [name, whom, root, custom, code].map(str::to_owned);
    Line { name, code, whom, root, custom }
}

/// What the code of a line gives.
trait Outcome {
    /// For the visitor.
    fn said(self) -> Said;
}

impl Outcome for Result<(), EmitError> {
    fn said(self) -> Said {
        self.map_or_else(|error| Said::Failed(error.to_string()), |()| Said::Sent)
    }
}

impl Outcome for Result<String, AckError> {
    fn said(self) -> Said {
        let answered = |answer| Said::Answered { answers: vec![answer], missing: 0 };
        self.map_or_else(|error| Said::Failed(error.to_string()), answered)
    }
}

impl Outcome for Result<Vec<String>, BroadcastAckError<String>> {
    fn said(self) -> Said {
        match self {
            Ok(mut answers) => {
                answers.sort_unstable();
                Said::Answered { answers, missing: 0 }
            }
            Err(BroadcastAckError::Unanswered(unanswered)) => {
                let mut answers = unanswered.answers().to_vec();
                answers.sort_unstable();
                Said::Answered { answers, missing: unanswered.missing().len() }
            }
            Err(error) => Said::Failed(error.to_string()),
        }
    }
}
