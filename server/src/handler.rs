//! The application's async closures, boxed.
//!
//! Rule: a closure is called inside the future that it makes, and whatever panics in there is caught and logged. The
//! connection goes on: the panic tells nothing about the client, and no lock is held while user code runs.

use std::any::Any;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt;
use parlor_protocol::Reason;
use parlor_protocol::json::Payload;
use serde::de::DeserializeOwned;

use crate::{Ack, EventError, Refusal, Socket};

/// User code at work. It never panics.
pub(crate) type Running<T = ()> = Pin<Box<dyn Future<Output = T> + Send>>;

pub(crate) type OnConnection = Arc<dyn Fn(Socket) -> Running + Send + Sync>;
pub(crate) type Middleware = Arc<dyn Fn(Socket) -> Running<Result<(), Refusal>> + Send + Sync>;
pub(crate) type OnEvent = Arc<dyn Fn(Socket, Payload, Ack) -> Running + Send + Sync>;
pub(crate) type OnDisconnect = Arc<dyn Fn(Socket, Reason) -> Running + Send + Sync>;
pub(crate) type OnError = Arc<dyn Fn(Socket, Arc<EventError>) -> Running + Send + Sync>;

pub(crate) fn on_connection<F, Fut>(handler: F) -> OnConnection
where
    F: Fn(Socket) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |socket| {
        let handler = handler.clone();
        let handled = guarded("connection", socket.clone(), async move { handler(socket).await });
        Box::pin(handled.map(Option::unwrap_or_default))
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
        let judged = guarded("middleware", socket.clone(), async move { middleware(socket).await });
        Box::pin(judged.map(|judged| judged.unwrap_or_else(|| Err(Refusal::new("internal server error")))))
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
        let handled = guarded("event", socket.clone(), async move {
            match payload.read_event::<T>() {
                Ok(args) => handler(socket, args, ack).await,
                Err(error) => {
                    let event = payload.event_name().map(Cow::into_owned).unwrap_or_default();
                    socket.misunderstood(EventError::new(event, error)).await;
                }
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
        let handled = guarded("disconnect", socket.clone(), async move { handler(socket, reason).await });
        Box::pin(handled.map(Option::unwrap_or_default))
    })
}

pub(crate) fn on_error<F, Fut>(handler: F) -> OnError
where
    F: Fn(Socket, Arc<EventError>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    Arc::new(move |socket, error| Box::pin(handler(socket, error)))
}

/// Runs user code for a socket; `None` when it panicked.
async fn guarded<T>(what: &'static str, socket: Socket, code: impl Future<Output = T>) -> Option<T> {
    let done = caught(what, code).await;
    if done.is_none() {
        socket.metrics().handler_panics.add(1);
    }
    done
}

/// Runs user code; `None` when it panicked.
pub(crate) async fn caught<T>(what: &'static str, code: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(code).catch_unwind().await.map_err(|panic| log(what, &*panic)).ok()
}

/// Calls user code that is not async.
pub(crate) fn guarded_call(what: &'static str, code: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(code)) {
        log(what, &*panic);
    }
}

fn log(what: &'static str, panic: &(dyn Any + Send)) {
    tracing::error!(handler = what, panic = words(panic), "a handler panicked; the connection goes on");
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("(not words)")
}
