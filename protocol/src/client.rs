//! The whole client: one connection, the namespaces on it, and the will to come back.
//!
//! What socket.io-client calls a Manager. The driver creates one per server, makes a socket for each namespace
//! with [`Client::socket`], and runs the loop of the [crate's documentation](crate).

mod backoff;
mod host;
mod machine;
mod output;
mod outputs;
mod random;
mod reconnection;
mod sockets;
mod waking;

use alloc::boxed::Box;
use alloc::vec::Vec;

pub use self::host::Host;
pub use self::machine::{Heard, Machine};
pub use self::output::{AttemptError, ConnectError, Output, WRONG_PROTOCOL};
use self::outputs::Outputs;
pub use self::reconnection::Config as ReconnectionConfig;
use crate::engine::client::{self as engine, Failure, Packets};
use crate::engine::{Handshake, TransportId, TransportKind};
use crate::socket::client::{Emit, Item, Mailbox, Retry, TooManyEarlyEvents};
use crate::socket::{Codec, ConnectReply, Kind, Namespace, Packet};
use crate::{Instant, Millis, Reason, limits};

/// How a client connects.
#[derive(Debug, Clone)]
pub struct Config {
    /// The transports and the upgrade.
    pub engine: engine::Config,
    /// When and how often to try again.
    pub reconnection: ReconnectionConfig,
    /// How long one attempt may take, from its first request to the handshake; `None` waits for ever.
    /// Default [`limits::ATTEMPT_TIMEOUT`].
    pub timeout: Option<Millis>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            engine: engine::Config::default(),
            reconnection: ReconnectionConfig::default(),
            timeout: Some(Millis::of(limits::ATTEMPT_TIMEOUT)),
        }
    }
}

/// Names one socket of a client. Sockets are never removed, so that it stays valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// What happened, or what the user wants: the methods of [`Machine`] as values.
#[derive(Debug)]
pub enum Input<C: Codec> {
    /// A transport did something.
    Transport(engine::Input<C::Incoming, C::Outgoing>),
    /// Open the connection, also without any socket.
    Open,
    /// Close the connection and stay away; every socket is told.
    Close,
    /// There may be a network again, or the page has slept: see [`Machine::woken`].
    Woken,
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

/// One connection to one server, with the namespaces on it.
///
/// A [`Machine`] with a codec, with what is kept for its sockets, and with a queue for what it has to say.
#[derive(Debug)]
pub struct Client<C: Codec> {
    machine: Machine<Packets<C::Outgoing>>,
    /// By the ids of sockets.
    namespaces: Vec<Namespace>,
    outputs: Outputs<C>,
}

impl<C: Codec> Client<C> {
    /// A client that does nothing yet. `seed` spreads its reconnections: draw it at random.
    pub fn new(config: Config, codec: C, seed: u64) -> Self {
        let machine = Machine::new(config);
        Self { machine, namespaces: Vec::new(), outputs: Outputs::new(codec, seed) }
    }

    /// The socket of that namespace, made when there is none yet. It connects by [`Input::Connect`].
    pub fn socket(&mut self, namespace: &str) -> SocketId {
        let namespace = Namespace::new(namespace);
        self.socket_of(&namespace).unwrap_or_else(|| {
            self.namespaces.push(namespace);
            self.outputs.mailboxes.push(Mailbox::new());
            self.machine.socket()
        })
    }

    /// Has the events of a socket sent until they are answered, one after the other.
    pub fn retry(&mut self, id: SocketId, retry: Retry) {
        if let Some(mailbox) = self.outputs.mailbox(id) {
            mailbox.retry(retry);
        }
    }

