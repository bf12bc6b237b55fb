//! The server's half of an Engine.IO session: answers polls, pings, and lets a WebSocket take over.
//!
//! The driver owns the HTTP requests and WebSockets, routes them by [`super::request`], and names each with an
//! id of its own. Reports about a transport that was told to close are ignored, however late they come.

mod heartbeat;
mod polling;
mod upgrade;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use self::heartbeat::{Heartbeat, Tick};
use self::upgrade::Candidate;
use super::{Handshake, Packet, TransportId, TransportKind};
use crate::{Instant, Reason, limits};

/// How a server treats its sessions. The same for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How often to ping. Default [`limits::PING_INTERVAL`].
    pub ping_interval: Duration,
    /// How long a client may take to answer. Default [`limits::PING_TIMEOUT`].
    pub ping_timeout: Duration,
    /// How long a WebSocket may take to prove itself. Default [`limits::UPGRADE_TIMEOUT`].
    pub upgrade_timeout: Duration,
    /// The longest body or message that is accepted, in bytes. Default [`limits::MAX_PAYLOAD_BYTES`].
    pub max_payload_bytes: usize,
    /// The transports on offer. Default polling and WebSocket.
    pub transports: Vec<TransportKind>,
    /// Whether a session may move from polling to a WebSocket. Default true.
    pub allow_upgrades: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ping_interval: limits::PING_INTERVAL,
            ping_timeout: limits::PING_TIMEOUT,
            upgrade_timeout: limits::UPGRADE_TIMEOUT,
            max_payload_bytes: limits::MAX_PAYLOAD_BYTES,
            transports: [TransportKind::Polling, TransportKind::WebSocket].into(),
            allow_upgrades: true,
        }
    }
}

/// Names one HTTP request of a polling session, so that its answer finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

/// What opened a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// A polling GET, which is answered with the handshake.
    Polling(RequestId),
    /// A WebSocket.
    WebSocket(TransportId),
}

/// What a client did, or what the layer above wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<In, Out> {
    /// A GET: answered at once when there is something to say, else held.
    Poll(RequestId),
    /// A POST whose body is still to come.
    PostBegun(RequestId),
    /// The first packets of a POST's body, when there is more of it. The rest follows, and [`Input::Posted`] last.
    Posting {
        /// Which POST.
        request: RequestId,
        /// Its next packets, in order.
        packets: Vec<Packet<In>>,
    },
    /// The POST's body, decoded up to the first thing that is not a packet. `complete` tells that there was none.
    Posted {
        /// Which POST.
        request: RequestId,
        /// Its packets, in order.
        packets: Vec<Packet<In>>,
        /// Whether everything in it was a packet.
        complete: bool,
    },
    /// The POST's body is refused; the driver has answered it (413 for a long one, 400 for a wrong type).
    /// `fatal` ends the session.
    PostRefused {
        /// Which POST.
        request: RequestId,
        /// Whether the session ends.
        fatal: bool,
    },
    /// The client hung up on a request that was not answered yet.
    Aborted(RequestId),
    /// A WebSocket was opened for this session.
    WebSocketOpened(TransportId),
    /// A packet arrived on a WebSocket.
    Received(TransportId, Packet<In>),
    /// Something arrived on a WebSocket that is not a packet.
    Malformed(TransportId),
    /// The WebSocket has taken what was written.
    Sent(TransportId),
    /// The WebSocket is gone: closed by the client (`false`), or by an error (`true`).
    TransportClosed {
        /// Which one.
        transport: TransportId,
        /// Whether an error ended it.
        error: bool,
    },
    /// Send messages. They leave together, with nothing in between.
    Send(Vec<Out>),
    /// End the session when everything sent so far is on its way.
    Close(Reason),
    /// End the session now.
    Discard(Reason),
}

/// What the driver has to do, and what there is to tell the layer above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<In, Out> {
    /// Answer a request.
    Respond(RequestId, Response<Out>),
    /// Write packets as frames, in that order. Report [`Input::Sent`] when done; there is no second write
    /// before that.
    Write(TransportId, Vec<Packet<Out>>),
    /// Close a WebSocket and forget it.
    Close(TransportId),
    /// A message arrived.
    Message(In),
    /// The session now lives on a WebSocket.
    Upgraded(TransportId),
    /// The session has ended. Nothing follows but answers to requests that are still held.
    Closed(Reason),
}

/// The answer to an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response<Out> {
    /// 200 with a payload.
    Payload(Vec<Packet<Out>>),
    /// 200 and `ok`, for a POST.
    Ok,
    /// 400 without a body: the session had such a request already.
    BadRequest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Draining; given up at the deadline.
    Closing(Reason, Instant),
    Closed,
}

