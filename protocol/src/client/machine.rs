//! The whole client, for those who give it a [`Host`] to talk to: what takes something in says at once what follows.

use super::reconnection::{Plan, Reconnection};
use super::sockets::Sockets;
use super::waking::Waking;
use super::{AttemptError, Config, Host, ReconnectionConfig, SocketId};
use crate::engine::client::{self as engine, Details, End, Event, Failure, Outbox, Session};
use crate::engine::{Packet as EnginePacket, Terms, TransportId, TransportKind};
use crate::socket::client::{Join, Verdict};
use crate::{Instant, Millis, Reason};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    /// An attempt is under way, until that time.
    Opening(Instant),
    Open,
}

/// What a packet holds for the layer above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard<In, H> {
    /// The server opens the session: [`Machine::opened`] is to follow.
    Handshake(H),
    /// A message: a packet of Socket.IO, or a part of one.
    Message(In),
}

/// One connection to one server, with the namespaces on it: who may do what, and when.
///
/// It sees no packet's data. Whoever drives it decodes packets and tells what they were, and keeps what waits for a
/// namespace to be joined; [`super::Client`] does that for Rust.
#[derive(Debug)]
pub struct Machine<Q> {
    engine: engine::Config,
    timeout: Millis,
    /// The attempt under way is the only one.
    once: bool,
    waking: Waking,
    state: State,
    session: Option<Session<Q>>,
    /// The session before, while what was sent in it is still on its way. The user has left it, and come back.
    draining: Option<Session<Q>>,
    next_transport: TransportId,
    reconnection: Reconnection,
    sockets: Sockets,
}

impl<Q: Outbox> Machine<Q> {
    /// A client that does nothing yet.
    pub fn new(config: Config) -> Self {
        Self {
            engine: config.engine,
            timeout: config.timeout.unwrap_or(Millis::FOREVER),
            once: false,
            waking: Waking::default(),
            state: State::Closed,
            session: None,
            draining: None,
            next_transport: TransportId(0),
            reconnection: Reconnection::new(config.reconnection),
            sockets: Sockets::new(),
        }
    }

    /// A new socket. It is connected by [`Machine::connect`]. The ids are counted from 0.
    pub const fn socket(&mut self) -> SocketId {
        self.sockets.add()
    }

    /// Whether the user wants that socket connected.
    pub fn is_active(&self, id: SocketId) -> bool {
        self.sockets.get(id).is_some_and(Join::is_active)
    }

    /// Whether the server has let that socket in.
    pub fn is_connected(&self, id: SocketId) -> bool {
        self.sockets.get(id).is_some_and(Join::is_connected)
    }

    /// How and when this client reconnects, to look at and to change.
    pub const fn reconnection(&mut self) -> &mut ReconnectionConfig {
        self.reconnection.config()
    }

    /// How long an attempt to connect may take from now on; `None` for as long as it likes.
    pub const fn set_timeout(&mut self, timeout: Option<Millis>) {
        self.timeout = match timeout {
            Some(timeout) => timeout,
            None => Millis::FOREVER,
        };
    }

    /// The transport in use; `None` while there is no connection.
    pub fn transport_kind(&self) -> Option<TransportKind> {
        self.session.as_ref().filter(|session| session.is_open()).map(|session| session.transport_kind())
    }

    /// When to call [`Machine::handle_timeout`]; [`Instant::NEVER`] when there is nothing to wait for.
    pub fn deadline(&self) -> Instant {
        let attempt = match self.state {
            State::Opening(deadline) => deadline,
            State::Closed | State::Open => Instant::NEVER,
        };
        let sessions = [&self.session, &self.draining].into_iter().flatten().map(Session::deadline);
        sessions.fold(attempt.min(self.reconnection.deadline()), Ord::min)
    }

    /// Lets time do its work. Harmless when called early. Gives whether an attempt to reconnect is due: when everybody
    /// has been told of it, and nobody has called it off, [`Machine::attempt`] begins it.
    pub fn handle_timeout(&mut self, host: &mut impl Host<Q::Out>) -> bool {
        let now = host.now();
        let end = self.session.as_mut().and_then(|session| session.handle_timeout(host));
        self.session_ended(end, host);
        if self.draining.as_mut().and_then(|session| session.handle_timeout(host)).is_some() {
            self.draining = None;
        }
        if matches!(self.state, State::Opening(deadline) if deadline <= now) {
            self.attempt_failed(AttemptError::Timeout, host);
        }
        let due = self.reconnection.begin_if_due(now);
        if due {
            host.reconnect_attempt(self.reconnection.attempts());
        }
        due
    }

