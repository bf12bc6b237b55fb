//! The server's half of an Engine.IO session, rule by rule, as transcripts.

mod upgrading;

use crate::script::{Machine, Text, check, line, packet, show, show_message, transports};
use parlor_protocol::engine::TransportId;
use parlor_protocol::engine::server::{Config, First, Input, Output, RequestId, Response, Session};
use parlor_protocol::{Instant, Message, Reason};

#[test]
fn a_poll_is_answered_with_the_handshake() {
    check(
        session(First::Polling(RequestId(1)), Config::default()),
        r#"
        respond 1 0{"sid":"S","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}
        "#,
    );
}

#[test]
fn a_websocket_is_greeted_without_upgrades() {
    check(
        session(First::WebSocket(TransportId(7)), Config::default()),
        r#"
        write 7 0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}
        > send early
        > sent 7
        write 7 4early
        "#,
    );
}

#[test]
fn no_upgrade_is_offered_where_none_is_allowed() {
    let only_polling = Config { transports: transports("polling"), ..Config::default() };
    let not_allowed = Config { allow_upgrades: false, ..Config::default() };
    for config in [only_polling, not_allowed] {
        check(
            session(First::Polling(RequestId(1)), config),
            r#"
            respond 1 0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}
            "#,
        );
    }
}

#[test]
fn a_poll_is_held_until_there_is_something_to_say() {
    check(
        polling(),
        "
        > poll 2
        > send a
        respond 2 4a
        > send b
        > send c
        > poll 3
        respond 3 4b|4c
        ",
    );
}

#[test]
fn a_post_is_answered_ok_behind_its_packets() {
    check(
        polling(),
        "
        > post-begun 2
        > post 2 4a|4b|bAQID
        message a
        message b
        message bAQID
        respond 2 ok
        ",
    );
}

#[test]
fn a_long_post_is_read_in_parts_and_answered_once() {
    let whole = "> post-begun 2\n> posting 2 4a|4b\nmessage a\nmessage b\n> posting 3 4x\n> post 2 4c\nmessage c\nrespond 2 ok";
    check(polling(), whole);
    let ended =
        "> posting 3 4a|1|4b\nmessage a\nrespond 2 6\nclosed transport close\nrespond 3 ok\n> post 3 4d";
    check(polling(), &format!("> poll 2\n> post-begun 3\n{ended}"));
}

#[test]
fn a_post_with_garbage_is_read_up_to_it_and_ends_the_session() {
    check(
        polling(),
        "
        > poll 2
        > post-begun 3
        > post-broken 3 4a
        message a
        respond 3 ok
        respond 2 1
        closed parse error
        > poll 4
        respond 4 bad request
        ",
    );
}

#[test]
fn a_second_get_at_once_is_refused_and_ends_the_session() {
    check(
        polling(),
        "
        > poll 2
        > poll 3
        respond 3 bad request
        respond 2 1
        closed transport error
        ",
    );
}

#[test]
fn a_second_post_at_once_is_refused_and_ends_the_session() {
    check(
        polling(),
        "
        > post-begun 2
        > post-begun 3
        respond 3 bad request
        respond 2 bad request
        closed transport error
        > post 2 4late
        ",
    );
}

#[test]
fn a_post_over_the_limit_leaves_the_session_alone_and_one_of_a_wrong_type_does_not() {
    check(polling(), "> post-begun 2\n> refused 2\n> post-begun 3\n> post 3 4a\nmessage a\nrespond 3 ok");
    check(polling(), "> post-begun 2\n> refused-fatal 2\nclosed transport error");
}

#[test]
fn a_client_that_hangs_up_on_a_held_poll_is_gone() {
    check(polling(), "> poll 2\n> aborted 2\nclosed transport error");
    check(polling(), "> poll 2\n> send a\nrespond 2 4a\n> aborted 2");
}

#[test]
fn a_post_that_is_still_on_its_way_is_answered_when_the_session_ends() {
    check(
        polling(),
        "
        > post-begun 2
        > time 25000
        > time 45000
        respond 2 bad request
        closed ping timeout
        > post 2 4late
        ",
    );
}

#[test]
fn a_client_that_hangs_up_on_a_post_is_gone() {
    check(polling(), "> post-begun 2\n> aborted 2\nclosed transport error");
}

#[test]
fn a_close_packet_ends_the_session_and_releases_the_poll() {
    check(
        polling(),
        "
        > poll 2
        > post-begun 3
        > post 3 41|1
        message 1
        respond 2 6
        closed transport close
        respond 3 ok
        ",
    );
    check(websocket(), "> recv 7 1\nclose 7\nclosed transport close");
}

#[test]
fn a_ping_goes_out_an_interval_after_the_handshake_and_after_each_pong() {
    check(
        websocket(),
        "
        > deadline
        25000
        > time 24999
        > time 25000
        write 7 2
        > sent 7
        > deadline
        45000
        > time 26000
        > recv 7 3
        > deadline
        51000
        > time 51000
        write 7 2
        ",
    );
}

#[test]
fn a_client_that_does_not_answer_is_dead() {
    check(websocket(), "> time 25000\nwrite 7 2\n> time 44999\n> time 45000\nclose 7\nclosed ping timeout");
    check(
        polling(),
        "
        > time 25000
        > poll 2
        respond 2 2
        > poll 3
        > time 45000
        respond 3 1
        closed ping timeout
        ",
    );
}

#[test]
fn another_packet_extends_the_wait_for_a_pong_once() {
    check(
        websocket(),
        "
        > time 25000
        write 7 2
        > time 40000
        > recv 7 4a large upload
        message a large upload
        > deadline
        60000
        > time 50000
        > recv 7 4and another
        message and another
        > deadline
        60000
        > time 60000
        close 7
        closed ping timeout
        ",
    );
}

