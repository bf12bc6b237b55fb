//! The client's half of an Engine.IO session: opens it, moves it from polling to a WebSocket, keeps it alive.
//!
//! The driver owns the transports. It is told to open, write, poll and close them, and reports what they do;
//! reports about a transport that was told to close are ignored, however late they come.

mod probe;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use self::probe::Probe;
use super::heartbeat::Heartbeat;
use super::{Handshake, Packet, TransportId, TransportKind};
use crate::queue::Queue;
use crate::{Instant, Reason, Size};

/// How a session is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The transports that may be used, best known first: the session opens on the first, and upgrades to others.
    /// Default: polling, then WebSocket.
    pub transports: Vec<TransportKind>,
    /// Whether to move to a better transport when the server offers one. Default true.
    pub upgrade: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { transports: [TransportKind::Polling, TransportKind::WebSocket].into(), upgrade: true }
    }
}

/// What a transport did, or what the layer above wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<In, Out> {
    /// A WebSocket is open.
    Opened(TransportId),
    /// A packet arrived. The packets of a polling payload come one by one, in order.
    Received(TransportId, Packet<In>),
    /// Something arrived that is not a packet.
    Malformed(TransportId),
    /// A poll has ended well, and all its packets have been handed in.
    Polled(TransportId),
    /// What was written is on its way: the POST was answered, or the WebSocket took the frames.
    Sent(TransportId),
    /// The transport cannot go on: a request failed, or a WebSocket reported an error.
    Failed(TransportId, Failure),
    /// The WebSocket was closed by the peer, or cut.
    Closed(TransportId),
    /// The network went away, as browsers say by `offline`.
    NetworkLost,
    /// Send messages. They leave together, with nothing in between.
    Send(Vec<Out>),
    /// End the session as soon as what was sent before is on its way.
    Close,
    /// End the session now, for that reason.
    Discard(Reason),
}

impl<In, Out> Input<In, Out> {
    /// The transport that this is about; `None` when it is about the session as a whole.
    pub const fn transport(&self) -> Option<TransportId> {
        match self {
            Self::Opened(id)
            | Self::Received(id, _)
            | Self::Malformed(id)
            | Self::Polled(id)
            | Self::Sent(id)
            | Self::Failed(id, _)
            | Self::Closed(id) => Some(*id),
            Self::NetworkLost | Self::Send(_) | Self::Close | Self::Discard(_) => None,
        }
    }
}

/// What failed on a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// A polling GET. With the HTTP status, or 0 when there was no answer at all.
    Poll(u16),
    /// A polling POST. With the HTTP status, or 0 when there was no answer at all.
    Post(u16),
    /// The WebSocket reported an error, or could not be made.
    WebSocket,
    /// The server sent something that is not Engine.IO.
    Malformed,
    /// The handshake made no sense.
    Handshake,
}

impl Failure {
    /// The message of the error, as engine.io-client words it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Poll(_) => "xhr poll error",
            Self::Post(_) => "xhr post error",
            Self::WebSocket => "websocket error",
            Self::Malformed => "server error",
            Self::Handshake => "invalid handshake",
        }
    }

    /// The HTTP status that came with it, 0 where there was none.
    pub const fn status(self) -> u16 {
        match self {
            Self::Poll(status) | Self::Post(status) => status,
            _ => 0,
        }
    }
}

/// Why a session ended, beyond the [`Reason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Details {
    /// Nothing more is known, or this side wanted it.
    None,
    /// A transport failed.
    Failed(Failure),
    /// The server sent a close packet.
    ClosedByServer,
    /// The WebSocket was closed or cut.
    WebSocketClosed,
    /// The browser reported that it is offline.
    NetworkLost,
}

/// What the driver has to do, and what there is to tell the layer above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<In, Out> {
    /// Make a transport. A WebSocket is connected now; polling waits for its first [`Output::Poll`].
    /// With `sid` it joins a session that lives on another transport.
    Open {
        /// The name that all reports about it bear.
        transport: TransportId,
        /// What to make.
        kind: TransportKind,
        /// The session it joins.
        sid: Option<String>,
    },
    /// Send a GET.
    Poll(TransportId),
    /// Write packets: as one POST, or as frames in that order. Report [`Input::Sent`] when done; there is no
    /// second write before that.
    Write(TransportId, Vec<Packet<Out>>),
    /// Abandon a transport. With `farewell` a polling transport POSTs a close packet and does not wait for more.
    Close {
        /// Which one.
        transport: TransportId,
        /// Whether the server should be told. A WebSocket tells it by closing.
        farewell: bool,
    },
    /// The session is open.
    Opened(Box<Handshake>),
    /// A message arrived.
    Message(In),
    /// The server pinged, and was answered.
    Pinged,
    /// Everything sent so far is on its way.
    Drained,
    /// A better transport has proven itself: nothing is written until the old one has come to rest.
    Upgrading(TransportKind),
    /// The session now lives on this transport.
    Upgraded(TransportKind),
    /// An upgrade failed; the session goes on where it was.
    UpgradeFailed,
    /// The session has ended. Nothing follows.
    Closed(Reason, Details),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Opening,
    Open,
    /// Waiting for the writes to drain, or for the upgrade to end one way or the other.
    Closing,
    Closed,
}

