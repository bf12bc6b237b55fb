//! A client and a server in one process, joined by a simulated wire and a simulated clock.
//!
//! What crosses the wire crosses it as text or bytes, encoded by one side and decoded by the other, and arrives
//! after a latency that the test sets. The wire can be cut (both ends notice at once), go silent (nobody
//! notices, and what was on its way arrives when the wire comes back, as TCP sees to), and come back. Time only moves from one arrival or deadline to the next: nothing sleeps.

mod ends;
mod text;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::client::{self, Client};
use parlor_protocol::engine::client::{self as near, Failure};
use parlor_protocol::engine::server::{self as far, First, RequestId, Response};
use parlor_protocol::engine::{Packet, TransportId, TransportKind, packet, payload};
use parlor_protocol::json::{self, Json, Payload};
use parlor_protocol::server::{self, Connection};
use parlor_protocol::socket::TextCodec;
use parlor_protocol::{Instant, Message};

use text::{decode, own};

pub(crate) type Codec = TextCodec<Json>;
type Text = Message<ByteString, Bytes>;

/// One thing on its way.
#[derive(Debug, Clone)]
enum Arrival {
    // At the server
    Get(TransportId, Sid),
    Post(TransportId, Sid, String),
    Connect(TransportId, Sid),
    ClientFrame(TransportId, Frame),
    ClientGone(TransportId),
    // At the client
    Body(TransportId, String),
    Posted(TransportId),
    Refused(TransportId, Failure),
    Connected(TransportId),
    ServerFrame(TransportId, Frame),
    ServerGone(TransportId),
    Flushed(TransportId),
}

type Frame = Message<String, Vec<u8>>;
/// The session that a request names, if it names one.
type Sid = Option<String>;

/// What became of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Up,
    /// Nothing arrives for now, and nobody is told.
    Silent,
    /// Connections break, and new ones are refused.
    Cut,
}

pub(crate) struct World {
    pub(crate) now: Instant,
    pub(crate) wire: Wire,
    pub(crate) latency: Box<dyn FnMut() -> u64>,
    pub(crate) client: Client<Codec>,
    pub(crate) server: Option<Connection<Codec>>,
    /// What either side told its user, as one line each.
    pub(crate) log: Vec<String>,
    /// What crossed the wire, as one line each.
    pub(crate) traffic: Vec<String>,
    /// How the server treats its sessions.
    pub(crate) config: far::Config,
    /// Whether the application lets clients in.
    pub(crate) accept: bool,
    /// Whether something on the way lets no WebSocket through.
    pub(crate) refuse_websockets: bool,
    arrivals: BTreeMap<(Instant, u64), Arrival>,
    /// What waits for a silent wire.
    stalled: Vec<Arrival>,
    sequence: u64,
    /// When the last frame of each direction and transport arrives: frames do not overtake each other.
    last_arrival: HashMap<(bool, TransportId), Instant>,
    /// The client's transports that are not closed.
    lines: BTreeMap<TransportId, Line>,
    gets: HashMap<RequestId, TransportId>,
    posts: HashMap<RequestId, TransportId>,
    next_request: u64,
    /// The session that the server holds.
    sid: Sid,
    sessions: u32,
}

/// One of the client's transports.
struct Line {
    kind: TransportKind,
    sid: Sid,
}

impl World {
    /// A client for these transports, far from a server that listens.
    pub(crate) fn new(transports: &[TransportKind], latency: impl FnMut() -> u64 + 'static) -> Self {
        let config = client::Config {
            engine: near::Config {
                transports: transports.iter().copied().collect(),
                ..near::Config::default()
            },
            ..client::Config::default()
        };
        Self {
            now: Instant::default(),
            wire: Wire::Up,
            latency: Box::new(latency),
            client: Client::new(config, TextCodec::new(Json::default()), 1),
            server: None,
            log: Vec::new(),
            traffic: Vec::new(),
            config: far::Config::default(),
            accept: true,
            refuse_websockets: false,
            arrivals: BTreeMap::new(),
            stalled: Vec::new(),
            sequence: 0,
            last_arrival: HashMap::new(),
            lines: BTreeMap::new(),
            gets: HashMap::new(),
            posts: HashMap::new(),
            next_request: 0,
            sid: None,
            sessions: 0,
        }
    }

    pub(crate) fn client(&mut self, input: client::Input<Codec>) {
        self.client.handle_input(input, self.now);
        self.settle();
    }

