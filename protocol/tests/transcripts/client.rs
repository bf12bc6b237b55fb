//! The whole client, rule by rule. Reconnection has no chance in it here (randomization 0).

mod coming_back;
mod retrying;
mod talking;
mod waking;

use core::time::Duration;

use crate::script::{Machine, Text, line, packet, show, transports};
use parlor_protocol::client::{Client, Config, ConnectError, Input, Output, ReconnectionConfig, SocketId};
use parlor_protocol::engine::TransportId;
use parlor_protocol::engine::client::{self as engine, Failure};
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::socket::client::{Ask, Emit};
use parlor_protocol::socket::{AckKey, TextCodec};
use parlor_protocol::{Instant, Millis};
use serde_json::value::RawValue;

/// What the server says when it opens a session, on the wire.
const OPEN: &str =
    r#"0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;

type Codec = TextCodec<Json>;

struct Script(Client<Codec>);

fn client(namespaces: &[&str]) -> Script {
    with(namespaces, |_| {})
}

fn with(namespaces: &[&str], change: impl FnOnce(&mut Config)) -> Script {
    let mut config = Config {
        engine: engine::Config { transports: transports("websocket").into(), ..engine::Config::default() },
        reconnection: ReconnectionConfig { randomization: 0.0, ..ReconnectionConfig::default() },
        timeout: Some(Millis::new(20_000)),
    };
    change(&mut config);
    let mut client = Client::new(config, TextCodec::new(Json::default()), 1);
    for (at, namespace) in namespaces.iter().enumerate() {
        assert_eq!(client.socket(namespace).0 as usize, at);
    }
    Script(client)
}

/// A client whose first socket has said CONNECT.
fn joining() -> Script {
    let mut script = client(&["/"]);
    script.play(&[&["connect", "0"], &["recv", "0", OPEN], &["auth", "0"], &["sent", "0"]]);
    script
}

