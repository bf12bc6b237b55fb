//! Losing a connection, and getting another one.

use parlor_protocol::Instant;

use super::{OPEN, client, connected, joining, with};
use crate::script::{Machine, check};

#[test]
fn disconnection_fails_what_was_sent_after_telling_so_and_keeps_what_was_not() {
    check(
        connected(&["/"]),
        r#"
        > ask 0 7 ["sent"]
        write 0 420["sent"]
        > closed 0
        close 0
        closed transport close
        disconnected 0 transport close
        ack-failed 0 key 7 socket has been disconnected
        > ask 0 8 ["buffered"]
        > time 1000
        attempt 1
        open 1 websocket
        > failed 1
        close 1
        failed websocket error
        connect-error 0 websocket error
        reconnect-error websocket error
        "#,
    );
}

#[test]
fn reconnection_doubles_its_waits_up_to_the_longest_and_tells_each_attempt() {
    check(
        client(&["/"]),
        "
        > connect 0
        open 0 websocket
        > failed 0
        close 0
        failed websocket error
        connect-error 0 websocket error
        > deadline
        1000
        > time 1000
        attempt 1
        open 1 websocket
        > failed 1
        close 1
        failed websocket error
        connect-error 0 websocket error
        reconnect-error websocket error
        > deadline
        3000
        > time 3000
        attempt 2
        open 2 websocket
        > failed 2
        close 2
        failed websocket error
        connect-error 0 websocket error
        reconnect-error websocket error
        > deadline
        7000
        > time 7000
        attempt 3
        open 3 websocket
        > failed 3
        close 3
        failed websocket error
        connect-error 0 websocket error
        reconnect-error websocket error
        > deadline
        12000
        ",
    );
}

#[test]
fn attempts_can_be_used_up_and_begin_anew_when_the_user_wants() {
    check(
        with(&["/"], |config| config.reconnection.max_attempts = Some(1)),
        "
        > connect 0
        open 0 websocket
        > failed 0
        close 0
        failed websocket error
        connect-error 0 websocket error
        > time 1000
        attempt 1
        open 1 websocket
        > failed 1
        close 1
        failed websocket error
        connect-error 0 websocket error
        reconnect-failed
        reconnect-error websocket error
        > deadline
        none
        > connect 0
        open 2 websocket
        ",
    );
}

#[test]
fn an_attempt_takes_at_most_its_timeout() {
    check(
        client(&["/"]),
        "
        > connect 0
        open 0 websocket
        > deadline
        20000
        > time 20000
        close 0
        failed timeout
        connect-error 0 timeout
        > deadline
        21000
        ",
    );
}

#[test]
fn without_reconnection_a_lost_connection_stays_lost() {
    check(
        with(&["/"], |config| config.reconnection.enabled = false),
        "> connect 0\nopen 0 websocket\n> failed 0\nclose 0\nfailed websocket error\nconnect-error 0 websocket error\n> deadline\nnone",
    );
}

#[test]
fn connect_during_the_wait_does_not_jump_the_queue() {
    check(
        client(&["/", "/chat"]),
        "
        > connect 0
        open 0 websocket
        > failed 0
        close 0
        failed websocket error
        connect-error 0 websocket error
        > connect 1
        > deadline
        1000
        ",
    );
}

#[test]
fn garbage_from_the_server_is_a_parse_error_and_the_client_comes_back() {
    for garbage in ["4nonsense", "42[", "451-[\"a\"]|42[\"b\"]", "bAQID", "40[]", "42[\"connect\"]"] {
        let inputs: String = garbage.split('|').map(|text| format!("> recv 0 {text}\n")).collect();
        check(
            connected(&["/"]),
            &format!(
                "
                {inputs}
                close 0 farewell
                closed parse error
                disconnected 0 parse error
                > deadline
                1000
                "
            ),
        );
    }
}

#[test]
fn leaving_and_coming_back_at_once_loses_nothing_that_was_emitted_before() {
    check(
        connected(&["/"]),
        &format!(
            r#"
            > emit 0 ["one"]
            write 0 42["one"]
            > emit 0 ["two"]
            > disconnect 0
            closed forced close
            disconnected 0 io client disconnect
            > connect 0
            open 1 websocket
            > sent 0
            write 0 42["two"]|41
            > recv 1 {OPEN}
            opened
            authenticate 0
            > recv 0 42["too late"]
            > sent 0
            close 0 farewell
            > auth 0
            write 1 40
            > closed 0
            "#
        ),
    );
}

#[test]
fn a_session_that_cannot_drain_is_given_up() {
    check(
        connected(&["/"]),
        r#"
        > emit 0 ["one"]
        write 0 42["one"]
        > disconnect 0
        closed forced close
        disconnected 0 io client disconnect
        > connect 0
        open 1 websocket
        > disconnect 0
        close 1
        closed forced close
        > connect 0
        close 0 farewell
        open 2 websocket
        "#,
    );
}