    pub(crate) fn server(&mut self, input: server::Input<Codec>) {
        if let Some(server) = &mut self.server {
            server.handle_input(input, self.now);
        }
        self.settle();
    }

    /// Has the server emit an event to the client.
    pub(crate) fn server_emits(&mut self, text: &str) {
        self.server(server::Input::Send(vec![Message::Text(text.into())]));
    }

    /// Lets everything happen that happens until `at`, and stops the clock there.
    pub(crate) fn run_until(&mut self, at: u64) {
        let end = Instant::from_millis(at);
        while let Some(next) = self.next_event().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            let due: Vec<_> = self.arrivals.range(..=(self.now, u64::MAX)).map(|(key, _)| *key).collect();
            for key in due {
                if let Some(arrival) = self.arrivals.remove(&key) {
                    self.arrive(arrival);
                }
            }
            self.client.handle_timeout(self.now);
            if let Some(server) = &mut self.server {
                server.handle_timeout(self.now);
            }
            self.settle();
        }
        self.now = self.now.max(end);
    }

    pub(crate) fn set_wire(&mut self, wire: Wire) {
        self.wire = wire;
        match wire {
            Wire::Up => {
                for arrival in std::mem::take(&mut self.stalled) {
                    self.send(arrival);
                }
            }
            Wire::Silent => self.stalled.extend(std::mem::take(&mut self.arrivals).into_values()),
            Wire::Cut => {
                let mut lost = std::mem::take(&mut self.stalled);
                lost.extend(std::mem::take(&mut self.arrivals).into_values());
                self.break_connections(lost);
            }
        }
    }

    fn break_connections(&mut self, lost: Vec<Arrival>) {
        for (request, id) in std::mem::take(&mut self.gets) {
            self.push(1, Arrival::Refused(id, Failure::Poll(0.into())));
            self.tell_server(far::Input::Aborted(request));
        }
        for arrival in lost {
            match arrival {
                Arrival::Post(id, ..) | Arrival::Posted(id) => {
                    self.push(1, Arrival::Refused(id, Failure::Post(0.into())))
                }
                Arrival::Get(id, _) | Arrival::Body(id, _) => {
                    self.push(1, Arrival::Refused(id, Failure::Poll(0.into())))
                }
                _ => {}
            }
        }
        let websockets = self.lines.iter().filter(|(_, line)| line.kind == TransportKind::WebSocket);
        for transport in websockets.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.push(1, Arrival::ServerGone(transport));
            self.tell_server(far::Input::TransportClosed { transport, error: true });
        }
        self.settle();
    }

    fn next_event(&self) -> Option<Instant> {
        let arrival = self.arrivals.keys().next().map(|(at, _)| *at);
        let server = self.server.as_ref().and_then(Connection::deadline);
        [arrival, self.client.deadline(), server].into_iter().flatten().min()
    }

    fn push(&mut self, after: u64, arrival: Arrival) {
        self.sequence += 1;
        self.arrivals.insert((self.now + Duration::from_millis(after), self.sequence), arrival);
    }

    /// Puts something on the wire, unless there is none.
    fn send(&mut self, arrival: Arrival) {
        let ordered = match &arrival {
            Arrival::ClientFrame(id, _) | Arrival::ClientGone(id) => Some((true, *id)),
            Arrival::ServerFrame(id, _) | Arrival::ServerGone(id) | Arrival::Connected(id) => {
                Some((false, *id))
            }
            _ => None,
        };
        match (self.wire, &arrival) {
            (Wire::Up, _) => {}
            (Wire::Silent, _) => return self.stalled.push(arrival),
            (Wire::Cut, Arrival::Get(id, _)) => {
                return self.push(1, Arrival::Refused(*id, Failure::Poll(0.into())));
            }
            (Wire::Cut, Arrival::Post(id, ..)) => {
                return self.push(1, Arrival::Refused(*id, Failure::Post(0.into())));
            }
            (Wire::Cut, Arrival::Connect(id, _)) => {
                return self.push(1, Arrival::Refused(*id, Failure::WebSocket));
            }
            (Wire::Cut, _) => return,
        }
        let mut at = self.now + Duration::from_millis((self.latency)());
        if let Some(key) = ordered {
            at = at.max(self.last_arrival.get(&key).copied().unwrap_or_default());
            self.last_arrival.insert(key, at);
        }
        self.sequence += 1;
        self.arrivals.insert((at, self.sequence), arrival);
    }

    fn arrive(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Get(id, sid) => self.get(id, sid),
            Arrival::Post(id, sid, body) => self.post(id, sid, &body),
            Arrival::Connect(id, sid) => self.websocket(id, sid),
            Arrival::ClientFrame(id, frame) => {
                let input = decode(frame)
                    .map_or(far::Input::Malformed(id), |packet| far::Input::Received(id, packet));
                self.tell_server(input);
            }
            Arrival::ClientGone(id) => {
                self.tell_server(far::Input::TransportClosed { transport: id, error: false });
            }
            Arrival::Body(id, body) => {
                for part in payload::decode(&body).map(|packet| own(packet.expect("our server encodes well")))
                {
                    self.tell_client(near::Input::Received(id, part));
                }
                self.tell_client(near::Input::Polled(id));
            }
            Arrival::Posted(id) | Arrival::Flushed(id) => self.tell_client(near::Input::Sent(id)),
            Arrival::Refused(id, failure) => self.tell_client(near::Input::Failed(id, failure)),
            Arrival::Connected(id) => self.tell_client(near::Input::Opened(id)),
            Arrival::ServerFrame(id, frame) => {
                let input = decode(frame)
                    .map_or(near::Input::Malformed(id), |packet| near::Input::Received(id, packet));
                self.tell_client(input);
            }
            Arrival::ServerGone(id) => self.tell_client(near::Input::Closed(id)),
        }
        self.settle();
    }

    fn tell_client(&mut self, input: near::Input<Text, Text>) {
        self.client.handle_input(client::Input::Transport(input), self.now);
    }

    fn tell_server(&mut self, input: far::Input<Text, Text>) {
        if let Some(server) = &mut self.server {
            server.handle_input(server::Input::Engine(input), self.now);
        }
    }

    fn get(&mut self, id: TransportId, sid: Sid) {
        let request = self.request();
        if sid.is_none() {
            self.gets.insert(request, id);
            self.open(First::Polling(request));
        } else if sid == self.sid {
            self.gets.insert(request, id);
            self.tell_server(far::Input::Poll(request));
        } else {
            self.send(Arrival::Refused(id, Failure::Poll(400.into())));
        }
    }

    fn post(&mut self, id: TransportId, sid: Sid, body: &str) {
        if sid != self.sid {
            return self.send(Arrival::Refused(id, Failure::Post(400.into())));
        }
        let request = self.request();
        self.posts.insert(request, id);
        let packets: Vec<_> = payload::decode(body).map_while(Result::ok).map(own).collect();
        let complete = packets.len() == payload::decode(body).count();
        self.tell_server(far::Input::PostBegun(request));
        self.tell_server(far::Input::Posted { request, packets, complete });
    }

    fn websocket(&mut self, id: TransportId, sid: Sid) {
        if self.refuse_websockets {
            self.send(Arrival::Refused(id, Failure::WebSocket));
        } else if sid.is_none() {
            self.send(Arrival::Connected(id));
            self.open(First::WebSocket(id));
        } else if sid == self.sid {
            self.send(Arrival::Connected(id));
            self.tell_server(far::Input::WebSocketOpened(id));
        } else {
            self.send(Arrival::Refused(id, Failure::WebSocket));
        }
    }

    fn open(&mut self, first: First) {
        self.sessions += 1;
        let sid = format!("session-{}", self.sessions);
        self.sid = Some(sid.clone());
        let codec = TextCodec::new(Json::default());
        let timeout = parlor_protocol::limits::CONNECT_TIMEOUT;
        self.server = Some(Connection::open(self.config.clone(), timeout, codec, sid, first, self.now));
    }

    fn request(&mut self) -> RequestId {
        self.next_request += 1;
        RequestId(self.next_request)
    }

    /// Ends the server at once, as SIGKILL does: the wire breaks, and nothing remembers the session.
    pub(crate) fn kill_server(&mut self) {
        self.server = None;
        self.sid = None;
        self.set_wire(Wire::Cut);
    }

    /// The lines of the log that begin so, without that beginning.
    pub(crate) fn logged(&self, begin: &str) -> Vec<&str> {
        self.log.iter().filter_map(|line| line.strip_prefix(begin)).collect()
    }

    /// Why the server let go of the client, as far as it has.
    pub(crate) fn server_reason(&self) -> Option<&str> {
        self.logged("server: disconnect ").last().copied()
    }
}
