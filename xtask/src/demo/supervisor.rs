//! How the demo page has the room server killed, really, and started again: a tiny HTTP server, which the page reaches
//! through trunk's proxy. The room server itself has no such door.
//!
//! Rule: only the demo page is heard. It listens on 127.0.0.1; a request must name this machine as its host, so that no
//! name on the internet that leads here is of any use, and to do something it must come from the page's own origin, which
//! a browser tells truly with every POST.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use crate::sh::{Failure, Outcome};

/// The path at which the page finds it.
const PATH: &str = "/supervisor/";
/// How long the server is down: time to see that it is, and to type something.
pub(super) const DOWN_FOR: Duration = Duration::from_secs(3);

/// Bytes of a request that are read: a browser's headers have some hundred.
const MAX_HEAD_BYTES: usize = 8 * 1024;
/// How long a request may take to come: it comes from this machine, and the next one waits for it.
const REQUEST_LIMIT: Duration = Duration::from_secs(2);

/// Listens as long as this process runs.
pub(super) struct Supervisor {
    pub(super) port: u16,
    asked: Receiver<()>,
}

impl Supervisor {
    /// For the page at this port.
    pub(super) fn start(page_port: u16) -> Outcome<Self> {
        let failed = |cause| Failure::new(format!("the supervisor cannot listen: {cause}"));
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        // One wish is enough: who asks twice gets one kill.
        let (ask, asked) = mpsc::sync_channel(1);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever does not listen to the answer has left.
                serve(stream, [page_port, port], &ask).unwrap_or_default();
            }
        });
        Ok(Self { port, asked })
    }

    /// Whether the page has asked for the server to be killed since this was last called.
    pub(super) fn is_asked(&self) -> bool {
        self.asked.try_recv().is_ok()
    }
}

/// What trunk has to know, so that the page reaches it.
pub(super) fn proxy(port: u16) -> String {
    format!("\n[[proxy]]\nrewrite = \"{PATH}\"\nbackend = \"http://127.0.0.1:{port}{PATH}\"\n")
}

fn serve(mut stream: TcpStream, ports: [u16; 2], ask: &SyncSender<()>) -> std::io::Result<()> {
    let answer = answer(&read_head(&mut stream)?, ports);
    if answer.kills {
        // Full means that it has been asked already.
        ask.try_send(()).unwrap_or_default();
    }
    let (status, words) = (answer.status, answer.words);
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncache-control: no-store\r\n");
    let rest = format!("content-length: {}\r\nconnection: close\r\n\r\n{words}", words.len());
    stream.write_all((head + &rest).as_bytes())
}

