//! One namespace: who is in it, and what the application does with those who come.

mod child;
mod emitting;
mod members;
mod others;
mod rooms;
mod servers;

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, RwLock};

use parlor_protocol::socket::Namespace as Name;
use tokio::sync::SetOnce;

pub(crate) use self::child::Child;
use self::rooms::OnRoomEvent;
pub(crate) use self::rooms::Untold;
use crate::clock::Clock;
use crate::cluster::Cluster;
use crate::handler::{self, Middleware, OnConnection, OnServerEvent};
use crate::metrics::Counters;
use crate::recovery::Recovery;
use crate::rooms::{Rooms, Target};
use crate::sync::{read, write};
use crate::{Config, ParentNamespace, PerMessageDeflate, Refusal, Socket};

/// One namespace, made by [`Server::of`](crate::Server::of). Cloning gives another handle to the same namespace.
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Refusal, Server, Socket};
///
/// let io = Server::new(Config::default());
/// let admin = io.of("/admin");
/// admin.middleware(|socket: Socket| async move {
///     let token = socket.auth::<serde_json::Value>().unwrap_or_default();
///     if token["token"] == "secret" { Ok(()) } else { Err(Refusal::new("not authorized")) }
/// });
/// admin.on_connection(|socket: Socket| async move {
///     let _ = socket.emit("welcome", &socket.id());
/// });
/// admin.emit("news", "hello")?;
/// # Ok::<(), parlor_server::EmitError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Namespace(pub(crate) Arc<Shared>);

/// What the handles of one namespace share.
pub(crate) struct Shared {
    pub(crate) name: Name,
    pub(crate) rooms: RwLock<Rooms<Socket>>,
    /// Ack ids are counted here, not per socket, so that one frame can ask many.
    pub(crate) ack_ids: AtomicU64,
    pub(crate) metrics: Arc<Counters>,
    pub(crate) deflate: Option<PerMessageDeflate>,
    /// What it keeps for clients that are away, if it does.
    pub(crate) recovery: Option<Recovery>,
    /// `None` when it is nobody's child.
    child: Option<Child>,
    /// The other servers; `None` for a server alone.
    pub(crate) cluster: Option<Cluster>,
    /// Set when the application has seen it.
    opened: SetOnce<()>,
    middlewares: RwLock<Vec<Middleware>>,
    connection: RwLock<Vec<OnConnection>>,
    room_listeners: RwLock<Vec<OnRoomEvent>>,
    server_side: RwLock<Vec<(Box<str>, OnServerEvent)>>,
}

impl Namespace {
    pub(crate) fn new(
        name: Name,
        metrics: Arc<Counters>,
        config: &Config,
        clock: Clock,
        child: Option<Child>,
        cluster: Option<Cluster>,
    ) -> Self {
        Self(Arc::new(Shared {
            name,
            rooms: RwLock::new(Rooms::new()),
            ack_ids: AtomicU64::new(0),
            metrics,
            deflate: config.per_message_deflate,
            recovery: config.recovery(clock),
            child,
            cluster,
            opened: SetOnce::new(),
            middlewares: RwLock::default(),
            connection: RwLock::default(),
            room_listeners: RwLock::default(),
            server_side: RwLock::default(),
        }))
    }

    /// The name, with its leading slash.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// Runs for every client that has joined. Its events are handled by what this registers with [`Socket::on`].
    pub fn on_connection<F, Fut>(&self, handler: F)
    where
        F: Fn(Socket) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        write(&self.0.connection).push(handler::on_connection(handler));
    }

    /// Judges every client that wants to join: Socket.IO's `use`. Middlewares run one after the other, and the first
    /// refusal decides. The socket may join rooms meanwhile, but nothing can be emitted to it yet.
    pub fn middleware<F, Fut>(&self, middleware: F)
    where
        F: Fn(Socket) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Refusal>> + Send + 'static,
    {
        write(&self.0.middlewares).push(handler::middleware(middleware));
    }
}

/// How many there are in a namespace.
pub(crate) struct Census {
    pub(crate) sockets: usize,
    pub(crate) rooms: usize,
    /// Answers that its sockets' application waits for.
    pub(crate) acks_pending: usize,
}

impl Shared {
    /// Counts. It looks at every socket, so it is not for every event.
    pub(crate) fn census(&self) -> Census {
        let (members, rooms) = {
            let rooms = read(&self.rooms);
            (rooms.select(&Target::default()), rooms.count())
        };
        let acks_pending = members.members().map(|socket| socket.acks().0.count()).sum();
        Census { sockets: members.members().count(), rooms, acks_pending }
    }

    /// The parent's, and then its own.
    pub(crate) fn connection_handlers(&self) -> Vec<OnConnection> {
        let mut handlers = self.parent().map(ParentNamespace::connection_handlers).unwrap_or_default();
        handlers.extend(read(&self.connection).iter().cloned());
        handlers
    }

    /// The parent's, and then its own.
    pub(crate) fn middlewares(&self) -> Vec<Middleware> {
        let mut middlewares = self.parent().map(ParentNamespace::middlewares).unwrap_or_default();
        middlewares.extend(read(&self.middlewares).iter().cloned());
        middlewares
    }

    /// From now on clients get in.
    pub(crate) fn open(&self) {
        // It is opened by whoever has made it, and by nobody else.
        let _ = self.opened.set(());
    }

    /// Ready when clients get in.
    pub(crate) async fn opened(&self) {
        self.opened.wait().await;
    }
}

impl PartialEq for Namespace {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Namespace {}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Namespace").field("name", &self.name).finish_non_exhaustive()
    }
}
