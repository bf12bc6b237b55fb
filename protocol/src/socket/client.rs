//! The client's half of one namespace: joins it, buffers while it is away, keeps track of answers.
//!
//! Knows neither sessions nor transports. [`crate::client`] tells it whether packets can leave, and sends them.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::{AckKey, ConnectReply, Kind, Namespace, Packet, Pending};
use crate::queue::Queue;
use crate::{Instant, Reason, limits};

/// An event to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emit<D> {
    /// The event's name and arguments.
    pub data: D,
    /// Who waits for the answer, if anybody does.
    pub ack: Option<Ask>,
    /// Better dropped than late: it goes now or never.
    pub volatile: bool,
    /// Whether compressing it is worth the while.
    pub compress: bool,
}

/// The wish for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The driver's name for it.
    pub key: AckKey,
    /// How long to wait, from the emit on, even while there is no connection.
    pub timeout: Option<Duration>,
}

/// Why an answer will not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckError {
    /// The time is up.
    TimedOut,
    /// The event was sent, and the connection was lost before its answer came.
    Disconnected,
}

impl AckError {
    /// The message of the error, as socket.io-client words it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::TimedOut => "operation has timed out",
            Self::Disconnected => "socket has been disconnected",
        }
    }
}

/// What a socket wants sent, and what it has to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<D> {
    /// Send a packet.
    Send {
        /// The packet.
        packet: Packet<D>,
        /// Whether compressing it is worth the while.
        compress: bool,
    },
    /// Ask the user for the data of CONNECT, and answer with [`Socket::authenticated`].
    Authenticate,
    /// The server let us in. The user is told by [`Output::Connected`], after what was buffered.
    Joined {
        /// The socket's public id.
        sid: String,
        /// Whether the server restored an earlier session.
        recovered: bool,
    },
    /// Tell the user `connect`.
    Connected,
    /// Tell the user `connect_error`: the server does not let us in, and said this about it.
    Refused(Option<D>),
    /// Tell the user `connect_error`: the server's answer had no `sid`.
    WrongProtocol,
    /// Tell the user `disconnect`.
    Disconnected(Reason),
    /// Hand an event to the user; with an id, the answer is wanted.
    Event {
        /// Its name and arguments.
        data: D,
        /// The id to answer under.
        ack: Option<u64>,
    },
    /// An answer came.
    Ack {
        /// Who waited for it.
        key: AckKey,
        /// Its arguments.
        data: D,
    },
    /// An answer will not come.
    AckFailed {
        /// Who waited for it.
        key: AckKey,
        /// Why.
        error: AckError,
    },
}

/// One namespace on one client. It outlives connections.
#[derive(Debug)]
pub struct Socket<D> {
    namespace: Namespace,
    state: State,
    join: Join,
    /// The private id of the session, where the server can recover it.
    pid: Option<String>,
    /// The place of the last event that was handed to the user.
    offset: Option<String>,
    /// The place of the last one that waits in `receive_buffer`.
    early_offset: Option<String>,
    next_id: u64,
    pending: Pending<AckKey>,
    send_buffer: Vec<Buffered<D>>,
    receive_buffer: Vec<(D, Option<u64>)>,
    outputs: Queue<Output<D>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not wanted: the user has not connected it, or it was refused or disconnected.
    Inactive,
    /// Wanted, and not joined (yet, or again).
    Active,
    Connected,
}

/// How far an active socket has got with joining. One CONNECT for each session: servers close on a second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// There is no session, or it has answered.
    Idle,
    /// The user is asked for the data of CONNECT.
    Asking,
    /// CONNECT is on its way.
    Asked,
}

#[derive(Debug)]
struct Buffered<D> {
    id: Option<u64>,
    data: D,
    compress: bool,
}

impl<D> Socket<D> {
    /// A socket that nobody has connected yet.
    pub fn new(namespace: Namespace) -> Self {
        Self {
            namespace,
            state: State::Inactive,
            join: Join::Idle,
            pid: None,
            offset: None,
            early_offset: None,
            next_id: 0,
            pending: Pending::default(),
            send_buffer: Vec::new(),
            receive_buffer: Vec::new(),
            outputs: Queue::default(),
        }
    }

