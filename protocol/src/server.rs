//! The whole server side of one connection: an Engine.IO session and the namespaces on it.
//!
//! What the application emits does not pass through here packet by packet: it is encoded once, for all its
//! recipients, and handed in as messages ([`Input::Send`]).

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use crate::engine::server::{self as engine, Config, First, Session};
use crate::engine::{TransportId, TransportKind};
use crate::socket::server::{Namespaces, Offence, Received};
use crate::socket::{Codec, DecodeError, Kind, Namespace, Packet};
use crate::{Instant, Reason, limits};

/// What happened to the connection, or what the application wants.
#[derive(Debug)]
pub enum Input<C: Codec> {
    /// A request or a WebSocket did something.
    Engine(engine::Input<C::Incoming, C::Outgoing>),
    /// Send messages that are encoded already. They belong to one packet, and nothing comes between them.
    Send(Vec<C::Outgoing>),
    /// Let the client in. `reply` is the data of the answer, `{"sid":"…"}`.
    Accept {
        /// Where.
        namespace: Namespace,
        /// The data of the answer.
        reply: C::Data,
    },
    /// Do not let the client in. `error` is the data of the answer, `{"message":"…"}`.
    Refuse {
        /// Where not.
        namespace: Namespace,
        /// The data of the answer.
        error: C::Data,
    },
    /// Send the client out of a namespace.
    Disconnect(Namespace),
    /// End the connection when everything sent so far is on its way.
    Close(Reason),
    /// End the connection now.
    Discard(Reason),
}

/// What the driver has to do, and what there is to tell the application.
#[derive(Debug)]
pub enum Output<C: Codec> {
    /// Answer a request.
    Respond(engine::RequestId, engine::Response<C::Outgoing>),
    /// Write packets to a WebSocket: see [`engine::Output::Write`].
    Write(TransportId, Vec<crate::engine::Packet<C::Outgoing>>),
    /// Close a WebSocket and forget it.
    CloseTransport(TransportId),
    /// The session now lives on a WebSocket.
    Upgraded(TransportId),
    /// The client wants to join a namespace. Answer with [`Input::Accept`] or [`Input::Refuse`], in any order
    /// and as late as needed.
    Connect {
        /// Which one.
        namespace: Namespace,
        /// What it says about itself.
        auth: Option<C::Data>,
    },
    /// An event; with an id, an answer is wanted.
    Event {
        /// Of which namespace.
        namespace: Namespace,
        /// Its name and arguments.
        data: C::Data,
        /// The id to answer under.
        ack: Option<u64>,
    },
    /// The answer to an event.
    Ack {
        /// Of which namespace.
        namespace: Namespace,
        /// The id it answers.
        id: u64,
        /// Its arguments.
        data: C::Data,
    },
    /// The client is out of a namespace.
    Disconnected(Namespace, Reason),
    /// The client broke the protocol; the connection is being closed. Worth one line in the log.
    Refused(ProtocolError),
    /// The connection has ended, after a [`Output::Disconnected`] for each namespace. Nothing follows but
    /// answers to requests that are still held.
    Closed(Reason),
}

/// How the client broke the Socket.IO protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProtocolError {
    /// It sent something that is not a packet.
    Decode(DecodeError),
    /// It sent a packet that it must not send now.
    Offence(Offence),
    /// It announced attachments and did not send them: see [`limits::ATTACHMENT_TIMEOUT`].
    AttachmentsMissing,
}

impl ProtocolError {
    /// What was wrong, in words.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.message(),
            Self::Offence(offence) => offence.message(),
            Self::AttachmentsMissing => "attachments did not come in time",
        }
    }
}

/// One client's connection, from its handshake to its end.
#[derive(Debug)]
pub struct Connection<C: Codec> {
    codec: C,
    session: Session<C::Incoming, C::Outgoing>,
    namespaces: Namespaces,
    /// When to give up on a client that joins no namespace.
    join_deadline: Option<Instant>,
    /// When to give up on a packet whose attachments do not come.
    attachment_deadline: Option<Instant>,
    /// The client broke the protocol: what else it sent is not read.
    offended: bool,
    outputs: VecDeque<Output<C>>,
}

impl<C: Codec> Connection<C> {
    /// Opens a connection and sends the handshake. `sid` is the session's secret id, which must never be shown
    /// to other clients; `connect_timeout` is how long the client may take to join its first namespace.
    pub fn open(
        config: Config,
        connect_timeout: Duration,
        codec: C,
        sid: String,
        first: First,
        now: Instant,
    ) -> Self {
        let mut connection = Self {
            codec,
            session: Session::open(config, sid, first, now),
            namespaces: Namespaces::default(),
            join_deadline: Some(now + connect_timeout),
            attachment_deadline: None,
            offended: false,
            // Mostly they are fetched one by one.
            outputs: VecDeque::with_capacity(1),
        };
        connection.collect(now);
        connection
    }

    /// Takes in what happened. See [`Input`].
    pub fn handle_input(&mut self, input: Input<C>, now: Instant) {
        match input {
            Input::Engine(input) => self.session.handle_input(input, now),
            Input::Send(messages) => self.session.handle_input(engine::Input::Send(messages), now),
            Input::Accept { namespace, reply } => self.accept(namespace, reply, now),
            Input::Refuse { namespace, error } => self.refuse(namespace, error, now),
            Input::Disconnect(namespace) => self.disconnect(namespace, now),
            Input::Close(reason) => self.session.handle_input(engine::Input::Close(reason), now),
            Input::Discard(reason) => self.session.handle_input(engine::Input::Discard(reason), now),
        }
        self.collect(now);
    }

