//! The client's half of an Engine.IO session: opens it, moves it from polling to a WebSocket, keeps it alive.
//!
//! Whoever drives it owns the transports: the [`Host`], which a session tells to open, write, poll and close them, and
//! which reports what they do. Reports about a transport that was told to close are ignored, however late they come.

mod host;
mod outbox;
mod probe;
mod report;
mod transports;

pub use self::host::{Host, Output};
pub use self::outbox::{Outbox, Packets};
use self::probe::Probe;
pub use self::report::{Details, End, Event, Failure, Input, Status};
pub use self::transports::Transports;
use super::heartbeat::Heartbeat;
use super::{Packet, Terms, TransportId, TransportKind};
use crate::{Instant, Reason, Size};

/// How a session is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// The transports that may be used, best known first: the session opens on the first, and upgrades to others.
    /// Default: polling, then WebSocket.
    pub transports: Transports,
    /// Whether to move to a better transport when the server offers one. Default true.
    pub upgrade: bool,
    /// Whether to open on the next transport when one fails before the session is open: `tryAllTransports`.
    /// Default false.
    pub try_all: bool,
}

impl Default for Config {
    fn default() -> Self {
        let transports = [TransportKind::Polling, TransportKind::WebSocket].into();
        Self { transports, upgrade: true, try_all: false }
    }
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
///
/// Its methods give what there is to tell to the layer above, once at most: see [`Event`] and [`End`]. After its end
/// a session does nothing any more.
#[derive(Debug)]
pub struct Session<Q> {
    transports: Transports,
    upgrade: bool,
    try_all: bool,
    state: State,
    transport: Transport,
    probe: Option<Probe>,
    next_transport: u32,
    max_payload_bytes: usize,
    heartbeat: Heartbeat,
    outbox: Q,
}

impl<Q: Outbox> Session<Q> {
    /// Begins a session on the first of the configured transports, or on a WebSocket when the host remembers one
    /// that worked. The transport ids begin at `first_id`, which should be past every id of an earlier session (see
    /// [`Session::next_transport_id`]), so that its late reports are recognised.
    ///
    /// `None` when the list of transports is empty.
    pub fn open(config: &Config, first_id: TransportId, host: &mut impl Host<Q::Out>) -> Option<Self> {
        let kind = config.transports.first()?;
        let mut session = Self {
            transports: config.transports,
            upgrade: config.upgrade,
            try_all: config.try_all,
            state: State::Opening,
            transport: Transport { id: first_id, kind, polling: false, writing: false },
            probe: None,
            next_transport: first_id.0,
            max_payload_bytes: 0,
            heartbeat: Heartbeat::NONE,
            outbox: Q::default(),
        };
        session.open_transport(host);
        Some(session)
    }

    /// The first transport id that this session has not used.
    pub const fn next_transport_id(&self) -> TransportId {
        TransportId(self.next_transport)
    }

    /// Ends the session when the server has been silent for too long. Harmless when called early.
    pub fn handle_timeout(&mut self, host: &mut impl Host<Q::Out>) -> Option<End> {
        if self.deadline() <= host.now() {
            self.end(Reason::PingTimeout, Details::None, true, host)
        } else {
            None
        }
    }

    /// When to call [`Session::handle_timeout`]; [`Instant::NEVER`] before the handshake and after the end.
    pub fn deadline(&self) -> Instant {
        if self.state == State::Closed { Instant::NEVER } else { self.heartbeat.deadline() }
    }

    /// Whether the handshake is done and nobody has closed the session.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether a message sent now would leave at once. This is what `volatile` asks.
    pub fn is_writable(&self) -> bool {
        !self.transport.writing && self.is_clear()
    }

    /// Whether the server has been silent for too long, which a throttled timer may not have told yet.
    pub fn is_expired(&self, now: Instant) -> bool {
        self.heartbeat.is_expired(now)
    }

    /// The transport that the session lives on.
    pub const fn transport_kind(&self) -> TransportKind {
        self.transport.kind
    }

    /// The WebSocket on which the caller may write one message of its own now, since nothing waits before it. It is to
    /// be reported by [`Session::sent`] as any other write, once for all that were written until then.
    pub fn lend(&mut self) -> Option<TransportId> {
        let free = self.is_clear() && self.transport.kind == TransportKind::WebSocket;
        free.then(|| {
            self.transport.writing = true;
            self.transport.id
        })
    }

