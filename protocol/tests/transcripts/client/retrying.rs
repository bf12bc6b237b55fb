//! Events that are sent until they are answered.

use core::time::Duration;

use super::{Script, connected};
use crate::script::check;
use parlor_protocol::client::SocketId;
use parlor_protocol::socket::client::Retry;

fn retrying(retries: u32, timeout: Option<u64>) -> Script {
    let mut script = connected(&["/"]);
    script.0.retry(SocketId(0), Retry { retries, timeout: timeout.map(Duration::from_millis) });
    script
}

#[test]
fn one_event_is_on_its_way_at_a_time_and_its_answer_lets_the_next_one_go() {
    check(
        retrying(2, None),
        r#"
        > ask 0 7 ["a"]
        write 0 420["a"]
        > emit 0 ["b"]
        > sent 0
        > recv 0 430["ok"]
        ack 0 key 7 ["ok"]
        write 0 421["b"]
        > volatile 0 ["now"]
        > sent 0
        > recv 0 431[]
        "#,
    );
}

#[test]
fn an_event_is_sent_as_often_as_told_and_then_given_up() {
    check(
        retrying(1, Some(100)),
        r#"
        > ask 0 7 ["a"]
        write 0 420["a"]
        > sent 0
        > deadline
        100
        > time 100
        write 0 421["a"]
        > sent 0
        > recv 0 430["too late"]
        > time 200
        ack-failed 0 key 7 operation has timed out
        "#,
    );
}

#[test]
fn an_answer_without_any_time_is_given_up_at_once() {
    check(
        retrying(1, Some(0)),
        r#"
        > ask 0 7 ["a"]
        write 0 420["a"]
        > time 0
        ack-failed 0 key 7 operation has timed out
        > deadline
        45000
        > sent 0
        write 0 421["a"]
        "#,
    );
}

#[test]
fn on_the_next_connection_the_first_one_is_sent_before_connect_is_told() {
    check(
        retrying(3, None),
        r#"
        > ask 0 7 ["a"]
        write 0 420["a"]
        > emit 0 ["b"]
        > closed 0
        close 0
        closed transport close
        disconnected 0 transport close
        > time 1000
        attempt 1
        open 1 websocket
        > recv 1 0{"sid":"T","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}
        opened
        reconnected 1
        authenticate 0
        > auth 0
        write 1 40
        > sent 1
        > recv 1 40{"sid":"Y"}
        joined 0 Y
        write 1 421["a"]
        connected 0
        > sent 1
        > recv 1 431["ok"]
        ack 0 key 7 ["ok"]
        write 1 422["b"]
        "#,
    );
}
