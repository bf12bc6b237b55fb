//! The client's half of an Engine.IO session, rule by rule, as transcripts.

use crate::script::{Machine, Text, check, line, packet, show, show_message, transports};
use parlor_protocol::engine::client::{Config, Failure, Input, Output, Session};
use parlor_protocol::engine::{TransportId, TransportKind};
use parlor_protocol::{Instant, Message};

#[test]
fn polling_opens_with_a_get_and_keeps_one_outstanding() {
    check(
        session("polling"),
        r#"
        open 0 polling
        poll 0
        > recv 0 0{"sid":"S","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}
        opened S
        > polled 0
        poll 0
        > recv 0 4hello
        message hello
        > polled 0
        poll 0
        "#,
    );
}

#[test]
fn a_websocket_opens_with_the_handshake_and_never_polls() {
    check(
        session("websocket"),
        r#"
        open 0 websocket
        > opened 0
        > send early
        > recv 0 0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}
        opened S
        write 0 4early
        > sent 0
        drained
        "#,
    );
}

#[test]
fn writes_wait_for_the_one_under_way_and_then_leave_together() {
    check(
        polling(100),
        "
        > send a
        write 0 4a
        > send b
        > send c
        > sent 0
        write 0 4b|4c
        > sent 0
        drained
        ",
    );
}

#[test]
fn a_post_respects_max_payload_but_its_first_packet_always_goes() {
    // With 10 bytes: `4` + 4 bytes + separator + `4` + 4 bytes is 11, one too many.
    check(
        polling(10),
        "
        > send a
        write 0 4a
        > send bbbb
        > send cccc
        > send dd
        > send eeeeeeeeeeeeeeee
        > sent 0
        write 0 4bbbb
        > sent 0
        write 0 4cccc|4dd
        > sent 0
        write 0 4eeeeeeeeeeeeeeee
        > sent 0
        drained
        ",
    );
}

#[test]
fn max_payload_counts_bytes_and_the_base64_of_binary() {
    // `4€` is 4 bytes, `bAQID` is 5: with the separator exactly 10.
    check(
        polling(10),
        "
        > send a
        write 0 4a
        > send €
        > binary 3
        > send x
        > sent 0
        write 0 4€|bAQID
        > sent 0
        write 0 4x
        ",
    );
}

#[test]
fn a_ping_is_answered_at_once_and_moves_the_deadline() {
    check(
        websocket(),
        "
        > deadline
        45000
        > time 25000
        > recv 0 2
        pinged
        write 0 3
        > deadline
        70000
        > sent 0
        drained
        > recv 0 4other traffic does not count
        message other traffic does not count
        > deadline
        70000
        ",
    );
}

#[test]
fn a_silent_server_is_dead_after_interval_and_timeout() {
    check(
        websocket(),
        "
        > time 44999
        > time 45000
        close 0
        closed ping timeout
        > deadline
        none
        ",
    );
}

