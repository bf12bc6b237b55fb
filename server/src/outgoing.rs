//! The way out of every event: here, and only here, it becomes a packet and is put before those whom it is for.
//!
//! Rule: nothing waits. An event goes into the queue of each recipient, and what becomes of it there is the business
//! of that recipient's connection.

use parlor_protocol::json::Payload;
use parlor_protocol::socket::{Kind, Packet};

use crate::emitter::Flags;
use crate::namespace::Shared as Namespace;
use crate::prepared::Encoded;
use crate::queue::Pushed;
use crate::rooms::Target;
use crate::sync::read;
use crate::{EmitError, Socket};

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
    /// The socket has left, or leaves because of this event.
    pub(crate) fn send(self, socket: &Socket) -> Result<(), EmitError> {
        let flags = self.flags;
        let pushed = socket.push(self.encode(socket.namespace_shared()), flags)?;
        match pushed {
            Pushed::Queued => socket.metrics().events_sent.add(1),
            Pushed::Dropped => socket.metrics().volatile_dropped.add(1),
        }
        Ok(())
    }

    /// Sends it to everybody whom `target` selects. `before` sees them first, when nothing is sent yet.
    pub(crate) fn broadcast(self, namespace: &Namespace, target: &Target, before: impl FnOnce(&[Socket])) {
        let recipients = read(&namespace.rooms).select(target);
        before(&recipients);
        let flags = self.flags;
        let packet = self.encode(namespace);
        let (mut sent, mut dropped) = (0, 0);
        for recipient in recipients {
            match recipient.push(packet.clone(), flags) {
                Ok(Pushed::Queued) => sent += 1,
                Ok(Pushed::Dropped) => dropped += 1,
                // One that has left meanwhile does not concern the others.
                Err(_) => {}
            }
        }
        namespace.metrics.events_sent.add(sent);
        namespace.metrics.volatile_dropped.add(dropped);
    }

    fn encode(self, namespace: &Namespace) -> Encoded {
        let Self { data, ack, flags } = self;
        let packet =
            Packet { kind: Kind::Event, namespace: namespace.name.clone(), id: ack, data: Some(data) };
        Encoded::new(packet, flags.compress)
    }
}
