//! The application's closures, boxed.
//!
//! Rule: a closure is called inside the future that it makes, and whatever panics in there is caught and logged. The
//! connection goes on: the panic tells nothing about the client, and no lock is held while user code runs.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures_util::FutureExt;
use parlor_protocol::Reason;
use parlor_protocol::json::Payload;
use pin_project_lite::pin_project;
use serde::de::DeserializeOwned;

use crate::sync::lock;
use crate::{Ack, Event, Namespace, Refusal, Socket, SocketError};

/// User code at work. It never panics.
pub(crate) type Running<T = ()> = Pin<Box<dyn Future<Output = T> + Send>>;

pub(crate) type OnConnection = Arc<dyn Fn(Socket) -> Running + Send + Sync>;
pub(crate) type Middleware = Arc<dyn Fn(Socket) -> Running<Result<(), Refusal>> + Send + Sync>;
pub(crate) type OnEvent = Arc<dyn Fn(Socket, Payload, Ack) -> Running + Send + Sync>;
pub(crate) type OnAny = Arc<dyn Fn(Socket, Event, Ack) -> Running + Send + Sync>;
pub(crate) type EventMiddleware = Arc<dyn Fn(Socket, Event) -> Running<Result<Event, Refusal>> + Send + Sync>;
pub(crate) type OnOutgoing = Arc<dyn Fn(&Socket, &Event) + Send + Sync>;
pub(crate) type OnServerEvent = Arc<dyn Fn(Payload, Ack) -> Running + Send + Sync>;
pub(crate) type Predicate = Arc<dyn Fn(String, Payload) -> Running<bool> + Send + Sync>;
pub(crate) type OnNewNamespace = Arc<dyn Fn(Namespace) + Send + Sync>;
pub(crate) type OnDisconnect = Arc<dyn Fn(Socket, Reason) -> Running + Send + Sync>;
pub(crate) type OnError = Arc<dyn Fn(Socket, Arc<SocketError>) -> Running + Send + Sync>;

pub(crate) fn on_connection<F, Fut>(handler: F) -> OnConnection
where
    F: Fn(Socket) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |socket| {
        let handler = handler.clone();
        running("connection", socket.clone(), async move { handler(socket).await })
    })
}

pub(crate) fn middleware<F, Fut>(middleware: F) -> Middleware
where
    F: Fn(Socket) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Refusal>> + Send + 'static,
{
    let middleware = Arc::new(middleware);
    Arc::new(move |socket| {
        let middleware = middleware.clone();
        judging("middleware", socket.clone(), async move { middleware(socket).await })
    })
}

pub(crate) fn event_middleware<F, Fut>(middleware: F) -> EventMiddleware
where
    F: Fn(Socket, Event) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Event, Refusal>> + Send + 'static,
{
    let middleware = Arc::new(middleware);
    Arc::new(move |socket, event| {
        let middleware = middleware.clone();
        judging("event middleware", socket.clone(), async move { middleware(socket, event).await })
    })
}

pub(crate) fn predicate<F, Fut>(predicate: F) -> Predicate
where
    F: Fn(String, Payload) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = bool> + Send + 'static,
{
    let predicate = Arc::new(predicate);
    Arc::new(move |name, auth| {
        let predicate = predicate.clone();
        let judged = caught("predicate", async move { predicate(name, auth).await });
        Box::pin(judged.map(Option::unwrap_or_default))
    })
}

pub(crate) fn on_event<T, F, Fut>(handler: F) -> OnEvent
where
    T: DeserializeOwned + Send + 'static,
    F: Fn(Socket, T, Ack) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |socket, payload, ack| {
        let handler = handler.clone();
        running("event", socket.clone(), async move {
            match payload.read_event::<T>() {
                Ok(args) => handler(socket, args, ack).await,
                Err(source) => {
                    let event = payload.event_name().unwrap_or_default().into_owned();
                    socket.misunderstood(SocketError::Args { event, source }).await;
                }
            }
        })
    })
}

