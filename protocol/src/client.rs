//! The whole client: one connection, the namespaces on it, and the will to come back.
//!
//! What socket.io-client calls a Manager. The driver creates one per server, makes a socket for each namespace
//! with [`Client::socket`], and runs the loop of the [crate's documentation](crate).

mod output;
mod reconnection;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

pub use self::output::{AttemptError, ConnectError, Output, WRONG_PROTOCOL};
pub use self::reconnection::Config as ReconnectionConfig;
use self::reconnection::{Plan, Reconnection};
use crate::engine::client::{self as engine, Details, Session};
use crate::engine::{Handshake, TransportId, TransportKind};
use crate::queue::Queue;
use crate::socket::client::{self as socket, Emit, Socket};
use crate::socket::{Codec, Kind, Namespace, Packet};
use crate::{Instant, Reason, limits};

/// How a client connects.
#[derive(Debug, Clone)]
pub struct Config {
    /// The transports and the upgrade.
    pub engine: engine::Config,
    /// When and how often to try again.
    pub reconnection: ReconnectionConfig,
    /// How long one attempt may take, from its first request to the handshake; `None` waits for ever.
    /// Default [`limits::ATTEMPT_TIMEOUT`].
    pub timeout: Option<Duration>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            engine: engine::Config::default(),
            reconnection: ReconnectionConfig::default(),
            timeout: Some(limits::ATTEMPT_TIMEOUT),
        }
    }
}

/// Names one socket of a client. Sockets are never removed, so that it stays valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// What happened, or what the user wants.
#[derive(Debug)]
pub enum Input<C: Codec> {
    /// A transport did something.
    Transport(engine::Input<C::Incoming, C::Outgoing>),
    /// Open the connection, also without any socket.
    Open,
    /// Close the connection and stay away; every socket is told.
    Close,
    /// Connect a socket, now and whenever the connection was lost.
    Connect(SocketId),
    /// The data of CONNECT: the answer to [`Output::Authenticate`].
    Authenticate(SocketId, Option<C::Data>),
    /// Disconnect a socket. The last one takes the connection with it.
    Disconnect(SocketId),
    /// Send an event.
    Emit(SocketId, Emit<C::Data>),
    /// Answer an event.
    Answer(SocketId, u64, C::Data),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    /// An attempt is under way, until that time.
    Opening(Option<Instant>),
    Open,
}

/// One connection to one server, with the namespaces on it.
#[derive(Debug)]
pub struct Client<C: Codec> {
    config: Config,
    codec: C,
    state: State,
    session: Option<Session<C::Incoming, C::Outgoing>>,
    /// The session before, while what was sent in it is still on its way. The user has left it, and come back.
    draining: Option<Session<C::Incoming, C::Outgoing>>,
    next_transport: TransportId,
    reconnection: Reconnection,
    sockets: Vec<Socket<C::Data>>,
    outputs: Queue<Output<C>>,
}

impl<C: Codec> Client<C> {
    /// A client that does nothing yet. `seed` spreads its reconnections: draw it at random.
    pub fn new(config: Config, codec: C, seed: u64) -> Self {
        Self {
            reconnection: Reconnection::new(config.reconnection.clone(), seed),
            config,
            codec,
            state: State::Closed,
            session: None,
            draining: None,
            next_transport: TransportId(0),
            sockets: Vec::new(),
            outputs: Queue::default(),
        }
    }

