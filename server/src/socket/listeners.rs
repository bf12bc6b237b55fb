//! What the application wants to hear of one socket.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Weak};

use parlor_protocol::Reason;
use serde::de::DeserializeOwned;

use super::registry::{Handler, OnEvents};
use super::{Inner, Socket};
use crate::handler::{self, EventMiddleware, OnAny, Running};
use crate::{Ack, Event, Payload, Refusal, SocketError};

impl Socket {
    /// Handles every event of that name, with its arguments as a `T`: a tuple takes several, `()` none, any other
    /// type the first. [`Payload`](crate::Payload) takes all of them unread.
    ///
    /// Handlers of one client start in the order of its events and interleave where they await. Several handlers of
    /// one name all run. A panic is caught and logged. Register before the first `await` of the connection handler,
    /// or the client may be faster.
    ///
    /// An event whose arguments are not a `T` is counted and reported to [`Socket::on_error`]. It is not answered: a
    /// client that wants an answer needs a timeout, or a handler that takes a `Payload` and reads it itself.
    pub fn on<T, F, Fut>(&self, event: &str, handler: F) -> Listener
    where
        T: DeserializeOwned + Send + 'static,
        F: Fn(Self, T, Ack) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.listen(Handler::Event {
            name: event.into(),
            handler: handler::on_event(handler),
            is_once: false,
        })
    }

    /// Handles the next event of that name, and no other. One whose arguments are not a `T` counts.
    pub fn once<T, F, Fut>(&self, event: &str, handler: F) -> Listener
    where
        T: DeserializeOwned + Send + 'static,
        F: FnOnce(Self, T, Ack) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let handler = handler::on_event_once(handler);
        self.listen(Handler::Event { name: event.into(), handler, is_once: true })
    }

    /// Hears every event of the client, before middlewares and handlers do, and those that nobody handles: Socket.IO's
    /// `onAny`. Answers to the application's own questions are not events.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::{Event, Socket};
    ///
    /// fn watch(socket: &Socket) {
    ///     socket.on_any(|socket, event: Event, _| async move {
    ///         println!("{} says {}", socket.id(), event.payload().json());
    ///     });
    ///     socket.prepend_any(|_, _, _| async { println!("listen!") });
    ///     socket.on_any_outgoing(|socket, event| println!("{} hears {}", socket.id(), event.name()));
    ///     socket.prepend_any_outgoing(|_, _| println!("hush!"));
    /// }
    /// ```
    pub fn on_any<F, Fut>(&self, handler: F) -> Listener
    where
        F: Fn(Self, Event, Ack) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.listen(Handler::Any(handler::on_any(handler)))
    }

    /// The same as [`Socket::on_any`], but before those that are there.
    pub fn prepend_any<F, Fut>(&self, handler: F) -> Listener
    where
        F: Fn(Self, Event, Ack) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.listen_first(Handler::Any(handler::on_any(handler)))
    }

    /// Hears every event that is sent to the client, by whomever: Socket.IO's `onAnyOutgoing`. Also one that is
    /// dropped then, because it is volatile. Answers are not events.
    ///
    /// It is called by whoever emits, for each recipient, before the event is sent: it should be quick, and what it
    /// emits to the same client it hears again.
    pub fn on_any_outgoing(&self, handler: impl Fn(&Self, &Event) + Send + Sync + 'static) -> Listener {
        self.listen(Handler::Outgoing(handler::on_outgoing(handler)))
    }

    /// The same as [`Socket::on_any_outgoing`], but before those that are there.
    pub fn prepend_any_outgoing(&self, handler: impl Fn(&Self, &Event) + Send + Sync + 'static) -> Listener {
        self.listen_first(Handler::Outgoing(handler::on_outgoing(handler)))
    }

    /// Judges every event of the client before its handlers get it: Socket.IO's `socket.use`. What it gives back, the
    /// event as it came or another one, is what the next middleware gets, and in the end the handlers.
    ///
    /// Middlewares run one after the other, and the events of a socket do: one that waits holds the next event back.
    /// A refused event is not handled and not answered; [`Socket::on_error`] hears of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::{Event, Refusal, Socket};
    ///
    /// fn install(socket: &Socket) {
    ///     socket.middleware(|_, event: Event| async move {
    ///         match &*event.name() {
    ///             "admin" => Err(Refusal::new("not for you")),
    ///             "shout" => {
    ///                 let text: String = event.args().map_err(|_| Refusal::new("shout what?"))?;
    ///                 Event::new("say", &text.to_uppercase()).map_err(|_| Refusal::new("not sayable"))
    ///             }
    ///             _ => Ok(event),
    ///         }
    ///     });
    /// }
    /// ```
    pub fn middleware<F, Fut>(&self, middleware: F) -> Listener
    where
        F: Fn(Self, Event) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Event, Refusal>> + Send + 'static,
    {
        self.listen(Handler::Middleware(handler::event_middleware(middleware)))
    }

    /// Runs when the client leaves, whoever ends it, while it is still in its rooms: until the handler's first `await`.
    /// Nothing can be emitted to it any more.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::{Socket, SocketError};
    ///
    /// fn install(socket: &Socket) {
    ///     socket.on_disconnecting(|socket, _| async move {
    ///         for room in socket.rooms() {
    ///             let _ = socket.to(&room).emit("leaves", socket.id());
    ///         }
    ///     });
    ///     socket.on_disconnect(|socket, reason| async move { println!("{} has left: {reason}", socket.id()) });
    ///     socket.on_error(|socket, error| async move {
    ///         if let SocketError::Args { event, .. } = &*error {
    ///             let _ = socket.emit("what do you mean", event);
    ///         }
    ///     });
    /// }
    /// ```
    pub fn on_disconnecting<F, Fut>(&self, handler: F) -> Listener
    where
        F: Fn(Self, Reason) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.listen(Handler::Disconnecting(handler::on_disconnect(handler)))
    }

    /// Runs when the client has left, whoever ended it. Its rooms are left already.
    pub fn on_disconnect<F, Fut>(&self, handler: F) -> Listener
    where
        F: Fn(Self, Reason) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.listen(Handler::Disconnect(handler::on_disconnect(handler)))
    }

    /// Runs when something is wrong with what the client sent, each time. The log says so once for each connection.
    pub fn on_error<F, Fut>(&self, handler: F) -> Listener
    where
        F: Fn(Self, Arc<SocketError>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.listen(Handler::Error(handler::on_error(handler)))
    }

    fn listen(&self, handler: Handler) -> Listener {
        let id = self.0.handlers.push(handler);
        Listener { socket: Arc::downgrade(&self.0), id }
    }

    fn listen_first(&self, handler: Handler) -> Listener {
        let id = self.0.handlers.push_front(handler);
        Listener { socket: Arc::downgrade(&self.0), id }
    }
}