/// A client whose first socket is connected.
fn connected(namespaces: &[&str]) -> Script {
    let mut script = client(namespaces);
    script.play(&[
        &["connect", "0"],
        &["recv", "0", OPEN],
        &["auth", "0"],
        &["sent", "0"],
        &["recv", "0", r#"40{"sid":"X"}"#],
    ]);
    script
}

fn payload(json: &str) -> Payload {
    let value: &RawValue = serde_json::from_str(json).expect("the script holds JSON");
    Payload::value(value).expect("JSON serialises")
}

impl Script {
    fn play(&mut self, inputs: &[&[&str]]) {
        for input in inputs {
            self.input(input, Instant::default());
        }
        while self.output().is_some() {}
    }

    fn emit(&mut self, socket: u32, data: Payload, ack: Option<Ask>, volatile: bool, now: Instant) {
        let emit = Emit { data, ack, volatile, compress: true };
        self.0.handle_input(Input::Emit(SocketId(socket), emit), now);
    }

    fn ask(&mut self, socket: u32, rest: &str, timeout: Option<Duration>, now: Instant) {
        let (key, json) = rest.split_once(' ').expect("a key and an event");
        let ask = Ask { key: AckKey(key.parse().expect("a key")), timeout };
        self.emit(socket, payload(json), Some(ask), false, now);
    }

    fn transport(&mut self, words: &[&str], now: Instant) {
        let id = TransportId(words[1].parse().expect("a transport id"));
        let input = match words {
            ["recv", _, text] => engine::Input::Received(id, packet(text).expect("a packet")),
            ["sent", _] => engine::Input::Sent(id),
            ["failed", _] => engine::Input::Failed(id, Failure::WebSocket),
            ["closed", _] => engine::Input::Closed(id),
            _ => panic!("unknown input {words:?}"),
        };
        self.0.handle_input(Input::Transport(input), now);
    }
}

impl Machine for Script {
    fn input(&mut self, words: &[&str], now: Instant) {
        let number = || words[1].parse().expect("a number");
        match words {
            ["open"] => self.0.handle_input(Input::Open, now),
            ["close"] => self.0.handle_input(Input::Close, now),
            ["lost"] => self.0.handle_input(Input::Transport(engine::Input::NetworkLost), now),
            ["woken"] => self.0.handle_input(Input::Woken, now),
            ["connect", _] => self.0.handle_input(Input::Connect(SocketId(number())), now),
            ["disconnect", _] => self.0.handle_input(Input::Disconnect(SocketId(number())), now),
            ["auth", _] => self.0.handle_input(Input::Authenticate(SocketId(number()), None), now),
            ["auth", _, json] => {
                self.0.handle_input(Input::Authenticate(SocketId(number()), Some(payload(json))), now);
            }
            ["emit", _, json] => self.emit(number(), payload(json), None, false, now),
            ["volatile", _, json] => self.emit(number(), payload(json), None, true, now),
            ["ask", _, rest] => self.ask(number(), rest, None, now),
            ["ask-for", millis, rest] => {
                let timeout = Duration::from_millis(millis.parse().expect("milliseconds"));
                self.ask(0, rest, Some(timeout), now);
            }
            ["answer", _, rest] => {
                let (id, json) = rest.split_once(' ').expect("an id and arguments");
                let input = Input::Answer(SocketId(number()), id.parse().expect("an id"), payload(json));
                self.0.handle_input(input, now);
            }
            _ => self.transport(words, now),
        }
    }

    fn output(&mut self) -> Option<String> {
        loop {
            if let Some(line) = show_output(self.0.poll_output()?) {
                return Some(line);
            }
        }
    }

    fn timeout(&mut self, now: Instant) {
        self.0.handle_timeout(now);
    }

    fn deadline(&self) -> Option<Instant> {
        self.0.deadline()
    }
}

fn show_data(data: &Payload) -> String {
    match data.attachments().len() {
        0 => data.json().to_owned(),
        count => format!("{} +{count}", data.json()),
    }
}

fn show_output(output: Output<Codec>) -> Option<String> {
    Some(match output {
        Output::Transport(output) => return show_transport(output),
        Output::Opened(_) => "opened".into(),
        Output::Pinged => "pinged".into(),
        Output::Upgraded(kind) => line(&[&"upgraded", &kind.as_str()]),
        Output::Closed { reason, .. } => line(&[&"closed", &reason]),
        Output::Failed(error) => line(&[&"failed", &error.message()]),
        Output::ReconnectAttempt(n) => line(&[&"attempt", &n]),
        Output::ReconnectError(error) => line(&[&"reconnect-error", &error.message()]),
        Output::ReconnectFailed => "reconnect-failed".into(),
        Output::Reconnected(n) => line(&[&"reconnected", &n]),
        Output::Authenticate(socket) => line(&[&"authenticate", &socket.0]),
        Output::Joined { socket, sid, recovered: false } => line(&[&"joined", &socket.0, &sid]),
        Output::Joined { socket, sid, recovered: true } => line(&[&"joined", &socket.0, &sid, &"recovered"]),
        Output::Connected(socket) => line(&[&"connected", &socket.0]),
        Output::ConnectError { socket, error } => {
            let error = match error {
                ConnectError::Attempt(error) => error.message().to_owned(),
                ConnectError::Refused(data) => data.map(|data| show_data(&data)).unwrap_or_default(),
                ConnectError::WrongProtocol => "wrong protocol".to_owned(),
            };
            line(&[&"connect-error", &socket.0, &error])
        }
        Output::Disconnected { socket, reason, .. } => line(&[&"disconnected", &socket.0, &reason]),
        Output::Event { socket, data, ack: None } => line(&[&"event", &socket.0, &show_data(&data)]),
        Output::Event { socket, data, ack: Some(id) } => {
            line(&[&"event", &socket.0, &show_data(&data), &"ack", &id])
        }
        Output::Ack { socket, key, data } => line(&[&"ack", &socket.0, &"key", &key.0, &show_data(&data)]),
        Output::AckFailed { socket, key, error } => {
            line(&[&"ack-failed", &socket.0, &"key", &key.0, &error.message()])
        }
    })
}

/// `Drained` is left out: it would stand behind nearly every `> sent`.
fn show_transport(output: engine::Output<Text>) -> Option<String> {
    Some(match output {
        engine::Output::Open { transport, kind, .. } => line(&[&"open", &transport.0, &kind.as_str()]),
        engine::Output::Write(id, packets) => line(&[&"write", &id.0, &show(packets)]),
        engine::Output::Close { transport, farewell: true } => line(&[&"close", &transport.0, &"farewell"]),
        engine::Output::Close { transport, farewell: false } => line(&[&"close", &transport.0]),
        _ => return None,
    })
}
