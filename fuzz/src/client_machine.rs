//! One client, under any server, any network and any user.
//!
//! What must hold: a transport is written to only while it is open and has taken what came before, a poll is sent
//! only when the last one has ended, each answer comes or fails once, a socket is told of its end only when it was
//! connected or wanted to be, and time that has passed is not asked for again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use arbitrary::Arbitrary;
use bytestring::ByteString;
use parlor_protocol::client::{Client, Config, ConnectError, Input, Output, SocketId};
use parlor_protocol::engine::client::{self as engine, Failure};
use parlor_protocol::engine::{Packet, TransportId, TransportKind, packet};
use parlor_protocol::json::{Json, Payload, read_handshake};
use parlor_protocol::socket::client::{Ask, Emit, Retry};
use parlor_protocol::socket::{AckKey, TextCodec};
use parlor_protocol::{Instant, Message};

use crate::input::{Frame, operations};

type Codec = TextCodec<Json>;

#[derive(Debug, Arbitrary)]
enum Operation<'a> {
    Opened(u8),
    Receive(u8, Words<'a>),
    Binary(u8, &'a [u8]),
    Malformed(u8),
    Polled(u8),
    Sent(u8),
    Failed(u8, u16),
    Closed(u8),
    NetworkLost,
    Open,
    Close,
    Connect(u8),
    Authenticate(bool),
    Disconnect(u8),
    Emit { socket: u8, volatile: bool, ask: Option<Option<u16>> },
    Answer(u8),
    Wait(u16),
    Wake,
    Retry { socket: u8, retries: u8, timeout: Option<u16> },
}

/// What a server says: mostly something that has a meaning.
#[derive(Debug, Arbitrary)]
enum Words<'a> {
    Handshake,
    AbsurdHandshake(&'a str),
    Connected,
    Recoverable,
    ConnectedOther,
    Refused,
    Event,
    Ack(u8),
    Leave,
    Ping,
    Probed,
    Noop,
    Close,
    Any(&'a str),
}

impl Words<'_> {
    fn text(&self) -> String {
        let text = match self {
            Self::Handshake => {
                r#"0{"sid":"s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}"#
            }
            Self::AbsurdHandshake(data) => return format!("0{data}"),
            Self::Connected => r#"40{"sid":"a"}"#,
            Self::Recoverable => r#"40{"sid":"a","pid":"p"}"#,
            Self::ConnectedOther => r#"40/other,{"sid":"b"}"#,
            Self::Refused => r#"44{"message":"no"}"#,
            Self::Event => r#"421["news","offset"]"#,
            Self::Ack(id) => return format!("43{id}[]"),
            Self::Leave => "41",
            Self::Ping => "2",
            Self::Probed => "3probe",
            Self::Noop => "6",
            Self::Close => "1",
            Self::Any(text) => text,
        };
        text.to_owned()
    }
}

pub(crate) fn run(data: &[u8]) {
    let Some((&first, data)) = data.split_first() else { return };
    let mut world = World::new(first);
    for operation in operations::<Operation<'_>>(data) {
        world.operate(operation);
    }
    world.end();
}

struct Open {
    kind: TransportKind,
    /// A WebSocket that has not said so yet is not open.
    is_open: bool,
    is_polling: bool,
    is_writing: bool,
}

struct World {
    machine: Client<Codec>,
    sockets: [SocketId; 2],
    now: Instant,
    transports: BTreeMap<u32, Open>,
    asked: Vec<SocketId>,
    connected: BTreeSet<u32>,
    next_key: u32,
    awaited: BTreeSet<u32>,
}

impl World {
    fn new(first: u8) -> Self {
        let mut config = Config::default();
        if first % 3 == 1 {
            config.engine.transports = [TransportKind::WebSocket].into();
        }
        config.engine.try_all = first % 2 == 1;
        let mut machine = Client::new(config, TextCodec::new(Json::default()), u64::from(first));
        let sockets = [machine.socket("/"), machine.socket("/other")];
        Self {
            machine,
            sockets,
            now: Instant::from_millis(0),
            transports: BTreeMap::new(),
            asked: Vec::new(),
            connected: BTreeSet::new(),
            next_key: 0,
            awaited: BTreeSet::new(),
        }
    }