/// What the connection asks for.
impl Socket {
    /// The handlers of an event. Those that handle one only will not be given again.
    pub(crate) fn handlers_of(&self, event: &str) -> OnEvents {
        self.0.handlers.of(event)
    }

    /// Whether catch-all listeners or middlewares see events before their handlers do.
    pub(crate) fn is_watched(&self) -> bool {
        self.0.handlers.is_watched()
    }

    pub(crate) fn any_handlers(&self) -> Vec<OnAny> {
        self.0.handlers.any()
    }

    pub(crate) fn event_middlewares(&self) -> Vec<EventMiddleware> {
        self.0.handlers.middlewares()
    }

    fn report(&self, error: &SocketError) {
        let (socket, namespace) = (self.id(), self.namespace().name());
        let mentioned = &self.link().mentioned;
        match error {
            SocketError::Refused { .. } if mentioned.refused_event.is_now() => {
                let error = quoted(error);
                tracing::info!(
                    socket,
                    namespace,
                    error,
                    "an event was not handled; further ones are only counted"
                );
            }
            SocketError::Args { .. } if mentioned.unfit_args.is_now() => {
                let cause = error.source().map(quoted);
                let error = quoted(error);
                tracing::error!(
                    socket,
                    namespace,
                    error,
                    cause,
                    "an event was not handled; further ones are only counted"
                );
            }
            SocketError::Refused { .. } | SocketError::Args { .. } => {}
            // The connection says and counts that, once for all its sockets.
            SocketError::Malformed(_) => return,
        }
        self.metrics().event_errors.add(1);
    }

    /// Tells those who want to know what is sent to the client.
    pub(crate) fn overhear(&self, data: &Payload) {
        if !self.0.handlers.is_overheard() || !self.is_connected() {
            return;
        }
        let Some(event) = Event::from_payload(data.clone()) else { return };
        for handler in self.0.handlers.outgoing() {
            handler(self, &event);
        }
    }

    /// Counts what is wrong with what the client sent, mentions it once, and tells those who want to know each time.
    pub(crate) async fn misunderstood(&self, error: SocketError) {
        self.report(&error);
        let error = Arc::new(error);
        let running: Vec<Running> =
            self.0.handlers.errors().iter().map(|handler| handler(self.clone(), error.clone())).collect();
        for handler in running {
            handler.await;
        }
    }
}

/// How much of an error is logged, in characters: a client's words may be in it, as many as it likes.
const MAX_QUOTED: usize = 200;

/// An error for the log. As a text, not as what displays itself, it is escaped there: what a client writes must not begin
/// a line of its own.
fn quoted<E: fmt::Display + ?Sized>(error: &E) -> String {
    error.to_string().chars().take(MAX_QUOTED).collect()
}

/// One handler that was registered with a socket. Dropping this changes nothing.
///
/// # Examples
///
/// ```
/// use parlor_server::{Ack, Socket};
///
/// fn install(socket: &Socket) {
///     let listener = socket.on("secret", |_, (), _: Ack| async {});
///     socket.once("done", move |_, (), _: Ack| async move { listener.off() });
/// }
/// ```
#[derive(Clone)]
pub struct Listener {
    /// Handlers hold listeners, and the socket holds its handlers.
    socket: Weak<Inner>,
    id: u64,
}

impl Listener {
    /// The handler gets no further events; what it has begun goes on. Harmless when done twice.
    pub fn off(&self) {
        if let Some(socket) = self.socket.upgrade() {
            socket.handlers.remove(self.id);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("id", &self.id).finish_non_exhaustive()
    }
}
