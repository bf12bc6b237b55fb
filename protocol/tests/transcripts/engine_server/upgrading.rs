//! Moving from polling to a WebSocket.

use super::{polling, upgraded, websocket};
use crate::script::check;

#[test]
fn the_upgrade_answers_the_probe_releases_the_poll_and_moves() {
    check(
        polling(),
        "
        > poll 2
        > websocket 9
        > recv 9 2probe
        write 9 3probe
        respond 2 6
        > sent 9
        > poll 3
        > time 100
        respond 3 6
        > send on the way
        > recv 9 5
        upgraded 9
        write 9 4on the way
        > deadline
        25100
        ",
    );
}

#[test]
fn an_upgrade_waits_no_longer_for_a_pong_on_polling() {
    check(
        polling(),
        "
        > time 25000
        > poll 2
        respond 2 2
        > time 44000
        > websocket 9
        > recv 9 2probe
        write 9 3probe
        > sent 9
        > recv 9 5
        upgraded 9
        > time 45000
        > deadline
        69000
        > time 69000
        write 9 2
        ",
    );
}

#[test]
fn nothing_is_written_behind_the_answer_to_the_probe_before_that_is_sent() {
    check(
        polling(),
        "
        > websocket 9
        > recv 9 2probe
        write 9 3probe
        > recv 9 5
        upgraded 9
        > send behind it
        > sent 9
        write 9 4behind it
        ",
    );
}

#[test]
fn a_second_probe_is_not_answered_and_ends_the_upgrade() {
    check(
        polling(),
        "> websocket 9\n> recv 9 2probe\nwrite 9 3probe\n> recv 9 2probe\nclose 9\n> poll 2\n> send a\nrespond 2 4a",
    );
}

#[test]
fn a_poll_that_is_held_when_the_client_moves_is_released() {
    check(
        polling(),
        "
        > websocket 9
        > recv 9 2probe
        write 9 3probe
        > poll 2
        > recv 9 5
        respond 2 6
        upgraded 9
        ",
    );
}

#[test]
fn packets_still_flow_over_polling_during_the_probe() {
    check(
        polling(),
        "
        > websocket 9
        > recv 9 2probe
        write 9 3probe
        > poll 2
        > send over polling
        respond 2 4over polling
        > post-begun 3
        > post 3 4me too
        message me too
        respond 3 ok
        ",
    );
}

#[test]
fn a_websocket_that_proves_nothing_is_closed_alone() {
    for (input, time) in [("recv 9 5", ""), ("recv 9 4hello", ""), ("malformed 9", ""), ("time 10000", "")] {
        check(
            polling(),
            &format!("> websocket 9\n> {input}{time}\nclose 9\n> poll 2\n> send a\nrespond 2 4a"),
        );
    }
    check(polling(), "> websocket 9\n> gone 9\nclose 9\n> poll 2\n> send a\nrespond 2 4a");
}

#[test]
fn one_upgrade_at_a_time_and_none_from_a_websocket() {
    check(polling(), "> websocket 9\n> websocket 10\nclose 10\n> recv 9 2probe\nwrite 9 3probe");
    check(websocket(), "> websocket 9\nclose 9");
}

#[test]
fn after_the_upgrade_polling_requests_are_refused() {
    check(upgraded(), "> poll 5\nrespond 5 bad request\n> post-begun 6\nrespond 6 bad request");
}
