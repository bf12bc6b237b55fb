//! Answers, both ways: those that clients wait for, and in [`pending`] those that the application waits for.

mod pending;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

pub(crate) use self::pending::{Answer, PendingAcks, Share};
use crate::adapter::{Request, Response};
use crate::emitter::Flags;
use crate::namespace::Shared as Namespace;
use crate::prepared::Encoded;
use crate::{EncodeError, Payload, Socket, queue};

/// Answers one event of a client, or of another server: Socket.IO's acknowledgement. When no answer was asked for,
/// answering does nothing.
///
/// Only the first answer counts. Dropping it leaves whoever asked waiting.
///
/// # Examples
///
/// ```
/// use parlor_server::{Ack, Config, Server, Socket};
///
/// let io = Server::new(Config::default());
/// io.on_connection(|socket: Socket| async move {
///     socket.on("double", |_, number: f64, ack: Ack| async move { ack.send(&(number * 2.0)) });
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Ack {
    wanted: Option<Arc<Wanted>>,
}

#[derive(Debug)]
struct Wanted {
    by: By,
    is_sent: AtomicBool,
}

/// Who wants an answer.
#[derive(Debug)]
enum By {
    Client { socket: Socket, id: u64 },
    Server { namespace: Arc<Namespace>, request: Request },
}

impl Ack {
    pub(crate) fn new(socket: &Socket, id: Option<u64>) -> Self {
        id.map_or_else(Self::unwanted, |id| Self::wanted(By::Client { socket: socket.clone(), id }))
    }

    /// For an event of another server.
    pub(crate) fn for_server(namespace: &Arc<Namespace>, request: Request) -> Self {
        Self::wanted(By::Server { namespace: namespace.clone(), request })
    }

    /// For an event that wants no answer.
    pub(crate) const fn unwanted() -> Self {
        Self { wanted: None }
    }

    fn wanted(by: By) -> Self {
        Self { wanted: Some(Arc::new(Wanted { by, is_sent: AtomicBool::new(false) })) }
    }

    /// Whether an answer was asked for and has not been given yet.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.wanted.as_ref().is_some_and(|wanted| !wanted.is_sent.load(Ordering::Acquire))
    }

    /// Answers. A tuple or an array of fixed length is the argument list, `()` is none, any other value (a `Vec` too) is
    /// one argument.
    ///
    /// A value that has no form in JSON is a mistake of the application: it is logged, and the client gets no answer.
    pub fn send<T: Serialize + ?Sized>(&self, args: &T) {
        let Some(wanted) = &self.wanted else { return };
        let is_first = || !wanted.is_sent.swap(true, Ordering::AcqRel);
        let sent = match &wanted.by {
            By::Client { socket, id } => answer_client(socket, *id, args, is_first),
            By::Server { namespace, request } => answer_server(namespace, request, args, is_first),
        };
        if let Err(error) = sent {
            tracing::error!(%error, "an answer was not sent");
        }
    }
}

fn answer_client<T: Serialize + ?Sized>(
    socket: &Socket,
    id: u64,
    args: &T,
    is_first: impl FnOnce() -> bool,
) -> Result<(), EncodeError> {
    let packet = Encoded::ack(socket.namespace_name(), id, args, socket.namespace_shared().deflate)?;
    if is_first() {
        // A client that has left needs no answer.
        let _ = socket.push(packet, Flags::default(), queue::By::Task);
    }
    Ok(())
}

fn answer_server<T: Serialize + ?Sized>(
    namespace: &Namespace,
    request: &Request,
    args: &T,
    is_first: impl FnOnce() -> bool,
) -> Result<(), EncodeError> {
    let answer = Response::ServerAck(Payload::args(args)?);
    if let Some(cluster) = namespace.cluster.as_ref().filter(|_| is_first()) {
        namespace.respond(cluster, request, answer);
    }
    Ok(())
}
