//! The server: its namespaces, its sessions, its end.

mod dynamic;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use parlor_protocol::socket::Namespace as Name;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::adapter::{Adapter, Status};
use crate::clock::Clock;
use crate::cluster::Joint;
use crate::connection::Command;
use crate::ending::Phase;
use crate::engine::{Engine, Hooks};
use crate::http::{Layer, Service};
use crate::link::Link;
use crate::metrics::{self, Counters, Metrics};
use crate::namespaces::Namespaces;
use crate::sync::{read, write};
use crate::{Config, Namespace};

/// A room server, and at the same time its namespace `/`: what a [`Namespace`] can do, it can. Cloning gives another
/// handle to the same server.
///
/// # Examples
///
/// ```no_run
/// use parlor_server::{Ack, Config, Server, Socket, serve};
///
/// #[tokio::main]
/// async fn main() -> std::io::Result<()> {
///     let io = Server::new(Config::default());
///     io.on_connection(|socket: Socket| async move {
///         socket.join("lobby");
///         socket.on("say", |socket: Socket, text: String, ack: Ack| async move {
///             let _ = socket.to("lobby").emit("said", &(socket.id(), text));
///             ack.send(&());
///         });
///     });
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
///     serve(listener, io).await
/// }
/// ```
#[derive(Clone)]
pub struct Server {
    shared: Arc<Shared>,
    root: Namespace,
}

impl Server {
    /// A server that serves nobody yet: see [`serve`](crate::serve) and [`Server::service`].
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self::made_of(Shared::new(config, None))
    }

    /// A server that is one of several, joined by an [adapter](crate::adapter). What it says to clients reaches those
    /// of all servers, unless it is [`local`](Namespace::local).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime: what other servers ask goes on in one.
    #[must_use]
    pub fn with_adapter(config: Config, adapter: impl Adapter) -> Self {
        Self::made_of(Shared::new(config, Some(Joint::new(adapter))))
    }

    fn made_of(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let root = shared.namespaces.named(Name::ROOT);
        Self { shared, root }
    }

    /// The namespace of that name, made at the first call. A missing leading slash is added.
    ///
    /// One that fits a pattern of [`Server::of_pattern`] belongs to that parent.
    #[must_use]
    pub fn of(&self, name: &str) -> Namespace {
        self.shared.namespaces.named(Name::new(name))
    }

    /// The HTTP side: a `tower` service, and a `hyper` one, that answers requests to [`Config::path`] and 404 to
    /// everything else.
    #[must_use]
    pub fn service(&self) -> Service {
        Service::new(self.shared.clone())
    }

    /// The HTTP side as a layer in front of another service, which gets all requests that are not for this server.
    #[must_use]
    pub fn layer(&self) -> Layer {
        Layer::new(self.service())
    }

    /// What happens to requests below Socket.IO: see [`Engine`].
    #[must_use]
    pub fn engine(&self) -> Engine {
        Engine::new(self.shared.clone())
    }

    /// What the server has done so far, and what it holds now.
    ///
    /// It looks at every socket, which takes milliseconds where there are thousands: something for every few seconds.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        metrics::gather(&self.shared)
    }

    /// How the cluster's adapter does; `None` for a server alone.
    #[must_use]
    pub fn adapter_status(&self) -> Option<Status> {
        self.shared.adapter.as_ref().map(|adapter| adapter.status())
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

/// The server is its namespace `/`, and has all of that namespace's methods.
impl Deref for Server {
    type Target = Namespace;

    fn deref(&self) -> &Namespace {
        &self.root
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("config", &self.shared.config).finish_non_exhaustive()
    }
}

/// What the handles of one server and all its connections share.
pub(crate) struct Shared {
    pub(crate) config: Arc<Config>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Arc<Counters>,
    pub(crate) namespaces: Arc<Namespaces>,
    /// `None` for a server alone.
    pub(crate) adapter: Option<Arc<dyn Adapter>>,
    /// By their secret ids.
    sessions: RwLock<HashMap<Box<str>, Session>>,
    pub(crate) hooks: Hooks,
    /// One permit for each handshake that may be under way.
    pub(crate) handshakes: Arc<Semaphore>,
    next_connection: AtomicU64,
    /// How many connections are not closed yet.
    connections: watch::Sender<usize>,
    phase: watch::Sender<Phase>,
}

/// How a request reaches its session.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) link: Arc<Link>,
    pub(crate) commands: mpsc::Sender<Box<Command>>,
}

impl Shared {
    fn new(config: Config, joint: Option<Joint>) -> Self {
        let (config, clock, metrics) = (Arc::new(config), Clock::new(), Arc::<Counters>::default());
        let max_handshakes = config.max_handshakes.min(Semaphore::MAX_PERMITS);
        Self {
            config: config.clone(),
            hooks: Hooks::default(),
            handshakes: Arc::new(Semaphore::new(max_handshakes)),
            clock,
            namespaces: Arc::new(Namespaces::new(config, metrics.clone(), clock, joint.clone())),
            adapter: joint.map(|joint| joint.adapter),
            metrics,
            sessions: RwLock::default(),
            next_connection: AtomicU64::new(0),
            connections: watch::Sender::new(0),
            phase: watch::Sender::new(Phase::Open),
        }
    }

    pub(crate) fn session(&self, sid: &str) -> Option<Session> {
        read(&self.sessions).get(sid).cloned()
    }

    /// Makes a session known; false when there is one of that id.
    pub(crate) fn insert_session(&self, sid: &str, session: Session) -> bool {
        let link = session.link.clone();
        match write(&self.sessions).entry(sid.into()) {
            Entry::Occupied(_) => return false,
            Entry::Vacant(entry) => entry.insert(session),
        };
        if let Some(farewell) = self.phase().farewell() {
            // Whoever ends the server may have looked before this one was there.
            link.queue.push_farewell(farewell);
        }
        true
    }

    pub(crate) fn remove_session(&self, sid: &str) {
        write(&self.sessions).remove(sid);
    }

    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    pub(crate) fn phases(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// Goes on to that phase, unless it is further already.
    pub(crate) fn advance(&self, phase: Phase) {
        self.phase.send_modify(|reached| *reached = phase.max(*reached));
    }

    /// Waits until there is no connection left.
    pub(crate) async fn all_closed(&self) {
        // The sender lives here, so waiting cannot fail.
        let _ = self.connections.subscribe().wait_for(|connections| *connections == 0).await;
    }

    pub(crate) fn next_connection(&self) -> u64 {
        self.next_connection.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts a connection until the guard is dropped. `None` when there are as many as there may be.
    pub(crate) fn count_connection(self: &Arc<Self>) -> Option<Counted> {
        let max = self.config.max_connections.unwrap_or(usize::MAX);
        let has_room = self.connections.send_if_modified(|connections| {
            let has_room = *connections < max;
            *connections += usize::from(has_room);
            has_room
        });
        has_room.then(|| Counted(self.clone()))
    }

    pub(crate) fn session_count(&self) -> usize {
        read(&self.sessions).len()
    }

    pub(crate) fn sessions(&self) -> Vec<Session> {
        read(&self.sessions).values().cloned().collect()
    }
}

/// One connection that `close` waits for.
pub(crate) struct Counted(Arc<Shared>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connections.send_modify(|connections| *connections -= 1);
    }
}