/// The transport that the session lives on.
#[derive(Debug)]
struct Transport {
    id: TransportId,
    kind: TransportKind,
    polling: bool,
    writing: bool,
}

/// One session, from its first request to its end. A reconnection makes a new one.
#[derive(Debug)]
pub struct Session<In, Out> {
    config: Config,
    state: State,
    transport: Transport,
    probe: Option<Probe>,
    next_transport: u32,
    sid: Option<String>,
    max_payload_bytes: usize,
    heartbeat: Option<Heartbeat>,
    buffer: Queue<Packet<Out>>,
    outputs: Queue<Output<In, Out>>,
}

impl<In, Out: Size> Session<In, Out> {
    /// Begins a session on the first of the configured transports. The transport ids begin at `first_id`, which
    /// should be past every id of an earlier session (see [`Session::next_transport_id`]), so that its late
    /// reports are recognised.
    ///
    /// `None` when the list of transports is empty.
    pub fn open(config: Config, first_id: TransportId) -> Option<Self> {
        let kind = *config.transports.first()?;
        let mut session = Self {
            config,
            state: State::Opening,
            transport: Transport { id: first_id, kind, polling: false, writing: false },
            probe: None,
            next_transport: first_id.0.wrapping_add(1),
            sid: None,
            max_payload_bytes: 0,
            heartbeat: None,
            buffer: Queue::default(),
            outputs: Queue::default(),
        };
        session.outputs.push(Output::Open { transport: first_id, kind, sid: None });
        session.poll_again();
        Some(session)
    }

    /// The first transport id that this session has not used.
    pub const fn next_transport_id(&self) -> TransportId {
        TransportId(self.next_transport)
    }

    /// Takes in what happened. See [`Input`].
    pub fn handle_input(&mut self, input: Input<In, Out>, now: Instant) {
        if self.state == State::Closed {
            return;
        }
        match input {
            Input::Send(messages) => self.send(messages),
            Input::Close => self.close(),
            Input::Discard(reason) => self.end(reason, Details::None, true),
            Input::NetworkLost => self.end(Reason::TransportClose, Details::NetworkLost, false),
            Input::Opened(id) => self.transport_opened(id),
            Input::Received(id, packet) => self.received(id, packet, now),
            Input::Malformed(id) => self.failed(id, Failure::Malformed),
            Input::Failed(id, failure) => self.failed(id, failure),
            Input::Closed(id) => self.transport_closed(id),
            Input::Polled(id) => self.polled(id),
            Input::Sent(id) => self.sent(id),
        }
    }

