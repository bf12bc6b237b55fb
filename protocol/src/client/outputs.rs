//! A host that keeps what it is told in a queue, for drivers that ask for one thing after the other, and what waits for
//! a socket in its mailbox.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::convert::Infallible;

use super::random::Random;
use super::{AttemptError, ConnectError, Host, Output, SocketId};
use crate::engine::client::{self as engine, Details};
use crate::engine::{Handshake, Packet, TransportId, TransportKind};
use crate::socket::Codec;
use crate::socket::client::{Item, Mailbox};
use crate::{Instant, Reason};

#[derive(Debug)]
pub(super) struct Outputs<C: Codec> {
    pub(super) now: Instant,
    pub(super) codec: C,
    random: Random,
    /// What the server said when it opened the session.
    pub(super) handshake: Option<Box<Handshake>>,
    /// By the ids of sockets.
    pub(super) mailboxes: Vec<Mailbox<C::Data, C::Word>>,
    queue: VecDeque<Output<C>>,
    /// Packets that leave with the next flush.
    written: Vec<Packet<C::Outgoing>>,
}

impl<C: Codec> Outputs<C> {
    pub(super) const fn new(codec: C, seed: u64) -> Self {
        Self {
            now: Instant::from_millis(0),
            codec,
            random: Random::new(seed),
            handshake: None,
            mailboxes: Vec::new(),
            queue: VecDeque::new(),
            written: Vec::new(),
        }
    }

    pub(super) fn pop(&mut self) -> Option<Output<C>> {
        self.queue.pop_front()
    }

    pub(super) fn push(&mut self, output: Output<C>) {
        self.queue.push_back(output);
    }

    pub(super) fn mailbox(&mut self, socket: SocketId) -> Option<&mut Mailbox<C::Data, C::Word>> {
        self.mailboxes.get_mut(usize::try_from(socket.0).ok()?)
    }

    /// What to say in CONNECT: what the user wants to, and which session there was before.
    pub(super) fn rejoin(&self, socket: SocketId, auth: Option<C::Data>) -> Option<C::Data> {
        let mailbox = usize::try_from(socket.0).ok().and_then(|at| self.mailboxes.get(at));
        match mailbox.and_then(Mailbox::earlier) {
            Some((pid, offset)) => self.codec.rejoin(auth, pid, offset),
            None => auth,
        }
    }

    /// Tells the user what became of an answer, or of an event that came. Gives back what is to be sent.
    pub(super) fn tell(
        &mut self,
        socket: SocketId,
        item: Item<C::Data>,
    ) -> Option<(Option<u64>, C::Data, bool)> {
        self.push(match item {
            Item::Send { id, data, compress } => return Some((id, data, compress)),
            Item::Event { data, ack } => Output::Event { socket, data, ack },
            Item::Acked { key, data } => Output::Ack { socket, key, data },
            Item::AckFailed { key, error } => Output::AckFailed { socket, key, error },
        });
        None
    }

    fn transport(&mut self, output: engine::Output<C::Outgoing>) {
        self.push(Output::Transport(output));
    }
}

impl<C: Codec> engine::Host<C::Outgoing> for Outputs<C> {
    fn now(&mut self) -> Instant {
        self.now
    }

    fn open(&mut self, transport: TransportId, kind: TransportKind, joins: bool) {
        if !joins {
            self.handshake = None;
            // What was half received came over another connection.
            self.codec.reset();
        }
        let sid = self.handshake.as_ref().map(|handshake| handshake.sid.clone());
        self.transport(engine::Output::Open { transport, kind, sid });
    }

    fn poll(&mut self, transport: TransportId) {
        self.transport(engine::Output::Poll(transport));
    }

    fn write(&mut self, _: TransportId, packet: Packet<C::Outgoing, Infallible>) {
        let Ok(packet) = packet.read_open(|open| -> Result<_, Infallible> { match open {} });
        self.written.push(packet);
    }

    fn flush(&mut self, transport: TransportId) {
        let packets = core::mem::take(&mut self.written);
        self.transport(engine::Output::Write(transport, packets));
    }

    fn close(&mut self, transport: TransportId, farewell: bool) {
        self.transport(engine::Output::Close { transport, farewell });
    }

    fn drained(&mut self) {
        self.transport(engine::Output::Drained);
    }

    fn upgrading(&mut self, kind: TransportKind) {
        self.transport(engine::Output::Upgrading(kind));
    }

    fn upgraded(&mut self, kind: TransportKind) {
        self.push(Output::Upgraded(kind));
    }

    fn upgrade_failed(&mut self) {
        self.transport(engine::Output::UpgradeFailed);
    }
}

impl<C: Codec> Host<C::Outgoing> for Outputs<C> {
    fn random(&mut self) -> f64 {
        self.random.fraction()
    }

    fn opened(&mut self) {
        let handshake = self.handshake.clone().map(Output::Opened);
        self.queue.extend(handshake);
    }

    fn pinged(&mut self) {
        self.push(Output::Pinged);
    }

    fn closed(&mut self, reason: Reason, details: Details) {
        self.push(Output::Closed { reason, details });
    }

    fn failed(&mut self, error: AttemptError) {
        self.push(Output::Failed(error));
    }

    fn reconnect_attempt(&mut self, attempts: u32) {
        self.push(Output::ReconnectAttempt(attempts));
    }

    fn reconnect_error(&mut self, error: AttemptError) {
        self.push(Output::ReconnectError(error));
    }

    fn reconnect_failed(&mut self) {
        self.push(Output::ReconnectFailed);
    }

    fn reconnected(&mut self, attempts: u32) {
        self.push(Output::Reconnected(attempts));
    }

    fn authenticate(&mut self, socket: SocketId) {
        self.push(Output::Authenticate(socket));
    }

    fn connect_error(&mut self, socket: SocketId, error: AttemptError) {
        self.push(Output::ConnectError { socket, error: ConnectError::Attempt(error) });
    }

    fn disconnected(&mut self, socket: SocketId, reason: Reason, details: Details) {
        self.push(Output::Disconnected { socket, reason, details });
        let mut items = Vec::new();
        if let Some(mailbox) = self.mailbox(socket) {
            mailbox.left(&mut items);
        }
        for item in items {
            // Nothing is sent without a connection.
            self.tell(socket, item);
        }
    }
}
