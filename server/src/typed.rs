//! Events by their types: the compiler checks name, data and answer.

use std::fmt;
use std::marker::PhantomData;

use parlor_protocol::TypedEvent;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Ack, AckFuture, Broadcast, BroadcastAckFuture, EmitError, Emitter, Listener, Socket};

/// One event by its type, for whoever it is sent through: see [`Socket::typed`], [`Emitter::typed`] and
/// [`Broadcast::typed`].
///
/// ```
/// use parlor_server::{Config, Server, Socket, TypedEvent};
///
/// struct Say;
///
/// impl TypedEvent for Say {
///     const NAME: &'static str = "say";
///     type Data = String;
///     type Ack = u64;
/// }
///
/// let io = Server::new(Config::default());
/// io.on_connection(|socket: Socket| async move {
///     socket.typed::<Say>().on(|socket, text, ack| async move {
///         let _ = socket.to("lobby").typed::<Say>().emit(&text);
///         ack.send(&1);
///     });
/// });
/// ```
#[must_use = "it does nothing by itself: emit through it, or listen"]
pub struct Typed<S, E> {
    through: S,
    event: PhantomData<fn() -> E>,
}

impl<S, E> Typed<S, E> {
    const fn new(through: S) -> Self {
        Self { through, event: PhantomData }
    }
}

impl Socket {
    /// One event by its type, which says its name and what its data and its answer are.
    pub fn typed<E: TypedEvent>(&self) -> Typed<Self, E> {
        Typed::new(self.clone())
    }
}

impl Emitter {
    /// One event by its type, with these flags.
    pub const fn typed<E: TypedEvent>(self) -> Typed<Self, E> {
        Typed::new(self)
    }
}

impl Broadcast {
    /// One event by its type, for these recipients.
    pub const fn typed<E: TypedEvent>(self) -> Typed<Self, E> {
        Typed::new(self)
    }
}

impl<E: TypedEvent> Typed<Socket, E> {
    /// Handles every one that comes: see [`Socket::on`].
    pub fn on<F, Fut>(&self, handler: F) -> Listener
    where
        E: 'static,
        E::Data: DeserializeOwned + Send + 'static,
        F: Fn(Socket, E::Data, TypedAck<E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.through.on(E::NAME, move |socket, data, ack| handler(socket, data, TypedAck::new(ack)))
    }

    /// Sends it: see [`Socket::emit`].
    ///
    /// # Errors
    ///
    /// See [`EmitError`].
    pub fn emit(&self, data: &E::Data) -> Result<(), EmitError>
    where
        E::Data: Serialize,
    {
        self.through.emit(E::NAME, data)
    }

    /// Sends it and waits for the answer: see [`Socket::emit_with_ack`].
    pub fn emit_with_ack(&self, data: &E::Data) -> AckFuture<E::Ack>
    where
        E::Data: Serialize,
        E::Ack: DeserializeOwned,
    {
        self.through.emit_with_ack(E::NAME, data)
    }
}

impl<E: TypedEvent> Typed<Emitter, E> {
    /// Sends it: see [`Emitter::emit`].
    ///
    /// # Errors
    ///
    /// See [`EmitError`].
    pub fn emit(self, data: &E::Data) -> Result<(), EmitError>
    where
        E::Data: Serialize,
    {
        self.through.emit(E::NAME, data)
    }

    /// Sends it and waits for the answer: see [`Emitter::emit_with_ack`].
    pub fn emit_with_ack(self, data: &E::Data) -> AckFuture<E::Ack>
    where
        E::Data: Serialize,
        E::Ack: DeserializeOwned,
    {
        self.through.emit_with_ack(E::NAME, data)
    }
}

impl<E: TypedEvent> Typed<Broadcast, E> {
    /// Sends it: see [`Broadcast::emit`].
    ///
    /// # Errors
    ///
    /// See [`EmitError`].
    pub fn emit(&self, data: &E::Data) -> Result<(), EmitError>
    where
        E::Data: Serialize,
    {
        self.through.emit(E::NAME, data)
    }

    /// Sends it and waits for everybody's answer: see [`Broadcast::emit_with_ack`].
    pub fn emit_with_ack(&self, data: &E::Data) -> BroadcastAckFuture<E::Ack>
    where
        E::Data: Serialize,
        E::Ack: DeserializeOwned + Send + 'static,
    {
        self.through.emit_with_ack(E::NAME, data)
    }
}

impl<S, E: TypedEvent> fmt::Debug for Typed<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Typed").field(&E::NAME).finish()
    }
}

/// An [`Ack`] that takes an answer of the event's type.
pub struct TypedAck<E> {
    ack: Ack,
    event: PhantomData<fn() -> E>,
}

impl<E: TypedEvent> TypedAck<E> {
    const fn new(ack: Ack) -> Self {
        Self { ack, event: PhantomData }
    }

    /// Whether the client asked for an answer and has none yet.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.ack.is_wanted()
    }

    /// Answers: see [`Ack::send`].
    pub fn send(&self, answer: &E::Ack)
    where
        E::Ack: Serialize,
    {
        self.ack.send(answer);
    }
}

impl<E: TypedEvent> fmt::Debug for TypedAck<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedAck").field(&E::NAME).finish()
    }
}