    /// Takes in what happened. See [`Input`]. An unknown [`SocketId`] does nothing.
    pub fn handle_input(&mut self, input: Input<C>, now: Instant) {
        self.outputs.now = now;
        let Self { machine, outputs, .. } = self;
        match input {
            Input::Transport(input) => self.transport(input),
            Input::Open => machine.open(outputs),
            Input::Close => machine.close(outputs),
            Input::Woken => {
                if machine.woken(outputs) {
                    machine.attempt(outputs);
                }
            }
            Input::Connect(id) => machine.connect(id, outputs),
            Input::Authenticate(id, data) => self.authenticate(id, data),
            Input::Disconnect(id) => self.disconnect(id),
            Input::Emit(id, emit) => self.emit(id, emit),
            Input::Answer(id, ack, data) => {
                if machine.is_connected(id) {
                    self.send(id, Kind::Ack, Some(ack), Some(data), true);
                }
            }
        }
    }

    /// Lets time do its work. Harmless when called early.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.outputs.now = now;
        if self.machine.handle_timeout(&mut self.outputs) {
            self.machine.attempt(&mut self.outputs);
        }
        for at in 0..self.namespaces.len() {
            let id = SocketId(u32::try_from(at).unwrap_or(u32::MAX));
            let connected = self.machine.is_connected(id);
            self.with(id, |mailbox, out| mailbox.handle_timeout(connected, now, out));
        }
    }

    /// The next thing to do or to tell. Call it until it is `None` after every other call.
    pub fn poll_output(&mut self) -> Option<Output<C>> {
        self.outputs.pop()
    }

    /// When to call [`Client::handle_timeout`].
    pub fn deadline(&self) -> Option<Instant> {
        let sockets = self.outputs.mailboxes.iter().filter_map(Mailbox::deadline);
        sockets.chain([self.machine.deadline()]).min().filter(|at| *at < Instant::NEVER)
    }

    /// How and when this client reconnects, to look at and to change.
    pub const fn reconnection(&mut self) -> &mut ReconnectionConfig {
        self.machine.reconnection()
    }

    /// The transport in use; `None` while there is no connection.
    pub fn transport_kind(&self) -> Option<TransportKind> {
        self.machine.transport_kind()
    }

    fn socket_of(&self, namespace: &Namespace) -> Option<SocketId> {
        let at = self.namespaces.iter().position(|known| known == namespace)?;
        u32::try_from(at).ok().map(SocketId)
    }

    fn namespace(&self, id: SocketId) -> Option<&Namespace> {
        self.namespaces.get(usize::try_from(id.0).ok()?)
    }

    fn transport(&mut self, input: engine::Input<C::Incoming, C::Outgoing>) {
        use engine::Input as Engine;
        let Self { machine, outputs: host, .. } = self;
        match input {
            Engine::Opened(id) => machine.transport_opened(id, host),
            Engine::Received(id, packet) => match machine.received(id, packet, host) {
                Some(Heard::Message(message)) => self.message(message),
                Some(Heard::Handshake(handshake)) => self.handshake(id, handshake),
                None => {}
            },
            Engine::Malformed(id) => machine.transport_failed(id, Failure::Malformed, host),
            Engine::Polled(id) => machine.polled(id, host),
            Engine::Sent(id) => machine.sent(id, host),
            Engine::Failed(id, failure) => machine.transport_failed(id, failure, host),
            Engine::Closed(id) => machine.transport_closed(id, host),
            Engine::NetworkLost => machine.network_lost(host),
            Engine::Send(messages) => {
                machine.send(messages, host);
            }
            Engine::Close => machine.end_session(host),
            Engine::Discard(reason) => machine.discard(reason, host),
        }
    }

    fn handshake(&mut self, id: TransportId, handshake: Box<Handshake>) {
        let Self { machine, outputs, .. } = self;
        outputs.handshake = Some(handshake.clone());
        match handshake.terms() {
            Some(terms) => machine.opened(&terms, outputs),
            None => machine.transport_failed(id, Failure::Handshake, outputs),
        }
    }

    fn authenticate(&mut self, id: SocketId, data: Option<C::Data>) {
        if !self.machine.authenticated(id) {
            return;
        }
        let data = self.outputs.rejoin(id, data);
        self.send(id, Kind::Connect, None, data, true);
    }

    fn disconnect(&mut self, id: SocketId) {
        if self.machine.is_connected(id) {
            self.send(id, Kind::Disconnect, None, None, true);
        }
        self.machine.disconnect(id, &mut self.outputs);
    }