/// What comes before the empty line. A body is of no interest.
fn read_head(stream: &mut TcpStream) -> std::io::Result<String> {
    let deadline = Instant::now() + REQUEST_LIMIT;
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < MAX_HEAD_BYTES {
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut piece)? {
            0 => break,
            _ if Instant::now() >= deadline => return Err(std::io::ErrorKind::TimedOut.into()),
            length => head.extend_from_slice(piece.get(..length).unwrap_or_default()),
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: &'static str,
    words: &'static str,
    kills: bool,
}

/// What to say to a request that begins like this, for a page and a supervisor at these ports.
fn answer(head: &str, ports: [u16; 2]) -> Answer {
    let say = |status, words| Answer { status, words, kills: false };
    let Some((head, _)) = head.split_once("\r\n\r\n") else {
        return say("400 Bad Request", "no end of the headers\n");
    };
    let (request, headers) = head.split_once("\r\n").unwrap_or((head, ""));
    let ours = |prefix: &str, text: &str| {
        let names = ["127.0.0.1", "localhost"].into_iter();
        names.flat_map(|name| ports.map(|port| format!("{prefix}{name}:{port}"))).any(|our| our == text)
    };
    // Trunk's proxy names the machine it passes requests on to, and tells apart what the browser asked for.
    let host = match header(headers, "host") {
        Some("127.0.0.1") => header(headers, "x-forwarded-host"),
        host => host,
    };
    if !host.is_some_and(|host| ours("", host)) {
        return say("403 Forbidden", "this host is not served\n");
    }
    let origin = header(headers, "origin");
    if origin.is_some_and(|origin| !ours("http://", origin)) {
        return say("403 Forbidden", "this origin is not served\n");
    }
    match request.rsplit_once(' ').map_or(request, |(start, _version)| start) {
        "GET /supervisor/" => say("200 OK", "parlor supervisor\n"),
        "POST /supervisor/kill" if origin.is_some() => {
            Answer { status: "202 Accepted", words: "the server is killed, and started again\n", kills: true }
        }
        "POST /supervisor/kill" => say("403 Forbidden", "only the demo page may ask\n"),
        _ => say("404 Not Found", "not found\n"),
    }
}

/// The value of a header; `None` also when it is there twice, because then nobody knows which one counts.
fn header<'a>(headers: &'a str, name: &str) -> Option<&'a str> {
    let mut found = headers.split("\r\n").filter_map(|line| line.split_once(':'));
    let mut values =
        found.by_ref().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORTS: [u16; 2] = [8080, 4001];

    fn asked(lines: &[&str]) -> (u16, bool) {
        let answer = answer(&format!("{}\r\n\r\n", lines.join("\r\n")), PORTS);
        (answer.status.split(' ').next().unwrap().parse().unwrap(), answer.kills)
    }

    #[test]
    fn only_the_page_itself_has_the_server_killed() {
        const KILL: &str = "POST /supervisor/kill HTTP/1.1";
        let rows: [(&[&str], (u16, bool)); 16] = [
            (&[KILL, "Host: 127.0.0.1:8080", "Origin: http://127.0.0.1:8080"], (202, true)),
            (&[KILL, "host: localhost:8080", "origin: http://localhost:8080"], (202, true)),
            // As trunk's proxy passes it on.
            (
                &[
                    KILL,
                    "host: 127.0.0.1",
                    "x-forwarded-host: 127.0.0.1:8080",
                    "origin: http://127.0.0.1:8080",
                ],
                (202, true),
            ),
            (
                &[
                    KILL,
                    "host: 127.0.0.1",
                    "x-forwarded-host: evil.example:8080",
                    "origin: http://127.0.0.1:8080",
                ],
                (403, false),
            ),
            (&[KILL, "host: 127.0.0.1", "origin: http://127.0.0.1:8080"], (403, false)),
            (&[KILL, "Host: 127.0.0.1:8080"], (403, false)),
            (&[KILL, "Host: 127.0.0.1:8080", "Origin: null"], (403, false)),
            (&[KILL, "Host: 127.0.0.1:8080", "Origin: http://evil.example"], (403, false)),
            (&[KILL, "Host: 127.0.0.1:8080", "Origin: https://127.0.0.1:8080"], (403, false)),
            (&[KILL, "Host: 127.0.0.1:8080", "Origin: http://127.0.0.1:9999"], (403, false)),
            // A name on the internet that leads to this machine.
            (&[KILL, "Host: evil.example:8080", "Origin: http://evil.example:8080"], (403, false)),
            (&[KILL, "Origin: http://127.0.0.1:8080"], (403, false)),
            (
                &[
                    KILL,
                    "Host: 127.0.0.1:8080",
                    "Origin: http://127.0.0.1:8080",
                    "Origin: http://evil.example",
                ],
                (403, false),
            ),
            (
                &["GET /supervisor/kill HTTP/1.1", "Host: 127.0.0.1:8080", "Origin: http://127.0.0.1:8080"],
                (404, false),
            ),
            (&["GET /supervisor/ HTTP/1.1", "Host: 127.0.0.1:8080"], (200, false)),
            (&["GET /supervisor/ HTTP/1.1", "Host: evil.example"], (403, false)),
        ];
        for (lines, expected) in rows {
            assert_eq!(asked(lines), expected, "{lines:?}");
        }
        assert_eq!(answer("POST /supervisor/kill HTTP/1.1\r\n", PORTS).status, "400 Bad Request");
    }

    fn request(port: u16, text: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn trunk_passes_the_path_on_as_it_is() {
        let expected =
            "\n[[proxy]]\nrewrite = \"/supervisor/\"\nbackend = \"http://127.0.0.1:4001/supervisor/\"\n";
        assert_eq!(proxy(4001), expected);
    }

    #[test]
    fn kill_that_is_asked_for_is_told_once() {
        let supervisor = Supervisor::start(8080).unwrap();
        let kill =
            "POST /supervisor/kill HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nOrigin: http://127.0.0.1:8080\r\n\r\n";
        assert!(!supervisor.is_asked());
        for _ in 0..2 {
            assert!(request(supervisor.port, kill).starts_with("HTTP/1.1 202 Accepted\r\n"));
        }
        assert!(supervisor.is_asked());
        assert!(!supervisor.is_asked());
        assert!(
            request(supervisor.port, "GET /supervisor/ HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n")
                .ends_with("\r\n\r\nparlor supervisor\n")
        );
    }

    #[test]
    fn request_without_an_end_does_not_keep_the_next_one_waiting_for_long() {
        let supervisor = Supervisor::start(8080).unwrap();
        let endless = "GET /supervisor/ HTTP/1.1\r\n".to_owned() + &"a: b\r\n".repeat(2_000);
        let mut stream = TcpStream::connect(("127.0.0.1", supervisor.port)).unwrap();
        stream.write_all(endless.as_bytes()).unwrap();
        let silent = TcpStream::connect(("127.0.0.1", supervisor.port)).unwrap();
        let answer = request(supervisor.port, "GET /supervisor/ HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        drop((stream, silent));
    }
}