    /// Lets time do its work. Harmless when called early.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.attachment_deadline.is_some_and(|deadline| deadline <= now) {
            self.offended(ProtocolError::AttachmentsMissing, now);
        }
        self.session.handle_timeout(now);
        if self.join_deadline.is_some_and(|deadline| deadline <= now) {
            self.join_deadline = None;
            self.session.handle_input(engine::Input::Close(Reason::ForcedServerClose), now);
        }
        self.collect(now);
    }

    /// The next thing to do or to tell. Call it until it is `None` after every other call.
    pub fn poll_output(&mut self) -> Option<Output<C>> {
        self.outputs.pop_front()
    }

    /// When to call [`Connection::handle_timeout`].
    pub fn deadline(&self) -> Option<Instant> {
        let session = self.session.deadline()?;
        [self.join_deadline, self.attachment_deadline].into_iter().flatten().chain([session]).min()
    }

    /// Whether a message sent now would leave at once. Until it is so, keep messages in a queue that counts.
    pub fn is_writable(&self) -> bool {
        self.session.is_writable()
    }

    /// How many packets wait for the transport to take them: [`Session::buffered`].
    pub fn buffered(&self) -> usize {
        self.session.buffered()
    }

    /// Whether nobody has closed the connection.
    pub fn is_open(&self) -> bool {
        self.session.is_open()
    }

    /// The transport that the connection lives on.
    pub const fn transport_kind(&self) -> TransportKind {
        self.session.transport_kind()
    }

    fn accept(&mut self, namespace: Namespace, reply: C::Data, now: Instant) {
        if self.namespaces.accept(&namespace) {
            self.join_deadline = None;
            self.send(Packet::new(Kind::Connect, namespace, Some(reply)), now);
        }
    }

    fn refuse(&mut self, namespace: Namespace, error: C::Data, now: Instant) {
        if self.namespaces.leave(&namespace) {
            self.send(Packet::new(Kind::ConnectError, namespace, Some(error)), now);
        }
    }

    fn disconnect(&mut self, namespace: Namespace, now: Instant) {
        if self.namespaces.leave(&namespace) {
            self.send(Packet::new(Kind::Disconnect, namespace.clone(), None), now);
            self.outputs.push_back(Output::Disconnected(namespace, Reason::ServerNamespaceDisconnect));
        }
    }

    fn send(&mut self, packet: Packet<C::Data>, now: Instant) {
        let mut messages = Vec::new();
        self.codec.encode(packet, true, &mut messages);
        self.session.handle_input(engine::Input::Send(messages), now);
    }

    /// Passes on what the session has to say, and reads the messages in it.
    fn collect(&mut self, now: Instant) {
        while let Some(output) = self.session.poll_output() {
            match output {
                engine::Output::Message(message) => self.message(message, now),
                engine::Output::Closed(reason) => self.closed(reason),
                engine::Output::Respond(request, response) => {
                    self.outputs.push_back(Output::Respond(request, response));
                }
                engine::Output::Write(id, packets) => self.outputs.push_back(Output::Write(id, packets)),
                engine::Output::Close(id) => self.outputs.push_back(Output::CloseTransport(id)),
                engine::Output::Upgraded(id) => self.outputs.push_back(Output::Upgraded(id)),
            }
        }
    }

    fn message(&mut self, message: C::Incoming, now: Instant) {
        if self.offended {
            return;
        }
        let decoded = self.codec.decode(message);
        self.attachment_deadline = self.codec.is_midway().then(|| now + limits::ATTACHMENT_TIMEOUT);
        let received = match decoded {
            Ok(None) => return,
            Ok(Some(packet)) => self.namespaces.receive(packet).map_err(ProtocolError::Offence),
            Err(error) => Err(ProtocolError::Decode(error)),
        };
        match received {
            Ok(received) => self.received(received),
            Err(error) => self.offended(error, now),
        }
    }

    fn offended(&mut self, error: ProtocolError, now: Instant) {
        self.offended = true;
        self.attachment_deadline = None;
        self.outputs.push_back(Output::Refused(error));
        self.session.handle_input(engine::Input::Close(Reason::ForcedClose), now);
    }

    fn received(&mut self, received: Received<C::Data>) {
        self.outputs.push_back(match received {
            Received::Connect { namespace, auth } => Output::Connect { namespace, auth },
            Received::Disconnect(namespace) => {
                Output::Disconnected(namespace, Reason::ClientNamespaceDisconnect)
            }
            Received::Event { namespace, data, ack } => Output::Event { namespace, data, ack },
            Received::Ack { namespace, id, data } => Output::Ack { namespace, id, data },
            Received::Nothing => return,
        });
    }

    fn closed(&mut self, reason: Reason) {
        self.codec.reset();
        self.join_deadline = None;
        self.attachment_deadline = None;
        for namespace in self.namespaces.drain_connected() {
            self.outputs.push_back(Output::Disconnected(namespace, reason));
        }
        self.outputs.push_back(Output::Closed(reason));
    }
}
