//! The way out of every event: here, and only here, it becomes a packet and is put before those whom it is for.
//!
//! Rule: nothing waits. An event goes into the queue of each recipient, and what becomes of it there is the business
//! of that recipient's connection.

use parlor_protocol::json::Payload;
use parlor_protocol::socket::{Kind, Packet};

use crate::Socket;
use crate::emitter::Flags;
use crate::namespace::Shared as Namespace;
use crate::prepared::Encoded;
use crate::queue::Unsent;
use crate::rooms::Target;
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
        let pushed = socket.push(self.encode(socket.namespace_shared()), flags);
        match pushed {
            Ok(()) => socket.metrics().events_sent.add(1),
            Err(Unsent::Dropped) => socket.metrics().volatile_dropped.add(1),
            Err(Unsent::Closed) => {}
        }
        pushed
    }

    /// Sends it to everybody whom `target` selects. `before` sees them first, when nothing is sent yet.
    pub(crate) fn broadcast(self, namespace: &Namespace, target: &Target, before: impl FnOnce(&[Socket])) {
        let recipients = read(&namespace.rooms).select(target);
        before(&recipients);
        let (flags, ack, data) = (self.flags, self.ack, self.data.clone());
        let packet = self.encode(namespace);
        let (mut sent, mut dropped) = (0, 0);
        for recipient in recipients {
            recipient.overhear(&data);
            let Err(why) = recipient.push(packet.clone(), flags) else {
                sent += 1;
                continue;
            };
            dropped += u64::from(why == Unsent::Dropped);
            // It concerns none of the others, but who waits for its answer.
            if let Some(id) = ack {
                recipient.acks().0.unsent(id, why);
            }
        }
        namespace.metrics.events_sent.add(sent);
        namespace.metrics.volatile_dropped.add(dropped);
    }

    fn encode(self, namespace: &Namespace) -> Encoded {
        let Self { data, ack, flags } = self;
        let packet =
            Packet { kind: Kind::Event, namespace: namespace.name.clone(), id: ack, data: Some(data) };
        Encoded::new(packet, flags.compress, namespace.deflate)
    }
}