    fn operate(&mut self, operation: Operation<'_>) {
        match operation {
            Operation::Opened(which) => {
                if let Some(id) = self.transport(which, |open| !open.is_open) {
                    self.change(id, |open| open.is_open = true);
                    self.tell(Input::Transport(engine::Input::Opened(id)));
                }
            }
            Operation::Receive(which, words) => {
                // The answer to a probe that has not left cannot come.
                let is_answer = matches!(words, Words::Probed) || words.text() == "3probe";
                if !is_answer
                    || self.transport(which, |open| open.is_open).is_some_and(|id| self.is_at_rest(id))
                {
                    self.receive(which, &words.text());
                }
            }
            Operation::Binary(which, bytes) => {
                let message = Packet::Message(Frame::Binary(bytes.to_vec().into()));
                self.report(which, |id| engine::Input::Received(id, message));
            }
            Operation::Malformed(which) => self.report(which, engine::Input::Malformed),
            Operation::Polled(which) => self.polled(which),
            Operation::Sent(which) => self.sent(which),
            Operation::Failed(which, status) => self.failed(which, status),
            Operation::Closed(which) => {
                if let Some(id) = self.transport(which, |open| open.kind == TransportKind::WebSocket) {
                    self.transports.remove(&id.0);
                    self.tell(Input::Transport(engine::Input::Closed(id)));
                }
            }
            Operation::NetworkLost => self.tell(Input::Transport(engine::Input::NetworkLost)),
            Operation::Open => self.tell(Input::Open),
            Operation::Close => self.tell(Input::Close),
            Operation::Connect(which) => self.tell(Input::Connect(self.socket(which))),
            Operation::Authenticate(with) => {
                if let Some(socket) = self.asked.pop() {
                    let auth = with.then(|| Payload::value(&[1]).expect("JSON"));
                    self.tell(Input::Authenticate(socket, auth));
                }
            }
            Operation::Disconnect(which) => self.tell(Input::Disconnect(self.socket(which))),
            Operation::Emit { socket, volatile, ask } => self.emit(socket, volatile, ask),
            Operation::Answer(which) => {
                self.tell(Input::Answer(self.socket(which), 1, Payload::args(&()).expect("JSON")));
            }
            Operation::Wait(millis) => self.wait(millis),
            Operation::Wake => self.tell(Input::Woken),
            Operation::Retry { socket, retries, timeout } => {
                let timeout = timeout.map(|millis| Duration::from_millis(u64::from(millis)));
                let socket = self.socket(socket);
                self.machine.retry(socket, Retry { retries: retries.into(), timeout });
            }
        }
    }

    fn emit(&mut self, socket: u8, volatile: bool, ask: Option<Option<u16>>) {
        let data = Payload::event("say", "hello").expect("JSON");
        let ask = ask.map(|timeout| {
            let key = self.next_key;
            self.next_key += 1;
            // A volatile event that is dropped has nobody who waits, unless there is a time.
            if !volatile || timeout.is_some() {
                self.awaited.insert(key);
            }
            let timeout = timeout.map(|millis| Duration::from_millis(u64::from(millis)));
            Ask { key: AckKey(key), timeout }
        });
        self.tell(Input::Emit(self.socket(socket), Emit { data, ack: ask, volatile, compress: true }));
    }

    fn receive(&mut self, which: u8, text: &str) {
        let decoded = packet::decode(text).map(|packet| {
            packet.map(|message| match message {
                Message::Text(text) => Frame::Text(ByteString::from(text)),
                Message::Binary(bytes) => Frame::Binary(bytes.into()),
            })
        });
        let read =
            decoded.ok().and_then(|packet| packet.read_open(|json| read_handshake(json).ok_or(())).ok());
        self.report(which, |id| match read {
            Some(packet) => engine::Input::Received(id, packet),
            None => engine::Input::Malformed(id),
        });
    }

    fn polled(&mut self, which: u8) {
        if let Some(id) = self.transport(which, |open| open.is_polling) {
            self.change(id, |open| open.is_polling = false);
            self.tell(Input::Transport(engine::Input::Polled(id)));
        }
    }

    fn sent(&mut self, which: u8) {
        if let Some(id) = self.transport(which, |open| open.is_writing) {
            self.change(id, |open| open.is_writing = false);
            self.tell(Input::Transport(engine::Input::Sent(id)));
        }
    }