/// The transport that the session lives on.
#[derive(Debug)]
enum Transport {
    Polling { held: Option<RequestId> },
    WebSocket { id: TransportId, writing: bool },
}

/// One session, from its handshake to its end.
#[derive(Debug)]
pub struct Session<In, Out> {
    config: Config,
    state: State,
    transport: Transport,
    posting: Option<RequestId>,
    candidate: Option<Candidate>,
    heartbeat: Heartbeat,
    buffer: VecDeque<Packet<Out>>,
    outputs: VecDeque<Output<In, Out>>,
}

impl<In, Out> Session<In, Out> {
    /// Opens a session and sends the handshake. `sid` is a secret that nobody can guess.
    pub fn open(config: Config, sid: String, first: First, now: Instant) -> Self {
        let (transport, offer) = match first {
            First::Polling(request) => (Transport::Polling { held: Some(request) }, config.allow_upgrades),
            First::WebSocket(id) => (Transport::WebSocket { id, writing: false }, false),
        };
        let upgrade = |kind: &TransportKind| offer && *kind == TransportKind::WebSocket;
        let handshake = Handshake {
            sid,
            upgrades: config.transports.iter().copied().filter(upgrade).collect(),
            ping_interval: config.ping_interval,
            ping_timeout: config.ping_timeout,
            max_payload_bytes: config.max_payload_bytes,
        };
        let mut session = Self {
            heartbeat: Heartbeat::new(config.ping_interval, config.ping_timeout, now),
            config,
            state: State::Open,
            transport,
            posting: None,
            candidate: None,
            buffer: [Packet::Open(Box::new(handshake))].into(),
            // Mostly they are fetched one by one.
            outputs: VecDeque::with_capacity(1),
        };
        session.flush();
        session
    }

    /// Takes in what happened. See [`Input`].
    pub fn handle_input(&mut self, input: Input<In, Out>, now: Instant) {
        if self.state == State::Closed {
            return self.refuse(&input);
        }
        match input {
            Input::Poll(request) => self.poll(request),
            Input::PostBegun(request) => self.post_begun(request),
            Input::Posting { request, packets } => self.posting(request, packets, now),
            Input::Posted { request, packets, complete } => self.posted(request, packets, complete, now),
            Input::PostRefused { request, fatal } => self.post_refused(request, fatal),
            Input::Aborted(request) => self.aborted(request),
            Input::WebSocketOpened(id) => self.upgrade_offered(id, now),
            Input::Received(id, packet) => self.received(id, packet, now),
            Input::Malformed(id) => self.malformed(id),
            Input::Sent(id) => self.sent(id),
            Input::TransportClosed { transport, error } => self.transport_closed(transport, error),
            Input::Send(messages) => self.send(messages),
            Input::Close(reason) => self.close(reason, now),
            Input::Discard(reason) => self.end(reason),
        }
    }

