//! A socket seen from afar: what [`Broadcast::fetch_sockets`](crate::Broadcast::fetch_sockets) finds.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{AckFuture, Data, EmitError, Emitter, Handshake, RoomNames, Socket};

/// A socket that may be connected to another server of the same cluster. With one server alone it never is.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use parlor_server::{Config, Server};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let io = Server::new(Config::default());
/// for socket in io.to("lobby").fetch_sockets().await {
///     if socket.rooms().iter().any(|room| **room == *"banned") {
///         socket.disconnect(true);
///         continue;
///     }
///     socket.emit("hello", &socket.id())?;
///     socket.join("greeted");
///     let asked = socket.timeout(Duration::from_secs(1)).emit_with_ack::<String>("how are you?", &());
///     println!("{} is {:?}", socket.id(), asked.await);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RemoteSocket {
    socket: Socket,
    rooms: Arc<[Arc<str>]>,
    emitter: Emitter,
}

impl RemoteSocket {
    pub(crate) fn of_this_server(socket: Socket) -> Self {
        Self { rooms: socket.rooms().into(), emitter: Emitter::new(socket.clone()), socket }
    }

    /// The socket's public id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.socket.id()
    }

    /// The first request of its connection.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        self.socket.handshake()
    }

    /// The rooms that it was in when it was fetched.
    #[must_use]
    pub fn rooms(&self) -> &[Arc<str>] {
        &self.rooms
    }

    /// What the application keeps with it.
    #[must_use]
    pub fn data(&self) -> &Data {
        self.socket.data()
    }

    /// The socket itself, if it is connected to this server.
    #[must_use]
    pub const fn local(&self) -> Option<&Socket> {
        Some(&self.socket)
    }

    /// What is emitted is dropped unless it can leave at once.
    #[must_use]
    pub fn volatile(&self) -> Self {
        Self { emitter: self.emitter.clone().volatile(), ..self.clone() }
    }

    /// Whether what is emitted is worth compressing.
    #[must_use]
    pub fn compress(&self, compress: bool) -> Self {
        Self { emitter: self.emitter.clone().compress(compress), ..self.clone() }
    }

    /// How long to wait for an answer.
    #[must_use]
    pub fn timeout(&self, timeout: Duration) -> Self {
        Self { emitter: self.emitter.clone().timeout(timeout), ..self.clone() }
    }

    /// Sends an event: see [`Socket::emit`].
    ///
    /// # Errors
    ///
    /// See [`EmitError`].
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        self.emitter.clone().emit(event, args)
    }

    /// Sends an event and waits for its answer: see [`Socket::emit_with_ack`].
    pub fn emit_with_ack<A: DeserializeOwned>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> AckFuture<A> {
        self.emitter.clone().emit_with_ack(event, args)
    }

    /// Lets it join rooms. Does nothing when it has left.
    pub fn join(&self, rooms: impl RoomNames) {
        self.socket.join(rooms);
    }

    /// Lets it leave rooms.
    pub fn leave(&self, rooms: impl RoomNames) {
        self.socket.leave(rooms);
    }

    /// Sends it out of the namespace: see [`Socket::disconnect`].
    pub fn disconnect(&self, close: bool) {
        self.socket.disconnect(close);
    }
}