    /// Sends messages. They leave together, with nothing in between. Gives whether it does: a session that is told to
    /// close takes no more.
    pub fn send(&mut self, messages: impl IntoIterator<Item = Q::Out>, host: &mut impl Host<Q::Out>) -> bool {
        let takes = matches!(self.state, State::Opening | State::Open);
        if takes {
            for message in messages {
                self.outbox.push(self.transport.id, Packet::Message(message));
            }
            self.flush(host);
        }
        takes
    }

    /// Ends the session as soon as what was sent before is on its way.
    pub fn close(&mut self, host: &mut impl Host<Q::Out>) -> Option<End> {
        match self.state {
            State::Opening => self.discard(Reason::ForcedClose, host),
            State::Open => {
                self.state = State::Closing;
                self.close_when_drained(host)
            }
            State::Closing | State::Closed => None,
        }
    }

    /// Ends the session now, for that reason.
    pub fn discard(&mut self, reason: Reason, host: &mut impl Host<Q::Out>) -> Option<End> {
        self.end(reason, Details::None, true, host)
    }

    /// The network went away, as browsers say by `offline`.
    pub fn network_lost(&mut self, host: &mut impl Host<Q::Out>) -> Option<End> {
        self.end(Reason::TransportClose, Details::NetworkLost, false, host)
    }

    /// A WebSocket is open.
    pub fn opened(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) {
        self.probe_opened(id, host);
    }

    /// A packet arrived. The packets of a polling payload come one by one, in order.
    pub fn received<In, H>(
        &mut self,
        id: TransportId,
        packet: Packet<In, H>,
        host: &mut impl Host<Q::Out>,
    ) -> Option<Event<In, H>> {
        if self.probe.as_ref().is_some_and(|probe| probe.id == id) {
            let pong = matches!(packet, Packet::Pong { probe: true });
            return self.probe_received(pong, host).map(Event::Ended);
        }
        if !self.lives_on(id) {
            return None;
        }
        match packet {
            Packet::Open(handshake) if self.state == State::Opening => Some(Event::Opened(handshake)),
            Packet::Close => {
                self.end(Reason::TransportClose, Details::ClosedByServer, false, host).map(Event::Ended)
            }
            Packet::Ping { .. } => self.pinged(host),
            Packet::Message(message) if self.state != State::Opening => Some(Event::Message(message)),
            _ => None,
        }
    }

    /// The server has opened the session, and made sense: see [`Event::Opened`]. When the layer above has been told so,
    /// [`Session::begin`] follows.
    pub fn agree(&mut self, terms: &Terms<'_>, host: &mut impl Host<Q::Out>) {
        self.state = State::Open;
        self.max_payload_bytes = terms.max_payload_bytes;
        self.heartbeat = Heartbeat::new(terms.ping_interval, terms.ping_timeout, host.now());
        host.remember_websocket(self.transport.kind == TransportKind::WebSocket);
    }

    /// What was sent early leaves, and a transport of those that the server offers is tried.
    pub fn begin(&mut self, offered: &[TransportKind], host: &mut impl Host<Q::Out>) {
        self.flush(host);
        self.begin_probe(offered, host);
    }

    /// The transport cannot go on: a request failed, a WebSocket reported an error, or something arrived that is not
    /// a packet ([`Failure::Malformed`]).
    pub fn failed(&mut self, id: TransportId, failure: Failure, host: &mut impl Host<Q::Out>) -> Option<End> {
        if !self.lives_on(id) {
            return self.probe_failed(id, host);
        }
        host.remember_websocket(false);
        if self.try_all && self.state == State::Opening && !self.transports.rest().is_empty() {
            host.close(id, false);
            self.transports = self.transports.rest();
            self.open_transport(host);
            return None;
        }
        self.end(Reason::TransportError, Details::Failed(failure), true, host)
    }

    /// The WebSocket was closed by the peer, or cut.
    pub fn closed(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) -> Option<End> {
        if self.lives_on(id) {
            self.end(Reason::TransportClose, Details::WebSocketClosed, false, host)
        } else {
            self.probe_failed(id, host)
        }
    }

    /// A poll has ended well, and all its packets have been handed in.
    pub fn polled(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) {
        if self.lives_on(id) {
            self.transport.polling = false;
            self.upgrade_when_at_rest(host);
            self.poll_again(host);
        }
    }