    /// Pings, gives up on a silent client, on a slow upgrade, on a farewell that nobody fetches.
    /// Harmless when called early.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let State::Closing(reason, deadline) = self.state
            && deadline <= now
        {
            return self.end(reason);
        }
        if self.state == State::Closed {
            return;
        }
        self.upgrade_timeout(now);
        match self.heartbeat.tick(now) {
            Tick::Wait => {}
            Tick::Ping => {
                self.buffer.push_back(Packet::Ping { probe: false });
                self.flush();
            }
            Tick::Dead => self.end(Reason::PingTimeout),
        }
    }

    /// The next thing to do or to tell. Call it until it is `None` after every other call.
    pub fn poll_output(&mut self) -> Option<Output<In, Out>> {
        self.outputs.pop_front()
    }

    /// When to call [`Session::handle_timeout`].
    pub fn deadline(&self) -> Option<Instant> {
        let closing = match self.state {
            State::Closed => return None,
            State::Closing(_, deadline) => Some(deadline),
            State::Open => None,
        };
        let upgrade = self.candidate.as_ref().map(Candidate::deadline);
        [closing, upgrade, Some(self.heartbeat.deadline())].into_iter().flatten().min()
    }

    /// Whether nobody has closed the session.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether a message sent now would leave at once. This is what `volatile` asks, and until it is so a
    /// driver does well to keep messages in a queue of its own, where it can count them.
    pub fn is_writable(&self) -> bool {
        let ready = match self.transport {
            Transport::Polling { held } => held.is_some(),
            Transport::WebSocket { writing, .. } => !writing,
        };
        self.state == State::Open && ready && self.buffer.is_empty()
    }

    /// How many packets wait for the transport to take them. A driver that goes on reading a client who takes
    /// nothing lets its answers pile up here.
    pub fn buffered(&self) -> usize {
        self.buffer.len()
    }

    /// The transport that the session lives on.
    pub const fn transport_kind(&self) -> TransportKind {
        match self.transport {
            Transport::Polling { .. } => TransportKind::Polling,
            Transport::WebSocket { .. } => TransportKind::WebSocket,
        }
    }

    fn respond(&mut self, request: RequestId, response: Response<Out>) {
        self.outputs.push_back(Output::Respond(request, response));
    }

    /// A closed session owes an answer to requests that were already on their way to it.
    fn refuse(&mut self, input: &Input<In, Out>) {
        match input {
            Input::Poll(request) | Input::PostBegun(request) => self.respond(*request, Response::BadRequest),
            Input::WebSocketOpened(id) => self.outputs.push_back(Output::Close(*id)),
            _ => {}
        }
    }

    fn received(&mut self, id: TransportId, packet: Packet<In>, now: Instant) {
        if self.candidate.as_ref().is_some_and(|candidate| candidate.id == id) {
            self.candidate_received(&packet, now);
        } else if self.is_current(id) {
            self.packet(packet, now);
        }
    }

    fn packet(&mut self, packet: Packet<In>, now: Instant) {
        match packet {
            Packet::Pong { .. } => return self.heartbeat.pong(now),
            // Heartbeats are the server's to send since Engine.IO v4.
            Packet::Ping { .. } => self.end(Reason::TransportError),
            Packet::Close => self.closed_by_client(),
            Packet::Message(message) if self.state == State::Open => {
                self.outputs.push_back(Output::Message(message));
            }
            _ => {}
        }
        self.heartbeat.alive(now);
    }

    fn closed_by_client(&mut self) {
        if let Transport::Polling { held } = &mut self.transport
            && let Some(request) = held.take()
        {
            self.respond(request, Response::Payload([Packet::Noop].into()));
        }
        self.end(Reason::TransportClose);
    }

    fn malformed(&mut self, id: TransportId) {
        if self.is_current(id) {
            self.end(Reason::ParseError);
        } else {
            self.abandon_candidate(id);
        }
    }

    fn sent(&mut self, id: TransportId) {
        if let Transport::WebSocket { id: current, writing } = &mut self.transport
            && *current == id
        {
            *writing = false;
            self.flush();
            self.close_when_drained();
        } else if let Some(candidate) = self.candidate.as_mut().filter(|candidate| candidate.id == id) {
            candidate.writing = false;
        }
    }

    fn transport_closed(&mut self, id: TransportId, error: bool) {
        if self.is_current(id) {
            self.end(if error { Reason::TransportError } else { Reason::TransportClose });
        } else {
            self.abandon_candidate(id);
        }
    }

    fn send(&mut self, messages: Vec<Out>) {
        if self.state == State::Open {
            self.buffer.extend(messages.into_iter().map(Packet::Message));
            self.flush();
        }
    }

    fn close(&mut self, reason: Reason, now: Instant) {
        if self.state == State::Open {
            self.state = State::Closing(reason, now + limits::CLOSE_TIMEOUT);
            self.close_when_drained();
        }
    }

    fn close_when_drained(&mut self) {
        let State::Closing(reason, _) = self.state else { return };
        let ready = match self.transport {
            Transport::Polling { held } => held.is_some(),
            Transport::WebSocket { writing, .. } => !writing,
        };
        if ready && self.buffer.is_empty() {
            self.end(reason);
        }
    }

    /// Ends the session. A held poll carries the news, and nobody waits for the rest of a POST any more.
    fn end(&mut self, reason: Reason) {
        self.state = State::Closed;
        self.buffer.clear();
        if let Some(request) = self.posting.take() {
            self.respond(request, Response::BadRequest);
        }
        if let Some(candidate) = self.candidate.take() {
            self.outputs.push_back(Output::Close(candidate.id));
        }
        match &mut self.transport {
            Transport::WebSocket { id, .. } => self.outputs.push_back(Output::Close(*id)),
            Transport::Polling { held } => {
                if let Some(request) = held.take() {
                    self.respond(request, Response::Payload([Packet::Close].into()));
                }
            }
        }
        self.outputs.push_back(Output::Closed(reason));
    }

    fn flush(&mut self) {
        if self.buffer.is_empty() {
            return;
        }
        match &mut self.transport {
            Transport::Polling { held } => {
                let Some(request) = held.take() else { return };
                let packets = self.buffer.drain(..).collect();
                self.respond(request, Response::Payload(packets));
            }
            Transport::WebSocket { writing: true, .. } => {}
            Transport::WebSocket { id, writing } => {
                *writing = true;
                let packets = self.buffer.drain(..).collect();
                self.outputs.push_back(Output::Write(*id, packets));
            }
        }
    }

    fn is_current(&self, id: TransportId) -> bool {
        matches!(self.transport, Transport::WebSocket { id: current, .. } if current == id)
    }
}
