//! Emitting to one socket, with flags.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use parlor_protocol::json::Payload;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
use tokio::time::{self, Sleep};

use crate::outgoing::Outgoing;
use crate::queue::Unsent;
use crate::{AckError, Broadcast, BroadcastAckError, BroadcastAckFuture, EmitError, RoomNames, Socket};

/// How a packet is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flags {
    pub(crate) volatile: bool,
    pub(crate) compress: bool,
    /// Only to clients of this server.
    pub(crate) local: bool,
}

impl Default for Flags {
    fn default() -> Self {
        Self { volatile: false, compress: true, local: false }
    }
}

/// One emit to one socket, with its flags: made by [`Socket::volatile`], [`Socket::compress`] and
/// [`Socket::timeout`]. With [`Emitter::to`] and the like it goes to others instead, the flags with it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use parlor_server::{AckError, Socket};
///
/// async fn ask(socket: &Socket) -> Result<u32, AckError> {
///     let _ = socket.volatile().emit("cursor", &(10, 20));
///     let _ = socket.volatile().to("room1").emit("cursor", &(10, 20));
///     socket.timeout(Duration::from_secs(5)).emit_with_ack("how many", &()).await
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `emit`"]
pub struct Emitter {
    socket: Socket,
    flags: Flags,
    timeout: Option<Duration>,
}

impl Emitter {
    pub(crate) fn new(socket: Socket) -> Self {
        Self { socket, flags: Flags::default(), timeout: None }
    }

    /// The event is dropped unless it can leave at once.
    pub const fn volatile(mut self) -> Self {
        self.flags.volatile = true;
        self
    }

    /// Whether the event may be compressed. Default true.
    ///
    /// Whether anything is compressed at all, and from which length on, is said by
    /// [`Config::per_message_deflate`](crate::Config::per_message_deflate) for WebSockets, and by
    /// [`Config::http_compression`](crate::Config::http_compression) for polling.
    pub const fn compress(mut self, compress: bool) -> Self {
        self.flags.compress = compress;
        self
    }

    /// How long to wait for an answer.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Everybody in the namespace but this socket.
    pub fn broadcast(self) -> Broadcast {
        Broadcast::of_socket(&self.socket, self.flags, self.timeout)
    }

    /// Everybody in these rooms but this socket.
    pub fn to(self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// The same as [`Emitter::to`]: Socket.IO's `in`, which is a word of Rust's own.
    pub fn within(self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// Everybody in the namespace but this socket and those in these rooms.
    pub fn except(self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().except(rooms)
    }

    /// Everybody in the namespace on this server but this socket.
    pub fn local(self) -> Broadcast {
        self.broadcast().local()
    }

    /// Sends an event: see [`Socket::emit`].
    ///
    /// # Errors
    ///
    /// See [`EmitError`]. That a volatile event was dropped is not an error.
    pub fn emit<T: Serialize + ?Sized>(self, event: &str, args: &T) -> Result<(), EmitError> {
        let data = Payload::event(event, args)?;
        match (Outgoing { data, ack: None, flags: self.flags }).send(&self.socket) {
            Ok(()) | Err(Unsent::Dropped) => Ok(()),
            Err(Unsent::Closed) => Err(EmitError::NotConnected),
        }
    }

    /// Sends an event and waits for its answer, Socket.IO's acknowledgement: see [`Socket::emit_with_ack`].
    pub fn emit_with_ack<A: DeserializeOwned>(
        self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> AckFuture<A> {
        let limit = self.timeout.map(|timeout| Limit {
            sleep: Box::pin(time::sleep(timeout)),
            event: event.into(),
            timeout,
        });
        let state = match self.ask(event, args) {
            Ok(asked) => State::Asked(asked),
            Err(error) => State::Failed(Some(error)),
        };
        AckFuture { state, limit }
    }

    fn ask(self, event: &str, args: &(impl Serialize + ?Sized)) -> Result<Asked, AckError> {
        let data = Payload::event(event, args).map_err(EmitError::Encode)?;
        let (acks, ids) = self.socket.acks();
        let (id, answer) = acks.wait(ids).ok_or(EmitError::NotConnected)?;
        let asked = Asked { socket: self.socket.clone(), id, answer };
        match (Outgoing { data, ack: Some(id), flags: self.flags }).send(&self.socket) {
            Ok(()) => Ok(asked),
            Err(Unsent::Dropped) => Err(AckError::Dropped),
            Err(Unsent::Closed) => Err(EmitError::NotConnected.into()),
        }
    }
}

/// An answer on its way, read as an `A`. The event has been sent already; dropping this gives up on the answer.
///
/// Gives [`AckError::Disconnected`] when the socket leaves without an answer, [`AckError::TimedOut`] when it was given
/// a time, and [`AckError::Dropped`] at once when it was volatile and could not leave.
#[must_use = "the answer is in here"]
pub struct AckFuture<A> {
    state: State<A>,
    limit: Option<Limit>,
}

enum State<A> {
    Asked(Asked),
    /// Of a socket that is connected to another server.
    Elsewhere(BroadcastAckFuture<A>),
    /// `None` once that was said.
    Failed(Option<AckError>),
}

struct Limit {
    sleep: Pin<Box<Sleep>>,
    event: Arc<str>,
    timeout: Duration,
}

struct Asked {
    socket: Socket,
    id: u64,
    answer: oneshot::Receiver<Payload>,
}

impl<A> AckFuture<A> {
    const fn id(&self) -> Option<u64> {
        match &self.state {
            State::Asked(asked) => Some(asked.id),
            State::Elsewhere(_) | State::Failed(_) => None,
        }
    }

    /// One socket of another server is asked, by its own room.
    pub(crate) const fn elsewhere(answers: BroadcastAckFuture<A>) -> Self {
        Self { state: State::Elsewhere(answers), limit: None }
    }
}

impl<A: DeserializeOwned> Future for AckFuture<A> {
    type Output = Result<A, AckError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let asked = match &mut self.state {
            State::Asked(asked) => asked,
            State::Elsewhere(answers) => return Pin::new(answers).poll(cx).map(only),
            // Asked again after its end it has nothing better to say.
            State::Failed(error) => return Poll::Ready(Err(error.take().unwrap_or(AckError::Disconnected))),
        };
        match Pin::new(&mut asked.answer).poll(cx) {
            Poll::Ready(Ok(args)) => Poll::Ready(args.read_args().map_err(AckError::Args)),
            Poll::Ready(Err(_)) => Poll::Ready(Err(AckError::Disconnected)),
            Poll::Pending => match &mut self.limit {
                Some(limit) => limit.poll(cx).map(Err),
                None => Poll::Pending,
            },
        }
    }
}

/// The answer of the one who was asked.
fn only<A>(answers: Result<Vec<A>, BroadcastAckError<A>>) -> Result<A, AckError> {
    match answers {
        // Nobody is in its room: it has left.
        Ok(answers) => answers.into_iter().next().ok_or(AckError::Disconnected),
        Err(BroadcastAckError::Emit(error)) => Err(error.into()),
        Err(BroadcastAckError::Unanswered(none)) => Err(match none.elsewhere().error() {
            Some(error) => AckError::Cluster(error.clone()),
            None => AckError::TimedOut { event: none.event().into(), timeout: none.timeout() },
        }),
    }
}

impl Limit {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<AckError> {
        let event = || self.event.clone();
        let sleep = self.sleep.as_mut();
        sleep.poll(cx).map(|()| AckError::TimedOut { event: event(), timeout: self.timeout })
    }
}

impl<A> fmt::Debug for AckFuture<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AckFuture").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.socket.acks().0.forget(self.id);
    }
}
