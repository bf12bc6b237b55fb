//! What joins the servers of a cluster: for those who write an adapter, or use one.
//!
//! A server alone has none, and pays nothing for it. With one, whatever is said to clients is said to this server's
//! clients at once, and handed to the [`Adapter`] for the others; what the others say comes in by a [`Node`], one for
//! each namespace. The server decides who waits for whom, and for how long. An adapter only carries: it turns a
//! [`Message`] into what its engine understands, and back.
//!
//! The one for Redis (feature `redis`) speaks the format of npm's `@socket.io/redis-adapter`.

mod in_process;
mod message;
mod node;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

pub use self::in_process::InProcess;
pub use self::message::{Audience, BroadcastFlags, Message, Request, Response, SocketDetails};
pub use self::node::Node;

/// What an adapter gives back when it has to wait.
pub type AdapterFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries messages between the servers of a cluster. One adapter serves all namespaces of a server: see
/// [`Server::with_adapter`](crate::Server::with_adapter).
///
/// # What it promises
///
/// * What one server publishes in a namespace, another hears in that order, each message once or not at all.
/// * A server does not hear itself.
/// * Nothing blocks. What cannot be carried, because the engine is away or too slow, is lost and counted in
///   [`Status::lost`]; the server's own clients are served all the same.
///
/// [`InProcess`] is the shortest one.
pub trait Adapter: fmt::Debug + Send + Sync + 'static {
    /// Names this server among the others: [`Request::from`] of what it asks. The same for as long as it lives.
    fn id(&self) -> &str;

    /// A namespace of this server takes part from now on. `node` hears what the others say in it.
    fn join(&self, node: Node);

    /// A namespace of this server is no more. It may be called under a lock, so it waits for nobody, and calls no node.
    fn leave(&self, namespace: &str);

    /// Hands a message to the other servers. It is called inside `emit`, on any thread, so it waits for nobody.
    fn publish(&self, namespace: &str, message: Message);

    /// Answers a request to the server that made it; on any thread, and without waiting.
    fn respond(&self, namespace: &str, request: &Request, response: Response);

    /// How many servers have the namespace, this one included.
    ///
    /// # Errors
    ///
    /// The engine cannot say.
    fn server_count<'a>(&'a self, namespace: &'a str) -> AdapterFuture<'a, Result<usize, AdapterError>>;

    /// Whether [`Adapter::room_created`] and [`Adapter::room_deleted`] are wanted. Asked once for each namespace.
    fn follows_rooms(&self) -> bool {
        false
    }

    /// Whether that room is one of those that [`Adapter::room_created`] and [`Adapter::room_deleted`] are wanted for.
    fn follows_room(&self, _room: &str) -> bool {
        true
    }

    /// Somebody of this server is in a room in which nobody of it was before. It may be called again for a room that was
    /// not deleted in between.
    ///
    /// Like [`Adapter::room_deleted`] it is called under a lock, in the order in which these things happen: it waits for
    /// nobody, and calls no node.
    fn room_created(&self, _namespace: &str, _room: &str) {}

    /// Nobody of this server is in that room any more, nor will come back to it.
    fn room_deleted(&self, _namespace: &str, _room: &str) {}

    /// How it goes. Asked for metrics and health checks.
    fn status(&self) -> Status;

    /// What has been published leaves, and nothing more comes. Called at the end of
    /// [`Server::close`](crate::Server::close).
    fn close(&self) -> AdapterFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// How an adapter does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Status {
    /// Whether it reaches its engine. While it does not, this server serves its own clients alone.
    pub is_connected: bool,
    /// Messages that were handed to the engine.
    pub published: u64,
    /// Messages of other servers that came.
    pub received: u64,
    /// Messages that should have been published and were not: the engine was away, or behind.
    pub lost: u64,
}

/// The cluster did not do what it was asked. Always the world's fault: a server is gone, or the engine is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdapterError {
    /// The engine that carries the messages cannot be reached.
    Unreachable,
    /// Servers did not answer in time.
    TimedOut {
        /// How many.
        servers: usize,
    },
}

impl fmt::Display for AdapterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => {
                f.write_str("the other servers cannot be reached: is the cluster's engine running?")
            }
            Self::TimedOut { servers } => {
                write!(f, "{servers} servers of the cluster did not answer in time")
            }
        }
    }
}

impl std::error::Error for AdapterError {}