#[test]
fn a_half_received_packet_is_forgotten_with_its_connection() {
    check(
        connected(&["/"]),
        &format!(
            r#"
            > recv 0 451-["a",{{"_placeholder":true,"num":0}}]
            > closed 0
            close 0
            closed transport close
            disconnected 0 transport close
            > time 1000
            attempt 1
            open 1 websocket
            > recv 1 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > recv 1 42["whole"]
            > auth 0
            write 1 40
            > recv 1 40{{"sid":"X"}}
            joined 0 X
            event 0 ["whole"]
            connected 0
            "#
        ),
    );
}

#[test]
fn early_events_of_a_lost_connection_are_not_those_of_the_next() {
    check(
        joining(),
        &format!(
            r#"
            > recv 0 42["early, and never confirmed"]
            > closed 0
            close 0
            closed transport close
            disconnected 0 transport close
            > time 1000
            attempt 1
            open 1 websocket
            > recv 1 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > auth 0
            write 1 40
            > recv 1 40{{"sid":"X"}}
            joined 0 X
            connected 0
            "#
        ),
    );
}

#[test]
fn an_emit_after_a_long_sleep_is_buffered_instead_of_lost() {
    // The timer at 45000 was throttled: the first thing that happens is the emit, at 60000.
    let mut machine = connected(&["/"]);
    machine.input(&["emit", "0", "[\"awake\"]"], Instant::from_millis(60_000));
    let outputs: Vec<String> = std::iter::from_fn(|| machine.output()).collect();
    assert_eq!(outputs, ["close 0 farewell", "closed ping timeout", "disconnected 0 ping timeout"]);
}

#[test]
fn closing_the_whole_client_tells_every_socket() {
    check(
        connected(&["/"]),
        "> close\nclose 0 farewell\nclosed forced close\ndisconnected 0 forced close\n> deadline\nnone",
    );
}

#[test]
fn without_transports_there_is_an_error_instead_of_a_panic() {
    check(
        with(&["/"], |config| {
            config.engine.transports = [].into();
            config.reconnection.enabled = false;
        }),
        "> connect 0\nfailed No transports available\nconnect-error 0 No transports available",
    );
}

#[test]
fn a_socket_that_can_be_recovered_says_how_far_it_came() {
    check(
        joining(),
        &format!(
            r#"
            > recv 0 42["early","of the user"]
            > recv 0 40{{"sid":"X","pid":"P"}}
            joined 0 X
            event 0 ["early","of the user"]
            connected 0
            > recv 0 42["a",1,"place 1"]
            event 0 ["a",1,"place 1"]
            > recv 0 423["asked","no place"]
            event 0 ["asked","no place"] ack 3
            > recv 0 42["a",1]
            event 0 ["a",1]
            > closed 0
            close 0
            closed transport close
            disconnected 0 transport close
            > time 1000
            attempt 1
            open 1 websocket
            > recv 1 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > auth 0 {{"token":7}}
            write 1 40{{"pid":"P","offset":"place 1","token":7}}
            > sent 1
            > recv 1 40{{"sid":"X","pid":"P"}}
            joined 0 X recovered
            connected 0
            > recv 1 42["b","place 2"]
            event 0 ["b","place 2"]
            "#
        ),
    );
}

#[test]
fn what_came_before_the_answer_counts_when_the_answer_has_come_and_not_when_it_never_does() {
    check(
        connected_to_recover(),
        &format!(
            r#"
            > closed 0
            close 0
            closed transport close
            disconnected 0 transport close
            > time 1000
            attempt 1
            open 1 websocket
            > recv 1 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > auth 0
            write 1 40{{"pid":"P"}}
            > sent 1
            > recv 1 42["missed","place 1"]
            > closed 1
            close 1
            closed transport close
            disconnected 0 transport close
            > time 2000
            attempt 1
            open 2 websocket
            > recv 2 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > auth 0
            write 2 40{{"pid":"P"}}
            > sent 2
            > recv 2 42["missed","place 1"]
            > recv 2 40{{"sid":"Y","pid":"Q"}}
            joined 0 Y
            event 0 ["missed","place 1"]
            connected 0
            "#
        ),
    );
}

#[test]
fn without_recovery_a_text_is_no_place() {
    check(
        connected(&["/"]),
        &format!(
            r#"
            > recv 0 42["a","text"]
            event 0 ["a","text"]
            > closed 0
            close 0
            closed transport close
            disconnected 0 transport close
            > time 1000
            attempt 1
            open 1 websocket
            > recv 1 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > auth 0
            write 1 40
            "#
        ),
    );
}

/// A client whose socket is connected, in a session that can be recovered.
fn connected_to_recover() -> super::Script {
    let mut script = joining();
    script.play(&[&["recv", "0", r#"40{"sid":"X","pid":"P"}"#]]);
    script
}
