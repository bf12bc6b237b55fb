//! The user's handle of one namespace.

use std::rc::Rc;
use std::time::Duration;

use parlor_protocol::TypedEvent;
use parlor_protocol::socket::RESERVED_EVENTS;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ack::{Ack, AckFuture};
use crate::auth::{Auth, AuthError};
use crate::connection::Connection;
use crate::emit::Emitter;
use crate::error::{ConnectError, Disconnect, EmitError, EventError, EventErrorKind};
use crate::events::Events;
use crate::listener::Listener;
use crate::namespace::{Event, Namespace};
use crate::platform;
use crate::typed::Typed;

/// One namespace on a client's connection. Cloning gives another handle of the same socket.
///
/// A socket outlives connections: what is emitted meanwhile waits for the next one, and listeners stay. The
/// connection is closed when the last handle of the client and of its sockets is dropped.
#[derive(Debug, Clone)]
pub struct Socket {
    pub(crate) connection: Rc<Connection>,
    pub(crate) namespace: Rc<Namespace>,
}

/// Whether two handles are of the same socket.
impl PartialEq for Socket {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.namespace, &other.namespace)
    }
}

impl Eq for Socket {}

impl Socket {
    /// Connects, now and whenever the connection was lost. Does nothing when that is so already.
    pub fn connect(&self) {
        self.connection.connect(&self.namespace);
    }

    /// Leaves the namespace and stays away. The last socket to leave takes the connection with it.
    ///
    /// What was emitted before is still sent. Events that wait for a connection keep waiting.
    pub fn disconnect(&self) {
        self.connection.disconnect(&self.namespace);
    }

    /// The name of the namespace, with its slash.
    pub fn namespace(&self) -> &str {
        &self.namespace.name
    }

    /// The id that the server knows this socket by, and everybody may know; a new one after each reconnection, unless
    /// the socket was [recovered](Self::recovered). `None` while not connected.
    pub fn id(&self) -> Option<String> {
        self.namespace.sid.borrow().clone()
    }

    /// Whether the server has let this socket in.
    pub fn is_connected(&self) -> bool {
        self.namespace.sid.borrow().is_some()
    }

    /// Whether the last reconnection went back to the session before: the id and the rooms are as they were, and what
    /// was missed meanwhile comes as events. Otherwise something may be missing. Servers have to allow it
    /// (`connectionStateRecovery`); each event then has one more argument, at its end.
    pub fn recovered(&self) -> bool {
        self.namespace.recovered.get()
    }

    /// Whether this socket is connected or will be by itself.
    pub fn is_active(&self) -> bool {
        self.namespace.active.get()
    }

    /// What to tell the server at every CONNECT from now on, in place of the client's own `auth`: an object.
    ///
    /// # Errors
    ///
    /// `auth` is not an object. Then what was said before stays.
    pub fn set_auth<T: Serialize + ?Sized>(&self, auth: &T) -> Result<(), AuthError> {
        *self.namespace.auth.borrow_mut() = Some(Auth::value(auth)?);
        Ok(())
    }

    /// Whom to ask what to tell the server, anew at every CONNECT: a token may have been refreshed meanwhile.
    pub fn set_auth_with<T: Serialize>(&self, auth: impl Fn() -> T + 'static) {
        *self.namespace.auth.borrow_mut() = Some(Auth::asking(auth));
    }

