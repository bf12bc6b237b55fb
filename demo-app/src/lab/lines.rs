//! The client's side of the cheat sheet. What is shown as a line's code is the code that runs.

use std::time::Duration;

use parlor_chat::lab::Said;
use parlor_client::{AckError, EmitError, Socket};

/// A line that a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClientLine {
    /// As Socket.IO says it, which is also its name.
    pub(super) name: &'static str,
    pub(super) whom: &'static str,
    pub(super) code: String,
}

/// Each line: how Socket.IO says it; what happens, in words; its code. The name in front is the one that the code uses.
macro_rules! lines {
    (($socket:ident) $($name:literal, $whom:literal => { $($code:tt)* })*) => {
        /// All lines, for people.
        pub(super) fn all() -> Vec<ClientLine> {
            vec![$(line($name, $whom, stringify!($($code)*))),*]
        }

        /// Says the line of that name; `None` when there is none.
        pub(super) async fn say(name: &str, $socket: &Socket) -> Option<Said> {
            Some(match name {
                $($name => Outcome::said($($code)*),)*
                _ => return None,
            })
        }
    };
}

lines! { (socket)
    "socket.emit(ev, …)", "the server"
        => { socket.emit("hello", "world") }
    "socket.emit(ev, arg, (answer) => …)", "the server, and its answer"
        => { socket.emit_with_ack::<String>("hello", "world").await }
    "socket.compress(false).emit(ev, …)", "the server; in a browser, compression is the browser's to choose"
        => { socket.compress(false).emit("hello", "world") }
    "socket.volatile.emit(ev, …)", "the server if it can be written to now, else nobody"
        => { socket.volatile().emit("hello", "world") }
    "socket.timeout(5000).emit(ev, arg, (err, answer) => …)", "the server, and its answer in time"
        => { socket.timeout(Duration::from_millis(5000)).emit_with_ack::<String>("hello", "world").await }
    "socket.timeout(500).emit(ev, (err) => …)", "the server, and an error: it does not answer this one"
        => { socket.timeout(Duration::from_millis(500)).emit_with_ack::<String>("unanswered", &()).await }
}

fn line(name: &'static str, whom: &'static str, code: &str) -> ClientLine {
    // The compiler breaks long lines where the file does not.
    ClientLine { name, whom, code: code.split_whitespace().collect::<Vec<_>>().join(" ") }
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

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn every_client_line_shows_its_code_in_one_line() {
        let lines = all();
        let code: Vec<_> = lines.iter().map(|line| &*line.code).collect();
        assert_eq!(code[0], r#"socket.emit("hello", "world")"#);
        assert_eq!(
            code[4],
            r#"socket.timeout(Duration::from_millis(5000)).emit_with_ack::<String>("hello", "world").await"#
        );
        assert!(code.iter().all(|code| !code.contains('\n')), "{code:#?}");
    }
}
