//! Answers, both ways: those that clients wait for, and in [`pending`] those that the application waits for.

mod pending;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

pub(crate) use self::pending::{Answer, PendingAcks, Share};
use crate::Socket;
use crate::emitter::Flags;
use crate::prepared::Encoded;
use crate::queue::By;

/// Answers one event: Socket.IO's acknowledgement. When the client asked for no answer, answering does nothing.
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

    /// For an event that wants no answer.
    #[cfg(test)]
    pub(crate) const fn unwanted() -> Self {
        Self { wanted: None }
    }

    /// Whether the client asked for an answer and has none yet.
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
        let socket = &wanted.socket;
        let packet =
            match Encoded::ack(socket.namespace_name(), wanted.id, args, socket.namespace_shared().deflate) {
                Ok(packet) => packet,
                Err(error) => {
                    tracing::error!(socket = socket.id(), %error, "an answer was not sent");
                    return;
                }
            };
        if !wanted.is_sent.swap(true, Ordering::AcqRel) {
            // A client that has left needs no answer.
            let _ = socket.push(packet, Flags::default(), By::Task);
        }
    }
}
