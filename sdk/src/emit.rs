//! How an event is sent: the flags of one emit.

use std::time::Duration;

use parlor_protocol::TypedEvent;
use parlor_protocol::json::{EncodeErrorKind, Payload};
use parlor_protocol::socket::client::{Ask, Emit};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ack::AckFuture;
use crate::error::{EmitError, EmitErrorKind};
use crate::socket::Socket;
use crate::typed::Typed;

/// A socket with flags for the emits that are made through it. The socket itself stays as it is.
#[derive(Debug, Clone)]
#[must_use = "flags do nothing by themselves: emit through them"]
pub struct Emitter<'a> {
    pub(crate) socket: &'a Socket,
    volatile: bool,
    compress: bool,
    timeout: Option<Duration>,
}

impl<'a> Emitter<'a> {
    pub(crate) const fn new(socket: &'a Socket) -> Self {
        Self { socket, volatile: false, compress: true, timeout: None }
    }

    /// Better dropped than late: the event leaves at once or never. See [`Socket::volatile`].
    pub const fn volatile(mut self) -> Self {
        self.volatile = true;
        self
    }

    /// Has no effect: see [`Socket::compress`].
    pub const fn compress(mut self, compress: bool) -> Self {
        self.compress = compress;
        self
    }

    /// How long to wait for an answer. See [`Socket::timeout`].
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// One event by its type, with these flags for what is sent. See [`Socket::typed`].
    pub const fn typed<E: TypedEvent>(self) -> Typed<'a, E> {
        Typed::new(self)
    }

    /// Sends an event with these flags. See [`Socket::emit`].
    ///
    /// # Errors
    ///
    /// As [`Socket::emit`].
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        let data = encode(event, args)?;
        let emit = Emit { data, ack: None, volatile: self.volatile, compress: self.compress };
        self.socket.connection.emit(&self.socket.namespace, emit)
    }

    /// Sends an event with these flags and asks for an answer. See [`Socket::emit_with_ack`].
    pub fn emit_with_ack<A: DeserializeOwned>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> AckFuture<A> {
        let data = match encode(event, args) {
            Ok(data) => data,
            Err(error) => return AckFuture::refused(error),
        };
        let connection = &self.socket.connection;
        let (key, slot) = connection.waiters.register();
        let ask = Ask { key, timeout: self.timeout };
        let emit = Emit { data, ack: Some(ask), volatile: self.volatile, compress: self.compress };
        match connection.emit(&self.socket.namespace, emit) {
            Ok(()) => AckFuture::waiting(slot, key, std::rc::Rc::downgrade(connection)),
            Err(error) => {
                connection.waiters.forget(key);
                AckFuture::refused(error)
            }
        }
    }
}

fn encode<T: Serialize + ?Sized>(event: &str, args: &T) -> Result<Payload, EmitError> {
    Payload::event(event, args).map_err(|error| {
        EmitError(match error.kind() {
            EncodeErrorKind::ReservedEvent => EmitErrorKind::ReservedName(event.into()),
            _ => EmitErrorKind::Encode(error),
        })
    })
}
