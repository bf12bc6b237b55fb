//! The client's half of an Engine.IO session, rule by rule, as transcripts.

mod world;

use crate::script::{Machine, check, transports};
use parlor_protocol::Instant;
use parlor_protocol::engine::client::Config;
use world::{World, polling, session, upgrading, websocket, with};

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
        write 0 3
        pinged
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
        close 0 farewell
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
        ("failed 0", "close 0 farewell\nclosed transport error"),
        ("malformed 0", "close 0 farewell\nclosed transport error"),
        ("closed 0", "close 0\nclosed transport close"),
        ("recv 0 1", "close 0\nclosed transport close"),
        ("lost", "close 0\nclosed transport close"),
    ] {
        check(websocket(), &format!("> {input}\n{output}\n> recv 0 4late\n> send late"));
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

#[test]
fn with_try_all_the_next_transport_is_opened_when_one_fails_before_the_handshake() {
    let config =
        Config { transports: transports("polling,websocket").into(), try_all: true, ..Config::default() };
    check(
        with(config, World::default()),
        r#"
        open 0 polling
        poll 0
        > failed 0
        close 0
        open 1 websocket
        > failed 0
        > failed 1
        close 1
        closed transport error
        "#,
    );
}

#[test]
fn a_websocket_that_worked_last_time_is_the_first_one_where_that_is_remembered() {
    let world = World::that_remembers();
    let config = Config { transports: transports("polling,websocket").into(), ..Config::default() };
    check(with(config, world), "open 0 websocket");
    let world = World::that_remembers();
    let config = Config { transports: transports("polling").into(), ..Config::default() };
    check(with(config, world), "open 0 polling\npoll 0");
}
