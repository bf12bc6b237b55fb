//! A socket seen from afar: what [`Broadcast::fetch_sockets`](crate::Broadcast::fetch_sockets) finds.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::adapter::SocketDetails;
use crate::namespace::Shared as Namespace;
use crate::{
    AckFuture, ArgsError, Broadcast, Data, EmitError, Emitter, Handshake, Payload, RoomNames, Socket,
};

/// A socket that may be connected to another server of the same cluster. With one server alone it never is.
///
/// What is done to one that is elsewhere is asked of its server: it happens a moment later, and nobody says so if the
/// socket has left.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use parlor_server::{Config, Server};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let io = Server::new(Config::default());
/// for socket in io.to("lobby").fetch_sockets().await? {
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
    rooms: Arc<[Arc<str>]>,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Here { socket: Socket, emitter: Emitter },
    Elsewhere { details: Arc<Details>, room: Broadcast },
}

/// What its server said of it.
#[derive(Debug)]
struct Details {
    id: Box<str>,
    handshake: Handshake,
    auth: Payload,
    data: Data,
}

impl RemoteSocket {
    pub(crate) fn of_this_server(socket: Socket) -> Self {
        let rooms = socket.rooms().into();
        Self { rooms, place: Place::Here { emitter: Emitter::new(socket.clone()), socket } }
    }

    /// One of another server.
    pub(crate) fn elsewhere(namespace: &Arc<Namespace>, details: SocketDetails) -> Self {
        let SocketDetails { id, handshake, rooms, data } = details;
        let (handshake, auth) = Handshake::told(&handshake);
        let room = Broadcast::new(namespace.clone()).to(&*id);
        let details = Details { id, handshake, auth, data: Data::told(&data) };
        let rooms = rooms.into_iter().map(Arc::from).collect();
        Self { rooms, place: Place::Elsewhere { details: Arc::new(details), room } }
    }

    /// The socket's public id.
    #[must_use]
    pub fn id(&self) -> &str {
        match &self.place {
            Place::Here { socket, .. } => socket.id(),
            Place::Elsewhere { details, .. } => &details.id,
        }
    }

    /// The first request of its connection, as far as its server tells.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        match &self.place {
            Place::Here { socket, .. } => socket.handshake(),
            Place::Elsewhere { details, .. } => &details.handshake,
        }
    }

    /// What the client said about itself: see [`Socket::auth`].
    ///
    /// # Errors
    ///
    /// It does not fit the type.
    pub fn auth<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        match &self.place {
            Place::Here { socket, .. } => socket.auth(),
            Place::Elsewhere { details, .. } => details.auth.read_value(),
        }
    }

    /// The rooms that it was in when it was fetched.
    #[must_use]
    pub fn rooms(&self) -> &[Arc<str>] {
        &self.rooms
    }

    /// What the application keeps with it. Of one that is elsewhere that is what has a name: see [`Data::set`].
    #[must_use]
    pub fn data(&self) -> &Data {
        match &self.place {
            Place::Here { socket, .. } => socket.data(),
            Place::Elsewhere { details, .. } => &details.data,
        }
    }

    /// The socket itself, if it is connected to this server.
    #[must_use]
    pub const fn local(&self) -> Option<&Socket> {
        match &self.place {
            Place::Here { socket, .. } => Some(socket),
            Place::Elsewhere { .. } => None,
        }
    }

    /// What is emitted is dropped unless it can leave at once.
    #[must_use]
    pub fn volatile(&self) -> Self {
        self.emitting(Emitter::volatile, Broadcast::volatile)
    }

    /// Whether what is emitted is worth compressing.
    #[must_use]
    pub fn compress(&self, compress: bool) -> Self {
        self.emitting(|emitter| emitter.compress(compress), |room| room.compress(compress))
    }

    /// How long to wait for an answer.
    #[must_use]
    pub fn timeout(&self, timeout: Duration) -> Self {
        self.emitting(|emitter| emitter.timeout(timeout), |room| room.timeout(timeout))
    }

    /// Sends an event: see [`Socket::emit`].
    ///
    /// # Errors
    ///
    /// See [`EmitError`]. Of one that is elsewhere nobody knows here whether it has left.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        match &self.place {
            Place::Here { emitter, .. } => emitter.clone().emit(event, args),
            Place::Elsewhere { room, .. } => room.emit(event, args),
        }
    }

    /// Sends an event and waits for its answer: see [`Socket::emit_with_ack`]. One that is elsewhere is not waited for
    /// without an end, but for [`Broadcast::DEFAULT_TIMEOUT`] if nothing is said.
    pub fn emit_with_ack<A: DeserializeOwned + Send + 'static>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> AckFuture<A> {
        match &self.place {
            Place::Here { emitter, .. } => emitter.clone().emit_with_ack(event, args),
            Place::Elsewhere { room, .. } => AckFuture::elsewhere(room.emit_with_one_ack(event, args)),
        }
    }

    /// Lets it join rooms. Does nothing when it has left.
    pub fn join(&self, rooms: impl RoomNames) {
        match &self.place {
            Place::Here { socket, .. } => socket.join(rooms),
            Place::Elsewhere { room, .. } => room.sockets_join(rooms),
        }
    }

    /// Lets it leave rooms.
    pub fn leave(&self, rooms: impl RoomNames) {
        match &self.place {
            Place::Here { socket, .. } => socket.leave(rooms),
            Place::Elsewhere { room, .. } => room.sockets_leave(rooms),
        }
    }

    /// Sends it out of the namespace: see [`Socket::disconnect`].
    pub fn disconnect(&self, close: bool) {
        match &self.place {
            Place::Here { socket, .. } => socket.disconnect(close),
            Place::Elsewhere { room, .. } => room.disconnect_sockets(close),
        }
    }

    fn emitting(
        &self,
        here: impl FnOnce(Emitter) -> Emitter,
        elsewhere: impl FnOnce(Broadcast) -> Broadcast,
    ) -> Self {
        let place = match self.place.clone() {
            Place::Here { socket, emitter } => Place::Here { socket, emitter: here(emitter) },
            Place::Elsewhere { details, room } => Place::Elsewhere { details, room: elsewhere(room) },
        };
        Self { rooms: self.rooms.clone(), place }
    }
}

impl Socket {
    /// What other servers are told of it.
    pub(crate) fn details(&self) -> SocketDetails {
        SocketDetails {
            id: self.id().into(),
            handshake: self.handshake().telling(self.auth_payload()),
            rooms: self.rooms().iter().map(|room| (**room).into()).collect(),
            data: self.data().telling(),
        }
    }
}
