//! Emitting to many sockets of one namespace: encoded once, a reference for each. Their [`answers`] are collected,
//! and more can be done with these [`members`] than emitting.

mod answers;
mod members;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::json::Payload;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use self::answers::Asked;
pub use self::answers::{BroadcastAckError, BroadcastAckFuture, Elsewhere, Missing, Unanswered};
pub use self::members::FetchError;
use crate::adapter::{Audience, Message};
use crate::emitter::Flags;
use crate::namespace::Shared as Namespace;
use crate::rooms::Target;
use crate::{EmitError, Socket};

/// Whom an event goes to, and how. Each method gives another one; nothing happens before [`Broadcast::emit`].
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server};
///
/// let io = Server::new(Config::default());
/// io.to(["red", "blue"]).except("muted").emit("news", &("hello", 1))?;
///
/// let players = io.to("players").except("spectators");
/// players.sockets_join("game 7");
/// players.emit("begin", &7)?;
/// io.to("game 6").disconnect_sockets(false);
/// # Ok::<(), parlor_server::EmitError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `emit`"]
pub struct Broadcast {
    namespace: Arc<Namespace>,
    target: Target,
    flags: Flags,
    timeout: Option<Duration>,
}

impl Broadcast {
    /// How long [`Broadcast::emit_with_ack`] waits when nothing else is said: five seconds. With many clients there
    /// is always one that does not answer, so there is no waiting without an end.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

    /// Everybody in the namespace.
    pub(crate) fn new(namespace: Arc<Namespace>) -> Self {
        Self { namespace, target: Target::default(), flags: Flags::default(), timeout: None }
    }

    /// Everybody in the socket's namespace but itself.
    pub(crate) fn of_socket(socket: &Socket, flags: Flags, timeout: Option<Duration>) -> Self {
        let target = Target { sender: Some(socket.key()), ..Target::default() };
        Self { namespace: socket.namespace_shared().clone(), target, flags, timeout }
    }

    /// These rooms too. Who is in several of them is reached once. Without any room everybody is.
    pub fn to(mut self, rooms: impl RoomNames) -> Self {
        self.target.rooms.append(&mut rooms.listed());
        self
    }

    /// The same as [`Broadcast::to`]: Socket.IO's `in`.
    pub fn within(self, rooms: impl RoomNames) -> Self {
        self.to(rooms)
    }

    /// Nobody in these rooms, whatever else they are in.
    pub fn except(mut self, rooms: impl RoomNames) -> Self {
        self.target.except.append(&mut rooms.listed());
        self
    }

    /// Only clients of this server, when it is one of several: the others are not told.
    pub const fn local(mut self) -> Self {
        self.flags.local = true;
        self
    }

    /// Only who can take it at once.
    pub const fn volatile(mut self) -> Self {
        self.flags.volatile = true;
        self
    }

    /// Whether the event may be compressed: see [`Emitter::compress`](crate::Emitter::compress).
    pub const fn compress(mut self, compress: bool) -> Self {
        self.flags.compress = compress;
        self
    }