    /// Sends an event: a tuple is the list of its arguments, `()` none, any other value the only one. Bytes
    /// ([`bytes::Bytes`]) anywhere inside travel as attachments.
    ///
    /// Events arrive in the order in which they were emitted. While the socket is not connected they wait, up to
    /// [`max_buffered_bytes`](crate::Builder::max_buffered_bytes), and leave before `on_connect` is called.
    ///
    /// # Errors
    ///
    /// The name is reserved, an argument cannot be written as JSON, or there is no room to wait in.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        Emitter::new(self).emit(event, args)
    }

    /// Sends an event and asks for an answer: `A` is a tuple of its arguments, or the only one.
    ///
    /// The event is sent by the call, not by the first poll.
    pub fn emit_with_ack<A: DeserializeOwned>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> AckFuture<A> {
        Emitter::new(self).emit_with_ack(event, args)
    }

    /// Emits that are better dropped than late: they leave at once or never.
    ///
    /// An event leaves at once while the socket is connected and nothing else is still on its way out. A
    /// volatile emit that asks for an answer should have a timeout, or nobody hears that it was dropped.
    pub const fn volatile(&self) -> Emitter<'_> {
        Emitter::new(self).volatile()
    }

    /// Whether to compress. It is here so that code written for Socket.IO reads the same, and has no effect:
    ///
    /// | | WebSocket | polling |
    /// |---|---|---|
    /// | in a browser | the browser compresses what it likes, and asks nobody | bodies leave as they are |
    /// | in a program (`native`) | tungstenite does not compress | bodies leave as they are |
    ///
    /// What comes may be compressed where a browser negotiated that.
    pub const fn compress(&self, compress: bool) -> Emitter<'_> {
        Emitter::new(self).compress(compress)
    }

    /// How long to wait for an answer, from the emit on, even while there is no connection. An event that is
    /// still waiting for one when the time is up is never sent.
    pub const fn timeout(&self, timeout: Duration) -> Emitter<'_> {
        Emitter::new(self).timeout(timeout)
    }

    /// One event by its type, which says its name and what its data and its answer are.
    pub const fn typed<E: TypedEvent>(&self) -> Typed<'_, E> {
        Typed::new(Emitter::new(self))
    }

    /// Calls back for every event of that name. `T` is a tuple of its arguments, or the only one; an event whose
    /// arguments are not that goes to [`Socket::on_event_error`].
    pub fn on<T: DeserializeOwned + 'static>(
        &self,
        event: &str,
        mut callback: impl FnMut(T) + 'static,
    ) -> Listener {
        self.on_with_ack(event, move |args, _: Ack| callback(args))
    }

    /// Calls back for every event of that name, with the means to answer it.
    pub fn on_with_ack<T: DeserializeOwned + 'static>(
        &self,
        event: &str,
        mut callback: impl FnMut(T, Ack) + 'static,
    ) -> Listener {
        let namespace = Rc::downgrade(&self.namespace);
        self.listen(event, move |event| match event.payload.read_event() {
            Ok(args) => callback(args, Ack::of(event)),
            Err(error) => {
                if let Some(namespace) = namespace.upgrade() {
                    complain(&namespace, &EventError::arguments(&event.name, &error));
                }
            }
        })
    }

    /// The events of that name as a stream, from now on.
    ///
    /// What is not read yet is bounded: see [`Events`].
    pub fn events<T: DeserializeOwned + 'static>(&self, event: &str) -> Events<T> {
        Events::new(|feed| self.listen(event, feed))
    }

    /// Calls back when the server has let this socket in, after every reconnection again.
    pub fn on_connect(&self, mut callback: impl FnMut() + 'static) -> Listener {
        self.namespace.connects.add(move |()| callback())
    }

    /// Calls back when this socket was disconnected.
    pub fn on_disconnect(&self, mut callback: impl FnMut(Disconnect) + 'static) -> Listener {
        self.namespace.disconnects.add(move |disconnect| callback(*disconnect))
    }

    /// Calls back for every attempt to connect that failed, and when the server does not let this socket in.
    pub fn on_connect_error(&self, mut callback: impl FnMut(ConnectError) + 'static) -> Listener {
        self.namespace.connect_errors.add(move |error| callback(error.clone()))
    }

    /// Calls back for every event that did not reach a listener because its arguments are of another type.
    /// While nobody listens here, the browser's console has them.
    pub fn on_event_error(&self, mut callback: impl FnMut(EventError) + 'static) -> Listener {
        self.namespace.event_errors.add(move |error| callback(error.clone()))
    }

    fn listen(&self, event: &str, mut callback: impl FnMut(&Event) + 'static) -> Listener {
        if RESERVED_EVENTS.contains(&event) {
            platform::warn(&format!("\"{event}\" is a reserved name: no event of that name ever comes"));
        }
        let name = event.to_owned();
        self.namespace.events.add(move |event| {
            if event.name == name {
                callback(event);
            }
        })
    }
}

fn complain(namespace: &Namespace, error: &EventError) {
    let heard = namespace.event_errors.tell(error);
    if !heard && matches!(error.kind(), EventErrorKind::Arguments { .. }) {
        platform::warn(&error.to_string());
    }
}