#[test]
fn an_unasked_pong_changes_nothing_and_a_clients_ping_is_an_offence() {
    check(websocket(), "> time 1000\n> recv 7 3\n> deadline\n25000\n> recv 7 6\n> recv 7 5");
    check(websocket(), "> recv 7 2\nclose 7\nclosed transport error");
}

#[test]
fn packets_that_say_nothing_to_a_server_are_ignored() {
    check(websocket(), "> recv 7 6\n> recv 7 5\n> recv 7 3probe\n> recv 7 4a\nmessage a\n> deadline\n25000");
}

#[test]
fn closing_drains_first_and_a_polling_client_hears_it_in_its_next_poll() {
    check(
        polling(),
        "
        > send last words
        > close
        > send too late
        > poll 2
        respond 2 4last words
        > poll 3
        respond 3 1
        closed forced close
        ",
    );
    check(
        websocket(),
        "> send a\nwrite 7 4a\n> send b\n> close\n> sent 7\nwrite 7 4b\n> sent 7\nclose 7\nclosed forced close",
    );
}

#[test]
fn a_farewell_that_nobody_fetches_is_given_up() {
    check(
        polling(),
        "> close\n> deadline\n25000\n> time 25000\n> time 30000\nclosed forced close\n> deadline\nnone",
    );
}

#[test]
fn discarding_does_not_wait() {
    check(websocket(), "> send a\nwrite 7 4a\n> send b\n> discard\nclose 7\nclosed server shutting down");
}

#[test]
fn what_an_abandoned_websocket_still_says_is_ignored() {
    check(polling(), "> recv 3 4who\n> sent 3\n> gone 3\n> malformed 3\n> poll 2\n> send a\nrespond 2 4a");
}

#[test]
fn a_session_is_writable_when_a_message_would_leave_at_once() {
    let mut polling = polling();
    assert!(!polling.0.is_writable(), "no poll is held");
    polling.input(&["poll", "2"], Instant::default());
    assert!(polling.0.is_writable(), "a poll is held");
    let mut websocket = websocket();
    assert!(websocket.0.is_writable(), "nothing is being written");
    websocket.input(&["send", "a"], Instant::default());
    assert!(!websocket.0.is_writable(), "a write is under way");
}

struct Script(Session<Text, Text>);

fn session(first: First, config: Config) -> Script {
    Script(Session::open(config, "S".into(), first, Instant::default()))
}

/// An open session on polling, with no poll held.
fn polling() -> Script {
    let mut script = session(First::Polling(RequestId(1)), Config::default());
    while script.output().is_some() {}
    script
}

/// An open session on the WebSocket 7, the handshake written.
fn websocket() -> Script {
    let mut script = session(First::WebSocket(TransportId(7)), Config::default());
    script.input(&["sent", "7"], Instant::default());
    while script.output().is_some() {}
    script
}

fn upgraded() -> Script {
    let mut script = polling();
    for input in [&["websocket", "9"][..], &["recv", "9", "2probe"], &["sent", "9"], &["recv", "9", "5"]] {
        script.input(input, Instant::default());
    }
    while script.output().is_some() {}
    script
}

impl Machine for Script {
    fn input(&mut self, words: &[&str], now: Instant) {
        let id = || TransportId(words[1].parse().expect("a transport id"));
        let request = || RequestId(words[1].parse().expect("a request id"));
        let packets = |body: &str| body.split('|').map(|text| packet(text).expect("a packet")).collect();
        let input = match words {
            ["poll", _] => Input::Poll(request()),
            ["post-begun", _] => Input::PostBegun(request()),
            ["posting", _, body] => Input::Posting { request: request(), packets: packets(body) },
            ["post", _, body] => Input::Posted { request: request(), packets: packets(body), complete: true },
            ["post-broken", _, body] => {
                Input::Posted { request: request(), packets: packets(body), complete: false }
            }
            ["refused", _] => Input::PostRefused { request: request(), fatal: false },
            ["refused-fatal", _] => Input::PostRefused { request: request(), fatal: true },
            ["aborted", _] => Input::Aborted(request()),
            ["websocket", _] => Input::WebSocketOpened(id()),
            ["recv", _, text] => Input::Received(id(), packet(text).expect("a packet")),
            ["malformed", _] => Input::Malformed(id()),
            ["sent", _] => Input::Sent(id()),
            ["gone", _] => Input::TransportClosed { transport: id(), error: false },
            ["send", text @ ..] => Input::Send(vec![Message::Text(text.join(" ").into())]),
            ["close"] => Input::Close(Reason::ForcedClose),
            ["discard"] => Input::Discard(Reason::ServerShuttingDown),
            _ => panic!("unknown input {words:?}"),
        };
        self.0.handle_input(input, now);
    }

    fn output(&mut self) -> Option<String> {
        Some(match self.0.poll_output()? {
            Output::Respond(request, Response::Payload(packets)) => {
                line(&[&"respond", &request.0, &show(packets)])
            }
            Output::Respond(request, Response::Ok) => line(&[&"respond", &request.0, &"ok"]),
            Output::Respond(request, Response::BadRequest) => line(&[&"respond", &request.0, &"bad request"]),
            Output::Write(id, packets) => line(&[&"write", &id.0, &show(packets)]),
            Output::Close(id) => line(&[&"close", &id.0]),
            Output::Message(message) => line(&[&"message", &show_message(&message)]),
            Output::Upgraded(id) => line(&[&"upgraded", &id.0]),
            Output::Closed(reason) => line(&[&"closed", &reason]),
        })
    }

    fn timeout(&mut self, now: Instant) {
        self.0.handle_timeout(now);
    }

    fn deadline(&self) -> Option<Instant> {
        self.0.deadline()
    }
}