    /// Begins an attempt to reconnect that is due, unless it was called off meanwhile.
    pub fn attempt(&mut self, host: &mut impl Host<Q::Out>) {
        if self.state == State::Closed && self.reconnection.is_trying() {
            self.begin(host);
        }
    }

    /// [`Machine::open`], without another attempt when this one fails. Gives whether there is one: none begins while
    /// another is under way, or waited for.
    pub fn open_once(&mut self, host: &mut impl Host<Q::Out>) -> bool {
        let begins = self.may_begin();
        self.once = begins;
        self.open(host);
        begins
    }

    /// Opens the connection, also without any socket. While the next attempt is waited for, it goes on being.
    pub fn open(&mut self, host: &mut impl Host<Q::Out>) {
        if self.may_begin() {
            self.begin(host);
        }
    }

    fn may_begin(&self) -> bool {
        self.state == State::Closed && !self.reconnection.is_waiting()
    }

    /// Closes the connection and stays away; every socket is told.
    pub fn close(&mut self, host: &mut impl Host<Q::Out>) {
        self.drop_session(host);
        discard(&mut self.draining, host);
        self.draining = None;
        self.leave(host);
    }

    /// Ends the session as if it had been lost: it comes back.
    pub fn discard(&mut self, reason: Reason, host: &mut impl Host<Q::Out>) {
        let end = self.session.as_mut().and_then(|session| session.discard(reason, host));
        self.session_ended(end, host);
    }

    /// Ends the session as if it had been lost, once what was sent is on its way.
    pub fn end_session(&mut self, host: &mut impl Host<Q::Out>) {
        let end = self.session.as_mut().and_then(|session| session.close(host));
        self.session_ended(end, host);
    }

    /// The network went away, as browsers say by `offline`.
    pub fn network_lost(&mut self, host: &mut impl Host<Q::Out>) {
        // Its return is news, however soon it comes.
        self.waking.end();
        let end = self.session.as_mut().and_then(|session| session.network_lost(host));
        self.session_ended(end, host);
    }

    /// There may be a network again, or the page has slept: a session whose server has been silent for too long ends
    /// now, and an attempt that is waited for begins, since the wait was meant for a server that is busy.
    /// What ends soon after counts as ended by the sleep, and is not waited for either, once. Gives what
    /// [`Machine::handle_timeout`] does.
    pub fn woken(&mut self, host: &mut impl Host<Q::Out>) -> bool {
        let now = host.now();
        self.waking.begin(now);
        self.handle_timeout(host) || {
            self.hurry(now);
            self.handle_timeout(host)
        }
    }

    /// Connects a socket, now and whenever the connection was lost.
    pub fn connect(&mut self, id: SocketId, host: &mut impl Host<Q::Out>) {
        let Some(socket) = self.sockets.get_mut(id) else { return };
        socket.activate();
        if self.state == State::Open {
            self.ask(id, host);
        }
        self.open(host);
    }

    /// The user has said what he wants to say in CONNECT: the answer to [`Host::authenticate`]. Gives whether to send
    /// it.
    pub fn authenticated(&mut self, id: SocketId) -> bool {
        self.state == State::Open && self.sockets.get_mut(id).is_some_and(Join::authenticated)
    }

    /// Disconnects a socket; before it, DISCONNECT was sent if it was connected. The last one takes the connection with
    /// it.
    pub fn disconnect(&mut self, id: SocketId, host: &mut impl Host<Q::Out>) {
        let connected = self.is_connected(id);
        if self.sockets.get_mut(id).is_some_and(Join::leave) {
            self.close_if_unused(host);
        }
        if connected {
            host.disconnected(id, Reason::IoClientDisconnect, Details::None);
        }
    }

    /// What becomes of an event that the user emits now.
    pub fn verdict(&mut self, id: SocketId, volatile: bool, host: &mut impl Host<Q::Out>) -> Verdict {
        let connected = self.is_connected(id);
        let Some(session) = self.session.as_mut().filter(|session| session.is_open()) else {
            return if volatile { Verdict::Drop } else { Verdict::Keep };
        };
        let writable = session.is_writable();
        // A sleeping laptop wakes up with timers that are late: do not talk to the dead.
        let expired = session.is_expired(host.now());
        if connected && !expired && (writable || !volatile) {
            return Verdict::Send;
        }
        if expired {
            let end = session.handle_timeout(host);
            self.session_ended(end, host);
        }
        if volatile { Verdict::Drop } else { Verdict::Keep }
    }

