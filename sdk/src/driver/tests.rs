//! The driver in a fake world: what it does, what it tells, when it wakes up.

use std::vec::Vec;

use super::*;
use crate::connection::Codec;
use crate::fake::{Fake, OPEN};
use crate::transport::frame::decode;

fn driver(transports: &[TransportKind]) -> (Driver<Fake>, Fake) {
    let fake = Fake::default();
    let mut config = Config::default();
    config.engine.transports = transports.iter().copied().collect();
    config.reconnection.randomization = 0.0;
    let codec = Codec::new(parlor_protocol::json::Json::default());
    (Driver::new(config, codec, 1, fake.clone()), fake)
}

fn receive(driver: &mut Driver<Fake>, transport: u32, text: &str) {
    let packet = decode(text).unwrap();
    driver.input(Input::Transport(engine::client::Input::Received(TransportId(transport), packet)));
}

fn told(driver: &mut Driver<Fake>) -> Vec<String> {
    std::iter::from_fn(|| driver.next_output()).map(|output| format!("{output:?}")).collect()
}

#[test]
fn transport_outputs_are_done_and_the_others_are_told() {
    let (mut driver, fake) = driver(&[TransportKind::Polling, TransportKind::WebSocket]);
    let socket = driver.socket("/");
    driver.input(Input::Connect(socket));
    assert_eq!(fake.log(), ["open 0 polling", "poll 0"]);
    assert!(told(&mut driver).is_empty());

    receive(&mut driver, 0, &OPEN.replace(r#""upgrades":[]"#, r#""upgrades":["websocket"]"#));
    assert_eq!(fake.log(), ["open 1 websocket S"]);
    assert!(matches!(driver.next_output(), Some(Output::Opened(_))));
    assert!(matches!(driver.next_output(), Some(Output::Authenticate(_))));
    driver.input(Input::Authenticate(socket, None));
    driver.input(Input::Transport(engine::client::Input::Polled(TransportId(0))));
    assert_eq!(fake.log(), ["write 0 40", "poll 0"]);

    driver.input(Input::Transport(engine::client::Input::Sent(TransportId(0))));
    driver.input(Input::Transport(engine::client::Input::Opened(TransportId(1))));
    receive(&mut driver, 1, "3probe");
    driver.input(Input::Transport(engine::client::Input::Polled(TransportId(0))));
    assert_eq!(fake.log(), ["write 1 2probe", "close 0", "write 1 5"]);
    assert_eq!(
        told(&mut driver),
        ["Transport(Drained)", "Transport(Upgrading(WebSocket))", "Upgraded(WebSocket)"]
    );
}

#[test]
fn the_timer_is_set_to_the_attempt_then_to_the_heartbeat_then_not_at_all() {
    let (mut driver, fake) = driver(&[TransportKind::WebSocket]);
    let socket = driver.socket("/");
    assert_eq!(fake.alarm_millis(), None);
    driver.input(Input::Connect(socket));
    assert_eq!(fake.alarm_millis(), Some(20_000));
    receive(&mut driver, 0, OPEN);
    assert_eq!(fake.alarm_millis(), Some(45_000));
    driver.input(Input::Disconnect(socket));
    assert_eq!(fake.alarm_millis(), None);
}

#[test]
fn a_timer_that_rings_early_is_set_again() {
    let (mut driver, fake) = driver(&[TransportKind::WebSocket]);
    let socket = driver.socket("/");
    driver.input(Input::Connect(socket));
    fake.forget_alarm();
    driver.timeout();
    assert_eq!(fake.alarm_millis(), Some(20_000));
    assert!(told(&mut driver).is_empty());
}

#[test]
fn a_lost_connection_is_opened_again_under_another_name() {
    let (mut driver, fake) = driver(&[TransportKind::WebSocket]);
    let socket = driver.socket("/");
    driver.input(Input::Connect(socket));
    receive(&mut driver, 0, OPEN);
    driver.input(Input::Transport(engine::client::Input::Closed(TransportId(0))));
    assert_eq!(fake.log(), ["open 0 websocket", "close 0"]);
    assert_eq!(fake.alarm_millis(), Some(1000));
    fake.set_now(1000);
    driver.timeout();
    assert_eq!(fake.log(), ["open 1 websocket"]);
    // What the first one still had to say is not listened to.
    receive(&mut driver, 0, OPEN);
    assert_eq!(driver.client().transport_kind(), None);
}
