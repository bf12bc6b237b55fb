//! The end of the server.

use std::net::TcpStream;

use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::http::{connect, get, post};
use crate::program::Program;

const POLLING: &str = "/socket.io/?EIO=4&transport=polling";

/// A session on polling that does not poll: it does not hear that it shall go.
fn session(program: &Program) -> String {
    let opened = get(program.address, POLLING, &[]);
    let sid = opened.text().split('"').nth(3).unwrap();
    format!("{POLLING}&sid={sid}")
}

fn websocket(program: &Program) -> WebSocket<TcpStream> {
    let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", program.address);
    let (mut websocket, _) = client(url, connect(program.address)).unwrap();
    assert!(websocket.read().unwrap().to_text().unwrap().starts_with('0'));
    websocket.send(Message::text("40")).unwrap();
    assert!(websocket.read().unwrap().to_text().unwrap().starts_with("40"));
    websocket
}

#[test]
fn clients_are_sent_away_and_nobody_is_let_in_while_it_drains() {
    for signal in ["TERM", "INT"] {
        let mut program = Program::start(&["--listen", "127.0.0.1:0"]);
        let mut websocket = websocket(&program);
        let session = session(&program);
        program.signal(signal);

        // After a DISCONNECT packet, a client would not come again.
        while let Message::Text(packet) = websocket.read().unwrap() {
            assert!(packet.starts_with("42"), "{packet}");
        }
        websocket.flush().unwrap();
        drop(websocket);
        let ready = get(program.address, "/readyz", &[]);
        assert_eq!((ready.status, ready.text()), (503, "server: draining\nchat: ready\n"));
        assert_eq!(get(program.address, "/healthz", &[]).status, 200);
        let late = get(program.address, POLLING, &[]);
        assert_eq!((late.status, late.header("retry-after")), (503, Some("5")));
        let refused = "parlor_handshakes_refused_total 1\n";
        assert!(get(program.address, "/metrics", &[]).text().contains(refused));

        // The last one hears of it, and then there is nobody left.
        assert_eq!(post(program.address, &session, "3").text(), "ok");
        assert_eq!(get(program.address, &session, &[]).text(), "1");
        assert_eq!(program.ended().code(), Some(0));
    }
}

#[test]
fn a_second_signal_cuts_off_who_is_left() {
    let mut program = Program::start(&["--listen", "127.0.0.1:0", "--drain-timeout", "1h"]);
    session(&program);
    program.signal("TERM");
    program.log("draining");
    program.signal("INT");
    program.log("a second signal");
    assert_eq!(program.ended().code(), Some(0));
}

#[test]
fn who_is_left_after_the_drain_timeout_is_cut_off() {
    let mut program = Program::start(&["--listen", "127.0.0.1:0", "--drain-timeout", "50ms"]);
    session(&program);
    program.signal("TERM");
    program.log("some clients have not left in time");
    assert_eq!(program.ended().code(), Some(0));
}
