//! The state as a person would tell the story.

use std::cell::RefCell;
use std::rc::Rc;

use parlor_protocol::client::Config;
use parlor_protocol::engine::client::Input;

use super::*;
use crate::client::Client;
use crate::connection::Settings;
use crate::fake::{Fake, OPEN};
use crate::listener::Listener;

const SETTINGS: Settings = Settings { auth: None, max_buffered_bytes: 1000 };

/// A client that makes at most one attempt to reconnect, and its states.
fn client(config: impl FnOnce(&mut Config)) -> (Client, Fake, Rc<RefCell<Vec<ConnectionState>>>, Listener) {
    let mut all = Config::default();
    all.engine.transports = [TransportKind::WebSocket].into();
    all.reconnection.randomization = 0.0;
    config(&mut all);
    let (client, fake) = Fake::client_with(all, SETTINGS);
    let states = Rc::<RefCell<Vec<_>>>::default();
    let guard = client.on_state({
        let states = Rc::clone(&states);
        move |state| states.borrow_mut().push(state)
    });
    (client, fake, states, guard)
}

const CONNECTED: ConnectionState = ConnectionState::Connected { transport: TransportKind::WebSocket };

const fn reconnecting(attempt: u32) -> ConnectionState {
    ConnectionState::Reconnecting { attempt }
}

#[test]
fn a_connection_comes_goes_and_comes_back() {
    let (client, fake, states, _guard) = client(|_| {});
    let socket = client.of("/");
    socket.connect();
    assert_eq!(states.take(), [ConnectionState::Connecting]);
    fake.join();
    assert_eq!(states.take(), [CONNECTED]);
    fake.cut();
    assert_eq!(states.take(), [reconnecting(1)]);
    fake.pass(1000);
    fake.cut();
    assert_eq!(states.take(), [reconnecting(2)]);
    fake.pass(2000);
    fake.join();
    assert_eq!(states.take(), [CONNECTED]);
    socket.disconnect();
    assert_eq!(states.take(), [ConnectionState::Idle]);
    assert_eq!(client.state(), ConnectionState::Idle);
}

#[test]
fn an_upgrade_changes_what_it_is_connected_over() {
    let (client, fake, states, _guard) = client(|config| {
        config.engine.transports = [TransportKind::Polling, TransportKind::WebSocket].into();
    });
    client.of("/").connect();
    fake.receive(&OPEN.replace(r#""upgrades":[]"#, r#""upgrades":["websocket"]"#));
    fake.transport(Input::Opened);
    fake.receive("3probe");
    let polling = parlor_protocol::engine::TransportId(0);
    fake.transport(|_| Input::Sent(polling));
    fake.transport(|_| Input::Polled(polling));
    let over_polling = ConnectionState::Connected { transport: TransportKind::Polling };
    assert_eq!(states.take(), [ConnectionState::Connecting, over_polling, CONNECTED]);
}

#[test]
fn when_the_attempts_are_used_up_it_is_offline_until_somebody_connects() {
    let (client, fake, states, _guard) = client(|config| config.reconnection.max_attempts = Some(1));
    let socket = client.of("/");
    socket.connect();
    fake.cut();
    assert_eq!(states.take(), [ConnectionState::Connecting, reconnecting(1)]);
    fake.pass(1000);
    fake.cut();
    assert_eq!(states.take(), [ConnectionState::Offline]);
    socket.connect();
    assert_eq!(states.take(), [ConnectionState::Connecting]);
    fake.join();
    assert_eq!(states.take(), [CONNECTED]);
}

#[test]
fn without_reconnection_a_lost_connection_is_offline() {
    let (client, fake, states, _guard) = client(|config| config.reconnection.enabled = false);
    client.of("/").connect();
    fake.join();
    fake.cut();
    assert_eq!(states.take(), [ConnectionState::Connecting, CONNECTED, ConnectionState::Offline]);
}

#[test]
fn without_a_network_it_is_offline_until_the_next_attempt() {
    let (client, fake, states, _guard) = client(|_| {});
    let socket = client.of("/");
    socket.connect();
    fake.join();
    states.take();
    fake.transport(|_| Input::NetworkLost);
    assert_eq!(states.take(), [ConnectionState::Offline]);
    // The next attempt is planned already: this changes nothing.
    socket.connect();
    assert!(states.take().is_empty());
    fake.pass(1000);
    assert_eq!(states.take(), [reconnecting(1)]);
}

#[test]
fn giving_up_while_connecting_is_idle() {
    let (client, fake, states, _guard) = client(|_| {});
    let socket = client.of("/");
    socket.connect();
    socket.disconnect();
    assert_eq!(states.take(), [ConnectionState::Connecting, ConnectionState::Idle]);
    socket.connect();
    fake.cut();
    client.disconnect();
    assert_eq!(states.take(), [ConnectionState::Connecting, reconnecting(1), ConnectionState::Idle]);
    fake.pass(100_000);
    assert!(states.take().is_empty());
}