    fn emit(&mut self, id: SocketId, emit: Emit<C::Data>) {
        let verdict = self.machine.verdict(id, emit.volatile, &mut self.outputs);
        let now = self.outputs.now;
        self.with(id, |mailbox, out| mailbox.emit(emit, verdict, now, out));
    }

    fn message(&mut self, message: C::Incoming) {
        let sound = match self.outputs.codec.decode(message) {
            Ok(Some(packet)) => self.packet(packet).is_ok(),
            Ok(None) => true,
            Err(_) => false,
        };
        if !sound {
            self.machine.discard(Reason::ParseError, &mut self.outputs);
        }
    }

    fn packet(&mut self, packet: Packet<C::Data>) -> Result<(), TooManyEarlyEvents> {
        let Some(id) = self.socket_of(&packet.namespace) else { return Ok(()) };
        match (packet.kind, packet.id, packet.data) {
            _ if !self.machine.is_active(id) => {}
            (Kind::Connect, _, data) => {
                self.accepted(id, data.and_then(|data| self.outputs.codec.connect_reply(&data)))
            }
            (Kind::ConnectError, _, data) => {
                self.machine.refused(id, &mut self.outputs);
                self.outputs.push(Output::ConnectError { socket: id, error: ConnectError::Refused(data) });
            }
            (Kind::Disconnect, ..) => self.machine.sent_away(id, &mut self.outputs),
            (Kind::Event, ack, Some(data)) => return self.event(id, data, ack),
            (Kind::Ack, Some(ack), Some(data)) => {
                let now = self.outputs.now;
                self.with(id, |mailbox, out| mailbox.answered(ack, data, now, out));
            }
            // An event without data has no name; an answer without id or arguments is none.
            (Kind::Event | Kind::Ack, ..) => {}
        }
        Ok(())
    }

    fn event(&mut self, id: SocketId, data: C::Data, ack: Option<u64>) -> Result<(), TooManyEarlyEvents> {
        let connected = self.machine.is_connected(id);
        let offset = if ack.is_none() { self.outputs.codec.offset(&data) } else { None };
        self.with(id, |mailbox, out| mailbox.event(data, ack, offset, connected, out)).unwrap_or(Ok(()))
    }

    fn accepted(&mut self, id: SocketId, reply: Option<ConnectReply<C::Word>>) {
        let Some(ConnectReply { sid, pid }) = reply else {
            let error = ConnectError::WrongProtocol;
            return self.outputs.push(Output::ConnectError { socket: id, error });
        };
        self.machine.accepted(id);
        let now = self.outputs.now;
        let mut items = Vec::new();
        let recovered = self.outputs.mailbox(id).is_some_and(|mailbox| mailbox.joined(pid, now, &mut items));
        self.outputs.push(Output::Joined { socket: id, sid, recovered });
        self.settle(id, items);
        self.outputs.push(Output::Connected(id));
    }

    /// Lets something happen to a mailbox, and does what follows.
    fn with<R>(
        &mut self,
        id: SocketId,
        act: impl FnOnce(&mut Mailbox<C::Data, C::Word>, &mut Vec<Item<C::Data>>) -> R,
    ) -> Option<R> {
        let mut items = Vec::new();
        let result = self.outputs.mailbox(id).map(|mailbox| act(mailbox, &mut items));
        self.settle(id, items);
        result
    }

    fn settle(&mut self, id: SocketId, items: Vec<Item<C::Data>>) {
        for item in items {
            if let Some((ack, data, compress)) = self.outputs.tell(id, item) {
                self.send(id, Kind::Event, ack, Some(data), compress);
            }
        }
    }

    fn send(&mut self, socket: SocketId, kind: Kind, id: Option<u64>, data: Option<C::Data>, compress: bool) {
        let Some(namespace) = self.namespace(socket).cloned() else { return };
        let mut messages = Vec::new();
        self.outputs.codec.encode(Packet { kind, namespace, id, data }, compress, &mut messages);
        self.machine.send(messages, &mut self.outputs);
    }
}
