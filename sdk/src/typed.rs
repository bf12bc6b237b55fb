//! Events by their types: the compiler checks name, data and answer.

use std::fmt;
use std::marker::PhantomData;

use parlor_protocol::TypedEvent;
use parlor_protocol::json::EncodeError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ack::{Ack, AckFuture};
use crate::emit::Emitter;
use crate::error::EmitError;
use crate::events::Events;
use crate::listener::Listener;

/// One event of a socket, by its type: see [`Socket::typed`](crate::Socket::typed).
///
/// ```no_run
/// use parlor_client::{Client, TypedEvent};
///
/// struct Say;
///
/// impl TypedEvent for Say {
///     const NAME: &'static str = "say";
///     type Data = String;
///     type Ack = u64;
/// }
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let socket = Client::builder("http://127.0.0.1:3000").build()?.of("/");
/// let place = socket.typed::<Say>().emit_with_ack(&"hello".to_owned()).await?;
/// println!("it is number {place}");
/// # Ok(())
/// # }
/// ```
#[must_use = "it does nothing by itself: emit through it, or listen"]
pub struct Typed<'a, E> {
    emitter: Emitter<'a>,
    event: PhantomData<fn() -> E>,
}

impl<'a, E: TypedEvent> Typed<'a, E> {
    pub(crate) const fn new(emitter: Emitter<'a>) -> Self {
        Self { emitter, event: PhantomData }
    }

    /// Sends it: see [`Socket::emit`](crate::Socket::emit).
    ///
    /// # Errors
    ///
    /// As [`Socket::emit`](crate::Socket::emit).
    pub fn emit(&self, data: &E::Data) -> Result<(), EmitError>
    where
        E::Data: Serialize,
    {
        self.emitter.emit(E::NAME, data)
    }

    /// Sends it and asks for the answer: see [`Socket::emit_with_ack`](crate::Socket::emit_with_ack).
    pub fn emit_with_ack(&self, data: &E::Data) -> AckFuture<E::Ack>
    where
        E::Data: Serialize,
        E::Ack: DeserializeOwned,
    {
        self.emitter.emit_with_ack(E::NAME, data)
    }

    /// Calls back for every one that comes: see [`Socket::on`](crate::Socket::on).
    pub fn on(&self, callback: impl FnMut(E::Data) + 'static) -> Listener
    where
        E::Data: DeserializeOwned + 'static,
    {
        self.emitter.socket.on(E::NAME, callback)
    }

    /// Calls back for every one that comes, with the means to answer it.
    pub fn on_with_ack(&self, mut callback: impl FnMut(E::Data, TypedAck<E>) + 'static) -> Listener
    where
        E::Data: DeserializeOwned + 'static,
    {
        self.emitter.socket.on_with_ack(E::NAME, move |data, ack| {
            callback(data, TypedAck { ack, event: PhantomData });
        })
    }

    /// Those that come as a stream, from now on: see [`Socket::events`](crate::Socket::events).
    pub fn events(&self) -> Events<E::Data>
    where
        E::Data: DeserializeOwned + 'static,
    {
        self.emitter.socket.events(E::NAME)
    }
}

impl<E: TypedEvent> fmt::Debug for Typed<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Typed").field(&E::NAME).finish()
    }
}

/// An [`Ack`] that takes an answer of the event's type.
#[must_use = "the server waits for an answer: send one"]
pub struct TypedAck<E> {
    ack: Ack,
    event: PhantomData<fn() -> E>,
}

impl<E: TypedEvent> TypedAck<E> {
    /// Whether the server still waits for an answer to this event.
    pub fn is_wanted(&self) -> bool {
        self.ack.is_wanted()
    }

    /// Answers: see [`Ack::send`].
    ///
    /// # Errors
    ///
    /// As [`Ack::send`].
    pub fn send(self, answer: &E::Ack) -> Result<(), EncodeError>
    where
        E::Ack: Serialize,
    {
        self.ack.send(answer)
    }
}

impl<E: TypedEvent> fmt::Debug for TypedAck<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedAck").field(&E::NAME).finish()
    }
}