    /// How long to wait for answers; [`Broadcast::DEFAULT_TIMEOUT`] if nothing is said.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends an event. A tuple or an array of fixed length is the argument list, `()` is none, any other value (a `Vec`
    /// too) is one argument.
    ///
    /// Waits for nobody: it goes into the queue of each recipient, and one whose queue is full is disconnected.
    ///
    /// # Errors
    ///
    /// The event cannot be written as a packet. That nobody is there is not an error.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        let data = Payload::event(event, args)?;
        self.namespace.broadcast(data, &self.target, self.flags);
        Ok(())
    }

    /// Sends an event and waits for everybody's answer (Socket.IO's acknowledgement), each read as an `A`: a tuple takes
    /// several arguments, any other type the first. The answers are in the order in which they came.
    ///
    /// The event is sent now; the future only waits, no longer than [`Broadcast::timeout`]. A client that leaves is
    /// not waited for, nor is one that a volatile event could not reach. With nobody there it is ready at once.
    /// Dropping it gives up on the answers.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use parlor_server::{BroadcastAckError, Server};
    ///
    /// async fn poll(io: &Server) -> Vec<u32> {
    ///     let asked = io.to("players").timeout(Duration::from_secs(1)).emit_with_ack("score", &());
    ///     match asked.await {
    ///         Ok(scores) => scores,
    ///         Err(BroadcastAckError::Unanswered(missing)) => {
    ///             for client in missing.missing() {
    ///                 eprintln!("{}: {}", client.socket(), client.error());
    ///             }
    ///             missing.into_answers()
    ///         }
    ///         Err(error) => panic!("{error}"),
    ///     }
    /// }
    /// ```
    pub fn emit_with_ack<A: DeserializeOwned + Send + 'static>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> BroadcastAckFuture<A> {
        BroadcastAckFuture::new(self.ask(event, args))
    }

    /// Asks the one socket in whose own room this is said.
    pub(crate) fn emit_with_one_ack<A: DeserializeOwned + Send + 'static>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> BroadcastAckFuture<A> {
        BroadcastAckFuture::new(self.ask(event, args).map(Asked::for_one))
    }

    fn ask(&self, event: &str, args: &(impl Serialize + ?Sized)) -> Result<Asked, EmitError> {
        let data = Payload::event(event, args)?;
        let timeout = self.timeout.unwrap_or(Self::DEFAULT_TIMEOUT);
        let asked = Asked::put(&self.namespace, data.clone(), self.flags, timeout, &self.target);
        let responses = self.namespace.others(self.flags).map(|cluster| {
            let (audience, flags) = (self.namespace.audience(&self.target), self.flags.with(Some(timeout)));
            cluster.ask(self.namespace.name.as_str(), |request| Message::BroadcastWithAck {
                request,
                data,
                audience,
                flags,
            })
        });
        Ok(match responses {
            Some(responses) => asked.with_others(self.namespace.clone(), responses),
            None => asked,
        })
    }

    fn tell_others(&self, message: impl FnOnce(Audience) -> Message) {
        if let Some(cluster) = self.namespace.others(self.flags) {
            cluster.publish(self.namespace.name.as_str(), message(self.namespace.audience(&self.target)));
        }
    }
}

/// The name of a room, or several: a string, or a list or set of strings.
///
/// # Examples
///
/// ```
/// use std::collections::HashSet;
///
/// use parlor_server::{Config, Server};
///
/// let io = Server::new(Config::default());
/// let names = vec!["red".to_owned()];
/// let set = HashSet::from(["yellow"]);
/// let _ = io.to("red").to(["green", "blue"]).to(&names).to(&set);
/// ```
pub trait RoomNames {
    /// Calls `visit` with each name.
    fn each(&self, visit: impl FnMut(&str));

    /// The names as a list: what makes them is the application's, and no lock may be held while it runs.
    #[doc(hidden)]
    fn listed(&self) -> Vec<Box<str>> {
        let mut names = Vec::new();
        self.each(|name| names.push(name.into()));
        names
    }
}

impl RoomNames for str {
    fn each(&self, mut visit: impl FnMut(&str)) {
        visit(self);
    }
}

impl RoomNames for Box<str> {
    fn each(&self, mut visit: impl FnMut(&str)) {
        visit(self);
    }
}

impl RoomNames for Cow<'_, str> {
    fn each(&self, mut visit: impl FnMut(&str)) {
        visit(self);
    }
}

impl RoomNames for String {
    fn each(&self, mut visit: impl FnMut(&str)) {
        visit(self);
    }
}

impl RoomNames for Arc<str> {
    fn each(&self, mut visit: impl FnMut(&str)) {
        visit(self);
    }
}

impl<S: AsRef<str>> RoomNames for [S] {
    fn each(&self, visit: impl FnMut(&str)) {
        self.iter().map(AsRef::as_ref).for_each(visit);
    }
}

impl<S: AsRef<str>, const N: usize> RoomNames for [S; N] {
    fn each(&self, visit: impl FnMut(&str)) {
        self.as_slice().each(visit);
    }
}

impl<S: AsRef<str>> RoomNames for Vec<S> {
    fn each(&self, visit: impl FnMut(&str)) {
        self.as_slice().each(visit);
    }
}

impl<S: AsRef<str>> RoomNames for BTreeSet<S> {
    fn each(&self, visit: impl FnMut(&str)) {
        self.iter().map(AsRef::as_ref).for_each(visit);
    }
}

impl<S: AsRef<str>, H> RoomNames for HashSet<S, H> {
    fn each(&self, visit: impl FnMut(&str)) {
        self.iter().map(AsRef::as_ref).for_each(visit);
    }
}

impl<R: RoomNames + ?Sized> RoomNames for &R {
    fn each(&self, visit: impl FnMut(&str)) {
        (**self).each(visit);
    }
}