    fn failed(&mut self, which: u8, status: u16) {
        if let Some(id) = self.transport(which, |_| true) {
            let failure = match self.transports.get(&id.0) {
                Some(Open { kind: TransportKind::Polling, is_writing: true, .. }) => {
                    Failure::Post(status.into())
                }
                Some(Open { kind: TransportKind::Polling, .. }) => Failure::Poll(status.into()),
                _ => Failure::WebSocket,
            };
            self.tell(Input::Transport(engine::Input::Failed(id, failure)));
        }
    }

    fn report(&mut self, which: u8, make: impl FnOnce(TransportId) -> engine::Input<Frame, Frame>) {
        if let Some(id) = self.transport(which, |open| open.is_open) {
            self.tell(Input::Transport(make(id)));
        }
    }

    fn wait(&mut self, millis: u16) {
        self.now = self.now + Duration::from_millis(u64::from(millis) * 2);
        self.machine.handle_timeout(self.now);
        self.settle();
        if let Some(deadline) = self.machine.deadline() {
            assert!(deadline > self.now, "a time that has passed is asked for again");
        }
    }

    /// The user has enough: everything is given up, and nothing is left open but what still drains.
    fn end(mut self) {
        self.tell(Input::Close);
        assert!(self.connected.is_empty(), "{:?} did not hear of the end", self.connected);
        self.now = self.now + Duration::from_secs(86_400);
        self.machine.handle_timeout(self.now);
        self.settle();
        assert!(self.connected.is_empty(), "{:?} are connected after the end", self.connected);
    }

    fn tell(&mut self, input: Input<Codec>) {
        self.machine.handle_input(input, self.now);
        self.settle();
    }

    fn settle(&mut self) {
        while let Some(output) = self.machine.poll_output() {
            self.note(output);
        }
    }

    fn note(&mut self, output: Output<Codec>) {
        match output {
            Output::Transport(output) => self.transport_output(output),
            Output::Authenticate(socket) => self.asked.push(socket),
            // A server may say so twice, and socket.io-client believes it.
            Output::Joined { socket, .. } => {
                self.connected.insert(socket.0);
            }
            // Said of a CONNECT that makes no sense, also to who is connected already: as in socket.io-client, they stay so,
            // and have to hear of the end.
            Output::ConnectError { error: ConnectError::WrongProtocol, .. } => {}
            Output::Disconnected { socket, .. } | Output::ConnectError { socket, .. } => {
                self.connected.remove(&socket.0);
            }
            Output::Event { socket, .. } => {
                assert!(self.connected.contains(&socket.0), "{socket:?} is not connected");
            }
            Output::Ack { key, .. } | Output::AckFailed { key, .. } => {
                let volatile_or_waiting = self.awaited.remove(&key.0) || key.0 < self.next_key;
                assert!(volatile_or_waiting, "{key:?} was never asked");
            }
            _ => {}
        }
    }

    fn transport_output(&mut self, output: engine::Output<Frame>) {
        match output {
            engine::Output::Open { transport, kind, .. } => {
                let open = Open {
                    kind,
                    is_open: kind == TransportKind::Polling,
                    is_polling: false,
                    is_writing: false,
                };
                assert!(self.transports.insert(transport.0, open).is_none(), "{transport:?} is opened twice");
            }
            engine::Output::Poll(id) => self.change(id, |open| {
                assert!(!open.is_polling, "{id:?} polls already");
                open.is_polling = true;
            }),
            engine::Output::Write(id, packets) => self.change(id, |open| {
                assert!(!open.is_writing && !packets.is_empty(), "{id:?} still writes");
                open.is_writing = true;
            }),
            engine::Output::Close { transport, .. } => {
                self.transports.remove(&transport.0);
            }
            _ => {}
        }
    }

    fn change(&mut self, id: TransportId, change: impl FnOnce(&mut Open)) {
        if let Some(open) = self.transports.get_mut(&id.0) {
            change(open);
        }
    }

    fn is_at_rest(&self, id: TransportId) -> bool {
        self.transports.get(&id.0).is_some_and(|open| !open.is_writing)
    }

    fn transport(&self, which: u8, is: impl Fn(&Open) -> bool) -> Option<TransportId> {
        let found: Vec<_> = self.transports.iter().filter(|(_, open)| is(open)).map(|(id, _)| *id).collect();
        let at = usize::from(which).checked_rem(found.len())?;
        found.get(at).copied().map(TransportId)
    }

    fn socket(&self, which: u8) -> SocketId {
        self.sockets[usize::from(which) % 2]
    }
}
