//! One connection of the server, under any sequence of requests, frames, answers of the application, and time.
//!
//! What must hold: each request is answered once, a WebSocket is written to only while it is open and has taken
//! what came before, a namespace is left exactly when it was joined, nothing follows the end but answers, and time
//! that has passed is not asked for again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use arbitrary::Arbitrary;
use bytestring::ByteString;
use parlor_protocol::engine::server::{self as engine, Config, First, RequestId};
use parlor_protocol::engine::{Packet, TransportId, packet, payload};
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::server::{Connection, Input, Output};
use parlor_protocol::socket::{Namespace, TextCodec};
use parlor_protocol::{Instant, Message, Reason};

use crate::input::{Frame, Sent, operations};

type Codec = TextCodec<Json>;

#[derive(Debug, Arbitrary)]
enum Operation<'a> {
    Poll,
    Post(Words<'a>),
    PostBegun,
    PostEnded(u8, Words<'a>),
    PostRefused(u8, bool),
    Abort(u8),
    OpenWebSocket,
    Receive(u8, Words<'a>),
    ReceiveBinary(u8, Sent<'a>),
    Malformed(u8),
    Written(u8),
    CloseWebSocket(u8, bool),
    Emit(u8),
    Accept(u8),
    Refuse(u8),
    Disconnect(u8),
    Close,
    Discard,
    Wait(u16),
}

/// What a client says: mostly something that has a meaning.
#[derive(Debug, Arbitrary)]
enum Words<'a> {
    Connect,
    ConnectOther,
    Event,
    EventOther,
    Attachments,
    Leave,
    Probe,
    Upgrade,
    Pong,
    Close,
    Any(&'a str),
}

impl Words<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Connect => "40",
            Self::ConnectOther => "40/other,{\"a\":1}",
            Self::Event => "421[\"say\",1]",
            Self::EventOther => "42/other,[\"say\"]",
            Self::Attachments => "451-[\"say\",{\"_placeholder\":true,\"num\":0}]",
            Self::Leave => "41",
            Self::Probe => "2probe",
            Self::Upgrade => "5",
            Self::Pong => "3",
            Self::Close => "1",
            Self::Any(text) => text,
        }
    }
}

pub(crate) fn run(data: &[u8]) {
    let Some((&first, data)) = data.split_first() else { return };
    let mut world = World::new(first % 2 == 1);
    for operation in operations::<Operation<'_>>(data) {
        world.operate(operation);
    }
    world.end();
}

#[derive(Debug, PartialEq, Eq)]
enum WebSocket {
    Idle,
    Writing,
    /// The client closed it; the machine has yet to say so.
    Over,
}

struct World {
    machine: Connection<Codec>,
    now: Instant,
    next: u64,
    /// Requests without an answer; true for a POST whose body is still to come.
    waiting: BTreeMap<u64, bool>,
    websockets: BTreeMap<u32, WebSocket>,
    asked: Vec<Namespace>,
    joined: BTreeSet<String>,
    is_closed: bool,
}

impl World {
    fn new(on_websocket: bool) -> Self {
        let first =
            if on_websocket { First::WebSocket(TransportId(0)) } else { First::Polling(RequestId(0)) };
        let now = Instant::from_millis(0);
        let codec = TextCodec::new(Json::default());
        let machine =
            Connection::open(Config::default(), Duration::from_secs(45), codec, "sid".to_owned(), first, now);
        let mut world = Self {
            machine,
            now,
            next: 1,
            waiting: BTreeMap::new(),
            websockets: BTreeMap::new(),
            asked: Vec::new(),
            joined: BTreeSet::new(),
            is_closed: false,
        };
        if on_websocket {
            world.websockets.insert(0, WebSocket::Idle);
        } else {
            world.waiting.insert(0, false);
        }
        world.settle();
        world
    }