    /// The WebSocket on which the caller may write one packet himself, as one frame, since nothing waits before it: see
    /// [`Session::lend`]. Otherwise it is sent by [`Machine::send`].
    pub fn lend(&mut self) -> Option<TransportId> {
        self.session.as_mut()?.lend()
    }

    /// Sends the messages of one packet: they leave together. Gives whether there is a session that they belong to.
    pub fn send(&mut self, messages: impl IntoIterator<Item = Q::Out>, host: &mut impl Host<Q::Out>) -> bool {
        self.session.as_mut().is_some_and(|session| session.send(messages, host))
    }

    /// The server lets a socket in. Gives whether anybody cares.
    pub fn accepted(&mut self, id: SocketId) -> bool {
        self.sockets.get_mut(id).is_some_and(Join::accepted)
    }

    /// The server does not let a socket in, or sends it away. Gives whether anybody cares. The last one takes the
    /// connection with it, of which everybody hears before the socket does.
    pub fn refused(&mut self, id: SocketId, host: &mut impl Host<Q::Out>) -> bool {
        let wanted = self.sockets.get_mut(id).is_some_and(Join::leave);
        if wanted {
            self.close_if_unused(host);
        }
        wanted
    }

    /// The server sends a socket away.
    pub fn sent_away(&mut self, id: SocketId, host: &mut impl Host<Q::Out>) {
        if self.refused(id, host) {
            host.disconnected(id, Reason::IoServerDisconnect, Details::None);
        }
    }

    /// A WebSocket is open.
    pub fn transport_opened(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) {
        if let Some(session) = self.session_of(id) {
            session.opened(id, host);
        }
    }

    /// A packet arrived: see [`Session::received`]. Gives what it holds for the layer above.
    pub fn received<In, H>(
        &mut self,
        id: TransportId,
        packet: EnginePacket<In, H>,
        host: &mut impl Host<Q::Out>,
    ) -> Option<Heard<In, H>> {
        // A session that was told to close only tidies up after itself.
        let live = self.state != State::Closed && !self.is_draining(id);
        match self.session_of(id)?.received(id, packet, host)? {
            Event::Ended(end) => self.ended(id, Some(end), host),
            Event::Message(message) if live => return Some(Heard::Message(message)),
            Event::Opened(handshake) if live => return Some(Heard::Handshake(handshake)),
            Event::Pinged if live => host.pinged(),
            _ => {}
        }
        None
    }

    /// The server has opened the session, and made sense. Who does not think so says [`Failure::Handshake`].
    pub fn opened(&mut self, terms: &Terms<'_>, host: &mut impl Host<Q::Out>) {
        let Some(session) = &mut self.session else { return };
        session.agree(terms, host);
        self.once = false;
        self.state = State::Open;
        host.opened();
        if let Some(attempts) = self.reconnection.succeeded() {
            host.reconnected(attempts);
        }
        for id in self.sockets.ids() {
            self.ask(id, host);
        }
        if let Some(session) = &mut self.session {
            session.begin(terms.upgrades, host);
        }
    }

    /// A poll has ended well, and all its packets have been handed in.
    pub fn polled(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) {
        if let Some(session) = self.session_of(id) {
            session.polled(id, host);
        }
    }

    /// What was written is on its way.
    pub fn sent(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) {
        let end = self.session_of(id).and_then(|session| session.sent(id, host));
        self.ended(id, end, host);
    }

    /// A transport cannot go on: see [`Session::failed`].
    pub fn transport_failed(&mut self, id: TransportId, failure: Failure, host: &mut impl Host<Q::Out>) {
        let end = self.session_of(id).and_then(|session| session.failed(id, failure, host));
        self.ended(id, end, host);
    }

    /// A WebSocket was closed by the peer, or cut.
    pub fn transport_closed(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) {
        let end = self.session_of(id).and_then(|session| session.closed(id, host));
        self.ended(id, end, host);
    }

    fn ask(&mut self, id: SocketId, host: &mut impl Host<Q::Out>) {
        if self.sockets.get_mut(id).is_some_and(Join::session_opened) {
            host.authenticate(id);
        }
    }

    /// The ids of a session are past those of the one before.
    fn is_draining(&self, id: TransportId) -> bool {
        id < self.next_transport
    }

