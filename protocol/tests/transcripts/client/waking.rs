//! What a client does that has slept, or has a network again.

use super::connected;
use crate::script::check;

#[test]
fn who_wakes_up_waits_for_no_attempt_that_was_put_off() {
    check(
        connected(&["/"]),
        "
        > closed 0
        close 0
        closed transport close
        disconnected 0 transport close
        > deadline
        1000
        > woken
        attempt 1
        open 1 websocket
        ",
    );
}

#[test]
fn what_ends_right_after_waking_is_not_waited_for_once() {
    check(
        connected(&["/"]),
        "
        > time 40000
        > woken
        > closed 0
        close 0
        closed transport close
        disconnected 0 transport close
        > time 40000
        attempt 1
        open 1 websocket
        > closed 1
        close 1
        failed connection closed before it was open
        connect-error 0 connection closed before it was open
        reconnect-error connection closed before it was open
        > deadline
        42000
        ",
    );
}

#[test]
fn who_wakes_up_after_the_heartbeat_has_expired_is_disconnected_and_comes_back_at_once() {
    check(
        connected(&["/"]),
        "
        > time 1000
        > deadline
        45000
        > time 44999
        > woken
        > time 45000
        close 0 farewell
        closed ping timeout
        disconnected 0 ping timeout
        attempt 1
        open 1 websocket
        ",
    );
}

#[test]
fn an_awakening_is_made_use_of_once_and_a_network_that_comes_back_is_another() {
    check(
        connected(&["/"]),
        "
        > closed 0
        close 0
        closed transport close
        disconnected 0 transport close
        > woken
        attempt 1
        open 1 websocket
        > closed 1
        close 1
        failed connection closed before it was open
        connect-error 0 connection closed before it was open
        reconnect-error connection closed before it was open
        > time 100
        > woken
        > deadline
        2000
        > time 2000
        attempt 2
        open 2 websocket
        > lost
        close 2
        failed connection closed before it was open
        connect-error 0 connection closed before it was open
        reconnect-error connection closed before it was open
        > woken
        attempt 3
        open 3 websocket
        ",
    );
}