/// A handler that is called no second time, whoever tries.
pub(crate) fn on_event_once<T, F, Fut>(handler: F) -> OnEvent
where
    T: DeserializeOwned + Send + 'static,
    F: FnOnce(Socket, T, Ack) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let handler = Mutex::new(Some(handler));
    on_event(move |socket, args, ack| {
        let handler = lock(&handler).take();
        async move {
            if let Some(handler) = handler {
                handler(socket, args, ack).await;
            }
        }
    })
}

pub(crate) fn on_any<F, Fut>(handler: F) -> OnAny
where
    F: Fn(Socket, Event, Ack) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |socket, event, ack| {
        let handler = handler.clone();
        running("catch-all", socket.clone(), async move { handler(socket, event, ack).await })
    })
}

pub(crate) fn on_outgoing(handler: impl Fn(&Socket, &Event) + Send + Sync + 'static) -> OnOutgoing {
    Arc::new(move |socket, event| {
        if guarded_call("outgoing catch-all", || handler(socket, event)).is_none() {
            socket.metrics().handler_panics.add(1);
        }
    })
}

pub(crate) fn on_server_event<T, F, Fut>(handler: F) -> OnServerEvent
where
    T: DeserializeOwned + Send + 'static,
    F: Fn(T, Ack) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |payload, ack| {
        let handler = handler.clone();
        let handled = caught("server-side event", async move {
            match payload.read_event::<T>() {
                Ok(args) => handler(args, ack).await,
                Err(error) => tracing::error!(%error, "an event of another server was not handled"),
            }
        });
        Box::pin(handled.map(Option::unwrap_or_default))
    })
}

pub(crate) fn on_disconnect<F, Fut>(handler: F) -> OnDisconnect
where
    F: Fn(Socket, Reason) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |socket, reason| {
        let handler = handler.clone();
        running("disconnect", socket.clone(), async move { handler(socket, reason).await })
    })
}

pub(crate) fn on_error<F, Fut>(handler: F) -> OnError
where
    F: Fn(Socket, Arc<SocketError>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |socket, error| {
        let handler = handler.clone();
        running("error", socket.clone(), async move { handler(socket, error).await })
    })
}

fn running(what: &'static str, socket: Socket, code: impl Future<Output = ()> + Send + 'static) -> Running {
    Box::pin(guarded(what, socket, code).map(Option::unwrap_or_default))
}

/// Who panics refuses.
fn judging<T: 'static>(
    what: &'static str,
    socket: Socket,
    code: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Running<Result<T, Refusal>> {
    Box::pin(guarded(what, socket, code).map(|judged| judged.unwrap_or_else(|| Err(Refusal::internal()))))
}

/// Runs user code for a socket; `None` when it panicked.
const fn guarded<F: Future>(what: &'static str, socket: Socket, code: F) -> Guarded<F> {
    Guarded { what, socket: Some(socket), code }
}

/// Runs user code; `None` when it panicked.
pub(crate) const fn caught<F: Future>(what: &'static str, code: F) -> Guarded<F> {
    Guarded { what, socket: None, code }
}

pin_project! {
    /// User code, and what is known about it. By hand, because async functions around each other keep what they are given
    /// twice: every event would take three times the memory.
    pub(crate) struct Guarded<F> {
        what: &'static str,
        socket: Option<Socket>,
        #[pin]
        code: F,
    }
}

impl<F: Future> Future for Guarded<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match panic::catch_unwind(AssertUnwindSafe(|| this.code.poll(cx))) {
            Ok(polled) => polled.map(Some),
            Err(panic) => {
                log(this.what, &*panic);
                if let Some(socket) = this.socket {
                    socket.metrics().handler_panics.add(1);
                }
                Poll::Ready(None)
            }
        }
    }
}

/// Calls user code that is not async; `None` when it panicked.
pub(crate) fn guarded_call<T>(what: &'static str, code: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(code)).map_err(|panic| log(what, &*panic)).ok()
}

fn log(what: &'static str, panic: &(dyn Any + Send)) {
    tracing::error!(handler = what, panic = words(panic), "a handler panicked; the connection goes on");
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("(not words)")
}