    /// The session that a report is about.
    fn session_of(&mut self, id: TransportId) -> Option<&mut Session<Q>> {
        if self.is_draining(id) { self.draining.as_mut() } else { self.session.as_mut() }
    }

    fn ended(&mut self, id: TransportId, end: Option<End>, host: &mut impl Host<Q::Out>) {
        if !self.is_draining(id) {
            self.session_ended(end, host);
        } else if end.is_some() {
            self.draining = None;
        }
    }

    fn begin(&mut self, host: &mut impl Host<Q::Out>) {
        self.set_aside(host);
        self.state = State::Opening(host.now() + self.timeout);
        self.session = Session::open(&self.engine, self.next_transport, host);
        if self.session.is_none() {
            self.attempt_failed(AttemptError::NoTransports, host);
        }
    }

    /// Without an active socket there is nothing to be connected for. The session ends by itself once what was
    /// sent is on its way.
    fn close_if_unused(&mut self, host: &mut impl Host<Q::Out>) {
        if self.sockets.ids().any(|id| self.is_active(id)) {
            return;
        }
        let end = self.session.as_mut().and_then(|session| session.close(host));
        self.leave(host);
        self.session_ended(end, host);
    }

    /// The user, or the last socket, wants no connection any more.
    fn leave(&mut self, host: &mut impl Host<Q::Out>) {
        // Who hears of it cannot know whether there was a connection: it is told even if not.
        host.closed(Reason::ForcedClose, Details::None);
        self.sockets_closed(Reason::ForcedClose, Details::None, host);
        self.reconnection.stop();
    }

    fn session_ended(&mut self, end: Option<End>, host: &mut impl Host<Q::Out>) {
        let Some(End { reason, details }) = end else { return };
        self.forget_session();
        match (self.state, details) {
            (State::Closed, _) => {}
            (State::Opening(_), Details::Failed(failure)) => {
                self.attempt_failed(AttemptError::Failed(failure), host);
            }
            (State::Opening(_), _) => self.attempt_failed(AttemptError::Closed, host),
            (State::Open, _) => {
                host.closed(reason, details);
                self.sockets_closed(reason, details, host);
                self.plan(host);
            }
        }
    }

    /// The attempt to connect has failed: everybody who waited for it is told, and the next one is planned.
    fn attempt_failed(&mut self, error: AttemptError, host: &mut impl Host<Q::Out>) {
        self.state = State::Closed;
        self.drop_session(host);
        host.failed(error);
        for id in self.sockets.ids().filter(|id| self.is_active(*id)) {
            host.connect_error(id, error);
        }
        let again = self.reconnection.is_trying();
        if !core::mem::take(&mut self.once) {
            self.plan(host);
        }
        if again {
            host.reconnect_error(error);
        }
    }

    /// Waits no longer for the next attempt, when this client woke up just now.
    fn hurry(&mut self, now: Instant) {
        if self.reconnection.is_waiting() && self.waking.take(now) {
            self.reconnection.hurry(now);
        }
    }

    fn plan(&mut self, host: &mut impl Host<Q::Out>) {
        let now = host.now();
        if self.reconnection.plan(now, || host.random()) == Plan::GiveUp {
            host.reconnect_failed();
        }
        self.hurry(now);
    }

    /// The connection is gone, or nobody wants it any more.
    fn sockets_closed(&mut self, reason: Reason, details: Details, host: &mut impl Host<Q::Out>) {
        self.state = State::Closed;
        for id in self.sockets.ids() {
            if self.sockets.get_mut(id).is_some_and(Join::session_closed) {
                host.disconnected(id, reason, details);
            }
        }
    }

    /// Makes room for a new session. One that still drains goes on doing so beside it; there is one such at most.
    fn set_aside(&mut self, host: &mut impl Host<Q::Out>) {
        discard(&mut self.draining, host);
        self.draining = self.session.take();
        if let Some(session) = &self.draining {
            self.next_transport = session.next_transport_id();
        }
    }

    /// Lets go of the session at once.
    fn drop_session(&mut self, host: &mut impl Host<Q::Out>) {
        discard(&mut self.session, host);
        self.forget_session();
    }

    fn forget_session(&mut self) {
        if let Some(session) = self.session.take() {
            self.next_transport = session.next_transport_id();
        }
    }
}

fn discard<Q: Outbox>(session: &mut Option<Session<Q>>, host: &mut impl Host<Q::Out>) {
    if let Some(session) = session {
        session.discard(Reason::ForcedClose, host);
    }
}