    /// What was written is on its way: the POST was answered, or the WebSocket took the frames.
    pub fn sent(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) -> Option<End> {
        if !self.lives_on(id) || !self.transport.writing {
            return None;
        }
        self.transport.writing = false;
        if self.outbox.is_empty() {
            host.drained();
        }
        self.upgrade_when_at_rest(host);
        self.flush(host);
        self.close_when_drained(host)
    }

    /// Takes in what happened, as a value: see [`Input`].
    pub fn handle_input<In, H>(
        &mut self,
        input: Input<In, Q::Out, H>,
        host: &mut impl Host<Q::Out>,
    ) -> Option<Event<In, H>> {
        let end = match input {
            Input::Received(id, packet) => return self.received(id, packet, host),
            Input::Malformed(id) => self.failed(id, Failure::Malformed, host),
            Input::Failed(id, failure) => self.failed(id, failure, host),
            Input::Closed(id) => self.closed(id, host),
            Input::Sent(id) => self.sent(id, host),
            Input::NetworkLost => self.network_lost(host),
            Input::Close => self.close(host),
            Input::Discard(reason) => self.discard(reason, host),
            Input::Opened(id) => {
                self.opened(id, host);
                None
            }
            Input::Polled(id) => {
                self.polled(id, host);
                None
            }
            Input::Send(messages) => {
                self.send(messages, host);
                None
            }
        };
        end.map(Event::Ended)
    }

    fn lives_on(&self, id: TransportId) -> bool {
        id == self.transport.id && self.state != State::Closed
    }

    fn next_id(&mut self) -> TransportId {
        let id = TransportId(self.next_transport);
        self.next_transport = self.next_transport.wrapping_add(1);
        id
    }

    fn open_transport(&mut self, host: &mut impl Host<Q::Out>) {
        let websocket = TransportKind::WebSocket;
        let remembered = self.transports.contains(websocket) && host.remembers_websocket();
        let first = self.transports.first().unwrap_or(websocket);
        let kind = if remembered { websocket } else { first };
        self.transport = Transport { id: self.next_id(), kind, polling: false, writing: false };
        host.open(self.transport.id, kind, false);
        self.poll_again(host);
    }

    fn close_when_drained(&mut self, host: &mut impl Host<Q::Out>) -> Option<End> {
        let drained = self.outbox.is_empty() && !self.transport.writing;
        if self.state == State::Closing && drained && !self.upgrading() {
            self.discard(Reason::ForcedClose, host)
        } else {
            None
        }
    }

    fn end(
        &mut self,
        reason: Reason,
        details: Details,
        farewell: bool,
        host: &mut impl Host<Q::Out>,
    ) -> Option<End> {
        let known = match core::mem::replace(&mut self.state, State::Closed) {
            State::Closed => return None,
            before => before != State::Opening,
        };
        self.abandon_probe(host);
        self.outbox.clear();
        host.close(self.transport.id, farewell && known);
        Some(End { reason, details })
    }

    fn pinged<In, H>(&mut self, host: &mut impl Host<Q::Out>) -> Option<Event<In, H>> {
        if self.state == State::Opening {
            return None;
        }
        self.heartbeat.beat(host.now());
        self.outbox.push(self.transport.id, Packet::Pong { probe: false });
        self.flush(host);
        Some(Event::Pinged)
    }

    /// Keeps one GET outstanding, except while the session moves to another transport.
    fn poll_again(&mut self, host: &mut impl Host<Q::Out>) {
        let polls = self.transport.kind == TransportKind::Polling && !self.transport.polling;
        if polls && self.state != State::Closed && !self.upgrading() {
            self.transport.polling = true;
            host.poll(self.transport.id);
        }
    }

    fn flush(&mut self, host: &mut impl Host<Q::Out>) {
        let may_write = matches!(self.state, State::Open | State::Closing) && !self.transport.writing;
        if !may_write || self.upgrading() || self.outbox.is_empty() {
            return;
        }
        self.transport.writing = true;
        let polls = self.transport.kind == TransportKind::Polling;
        let limit = (polls && self.max_payload_bytes > 0).then_some(self.max_payload_bytes);
        self.outbox.write(self.transport.id, limit, host);
    }

    fn upgrading(&self) -> bool {
        self.probe.as_ref().is_some_and(Probe::is_proven)
    }

    /// Whether the session is open, and nothing waits to be written.
    fn is_clear(&self) -> bool {
        self.state == State::Open && self.outbox.is_empty() && !self.upgrading()
    }
}
