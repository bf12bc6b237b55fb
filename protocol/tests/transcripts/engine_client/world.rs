//! A session and the world around it, for the transcripts.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Display;

use crate::script::{Machine, Text, line, packet, show, show_message, transports};
use parlor_protocol::engine::client::{Config, End, Event, Failure, Host, Input, Packets, Session};
use parlor_protocol::engine::{Packet, TransportId, TransportKind};
use parlor_protocol::{Instant, Message};

pub(super) struct Script {
    session: Session<Packets<Text>>,
    world: World,
}

/// Writes down what it is told.
#[derive(Default)]
pub(super) struct World {
    now: Instant,
    lines: VecDeque<String>,
    written: Vec<Packet<Text>>,
    remembers_websocket: bool,
    sid: String,
}

impl World {
    /// A world in which a WebSocket worked last.
    pub(super) fn that_remembers() -> Self {
        Self { remembers_websocket: true, ..Self::default() }
    }
}

pub(super) fn session(names: &str) -> Script {
    with(Config { transports: transports(names).into(), ..Config::default() }, World::default())
}

pub(super) fn with(config: Config, mut world: World) -> Script {
    let session = Session::open(&config, TransportId(0), &mut world).expect("there are transports");
    Script { session, world }
}

/// An open session, its outputs so far already read.
pub(super) fn opened(names: &str, open: &str) -> Script {
    let mut script = session(names);
    script.input(&["recv", "0", open], Instant::default());
    while script.output().is_some() {}
    script
}

pub(super) fn polling(max_payload: usize) -> Script {
    let open = format!(
        r#"0{{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":{max_payload}}}"#
    );
    opened("polling", &open)
}

pub(super) fn websocket() -> Script {
    opened(
        "websocket",
        r#"0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}"#,
    )
}

/// A session on polling whose WebSocket has asked `2probe`.
pub(super) fn upgrading() -> Script {
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
        self.world.now = now;
        let event = self.session.handle_input(input, &mut self.world);
        self.tell(event);
    }

    fn output(&mut self) -> Option<String> {
        self.world.lines.pop_front()
    }

    fn timeout(&mut self, now: Instant) {
        self.world.now = now;
        let end = self.session.handle_timeout(&mut self.world);
        self.tell(end.map(Event::Ended));
    }

    fn deadline(&self) -> Option<Instant> {
        Some(self.session.deadline()).filter(|at| *at < Instant::NEVER)
    }
}

impl Script {
    fn tell(&mut self, event: Option<Event<Text>>) {
        match event {
            None => {}
            Some(Event::Opened(handshake)) => {
                let Some(terms) = handshake.terms() else {
                    let end = self.session.failed(TransportId(0), Failure::Handshake, &mut self.world);
                    return self.tell(end.map(Event::Ended));
                };
                self.session.agree(&terms, &mut self.world);
                self.world.say(&[&"opened", &handshake.sid]);
                self.world.sid.clone_from(&handshake.sid);
                self.session.begin(&handshake.upgrades, &mut self.world);
            }
            Some(Event::Message(message)) => self.world.say(&[&"message", &show_message(&message)]),
            Some(Event::Pinged) => self.world.say(&[&"pinged"]),
            Some(Event::Ended(End { reason, .. })) => self.world.say(&[&"closed", &reason]),
        }
    }
}

impl World {
    fn say(&mut self, words: &[&dyn Display]) {
        self.lines.push_back(line(words));
    }
}

impl Host<Text> for World {
    fn now(&mut self) -> Instant {
        self.now
    }

    fn open(&mut self, transport: TransportId, kind: TransportKind, joins: bool) {
        let sid = if joins { self.sid.clone() } else { String::new() };
        self.say(&[&"open", &transport.0, &kind.as_str(), &sid]);
    }

    fn poll(&mut self, transport: TransportId) {
        self.say(&[&"poll", &transport.0]);
    }

    fn write(&mut self, _: TransportId, packet: Packet<Text, Infallible>) {
        let Ok(packet) = packet.read_open(|open| -> Result<_, Infallible> { match open {} });
        self.written.push(packet);
    }

    fn flush(&mut self, transport: TransportId) {
        let packets = std::mem::take(&mut self.written);
        self.say(&[&"write", &transport.0, &show(packets)]);
    }

    fn close(&mut self, transport: TransportId, farewell: bool) {
        self.say(&[&"close", &transport.0, if farewell { &"farewell" } else { &"" }]);
    }

    fn remembers_websocket(&mut self) -> bool {
        self.remembers_websocket
    }

    fn remember_websocket(&mut self, works: bool) {
        self.remembers_websocket = works;
    }

    fn drained(&mut self) {
        self.say(&[&"drained"]);
    }

    fn upgrading(&mut self, kind: TransportKind) {
        self.say(&[&"upgrading", &kind.as_str()]);
    }

    fn upgraded(&mut self, kind: TransportKind) {
        self.say(&[&"upgraded", &kind.as_str()]);
    }

    fn upgrade_failed(&mut self) {
        self.say(&[&"upgrade-failed"]);
    }
}
