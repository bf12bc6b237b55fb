//! One client in one namespace: the handle that the application holds.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use parlor_protocol::Reason;
use parlor_protocol::engine::TransportKind;
use parlor_protocol::json::{ArgsError, Payload};
use parlor_protocol::socket::Namespace as Name;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ack::PendingAcks;
use crate::emitter::{AckFuture, Emitter, Flags};
use crate::handler::{self, OnDisconnect, OnError, OnEvent, Running};
use crate::link::Link;
use crate::namespace::Shared as Namespace;
use crate::prepared::Encoded;
use crate::queue::Farewell;
use crate::rooms::Key;
use crate::sync::{lock, read, write};
use crate::{Ack, Broadcast, EmitError, EventError, Handshake, RoomNames};

/// One client in one namespace. Cloning gives another handle to the same socket.
///
/// A handler may hold its socket: handlers are dropped when the socket has left.
///
/// # Examples
///
/// ```
/// use parlor_server::{Ack, Config, Server, Socket};
///
/// let io = Server::new(Config::default());
/// io.on_connection(|socket: Socket| async move {
///     socket.join("lobby");
///     socket.on("say", |socket: Socket, text: String, ack: Ack| async move {
///         let _ = socket.to("lobby").emit("said", &(socket.id(), text));
///         ack.send(&());
///     });
/// });
/// ```
#[derive(Clone)]
pub struct Socket(Arc<Inner>);

struct Inner {
    id: Box<str>,
    key: Key,
    namespace: Arc<Namespace>,
    link: Arc<Link>,
    auth: Payload,
    connected: AtomicBool,
    handlers: Mutex<Handlers>,
    acks: PendingAcks,
}

#[derive(Default)]
struct Handlers {
    events: Vec<(Box<str>, OnEvent)>,
    disconnect: Vec<OnDisconnect>,
    error: Vec<OnError>,
}

impl Socket {
    /// The socket's public id, 20 characters. Also the name of a room that only this socket is in from the start.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The name of its namespace, with the leading slash.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.0.namespace.name.as_str()
    }

    /// Whether the client is in the namespace: it was let in, and has not left.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.0.connected.load(Ordering::Acquire)
    }

    /// The first request of the connection.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        &self.0.link.handshake
    }

    /// What the client said about itself when it joined this namespace: its `auth`, `{}` if it said nothing.
    ///
    /// # Errors
    ///
    /// It does not fit the type.
    pub fn auth<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        self.0.auth.read_value()
    }

    /// The transport that the connection lives on at present.
    #[must_use]
    pub fn transport(&self) -> TransportKind {
        self.0.link.transport()
    }

    /// Handles every event of that name, with its arguments as a `T`: a tuple takes several, `()` none, any other
    /// type the first. `parlor_protocol::json::Payload` takes all of them unread.
    ///
    /// Handlers of one client start in the order of its events and interleave where they await. Several handlers of
    /// one name all run. An event whose arguments are not a `T` is logged and reported to [`Socket::on_error`]; a
    /// panic is caught and logged. Register before the first `await` of the connection handler, or the client may be
    /// faster.
    pub fn on<T, F, Fut>(&self, event: &str, handler: F)
    where
        T: DeserializeOwned + Send + 'static,
        F: Fn(Self, T, Ack) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        lock(&self.0.handlers).events.push((event.into(), handler::on_event(handler)));
    }

    /// Runs when the client has left, whoever ended it. Its rooms are left already.
    pub fn on_disconnect<F, Fut>(&self, handler: F)
    where
        F: Fn(Self, Reason) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        lock(&self.0.handlers).disconnect.push(handler::on_disconnect(handler));
    }

    /// Runs when an event's arguments do not fit its handler. It is logged in any case.
    pub fn on_error<F, Fut>(&self, handler: F)
    where
        F: Fn(Self, Arc<EventError>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        lock(&self.0.handlers).error.push(handler::on_error(handler));
    }

    /// Sends an event to this client. A tuple is the argument list, `()` is none, any other value is one argument.
    ///
    /// # Errors
    ///
    /// See [`EmitError`].
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        self.emitter().emit(event, args)
    }

    /// Sends an event to this client and waits for its answer: the arguments, read as an `A`.
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

    /// Whether the next emit is worth compressing. Nothing is compressed yet.
    pub fn compress(&self, compress: bool) -> Emitter {
        self.emitter().compress(compress)
    }

    /// The next emit gets its answer in that time, or [`AckError::TimedOut`](crate::AckError::TimedOut).
    pub fn timeout(&self, timeout: Duration) -> Emitter {
        self.emitter().timeout(timeout)
    }

    /// Everybody in the namespace but this socket.
    pub fn broadcast(&self) -> Broadcast {
        Broadcast::new(self.0.namespace.clone(), Some(self.0.key))
    }

    /// Everybody in these rooms but this socket, even in the room that is named by its own id.
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

    /// Joins rooms. Does nothing when the socket has left.
    pub fn join(&self, rooms: impl RoomNames) {
        let mut all = write(&self.0.namespace.rooms);
        rooms.each(|room| all.join(self.0.key, room));
    }

    /// Leaves rooms.
    pub fn leave(&self, rooms: impl RoomNames) {
        let mut all = write(&self.0.namespace.rooms);
        rooms.each(|room| all.leave(self.0.key, room));
    }

    /// The rooms that the socket is in, its own first.
    #[must_use]
    pub fn rooms(&self) -> Vec<Arc<str>> {
        read(&self.0.namespace.rooms).of(self.0.key)
    }

    /// Sends the client out of the namespace, behind everything that was emitted to it before; with `close` out of
    /// all its namespaces, and then the connection is closed.
    pub fn disconnect(&self, close: bool) {
        let was_connected = self.0.connected.swap(false, Ordering::AcqRel);
        if was_connected {
            write(&self.0.namespace.rooms).remove(self.0.key);
        }
        if close {
            self.0.link.queue.push_farewell(Farewell::Connection);
        } else if was_connected {
            self.0.link.queue.push_farewell(Farewell::Namespace(self.namespace_name().clone()));
        }
    }

    fn emitter(&self) -> Emitter {
        Emitter::new(self.clone())
    }
}

