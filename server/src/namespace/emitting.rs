//! Emitting to everybody in a namespace, or to whom its operators select.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Namespace;
use crate::{Broadcast, BroadcastAckFuture, EmitError, FetchError, RemoteSocket, RoomNames, Socket};

impl Namespace {
    /// Everybody in these rooms. An empty list is everybody.
    pub fn to(&self, rooms: impl RoomNames) -> Broadcast {
        self.everybody().to(rooms)
    }

    /// The same as [`Namespace::to`]: Socket.IO's `in`, which is a word of Rust's own.
    pub fn within(&self, rooms: impl RoomNames) -> Broadcast {
        self.everybody().to(rooms)
    }

    /// Everybody but those in these rooms.
    pub fn except(&self, rooms: impl RoomNames) -> Broadcast {
        self.everybody().except(rooms)
    }

    /// Everybody on this server, when it is one of several.
    pub fn local(&self) -> Broadcast {
        self.everybody().local()
    }

    /// Everybody who can take it at once.
    pub fn volatile(&self) -> Broadcast {
        self.everybody().volatile()
    }

    /// Everybody; whether the event may be compressed: see [`Emitter::compress`](crate::Emitter::compress).
    pub fn compress(&self, compress: bool) -> Broadcast {
        self.everybody().compress(compress)
    }

    /// Everybody; how long to wait for their answers.
    pub fn timeout(&self, timeout: Duration) -> Broadcast {
        self.everybody().timeout(timeout)
    }

    /// Sends an event to everybody in the namespace: see [`Broadcast::emit`].
    ///
    /// # Errors
    ///
    /// The event cannot be written as a packet.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        self.everybody().emit(event, args)
    }

    /// Sends an event to everybody in the namespace and waits for their answers (acknowledgements): see [`Broadcast::emit_with_ack`].
    pub fn emit_with_ack<A: DeserializeOwned + Send + 'static>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> BroadcastAckFuture<A> {
        self.everybody().emit_with_ack(event, args)
    }

    /// See [`Broadcast::fetch_sockets`].
    ///
    /// # Errors
    ///
    /// Not every server of the cluster has answered.
    pub async fn fetch_sockets(&self) -> Result<Vec<RemoteSocket>, FetchError> {
        self.everybody().fetch_sockets().await
    }

    /// See [`Broadcast::sockets`].
    #[must_use]
    pub fn sockets(&self) -> Vec<Socket> {
        self.everybody().sockets()
    }

    /// See [`Broadcast::sockets_join`].
    pub fn sockets_join(&self, rooms: impl RoomNames) {
        self.everybody().sockets_join(rooms);
    }

    /// See [`Broadcast::sockets_leave`].
    pub fn sockets_leave(&self, rooms: impl RoomNames) {
        self.everybody().sockets_leave(rooms);
    }

    /// See [`Broadcast::disconnect_sockets`].
    pub fn disconnect_sockets(&self, close: bool) {
        self.everybody().disconnect_sockets(close);
    }

    pub(crate) fn everybody(&self) -> Broadcast {
        Broadcast::new(self.0.clone())
    }
}
