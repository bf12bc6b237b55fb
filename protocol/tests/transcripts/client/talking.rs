//! Joining, leaving, events and answers.

use parlor_protocol::Instant;
use parlor_protocol::json::Payload;

use super::{OPEN, client, connected, joining};
use crate::script::{Machine, check};

#[test]
fn connecting_opens_asks_for_auth_and_joins() {
    check(
        client(&["/"]),
        &format!(
            r#"
            > connect 0
            open 0 websocket
            > recv 0 {OPEN}
            opened
            authenticate 0
            > auth 0 {{"token":"abc"}}
            write 0 40{{"token":"abc"}}
            > recv 0 40{{"sid":"X"}}
            joined 0 X
            connected 0
            "#
        ),
    );
}

#[test]
fn every_namespace_is_joined_over_the_same_connection() {
    check(
        client(&["/", "/chat"]),
        &format!(
            r#"
            > connect 0
            open 0 websocket
            > connect 1
            > recv 0 {OPEN}
            opened
            authenticate 0
            authenticate 1
            > auth 0
            write 0 40
            > auth 1
            > sent 0
            write 0 40/chat,
            > recv 0 40/chat,{{"sid":"Y"}}
            joined 1 Y
            connected 1
            > recv 0 40{{"sid":"X"}}
            joined 0 X
            connected 0
            > recv 0 42/chat,["hi"]
            event 1 ["hi"]
            > recv 0 42/nobody,["hi"]
            "#
        ),
    );
}

#[test]
fn a_socket_made_late_joins_at_once() {
    check(connected(&["/", "/late"]), "> connect 1\nauthenticate 1\n> auth 1\nwrite 0 40/late,");
}

#[test]
fn early_events_and_buffered_emits_come_before_connect_in_that_order() {
    check(
        joining(),
        r#"
        > emit 0 ["buffered"]
        > recv 0 42["early",1]
        > recv 0 40{"sid":"X"}
        joined 0 X
        event 0 ["early",1]
        write 0 42["buffered"]
        connected 0
        "#,
    );
}

#[test]
fn an_event_with_an_id_wants_an_answer() {
    check(
        connected(&["/"]),
        r#"
        > recv 0 4212["question"]
        event 0 ["question"] ack 12
        > answer 0 12 ["yes"]
        write 0 4312["yes"]
        "#,
    );
}

#[test]
fn answers_find_who_asked_and_ids_go_on_across_connections() {
    check(
        connected(&["/"]),
        &format!(
            r#"
            > ask 0 7 ["a"]
            write 0 420["a"]
            > recv 0 430["one"]
            ack 0 key 7 ["one"]
            > recv 0 430["twice"]
            > recv 0 4399["unknown"]
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
            > sent 1
            > recv 1 40{{"sid":"Z"}}
            joined 0 Z
            connected 0
            > ask 0 8 ["b"]
            write 1 421["b"]
            "#
        ),
    );
}

#[test]
fn an_answer_without_arguments_or_id_is_none() {
    check(
        connected(&["/"]),
        r#"
        > ask-for 500 7 ["a"]
        write 0 420["a"]
        > recv 0 430
        > recv 0 43["whose?"]
        > recv 0 430["one"]
        ack 0 key 7 ["one"]
        "#,
    );
}

#[test]
fn connecting_again_while_the_answer_is_pending_asks_nothing_twice() {
    check(
        joining(),
        "> connect 0\n> auth 0\n> recv 0 40{\"sid\":\"X\"}\njoined 0 X\nconnected 0\n> connect 0",
    );
}

#[test]
fn an_answer_that_takes_too_long_fails_and_comes_too_late_then() {
    check(
        connected(&["/"]),
        r#"
        > ask-for 500 7 ["a"]
        write 0 420["a"]
        > deadline
        500
        > time 500
        ack-failed 0 key 7 operation has timed out
        > recv 0 430["late"]
        "#,
    );
}

#[test]
fn a_timeout_runs_while_the_event_is_buffered_and_takes_it_out_of_the_buffer() {
    check(
        joining(),
        r#"
        > ask-for 500 7 ["never sent"]
        > time 500
        ack-failed 0 key 7 operation has timed out
        > recv 0 40{"sid":"X"}
        joined 0 X
        connected 0
        "#,
    );
}

#[test]
fn volatile_goes_now_or_never() {
    check(
        connected(&["/"]),
        r#"
        > volatile 0 ["one"]
        write 0 42["one"]
        > volatile 0 ["dropped: a write is under way"]
        > sent 0
        > volatile 0 ["two"]
        write 0 42["two"]
        "#,
    );
    check(joining(), "> volatile 0 [\"dropped\"]\n> recv 0 40{\"sid\":\"X\"}\njoined 0 X\nconnected 0");
}

#[test]
fn the_server_may_refuse_and_the_last_refusal_takes_the_connection_with_it() {
    check(
        joining(),
        r#"
        > recv 0 44{"message":"not authorized","data":{"code":1}}
        close 0 farewell
        closed forced close
        connect-error 0 {"message":"not authorized","data":{"code":1}}
        > connect 0
        open 1 websocket
        "#,
    );
}

#[test]
fn a_reply_without_sid_is_that_of_another_protocol() {
    check(joining(), "> recv 0 40\nconnect-error 0 wrong protocol");
    check(joining(), "> recv 0 40{}\nconnect-error 0 wrong protocol");
}

#[test]
fn the_server_may_disconnect_and_nobody_comes_back_by_himself() {
    check(
        connected(&["/"]),
        "
        > recv 0 41
        close 0 farewell
        closed forced close
        disconnected 0 io server disconnect
        > deadline
        none
        ",
    );
}

#[test]
fn the_user_may_disconnect_one_namespace_and_then_the_last() {
    check(
        connected(&["/", "/chat"]),
        r#"
        > connect 1
        authenticate 1
        > auth 1
        write 0 40/chat,
        > sent 0
        > recv 0 40/chat,{"sid":"Y"}
        joined 1 Y
        connected 1
        > disconnect 0
        write 0 41
        disconnected 0 io client disconnect
        > sent 0
        > disconnect 1
        write 0 41/chat,
        closed forced close
        disconnected 1 io client disconnect
        > sent 0
        close 0 farewell
        "#,
    );
}

#[test]
fn disconnecting_before_the_handshake_leaves_nothing_behind() {
    check(
        client(&["/"]),
        "> connect 0\nopen 0 websocket\n> disconnect 0\nclose 0\nclosed forced close\n> deadline\nnone",
    );
}

#[test]
fn binary_leaves_as_placeholders_and_attachments_and_comes_back_so() {
    let mut machine = connected(&["/"]);
    let data = Payload::event("file", &bytes::Bytes::from_static(&[1, 2, 3])).expect("it serialises");
    machine.emit(0, data, None, false, Instant::default());
    assert_eq!(
        machine.output().as_deref(),
        Some(r#"write 0 451-["file",{"_placeholder":true,"num":0}]|bAQID"#)
    );
    machine.input(&["recv", "0", r#"451-["back",{"_placeholder":true,"num":0}]"#], Instant::default());
    machine.input(&["recv", "0", "bAQID"], Instant::default());
    assert_eq!(machine.output().as_deref(), Some(r#"event 0 ["back",{"_placeholder":true,"num":0}] +1"#));
}