    fn operate(&mut self, operation: Operation<'_>) {
        match operation {
            Operation::Poll => {
                let request = self.request(false);
                self.engine(engine::Input::Poll(request));
            }
            Operation::Post(words) => {
                let request = self.request(false);
                self.engine(engine::Input::PostBegun(request));
                self.post(request, &words);
            }
            Operation::PostBegun => {
                let request = self.request(true);
                self.engine(engine::Input::PostBegun(request));
            }
            Operation::PostEnded(which, words) => {
                if let Some(request) = self.begun(which) {
                    self.post(request, &words);
                }
            }
            Operation::PostRefused(which, fatal) => {
                if let Some(request) = self.begun(which) {
                    // The driver has answered it.
                    self.waiting.remove(&request.0);
                    self.engine(engine::Input::PostRefused { request, fatal });
                }
            }
            Operation::Abort(which) => {
                if let Some(request) = pick(self.waiting.keys().copied(), which) {
                    self.waiting.remove(&request);
                    self.engine(engine::Input::Aborted(RequestId(request)));
                }
            }
            Operation::OpenWebSocket => {
                let id = u32::try_from(self.next).unwrap_or(u32::MAX);
                self.next += 1;
                self.websockets.insert(id, WebSocket::Idle);
                self.engine(engine::Input::WebSocketOpened(TransportId(id)));
            }
            Operation::Receive(which, words) => self.receive(which, &words),
            Operation::ReceiveBinary(which, sent) => {
                if let Some(id) = self.websocket(which, is_there) {
                    self.engine(engine::Input::Received(id, Packet::Message(Frame::from(sent))));
                }
            }
            Operation::Malformed(which) => {
                if let Some(id) = self.websocket(which, is_there) {
                    self.engine(engine::Input::Malformed(id));
                }
            }
            Operation::Written(which) => {
                if let Some(id) = self.websocket(which, |websocket| *websocket == WebSocket::Writing) {
                    self.websockets.insert(id.0, WebSocket::Idle);
                    self.engine(engine::Input::Sent(id));
                }
            }
            Operation::CloseWebSocket(which, error) => {
                if let Some(transport) = self.websocket(which, is_there) {
                    self.websockets.insert(transport.0, WebSocket::Over);
                    self.engine(engine::Input::TransportClosed { transport, error });
                }
            }
            Operation::Emit(count) => {
                let text = Frame::Text(ByteString::from_static("2[\"news\"]"));
                self.tell(Input::Send(vec![text; usize::from(count % 4)]));
            }
            Operation::Accept(which) => {
                // A client that has gone meanwhile is not let in any more.
                if let Some(namespace) = self.decide(which).filter(|_| self.machine.is_open()) {
                    self.joined.insert(namespace.as_str().to_owned());
                    let reply = Payload::value(&[("sid", "x")]).expect("JSON");
                    self.tell(Input::Accept { namespace, reply });
                }
            }
            Operation::Refuse(which) => {
                if let Some(namespace) = self.decide(which) {
                    let error = Payload::value("no").expect("JSON");
                    self.tell(Input::Refuse { namespace, error });
                }
            }
            Operation::Disconnect(which) => {
                if let Some(name) = pick(self.joined.iter().cloned(), which) {
                    self.tell(Input::Disconnect(Namespace::new(&name)));
                }
            }
            Operation::Close => self.tell(Input::Close(Reason::ForcedServerClose)),
            Operation::Discard => self.tell(Input::Discard(Reason::ServerShuttingDown)),
            Operation::Wait(millis) => self.wait(millis),
        }
    }

    fn receive(&mut self, which: u8, words: &Words<'_>) {
        let Some(id) = self.websocket(which, is_there) else { return };
        self.engine(match packet::decode(words.text()) {
            Ok(packet) => engine::Input::Received(id, owned(packet)),
            Err(_) => engine::Input::Malformed(id),
        });
    }

    fn post(&mut self, request: RequestId, words: &Words<'_>) {
        if let Some(is_begun) = self.waiting.get_mut(&request.0) {
            *is_begun = false;
        }
        let decoded: Vec<_> = payload::decode(words.text()).collect();
        let complete = decoded.iter().all(Result::is_ok);
        let packets = decoded.into_iter().map_while(Result::ok).map(owned).collect();
        self.engine(engine::Input::Posted { request, packets, complete });
    }