#[test]
fn the_upgrade_asks_waits_for_the_old_transport_to_rest_and_moves() {
    check(
        session("polling,websocket"),
        r#"
        open 0 polling
        poll 0
        > recv 0 0{"sid":"S","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}
        opened S
        open 1 websocket S
        > polled 0
        poll 0
        > opened 1
        write 1 2probe
        > send before
        write 0 4before
        > recv 1 3probe
        upgrading websocket
        > send while moving
        > sent 0
        > recv 0 6
        > polled 0
        close 0
        write 1 5
        upgraded websocket
        > sent 1
        write 1 4while moving
        > recv 1 4welcome
        message welcome
        "#,
    );
}

#[test]
fn a_failed_probe_leaves_the_session_on_polling() {
    for how in ["failed 1", "closed 1", "recv 1 4too early", "recv 1 3"] {
        check(
            upgrading(),
            &format!(
                "
                > {how}
                close 1
                upgrade-failed
                > send still here
                write 0 4still here
                > recv 1 3probe
                > failed 1
                "
            ),
        );
    }
}

#[test]
fn a_proven_probe_that_dies_before_the_move_resumes_polling() {
    check(
        upgrading(),
        "
        > recv 1 3probe
        upgrading websocket
        > send held back
        > closed 1
        close 1
        upgrade-failed
        write 0 4held back
        ",
    );
}

#[test]
fn an_upgrade_is_tried_only_when_offered_and_wanted() {
    for (transports, offered) in [
        ("polling", r#"["websocket"]"#),
        ("polling,websocket", "[]"),
        ("websocket,polling", r#"["websocket"]"#),
    ] {
        let mut session = session(transports);
        let open = format!(
            r#"0{{"sid":"S","upgrades":{offered},"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}}"#
        );
        session.input(&["recv", "0", &open], Instant::default());
        let outputs: Vec<String> = std::iter::from_fn(|| session.output()).collect();
        assert_eq!(outputs.last().map(String::as_str), Some("opened S"), "{transports} {offered}");
    }
}

#[test]
fn a_transport_that_fails_ends_the_session() {
    for (input, output) in [
        ("failed 0", "closed transport error"),
        ("malformed 0", "closed transport error"),
        ("closed 0", "closed transport close"),
        ("recv 0 1", "closed transport close"),
        ("lost", "closed transport close"),
    ] {
        check(websocket(), &format!("> {input}\nclose 0\n{output}\n> recv 0 4late\n> send late"));
    }
}

#[test]
fn a_handshake_without_session_id_is_a_failure() {
    check(
        session("websocket"),
        r#"
        open 0 websocket
        > recv 0 0{"sid":"","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}
        close 0
        closed transport error
        "#,
    );
}

#[test]
fn an_absurd_heartbeat_is_capped_at_a_day() {
    check(
        session("websocket"),
        r#"
        open 0 websocket
        > recv 0 0{"sid":"S","upgrades":[],"pingInterval":99999999999,"pingTimeout":99999999999,"maxPayload":100}
        opened S
        > deadline
        172800000
        "#,
    );
}

#[test]
fn closing_waits_for_what_was_sent() {
    check(
        polling(100),
        "
        > send a
        write 0 4a
        > send b
        > close
        > send too late
        > sent 0
        write 0 4b
        > sent 0
        drained
        close 0 farewell
        closed forced close
        ",
    );
}

#[test]
fn closing_waits_for_an_upgrade_under_way() {
    check(
        upgrading(),
        "
        > recv 1 3probe
        upgrading websocket
        > close
        > polled 0
        close 0
        write 1 5
        upgraded websocket
        > sent 1
        drained
        close 1 farewell
        closed forced close
        ",
    );
}

#[test]
fn closing_before_the_handshake_says_no_farewell() {
    check(session("polling"), "open 0 polling\npoll 0\n> close\nclose 0\nclosed forced close");
}

struct Script(Session<Text, Text>);

fn session(names: &str) -> Script {
    let config = Config { transports: transports(names), ..Config::default() };
    Script(Session::open(config, TransportId(0)).expect("there are transports"))
}

/// An open session, its outputs so far already read.
fn opened(names: &str, open: &str) -> Script {
    let mut script = session(names);
    script.input(&["recv", "0", open], Instant::default());
    while script.output().is_some() {}
    script
}

fn polling(max_payload: usize) -> Script {
    let open = format!(
        r#"0{{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":{max_payload}}}"#
    );
    opened("polling", &open)
}

fn websocket() -> Script {
    opened(
        "websocket",
        r#"0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}"#,
    )
}

/// A session on polling whose WebSocket has asked `2probe`.
fn upgrading() -> Script {
    let mut script = opened(
        "polling,websocket",
        r#"0{"sid":"S","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}"#,
    );
    script.input(&["opened", "1"], Instant::default());
    while script.output().is_some() {}
    script
}

impl Machine for Script {
    fn input(&mut self, words: &[&str], now: Instant) {
        let id = || TransportId(words[1].parse().expect("a transport id"));
        let input = match words {
            ["opened", _] => Input::Opened(id()),
            ["recv", _, text] => Input::Received(id(), packet(text).expect("a packet")),
            ["malformed", _] => Input::Malformed(id()),
            ["polled", _] => Input::Polled(id()),
            ["sent", _] => Input::Sent(id()),
            ["failed", _] => Input::Failed(id(), Failure::WebSocket),
            ["closed", _] => Input::Closed(id()),
            ["lost"] => Input::NetworkLost,
            ["send", text @ ..] => Input::Send(vec![Message::Text(text.join(" ").into())]),
            ["binary", length] => {
                let length: u8 = length.parse().expect("a length");
                Input::Send(vec![Message::Binary((1..=length).collect::<Vec<u8>>().into())])
            }
            ["close"] => Input::Close,
            _ => panic!("unknown input {words:?}"),
        };
        self.0.handle_input(input, now);
    }

    fn output(&mut self) -> Option<String> {
        let name = TransportKind::as_str;
        Some(match self.0.poll_output()? {
            Output::Open { transport, kind, sid } => {
                line(&[&"open", &transport.0, &name(kind), &sid.unwrap_or_default()])
            }
            Output::Poll(id) => line(&[&"poll", &id.0]),
            Output::Write(id, packets) => line(&[&"write", &id.0, &show(packets)]),
            Output::Close { transport, farewell } => {
                line(&[&"close", &transport.0, if farewell { &"farewell" } else { &"" }])
            }
            Output::Opened(handshake) => line(&[&"opened", &handshake.sid]),
            Output::Message(message) => line(&[&"message", &show_message(&message)]),
            Output::Pinged => "pinged".into(),
            Output::Drained => "drained".into(),
            Output::Upgrading(kind) => line(&[&"upgrading", &name(kind)]),
            Output::Upgraded(kind) => line(&[&"upgraded", &name(kind)]),
            Output::UpgradeFailed => "upgrade-failed".into(),
            Output::Closed(reason, _) => line(&[&"closed", &reason]),
        })
    }

    fn timeout(&mut self, now: Instant) {
        self.0.handle_timeout(now);
    }

    fn deadline(&self) -> Option<Instant> {
        self.0.deadline()
    }
}