    /// The namespace it stands for.
    pub const fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Whether the user wants it connected.
    pub fn is_active(&self) -> bool {
        self.state != State::Inactive
    }

    /// Whether the server has let it in.
    pub fn is_connected(&self) -> bool {
        self.state == State::Connected
    }

    /// The session that it had, and how far it came in it: what to ask for in CONNECT.
    pub fn earlier(&self) -> Option<(&str, Option<&str>)> {
        Some((self.pid.as_deref()?, self.offset.as_deref()))
    }

    /// The next thing to send or to tell.
    pub fn poll_output(&mut self) -> Option<Output<D>> {
        self.outputs.pop()
    }

    /// When to call [`Socket::handle_timeout`].
    pub fn deadline(&self) -> Option<Instant> {
        self.pending.deadline()
    }

    /// Gives up on answers whose time has come; an event that was still waiting for a connection is never sent.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((id, key)) = self.pending.take_expired(now) {
            self.send_buffer.retain(|buffered| buffered.id != Some(id));
            self.outputs.push(Output::AckFailed { key, error: AckError::TimedOut });
        }
    }

    /// The user wants it connected.
    pub fn activate(&mut self) {
        if self.state == State::Inactive {
            self.state = State::Active;
        }
    }

    /// A session is open: time to say CONNECT, with whatever the user wants to say then.
    pub fn session_opened(&mut self) {
        if self.state == State::Active && self.join == Join::Idle {
            self.join = Join::Asking;
            self.outputs.push(Output::Authenticate);
        }
    }

    /// The user's answer to [`Output::Authenticate`]. A second or late one is ignored.
    pub fn authenticated(&mut self, data: Option<D>) {
        if self.state == State::Active && self.join == Join::Asking {
            self.join = Join::Asked;
            self.send(Packet::new(Kind::Connect, self.namespace.clone(), data), true);
        }
    }

    /// The user wants to leave. Gives whether anything changed.
    pub fn disconnect(&mut self) -> bool {
        let was = core::mem::replace(&mut self.state, State::Inactive);
        self.join = Join::Idle;
        if was == State::Connected {
            self.send(Packet::new(Kind::Disconnect, self.namespace.clone(), None), true);
            self.left(Reason::IoClientDisconnect);
        }
        was != State::Inactive
    }

    /// The session is gone. An active socket tells so even if it was never let in.
    pub fn session_closed(&mut self, reason: Reason) {
        if self.state != State::Inactive {
            self.state = State::Active;
            self.join = Join::Idle;
            self.left(reason);
        }
    }

    /// Sends an event, buffers it, or drops it when it is volatile and cannot leave at once. `writable` tells
    /// whether a message sent now would leave at once, `alive` whether there is any point in sending at all.
    pub fn emit(&mut self, emit: Emit<D>, writable: bool, alive: bool, now: Instant) {
        let connected = self.state == State::Connected && alive;
        let dropped = emit.volatile && !(connected && writable);
        let id = emit.ack.and_then(|ask| self.expect_answer(ask, dropped, now));
        let Emit { data, compress, .. } = emit;
        if dropped {
            return;
        }
        if connected {
            self.send_event(Buffered { id, data, compress });
        } else {
            self.send_buffer.push(Buffered { id, data, compress });
        }
    }

    /// Registers an answer before its event is sent. A dropped event will get none: without a timeout, nobody
    /// would ever hear of it again.
    fn expect_answer(&mut self, ask: Ask, dropped: bool, now: Instant) -> Option<u64> {
        let id = self.next_id;
        self.next_id += 1;
        if !dropped || ask.timeout.is_some() {
            self.pending.insert(id, ask.timeout.map(|timeout| now + timeout), ask.key);
        }
        Some(id)
    }

    /// Answers an event of the server.
    pub fn answer(&mut self, id: u64, data: D) {
        if self.state == State::Connected {
            let packet =
                Packet { kind: Kind::Ack, namespace: self.namespace.clone(), id: Some(id), data: Some(data) };
            self.send(packet, true);
        }
    }

    /// Takes in a packet of its namespace. `reply` is what the edge read in a CONNECT packet, `offset` what it read
    /// in an event that wants no answer.
    ///
    /// # Errors
    ///
    /// The server sent more than [`limits::MAX_EARLY_EVENTS`] events without letting us in.
    pub fn receive(
        &mut self,
        packet: Packet<D>,
        reply: Option<ConnectReply>,
        offset: Option<String>,
    ) -> Result<(), TooManyEarlyEvents> {
        match packet.kind {
            _ if self.state == State::Inactive => {}
            Kind::Connect => self.connect_replied(reply),
            Kind::ConnectError => {
                self.state = State::Inactive;
                self.join = Join::Idle;
                self.outputs.push(Output::Refused(packet.data));
            }
            Kind::Disconnect => {
                self.state = State::Inactive;
                self.join = Join::Idle;
                self.left(Reason::IoServerDisconnect);
            }
            Kind::Ack => self.answered(packet.id, packet.data),
            Kind::Event => return self.event(packet.data, packet.id, offset),
        }
        Ok(())
    }

    fn connect_replied(&mut self, reply: Option<ConnectReply>) {
        let Some(ConnectReply { sid, pid }) = reply else {
            self.outputs.push(Output::WrongProtocol);
            return;
        };
        let recovered = pid.is_some() && pid == self.pid;
        self.pid = pid;
        self.state = State::Connected;
        self.outputs.push(Output::Joined { sid, recovered });
        let early = self.early_offset.take();
        self.came_to(early);
        for (data, ack) in core::mem::take(&mut self.receive_buffer) {
            self.outputs.push(Output::Event { data, ack });
        }
        for buffered in core::mem::take(&mut self.send_buffer) {
            self.send_event(buffered);
        }
        self.outputs.push(Output::Connected);
    }

    /// A server without recovery gives no places: there, a text is the user's.
    fn came_to(&mut self, offset: Option<String>) {
        if self.pid.is_some() && offset.is_some() {
            self.offset = offset;
        }
    }

    fn event(
        &mut self,
        data: Option<D>,
        ack: Option<u64>,
        offset: Option<String>,
    ) -> Result<(), TooManyEarlyEvents> {
        // An event without data has no name: there is nobody to hand it to.
        let Some(data) = data else { return Ok(()) };
        if self.state == State::Connected {
            self.outputs.push(Output::Event { data, ack });
            self.came_to(offset);
        } else if self.receive_buffer.len() < limits::MAX_EARLY_EVENTS {
            self.receive_buffer.push((data, ack));
            self.early_offset = offset.or(self.early_offset.take());
        } else {
            return Err(TooManyEarlyEvents);
        }
        Ok(())
    }

    /// An answer without id or without arguments is none: whoever waits goes on waiting.
    fn answered(&mut self, id: Option<u64>, data: Option<D>) {
        let (Some(id), Some(data)) = (id, data) else { return };
        if let Some(key) = self.pending.take(id) {
            self.outputs.push(Output::Ack { key, data });
        }
    }

    /// Tells the user first, then everybody whose answer can no longer come. What is still buffered will be sent
    /// on the next connection, and can still be answered.
    fn left(&mut self, reason: Reason) {
        self.receive_buffer.clear();
        self.early_offset = None;
        self.outputs.push(Output::Disconnected(reason));
        let buffered = &self.send_buffer;
        let lost = self.pending.take_if(|id, _| buffered.iter().all(|event| event.id != Some(id)));
        for (_, key) in lost {
            self.outputs.push(Output::AckFailed { key, error: AckError::Disconnected });
        }
    }

    fn send_event(&mut self, Buffered { id, data, compress }: Buffered<D>) {
        let packet = Packet { kind: Kind::Event, namespace: self.namespace.clone(), id, data: Some(data) };
        self.send(packet, compress);
    }

    fn send(&mut self, packet: Packet<D>, compress: bool) {
        self.outputs.push(Output::Send { packet, compress });
    }
}

/// The server sent more than [`limits::MAX_EARLY_EVENTS`] events without letting us in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyEarlyEvents;
