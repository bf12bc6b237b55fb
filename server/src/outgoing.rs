//! The way out of every event: here, and only here, it becomes a packet and is put before those whom it is for.
//!
//! Rule: nothing waits. An event goes into the queue of each recipient, and what becomes of it there is the business
//! of that recipient's connection.

use parlor_protocol::json::Payload;
use parlor_protocol::socket::{Kind, Packet};

use crate::emitter::Flags;
use crate::namespace::Shared as Namespace;
use crate::prepared::Encoded;
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
        socket.push(self.encode(socket.namespace_shared()), flags)
    }

    /// Sends it to everybody whom `target` selects. `before` sees them first, when nothing is sent yet.
    pub(crate) fn broadcast(self, namespace: &Namespace, target: &Target, before: impl FnOnce(&[Socket])) {
        let recipients = read(&namespace.rooms).select(target);
        before(&recipients);
        let flags = self.flags;
        let packet = self.encode(namespace);
        for recipient in recipients {
            // One that has left meanwhile does not concern the others.
            let _ = recipient.push(packet.clone(), flags);
        }
    }

    fn encode(self, namespace: &Namespace) -> Encoded {
        let Self { data, ack, flags } = self;
        let packet =
            Packet { kind: Kind::Event, namespace: namespace.name.clone(), id: ack, data: Some(data) };
        Encoded::new(packet, flags.compress)
    }
}
