//! The way out of every event: here, and only here, it becomes a packet and is put before those whom it is for.
//!
//! Rule: nothing waits. An event goes into the queue of each recipient, and what becomes of it there is the business
//! of that recipient's connection.

use std::sync::Arc;

use parlor_protocol::json::Payload;
use parlor_protocol::socket::{Kind, Packet};
use tokio::runtime::Handle;

use crate::Socket;
use crate::emitter::Flags;
use crate::metrics::Counters;
use crate::namespace::Shared as Namespace;
use crate::prepared::Encoded;
use crate::queue::flush::{self, Queues};
use crate::queue::{By, Pushed, Queue, Unsent};
use crate::recovery::{Audience, Position, Recovery};
use crate::rooms::{Selection, Target};
use crate::sync::read;

/// An event on its way out.
pub(crate) struct Outgoing {
    /// Its name and arguments.
    pub(crate) data: Payload,
    /// The id under which an answer is wanted.
    pub(crate) ack: Option<u64>,
    pub(crate) flags: Flags,
}

impl Outgoing {
    /// Sends it to one socket.
    ///
    /// # Errors
    ///
    /// The socket has left, or leaves because of this event; or it was dropped.
    pub(crate) fn send(self, socket: &Socket) -> Result<(), Unsent> {
        let flags = self.flags;
        socket.overhear(&self.data);
        let pushed = match self.recovery(socket.namespace_shared()) {
            Some(recovery) => self.send_in_order(recovery, socket),
            None => socket.push(self.encode(socket.namespace_shared()), flags, By::Task).map(drop),
        };
        match pushed {
            Ok(()) => socket.metrics().events_sent.add(1),
            Err(Unsent::Dropped) => socket.metrics().volatile_dropped.add(1),
            Err(Unsent::Closed) => {}
        }
        pushed
    }

    /// Sends it to everybody whom `target` selects. `before` sees them first, when nothing is sent yet.
    pub(crate) fn broadcast(
        self,
        namespace: &Namespace,
        target: &Target,
        before: impl FnOnce(&Selection<Socket>),
    ) {
        let recipients = read(&namespace.rooms).select(target);
        before(&recipients);
        let (sent, dropped) = match self.recovery(namespace) {
            Some(recovery) => {
                recipients.members().for_each(|recipient| recipient.overhear(&self.data));
                self.broadcast_in_order(recovery, namespace, target)
            }
            None => {
                let (flags, ack, data) = (self.flags, self.ack, self.data.clone());
                let packet = self.encode(namespace);
                push_all(recipients, &namespace.metrics, |recipient| {
                    recipient.overhear(&data);
                    let pushed = recipient.push(packet.clone(), flags, By::Flush);
                    // It concerns none of the others, but who waits for its answer.
                    if let (Err(why), Some(id)) = (pushed, ack) {
                        recipient.acks().0.unsent(id, why);
                    }
                    pushed
                })
            }
        };
        namespace.metrics.events_sent.add(sent);
        namespace.metrics.volatile_dropped.add(dropped);
    }

    /// What remembers the order of such events, if anything does. The client's last argument of an event that wants an
    /// answer is the way to answer: there is no place for an offset, and nobody to answer when it comes back.
    fn recovery<'a>(&self, namespace: &'a Namespace) -> Option<&'a Recovery> {
        namespace.recovery.as_ref().filter(|_| self.ack.is_none())
    }

    /// [`Outgoing::send`], in the order of the log.
    fn send_in_order(self, recovery: &Recovery, socket: &Socket) -> Result<(), Unsent> {
        let (flags, namespace) = (self.flags, socket.namespace_shared());
        let mut state = recovery.lock();
        if !socket.is_connected() {
            return Err(Unsent::Closed);
        }
        if flags.volatile {
            return socket.push(self.encode_at(namespace, recovery, state.head()), flags, By::Task).map(drop);
        }
        let at = state.next();
        let packet = self.encode_at(namespace, recovery, at);
        recovery.log(&mut state, Audience::Session(socket.key().origin()), &packet);
        socket.logged(at);
        // If the connection has just ended, the event waits for the client in the log.
        let _ = socket.push(packet, flags, By::Task);
        Ok(())
    }

    /// [`Outgoing::broadcast`], in the order of the log.
    fn broadcast_in_order(self, recovery: &Recovery, namespace: &Namespace, target: &Target) -> (u64, u64) {
        let flags = self.flags;
        let mut state = recovery.lock();
        let at = if flags.volatile { state.head() } else { state.next() };
        let packet = self.encode_at(namespace, recovery, at);
        // Nobody joins or leaves a room between being looked for there and the event's being written down.
        let rooms = read(&namespace.rooms);
        let recipients = rooms.select(target);
        if flags.volatile {
            drop(rooms);
            return push_all(recipients, &namespace.metrics, |recipient| {
                recipient.push(packet.clone(), flags, By::Flush)
            });
        }
        recovery.log(&mut state, Audience::Target(target.clone()), &packet);
        drop(rooms);
        push_all(recipients, &namespace.metrics, |recipient| {
            recipient.logged(at);
            recipient.push(packet.clone(), flags, By::Flush)
        })
    }

    /// With the place where it stands as last argument: what the client gives back when it has lost its connection. A
    /// volatile event, which is not written down, has that of the last one before it, so that what a client takes for
    /// its place always is one.
    fn encode_at(mut self, namespace: &Namespace, recovery: &Recovery, at: Position) -> Encoded {
        self.data = self.data.with_text(&recovery.offset(at));
        self.encode(namespace)
    }

    fn encode(self, namespace: &Namespace) -> Encoded {
        let Self { data, ack, flags } = self;
        let packet =
            Packet { kind: Kind::Event, namespace: namespace.name.clone(), id: ack, data: Some(data) };
        Encoded::new(packet, flags.compress, namespace.deflate)
    }
}

/// Pushes to each of them. Gives for how many it is sent, and for how many dropped.
fn push_all(
    recipients: Selection<Socket>,
    metrics: &Arc<Counters>,
    push: impl Fn(&Socket) -> Result<Pushed, Unsent>,
) -> (u64, u64) {
    let (mut sent, mut dropped) = (0, 0);
    // By runtime: each connection is flushed in its own, for another may be busy, or not run at all.
    let mut awaited: Vec<(Handle, Vec<usize>)> = Vec::new();
    for (at, recipient) in recipients.places() {
        match push(recipient) {
            Ok(Pushed::Queued) => sent += 1,
            Ok(Pushed::Awaited) => {
                sent += 1;
                let runtime = &recipient.link().runtime;
                match awaited.iter_mut().find(|(other, _)| other.id() == runtime.id()) {
                    Some((_, places)) => places.push(at),
                    None => awaited.push((runtime.clone(), vec![at])),
                }
            }
            Err(Unsent::Dropped) => dropped += 1,
            Err(Unsent::Closed) => {}
        }
    }
    if !awaited.is_empty() {
        let recipients = Arc::new(recipients);
        for (runtime, places) in awaited {
            flush::spawn(&recipients, &places, &runtime, metrics);
        }
    }
    (sent, dropped)
}

impl Queues for Selection<Socket> {
    fn queue(&self, at: usize) -> Option<&Queue> {
        self.member(at).map(|socket| &socket.link().queue)
    }
}