    /// Ends the session when the server has been silent for too long. Harmless when called early.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.end(Reason::PingTimeout, Details::None, false);
        }
    }

    /// The next thing to do or to tell. Call it until it is `None` after every other call.
    pub fn poll_output(&mut self) -> Option<Output<In, Out>> {
        self.outputs.pop()
    }

    /// When to call [`Session::handle_timeout`].
    pub fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Closed => None,
            _ => self.heartbeat.map(|heartbeat| heartbeat.deadline()),
        }
    }

    /// Whether the handshake is done and nobody has closed the session.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether a message sent now would leave at once. This is what `volatile` asks.
    pub fn is_writable(&self) -> bool {
        self.state == State::Open && !self.transport.writing && self.buffer.is_empty() && !self.upgrading()
    }

    /// Whether the server has been silent for too long, which a throttled timer may not have told yet.
    pub fn is_expired(&self, now: Instant) -> bool {
        self.heartbeat.is_some_and(|heartbeat| heartbeat.is_expired(now))
    }

    /// The transport that the session lives on.
    pub const fn transport_kind(&self) -> TransportKind {
        self.transport.kind
    }

    fn send(&mut self, messages: Vec<Out>) {
        if matches!(self.state, State::Opening | State::Open) {
            for message in messages {
                self.buffer.push(Packet::Message(message));
            }
            self.flush();
        }
    }

    fn close(&mut self) {
        match self.state {
            State::Opening => self.end(Reason::ForcedClose, Details::None, true),
            State::Open => {
                self.state = State::Closing;
                self.close_when_drained();
            }
            State::Closing | State::Closed => {}
        }
    }

    fn close_when_drained(&mut self) {
        let drained = self.buffer.is_empty() && !self.transport.writing;
        if self.state == State::Closing && drained && !self.upgrading() {
            self.end(Reason::ForcedClose, Details::None, true);
        }
    }

    fn end(&mut self, reason: Reason, details: Details, farewell: bool) {
        self.abandon_probe();
        let opened = self.sid.is_some();
        self.state = State::Closed;
        self.buffer = Queue::default();
        let farewell = farewell && opened;
        self.outputs.push(Output::Close { transport: self.transport.id, farewell });
        self.outputs.push(Output::Closed(reason, details));
    }

    fn transport_opened(&mut self, id: TransportId) {
        if let Some(probe) = self.probe.as_mut().filter(|probe| probe.id == id) {
            probe.opened();
            self.outputs.push(Output::Write(id, [Packet::Ping { probe: true }].into()));
        }
    }

    fn received(&mut self, id: TransportId, packet: Packet<In>, now: Instant) {
        if self.probe.as_ref().is_some_and(|probe| probe.id == id) {
            self.probe_received(&packet);
        } else if id == self.transport.id {
            self.packet(packet, now);
        }
    }

    fn packet(&mut self, packet: Packet<In>, now: Instant) {
        match packet {
            Packet::Open(handshake) if self.state == State::Opening => self.opened(handshake, now),
            Packet::Close => self.end(Reason::TransportClose, Details::ClosedByServer, false),
            Packet::Ping { .. } => self.pinged(now),
            Packet::Message(message) if self.sid.is_some() => self.outputs.push(Output::Message(message)),
            _ => {}
        }
    }

    fn opened(&mut self, handshake: Box<Handshake>, now: Instant) {
        let Some(handshake) = handshake.checked() else {
            return self.failed(self.transport.id, Failure::Handshake);
        };
        self.state = State::Open;
        self.sid = Some(handshake.sid.clone());
        self.max_payload_bytes = handshake.max_payload_bytes;
        self.heartbeat = Some(Heartbeat::new(handshake.ping_interval, handshake.ping_timeout, now));
        let upgrade = self.upgrade_to(&handshake.upgrades);
        self.outputs.push(Output::Opened(handshake));
        self.flush();
        if let Some(kind) = upgrade {
            self.begin_probe(kind);
        }
    }

    fn pinged(&mut self, now: Instant) {
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.beat(now);
            self.outputs.push(Output::Pinged);
            self.buffer.push(Packet::Pong { probe: false });
            self.flush();
        }
    }

    fn failed(&mut self, id: TransportId, failure: Failure) {
        if id == self.transport.id {
            self.end(Reason::TransportError, Details::Failed(failure), false);
        } else {
            self.probe_failed(id);
        }
    }

    fn transport_closed(&mut self, id: TransportId) {
        if id == self.transport.id {
            self.end(Reason::TransportClose, Details::WebSocketClosed, false);
        } else {
            self.probe_failed(id);
        }
    }

    fn polled(&mut self, id: TransportId) {
        if id == self.transport.id {
            self.transport.polling = false;
            self.upgrade_when_at_rest();
            self.poll_again();
        }
    }

    fn sent(&mut self, id: TransportId) {
        if id != self.transport.id || !self.transport.writing {
            return;
        }
        self.transport.writing = false;
        if self.buffer.is_empty() && self.state != State::Closed {
            self.outputs.push(Output::Drained);
        }
        self.upgrade_when_at_rest();
        self.flush();
        self.close_when_drained();
    }

    /// Keeps one GET outstanding, except while the session moves to another transport.
    fn poll_again(&mut self) {
        let polls = self.transport.kind == TransportKind::Polling && !self.transport.polling;
        if polls && self.state != State::Closed && !self.upgrading() {
            self.transport.polling = true;
            self.outputs.push(Output::Poll(self.transport.id));
        }
    }

    fn flush(&mut self) {
        let may_write = matches!(self.state, State::Open | State::Closing) && !self.transport.writing;
        if !may_write || self.upgrading() || self.buffer.is_empty() {
            return;
        }
        let batch = self.buffer.take(self.batch_len());
        self.transport.writing = true;
        self.outputs.push(Output::Write(self.transport.id, batch));
    }

    /// How many of the buffered packets go into one write. A POST respects the server's limit, but its first
    /// packet always goes: cutting it is not ours to do, and the server says what it thinks of it.
    fn batch_len(&self) -> usize {
        if self.transport.kind != TransportKind::Polling || self.max_payload_bytes == 0 {
            return self.buffer.len();
        }
        let mut total = 0;
        let fits = self.buffer.iter().take_while(|packet| {
            let separator = usize::from(total > 0);
            total += separator + packet_bytes(packet);
            total <= self.max_payload_bytes
        });
        fits.count().max(1)
    }

    fn upgrading(&self) -> bool {
        self.probe.as_ref().is_some_and(Probe::is_proven)
    }
}

fn packet_bytes<Out: Size>(packet: &Packet<Out>) -> usize {
    match packet {
        Packet::Message(message) => message.payload_bytes(),
        control => control.control_text().map_or(0, str::len),
    }
}