    fn wait(&mut self, millis: u16) {
        // Far enough to reach every deadline sometimes.
        self.now = self.now + Duration::from_millis(u64::from(millis) * 2);
        self.machine.handle_timeout(self.now);
        self.settle();
        if let Some(deadline) = self.machine.deadline() {
            assert!(deadline > self.now, "a time that has passed is asked for again");
        }
    }

    /// Everything ends; nobody is left waiting.
    fn end(mut self) {
        self.tell(Input::Discard(Reason::TransportClose));
        assert!(self.is_closed, "the connection did not end");
        assert!(self.joined.is_empty(), "{:?} did not hear of the end", self.joined);
        for request in self.waiting.clone().into_keys() {
            if self.waiting.get(&request) == Some(&true) {
                self.post(RequestId(request), &Words::Pong);
            }
        }
        assert!(self.waiting.is_empty(), "{:?} have no answer", self.waiting);
        assert!(self.websockets.is_empty(), "{:?} were not closed", self.websockets);
    }

    fn engine(&mut self, input: engine::Input<Frame, Frame>) {
        self.tell(Input::Engine(input));
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
        let is_answer = matches!(output, Output::Respond(..) | Output::CloseTransport(_) | Output::Write(..));
        assert!(!self.is_closed || is_answer, "{output:?} after the end");
        match output {
            Output::Respond(request, _) => {
                assert!(self.waiting.remove(&request.0).is_some(), "{request:?} is answered twice");
            }
            Output::Write(id, packets) => {
                assert!(!packets.is_empty(), "nothing is written");
                let before = self.websockets.insert(id.0, WebSocket::Writing);
                assert_eq!(before, Some(WebSocket::Idle), "{id:?}");
            }
            Output::CloseTransport(id) => {
                assert!(self.websockets.remove(&id.0).is_some(), "{id:?} is closed twice");
            }
            Output::Connect { namespace, .. } => self.asked.push(namespace),
            Output::Event { namespace, .. } | Output::Ack { namespace, .. } => {
                assert!(self.joined.contains(namespace.as_str()), "{namespace:?} was not joined");
            }
            Output::Disconnected(namespace, _) => {
                assert!(self.joined.remove(namespace.as_str()), "{namespace:?} was not joined");
            }
            Output::Closed(_) => self.is_closed = true,
            Output::Upgraded(_) | Output::Refused(_) => {}
        }
    }

    fn request(&mut self, is_begun: bool) -> RequestId {
        let request = self.next;
        self.next += 1;
        self.waiting.insert(request, is_begun);
        RequestId(request)
    }

    fn begun(&self, which: u8) -> Option<RequestId> {
        let begun = self.waiting.iter().filter(|(_, begun)| **begun).map(|(id, _)| *id);
        pick(begun.collect::<Vec<_>>().into_iter(), which).map(RequestId)
    }

    fn websocket(&self, which: u8, is: fn(&WebSocket) -> bool) -> Option<TransportId> {
        let found = self.websockets.iter().filter(|(_, websocket)| is(websocket)).map(|(id, _)| *id);
        pick(found.collect::<Vec<_>>().into_iter(), which).map(TransportId)
    }

    fn decide(&mut self, which: u8) -> Option<Namespace> {
        let at = usize::from(which).checked_rem(self.asked.len())?;
        Some(self.asked.swap_remove(at))
    }
}

fn is_there(websocket: &WebSocket) -> bool {
    *websocket != WebSocket::Over
}

fn pick<T>(mut from: impl ExactSizeIterator<Item = T>, which: u8) -> Option<T> {
    let at = usize::from(which).checked_rem(from.len())?;
    from.nth(at)
}

fn owned(packet: packet::TextPacket<'_>) -> Packet<Frame> {
    let packet = packet.map(|message| match message {
        Message::Text(text) => Frame::Text(text.into()),
        Message::Binary(bytes) => Frame::Binary(bytes.into()),
    });
    packet.read_open(|_| Err(())).unwrap_or(Packet::Noop)
}
