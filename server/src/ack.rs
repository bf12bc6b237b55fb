//! Answers, both ways: those that clients wait for, and those that the application waits for.
//!
//! Ids are counted per namespace, so that one frame can ask many clients. They are drawn under the lock of the table
//! they go into: a table needs them in order.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use parlor_protocol::json::Payload;
use parlor_protocol::socket::{Kind, Packet, Pending};
use serde::Serialize;
use tokio::sync::oneshot;

use crate::Socket;
use crate::emitter::Flags;
use crate::prepared::Encoded;
use crate::sync::lock;

/// Answers one event. When the client asked for no answer, answering does nothing.
///
/// Only the first answer counts. Dropping it leaves the client waiting.
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
    socket: Socket,
    id: u64,
    is_sent: AtomicBool,
}

impl Ack {
    pub(crate) fn new(socket: &Socket, id: Option<u64>) -> Self {
        let wanted = |id| Arc::new(Wanted { socket: socket.clone(), id, is_sent: AtomicBool::new(false) });
        Self { wanted: id.map(wanted) }
    }

    /// Whether the client asked for an answer and has none yet.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.wanted.as_ref().is_some_and(|wanted| !wanted.is_sent.load(Ordering::Acquire))
    }

    /// Answers. A tuple is the argument list, `()` is none, any other value is one argument.
    ///
    /// A value that has no form in JSON is a mistake of the application: it is logged, and the client gets no answer.
    pub fn send<T: Serialize + ?Sized>(&self, args: &T) {
        let Some(wanted) = &self.wanted else { return };
        let payload = match Payload::args(args) {
            Ok(payload) => payload,
            Err(error) => {
                tracing::error!(socket = wanted.socket.id(), %error, "an answer was not sent");
                return;
            }
        };
        if !wanted.is_sent.swap(true, Ordering::AcqRel) {
            let namespace = wanted.socket.namespace_name().clone();
            let packet = Packet { kind: Kind::Ack, namespace, id: Some(wanted.id), data: Some(payload) };
            // A client that has left needs no answer.
            let _ = wanted.socket.push(Encoded::new(packet, true), Flags::default());
        }
    }
}

/// The answers that one socket's application waits for.
#[derive(Debug)]
pub(crate) struct PendingAcks {
    /// `None` when the socket has left.
    waiting: Mutex<Option<Pending<oneshot::Sender<Payload>>>>,
}

impl PendingAcks {
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::new(Some(Pending::default())) }
    }

    /// Draws an id from the namespace's counter and waits for its answer. `None` when the socket has left.
    pub(crate) fn wait(&self, ids: &AtomicU64) -> Option<(u64, oneshot::Receiver<Payload>)> {
        let mut waiting = lock(&self.waiting);
        let pending = waiting.as_mut()?;
        let id = ids.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        pending.insert(id, None, sender);
        Some((id, receiver))
    }

    /// An answer came. Late and unknown ones are ignored.
    pub(crate) fn resolve(&self, id: u64, args: Payload) {
        if let Some(sender) = self.forget(id) {
            let _ = sender.send(args);
        }
    }

    /// Nobody waits for that answer any more.
    pub(crate) fn forget(&self, id: u64) -> Option<oneshot::Sender<Payload>> {
        lock(&self.waiting).as_mut()?.take(id)
    }

    /// How many answers are waited for.
    pub(crate) fn count(&self) -> usize {
        lock(&self.waiting).as_ref().map_or(0, Pending::len)
    }

    /// The socket has left: everybody who waits hears so.
    pub(crate) fn fail(&self) {
        let waiting = lock(&self.waiting).take();
        drop(waiting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reaches_whoever_asked_for_it_and_unknown_ones_nobody() {
        let (acks, ids) = (PendingAcks::new(), AtomicU64::new(7));
        let (first, mut one) = acks.wait(&ids).unwrap();
        let (second, mut two) = acks.wait(&ids).unwrap();
        assert_eq!((first, second), (7, 8));
        acks.resolve(8, Payload::args("b").unwrap());
        acks.resolve(8, Payload::args("again").unwrap());
        acks.resolve(99, Payload::args("unknown").unwrap());
        assert_eq!(two.try_recv().unwrap().json(), r#"["b"]"#);
        assert!(one.try_recv().is_err());
    }

    #[test]
    fn who_waits_hears_that_the_socket_has_left() {
        let (acks, ids) = (PendingAcks::new(), AtomicU64::new(0));
        let (_, mut answer) = acks.wait(&ids).unwrap();
        acks.fail();
        assert_eq!(answer.try_recv(), Err(oneshot::error::TryRecvError::Closed));
        assert!(acks.wait(&ids).is_none());
    }
}
