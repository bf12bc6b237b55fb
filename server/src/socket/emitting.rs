//! Emitting to one socket, and to others in its name.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Socket;
use crate::emitter::{AckFuture, Emitter, Flags};
use crate::prepared::Encoded;
use crate::queue::{By, Pushed, Unsent};
use crate::{Broadcast, EmitError, RoomNames};

impl Socket {
    /// Sends an event to this client. A tuple or an array of fixed length is the argument list, `()` is none, any other
    /// value (a `Vec` too) is one argument.
    ///
    /// # Errors
    ///
    /// See [`EmitError`].
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        self.emitter().emit(event, args)
    }

    /// Sends an event to this client and waits for its answer, Socket.IO's acknowledgement: the arguments, read as an `A`.
    ///
    /// The event is sent now, in the order of emits; the future only waits, for ever if need be: see
    /// [`Socket::timeout`]. Dropping it gives up on the answer.
    pub fn emit_with_ack<A: DeserializeOwned>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> AckFuture<A> {
        self.emitter().emit_with_ack(event, args)
    }

    /// The next emit is dropped unless it can leave at once.
    pub fn volatile(&self) -> Emitter {
        self.emitter().volatile()
    }

    /// Whether the next emit may be compressed: see [`Emitter::compress`].
    pub fn compress(&self, compress: bool) -> Emitter {
        self.emitter().compress(compress)
    }

    /// How long the next emit waits for its answer.
    pub fn timeout(&self, timeout: Duration) -> Emitter {
        self.emitter().timeout(timeout)
    }

    /// Everybody in the namespace but this socket.
    pub fn broadcast(&self) -> Broadcast {
        self.emitter().broadcast()
    }

    /// Everybody in these rooms but this socket, even in the room that is named by its own id: what is for the
    /// socket itself goes by [`Socket::emit`]. An empty list is everybody.
    pub fn to(&self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// The same as [`Socket::to`]: Socket.IO's `in`, which is a word of Rust's own.
    pub fn within(&self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// Everybody in the namespace but this socket and those in these rooms.
    pub fn except(&self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().except(rooms)
    }

    /// Everybody in the namespace on this server but this socket.
    pub fn local(&self) -> Broadcast {
        self.broadcast().local()
    }

    /// Puts a packet into the queue of the connection.
    pub(crate) fn push(&self, packet: Encoded, flags: Flags, by: By) -> Result<Pushed, Unsent> {
        if !self.is_connected() {
            return Err(Unsent::Closed);
        }
        self.0.link.queue.push_flagged(packet, flags.volatile, by)
    }

    fn emitter(&self) -> Emitter {
        Emitter::new(self.clone())
    }
}