/// What the crate does with sockets.
impl Socket {
    /// A socket that a middleware may look at. It is in nobody's reach until [`Socket::admit`].
    pub(crate) fn new(id: String, namespace: Arc<Namespace>, link: Arc<Link>, auth: Option<Payload>) -> Self {
        static NEXT_KEY: AtomicU64 = AtomicU64::new(0);
        let nothing = || Payload::value(&serde_json::Map::new()).expect("an empty object is JSON");
        let key = Key(NEXT_KEY.fetch_add(1, Ordering::Relaxed));
        write(&namespace.rooms).enter(key);
        Self(Arc::new(Inner {
            id: id.into(),
            key,
            namespace,
            link,
            auth: auth.unwrap_or_else(nothing),
            connected: AtomicBool::new(false),
            handlers: Mutex::default(),
            acks: PendingAcks::new(),
        }))
    }

    pub(crate) fn namespace_name(&self) -> &Name {
        &self.0.namespace.name
    }

    pub(crate) fn namespace_shared(&self) -> &Arc<Namespace> {
        &self.0.namespace
    }

    /// It is connected, and reached by broadcasts.
    pub(crate) fn admit(&self) {
        self.0.connected.store(true, Ordering::Release);
        write(&self.0.namespace.rooms).admit(self.0.key, &self.0.id, self.clone());
    }

    /// It is not in any more, or never was: it is in no room, nobody hears from it. Gives what has to run now.
    pub(crate) fn depart(&self) -> Vec<OnDisconnect> {
        self.0.connected.store(false, Ordering::Release);
        write(&self.0.namespace.rooms).remove(self.0.key);
        self.0.acks.fail();
        // Handlers may hold the socket: the circle ends here.
        let handlers = std::mem::take(&mut *lock(&self.0.handlers));
        handlers.disconnect
    }

    /// The handlers of an event.
    pub(crate) fn handlers_of(&self, event: &str) -> Vec<OnEvent> {
        let handlers = lock(&self.0.handlers);
        handlers
            .events
            .iter()
            .filter(|(name, _)| **name == *event)
            .map(|(_, handler)| handler.clone())
            .collect()
    }

    pub(crate) async fn misunderstood(&self, error: EventError) {
        tracing::error!(
            socket = self.id(),
            namespace = self.namespace(),
            %error,
            cause = std::error::Error::source(&error).map(tracing::field::display),
            "an event was not handled"
        );
        let error = Arc::new(error);
        let handlers = lock(&self.0.handlers).error.clone();
        let running: Vec<Running> =
            handlers.iter().map(|handler| handler(self.clone(), error.clone())).collect();
        for handler in running {
            handler.await;
        }
    }

    pub(crate) fn resolve_ack(&self, id: u64, args: Payload) {
        self.0.acks.resolve(id, args);
    }

    pub(crate) fn acks(&self) -> (&PendingAcks, &AtomicU64) {
        (&self.0.acks, &self.0.namespace.ack_ids)
    }

    /// Puts a packet into the queue of the connection.
    pub(crate) fn push(&self, packet: Encoded, flags: Flags) -> Result<(), EmitError> {
        if !self.is_connected() {
            return Err(EmitError::NotConnected);
        }
        self.0.link.queue.push_flagged(packet, flags.volatile).map_err(|_| EmitError::NotConnected)
    }
}

impl PartialEq for Socket {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for Socket {}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("id", &self.0.id)
            .field("namespace", &self.namespace())
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}