    /// The socket of that namespace, made when there is none yet. It connects by [`Input::Connect`].
    pub fn socket(&mut self, namespace: &str) -> SocketId {
        let namespace = Namespace::new(namespace);
        let known = self.sockets.iter().position(|socket| *socket.namespace() == namespace);
        let at = known.unwrap_or_else(|| {
            self.sockets.push(Socket::new(namespace));
            self.sockets.len() - 1
        });
        SocketId(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// Takes in what happened. See [`Input`]. An unknown [`SocketId`] does nothing.
    pub fn handle_input(&mut self, input: Input<C>, now: Instant) {
        match input {
            Input::Transport(input) => self.transport(input, now),
            Input::Open => self.open_unless_waiting(now),
            Input::Close => {
                self.drop_session();
                self.discard_draining();
                self.close(now);
            }
            Input::Connect(id) => self.connect(id, now),
            Input::Authenticate(id, data) => {
                if self.state == State::Open {
                    self.authenticated(id, data);
                }
            }
            Input::Disconnect(id) => self.disconnect(id, now),
            Input::Emit(id, emit) => self.emit(id, emit, now),
            Input::Answer(id, ack, data) => self.with(id, |socket| socket.answer(ack, data)),
        }
        self.collect(now);
    }

    /// Lets time do its work. Harmless when called early.
    pub fn handle_timeout(&mut self, now: Instant) {
        for session in [&mut self.session, &mut self.draining].into_iter().flatten() {
            session.handle_timeout(now);
        }
        for socket in &mut self.sockets {
            socket.handle_timeout(now);
        }
        if matches!(self.state, State::Opening(Some(deadline)) if deadline <= now) {
            self.attempt_failed(AttemptError::Timeout, now);
        }
        if self.reconnection.begin_if_due(now) {
            self.outputs.push(Output::ReconnectAttempt(self.reconnection.attempts()));
            self.open(now);
        }
        self.collect(now);
    }

    /// The next thing to do or to tell. Call it until it is `None` after every other call.
    pub fn poll_output(&mut self) -> Option<Output<C>> {
        self.outputs.pop()
    }

    /// When to call [`Client::handle_timeout`].
    pub fn deadline(&self) -> Option<Instant> {
        let attempt = match self.state {
            State::Opening(deadline) => deadline,
            State::Closed | State::Open => None,
        };
        let sessions = [&self.session, &self.draining].into_iter().flatten();
        let session = sessions.filter_map(Session::deadline).min();
        let sockets = self.sockets.iter().filter_map(Socket::deadline).min();
        [attempt, session, sockets, self.reconnection.deadline()].into_iter().flatten().min()
    }

    /// How and when this client reconnects, to look at and to change.
    pub const fn reconnection(&mut self) -> &mut ReconnectionConfig {
        self.reconnection.config()
    }

    /// The transport in use; `None` while there is no connection.
    pub fn transport_kind(&self) -> Option<TransportKind> {
        self.session.as_ref().filter(|session| session.is_open()).map(Session::transport_kind)
    }

    /// Takes a report to the session whose transport it is about.
    fn transport(&mut self, input: engine::Input<C::Incoming, C::Outgoing>, now: Instant) {
        let first = self.next_transport;
        let session = match input.transport() {
            // The ids of a session are past those of the one before.
            Some(id) if id < first => &mut self.draining,
            _ => &mut self.session,
        };
        if let Some(session) = session {
            session.handle_input(input, now);
        }
    }

    fn authenticated(&mut self, id: SocketId, data: Option<C::Data>) {
        let Some(socket) = usize::try_from(id.0).ok().and_then(|at| self.sockets.get_mut(at)) else { return };
        let data = match socket.earlier() {
            Some((pid, offset)) => self.codec.rejoin(data, pid, offset),
            None => data,
        };
        socket.authenticated(data);
    }

    fn connect(&mut self, id: SocketId, now: Instant) {
        let open = self.state == State::Open;
        self.with(id, |socket| {
            socket.activate();
            if open {
                socket.session_opened();
            }
        });
        self.open_unless_waiting(now);
    }

    fn open_unless_waiting(&mut self, now: Instant) {
        if self.state == State::Closed && !self.reconnection.is_waiting() {
            self.open(now);
        }
    }

    fn open(&mut self, now: Instant) {
        self.set_aside();
        self.codec.reset();
        self.session = Session::open(self.config.engine.clone(), self.next_transport);
        self.state = State::Opening(self.config.timeout.map(|timeout| now + timeout));
        if self.session.is_none() {
            self.attempt_failed(AttemptError::NoTransports, now);
        }
    }

    fn disconnect(&mut self, id: SocketId, now: Instant) {
        let mut left = false;
        self.with(id, |socket| left = socket.disconnect());
        if left {
            self.collect(now);
            self.close_if_unused(now);
        }
    }

    /// Without an active socket there is nothing to be connected for. The session ends by itself once what was
    /// sent is on its way.
    fn close_if_unused(&mut self, now: Instant) {
        if self.sockets.iter().any(Socket::is_active) {
            return;
        }
        if let Some(session) = &mut self.session {
            session.handle_input(engine::Input::Close, now);
        }
        self.close(now);
    }

    /// The user, or the last socket, wants no connection any more.
    fn close(&mut self, now: Instant) {
        self.closed(Reason::ForcedClose, Details::None);
        self.collect_sockets(now, Details::None);
        self.reconnection.stop();
    }

    fn emit(&mut self, id: SocketId, emit: Emit<C::Data>, now: Instant) {
        let session = self.session.as_ref().filter(|session| session.is_open());
        let writable = session.is_some_and(Session::is_writable);
        // A sleeping laptop wakes up with timers that are late: do not talk to the dead.
        let expired = session.is_some_and(|session| session.is_expired(now));
        self.with(id, |socket| socket.emit(emit, writable, !expired, now));
        if expired && let Some(session) = &mut self.session {
            session.handle_timeout(now);
        }
    }

    fn with(&mut self, id: SocketId, act: impl FnOnce(&mut Socket<C::Data>)) {
        if let Some(socket) = usize::try_from(id.0).ok().and_then(|at| self.sockets.get_mut(at)) {
            act(socket);
        }
    }

    /// Passes on what sockets and session have to say, until both have run dry.
    fn collect(&mut self, now: Instant) {
        loop {
            self.collect_sockets(now, Details::None);
            let Some(output) = self.session.as_mut().and_then(Session::poll_output) else { break };
            self.session_output(output, now);
        }
        self.collect_draining();
    }

    /// A session that the user has left only tidies up after itself.
    fn collect_draining(&mut self) {
        while let Some(output) = self.draining.as_mut().and_then(Session::poll_output) {
            match output {
                engine::Output::Closed(..) => self.draining = None,
                engine::Output::Poll(_) | engine::Output::Write(..) | engine::Output::Close { .. } => {
                    self.outputs.push(Output::Transport(output));
                }
                _ => {}
            }
        }
    }

    fn session_output(&mut self, output: engine::Output<C::Incoming, C::Outgoing>, now: Instant) {
        // A session that was told to close only tidies up after itself.
        let live = self.state != State::Closed;
        match output {
            engine::Output::Closed(reason, details) => self.session_closed(reason, details, now),
            engine::Output::Opened(handshake) if live => self.opened(handshake),
            engine::Output::Message(message) if live => self.message(message, now),
            engine::Output::Pinged if live => self.outputs.push(Output::Pinged),
            engine::Output::Upgraded(kind) if live => self.outputs.push(Output::Upgraded(kind)),
            engine::Output::Opened(_)
            | engine::Output::Message(_)
            | engine::Output::Pinged
            | engine::Output::Upgraded(_) => {}
            transport => self.outputs.push(Output::Transport(transport)),
        }
    }

    fn collect_sockets(&mut self, now: Instant, details: Details) {
        for at in 0..self.sockets.len() {
            let id = SocketId(u32::try_from(at).unwrap_or(u32::MAX));
            while let Some(output) = self.sockets.get_mut(at).and_then(Socket::poll_output) {
                if let socket::Output::Send { packet, compress } = output {
                    self.send(packet, compress, now);
                } else {
                    Output::of_socket(id, output, details)
                        .into_iter()
                        .for_each(|output| self.outputs.push(output));
                }
            }
        }
    }

    fn send(&mut self, packet: Packet<C::Data>, compress: bool, now: Instant) {
        let mut messages = Vec::new();
        self.codec.encode(packet, compress, &mut messages);
        if let Some(session) = &mut self.session {
            session.handle_input(engine::Input::Send(messages), now);
        }
    }

    fn opened(&mut self, handshake: Box<Handshake>) {
        self.state = State::Open;
        self.outputs.push(Output::Opened(handshake));
        if let Some(attempts) = self.reconnection.succeeded() {
            self.outputs.push(Output::Reconnected(attempts));
        }
        for socket in &mut self.sockets {
            socket.session_opened();
        }
    }

    fn message(&mut self, message: C::Incoming, now: Instant) {
        let packet = match self.codec.decode(message) {
            Ok(Some(packet)) => packet,
            Ok(None) => return,
            Err(_) => return self.broken(now),
        };
        let Some(socket) = self.sockets.iter_mut().find(|socket| *socket.namespace() == packet.namespace)
        else {
            return;
        };
        let reply = match (packet.kind, &packet.data) {
            (Kind::Connect, Some(data)) => self.codec.connect_reply(data),
            _ => None,
        };
        let offset = match (packet.kind, packet.id, &packet.data) {
            (Kind::Event, None, Some(data)) => self.codec.offset(data),
            _ => None,
        };
        let was_active = socket.is_active();
        let outcome = socket.receive(packet, reply, offset);
        let left = was_active && !socket.is_active();
        if outcome.is_err() {
            self.broken(now);
        } else if left {
            self.collect_sockets(now, Details::None);
            self.close_if_unused(now);
        }
    }

    /// The server broke the protocol.
    fn broken(&mut self, now: Instant) {
        if let Some(session) = &mut self.session {
            session.handle_input(engine::Input::Discard(Reason::ParseError), now);
        }
    }

    fn session_closed(&mut self, reason: Reason, details: Details, now: Instant) {
        self.drop_session();
        match (self.state, details) {
            (State::Closed, _) => {}
            (State::Opening(_), Details::Failed(failure)) => {
                self.attempt_failed(AttemptError::Failed(failure), now);
            }
            (State::Opening(_), _) => self.attempt_failed(AttemptError::Closed, now),
            (State::Open, _) => {
                self.closed(reason, details);
                self.collect_sockets(now, details);
                self.plan(now);
            }
        }
    }

    /// The attempt to connect has failed: everybody who waited for it is told, and the next one is planned.
    fn attempt_failed(&mut self, error: AttemptError, now: Instant) {
        self.state = State::Closed;
        self.drop_session();
        self.outputs.push(Output::Failed(error));
        for (at, socket) in self.sockets.iter().enumerate() {
            if socket.is_active() {
                let socket = SocketId(u32::try_from(at).unwrap_or(u32::MAX));
                self.outputs.push(Output::ConnectError { socket, error: ConnectError::Attempt(error) });
            }
        }
        let again = self.reconnection.is_trying();
        self.plan(now);
        if again {
            self.outputs.push(Output::ReconnectError(error));
        }
    }

    fn plan(&mut self, now: Instant) {
        if self.reconnection.plan(now) == Plan::GiveUp {
            self.outputs.push(Output::ReconnectFailed);
        }
    }

    /// The connection is gone, or nobody wants it any more.
    fn closed(&mut self, reason: Reason, details: Details) {
        let was_open = self.state == State::Open;
        self.state = State::Closed;
        if was_open {
            self.outputs.push(Output::Closed { reason, details });
        }
        for socket in &mut self.sockets {
            socket.session_closed(reason);
        }
    }

    /// Makes room for a new session. One that still drains goes on doing so beside it; there is one such at most.
    fn set_aside(&mut self) {
        self.discard_draining();
        if let Some(session) = self.session.take() {
            self.next_transport = session.next_transport_id();
            self.draining = Some(session);
        }
    }

    fn discard_draining(&mut self) {
        if let Some(session) = &mut self.draining {
            session.handle_input(engine::Input::Discard(Reason::ForcedClose), Instant::default());
        }
        self.collect_draining();
    }

    /// Lets go of the session at once, but not of what is still to be done to its transports.
    fn drop_session(&mut self) {
        let Some(mut session) = self.session.take() else { return };
        session.handle_input(engine::Input::Discard(Reason::ForcedClose), Instant::default());
        self.next_transport = session.next_transport_id();
        while let Some(output) = session.poll_output() {
            if matches!(output, engine::Output::Close { .. }) {
                self.outputs.push(Output::Transport(output));
            }
        }
    }
}
