//! Namespaces that come into being when a client asks for them: what they have in common.

use std::fmt;
use std::sync::{Arc, RwLock, Weak};

use parlor_protocol::json::Payload;
use regex_lite::Regex;
use serde::Serialize;

use crate::emitter::Flags;
use crate::handler::{self, Middleware, OnConnection, Predicate};
use crate::namespaces::Namespaces;
use crate::rooms::Target;
use crate::sync::{read, write};
use crate::{EmitError, Namespace, Refusal, RoomNames, Socket};

/// All namespaces whose names fit a pattern, or a condition: made by [`Server::of_pattern`](crate::Server::of_pattern)
/// and [`Server::of_predicate`](crate::Server::of_predicate). Cloning gives another handle to the same parent.
///
/// Its middlewares and handlers are those of all its children, before what a child has of its own; each child has its
/// own rooms.
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Payload, Refusal, Server, Socket};
///
/// let io = Server::new(Config::default());
/// let rooms = io.of_pattern(r"^/room-\d+$")?;
/// rooms.middleware(|socket: Socket| async move {
///     socket.auth::<String>().map(|_| ()).map_err(|_| Refusal::new("your name, please"))
/// });
/// rooms.on_connection(|socket: Socket| async move {
///     let _ = socket.broadcast().emit("joined", socket.id());
/// });
/// rooms.emit("news", "to everybody in every such room")?;
///
/// let _tenants = io.of_predicate(|name: String, _auth: Payload| async move {
///     // Here a database may be asked.
///     name.starts_with("/tenant-")
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ParentNamespace(Arc<Shared>);

struct Shared {
    condition: Condition,
    home: Weak<Namespaces>,
    middlewares: RwLock<Vec<Middleware>>,
    connection: RwLock<Vec<OnConnection>>,
}

/// Which names belong to a parent.
pub(crate) enum Condition {
    Pattern(Regex),
    Predicate(Predicate),
}

impl ParentNamespace {
    pub(crate) fn new(condition: Condition, home: Weak<Namespaces>) -> Self {
        Self(Arc::new(Shared {
            condition,
            home,
            middlewares: RwLock::default(),
            connection: RwLock::default(),
        }))
    }

    /// Runs for every client that has joined one of the children: see [`Namespace::on_connection`].
    pub fn on_connection<F, Fut>(&self, handler: F)
    where
        F: Fn(Socket) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        write(&self.0.connection).push(handler::on_connection(handler));
    }

    /// Judges every client that wants to join one of the children: see [`Namespace::middleware`]. It holds for those
    /// children too that are there already.
    pub fn middleware<F, Fut>(&self, middleware: F)
    where
        F: Fn(Socket) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Refusal>> + Send + 'static,
    {
        write(&self.0.middlewares).push(handler::middleware(middleware));
    }

    /// Everybody in these rooms of all children.
    pub fn to(&self, rooms: impl RoomNames) -> ParentBroadcast {
        self.everybody().to(rooms)
    }

    /// The same as [`ParentNamespace::to`].
    pub fn within(&self, rooms: impl RoomNames) -> ParentBroadcast {
        self.everybody().to(rooms)
    }

    /// Everybody in all children but those in these rooms.
    pub fn except(&self, rooms: impl RoomNames) -> ParentBroadcast {
        self.everybody().except(rooms)
    }

    /// Everybody in all children who can take it at once.
    pub fn volatile(&self) -> ParentBroadcast {
        self.everybody().volatile()
    }

    /// Everybody in all children; whether the event may be compressed.
    pub fn compress(&self, compress: bool) -> ParentBroadcast {
        self.everybody().compress(compress)
    }

    /// Sends an event to everybody in all children: see [`ParentBroadcast::emit`].
    ///
    /// # Errors
    ///
    /// The event cannot be written as a packet.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        self.everybody().emit(event, args)
    }

    fn everybody(&self) -> ParentBroadcast {
        ParentBroadcast { parent: self.clone(), target: Target::default(), flags: Flags::default() }
    }

    /// Whether a client that says this may have a namespace of that name.
    pub(crate) async fn accepts(&self, name: &str, auth: &Payload) -> bool {
        match &self.0.condition {
            Condition::Pattern(pattern) => pattern.is_match(name),
            Condition::Predicate(predicate) => predicate(name.to_owned(), auth.clone()).await,
        }
    }

    /// Whether it has a pattern that the name fits.
    pub(crate) fn matches(&self, name: &str) -> bool {
        match &self.0.condition {
            Condition::Pattern(pattern) => pattern.is_match(name),
            Condition::Predicate(_) => false,
        }
    }

    pub(crate) fn home(&self) -> Option<Arc<Namespaces>> {
        self.0.home.upgrade()
    }

    pub(crate) fn connection_handlers(&self) -> Vec<OnConnection> {
        read(&self.0.connection).clone()
    }

    pub(crate) fn middlewares(&self) -> Vec<Middleware> {
        read(&self.0.middlewares).clone()
    }

    fn children(&self) -> Vec<Namespace> {
        self.home().map(|home| home.children(self)).unwrap_or_default()
    }
}

impl PartialEq for ParentNamespace {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ParentNamespace {}

impl fmt::Debug for ParentNamespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pattern = match &self.0.condition {
            Condition::Pattern(pattern) => Some(pattern.as_str()),
            Condition::Predicate(_) => None,
        };
        f.debug_struct("ParentNamespace").field("pattern", &pattern).finish_non_exhaustive()
    }
}

/// Whom an event goes to in all children of a parent: see [`Broadcast`](crate::Broadcast).
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server};
///
/// let io = Server::new(Config::default());
/// let rooms = io.of_pattern("^/room-")?;
/// rooms.to(["red", "blue"]).except("muted").volatile().compress(false).emit("news", "hello")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `emit`"]
pub struct ParentBroadcast {
    parent: ParentNamespace,
    target: Target,
    flags: Flags,
}

impl ParentBroadcast {
    /// These rooms too. Without any room everybody is meant.
    pub fn to(mut self, rooms: impl RoomNames) -> Self {
        rooms.each(|room| self.target.rooms.push(room.into()));
        self
    }

    /// The same as [`ParentBroadcast::to`].
    pub fn within(self, rooms: impl RoomNames) -> Self {
        self.to(rooms)
    }

    /// Nobody in these rooms, whatever else they are in.
    pub fn except(mut self, rooms: impl RoomNames) -> Self {
        rooms.each(|room| self.target.except.push(room.into()));
        self
    }

    /// Only who can take it at once.
    pub const fn volatile(mut self) -> Self {
        self.flags.volatile = true;
        self
    }

    /// Whether the event may be compressed.
    pub const fn compress(mut self, compress: bool) -> Self {
        self.flags.compress = compress;
        self
    }

    /// Sends an event. It is encoded once for each child, because a packet names its namespace.
    ///
    /// # Errors
    ///
    /// The event cannot be written as a packet. That nobody is there is not an error.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        let data = Payload::event(event, args)?;
        for child in self.parent.children() {
            child.0.broadcast(data.clone(), &self.target, self.flags);
        }
        Ok(())
    }
}
