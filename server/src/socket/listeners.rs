//! What the application wants to hear from one socket.

use std::error::Error;
use std::sync::Arc;

use parlor_protocol::Reason;
use serde::de::DeserializeOwned;

use super::Socket;
use crate::handler::{self, OnDisconnect, OnError, OnEvent, Running};
use crate::sync::lock;
use crate::{Ack, EventError};

/// The handlers, in the order in which they were registered.
#[derive(Default)]
pub(super) struct Listeners {
    events: Vec<(Box<str>, OnEvent)>,
    pub(super) disconnect: Vec<OnDisconnect>,
    error: Vec<OnError>,
}

impl Socket {
    /// Handles every event of that name, with its arguments as a `T`: a tuple takes several, `()` none, any other
    /// type the first. `parlor_protocol::json::Payload` takes all of them unread.
    ///
    /// Handlers of one client start in the order of its events and interleave where they await. Several handlers of
    /// one name all run. An event whose arguments are not a `T` is logged and reported to [`Socket::on_error`]; a
    /// panic is caught and logged. Register before the first `await` of the connection handler, or the client may be
    /// faster.
    pub fn on<T, F, Fut>(&self, event: &str, handler: F)
    where
        T: DeserializeOwned + Send + 'static,
        F: Fn(Self, T, Ack) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        lock(&self.0.listeners).events.push((event.into(), handler::on_event(handler)));
    }

    /// Runs when the client has left, whoever ended it. Its rooms are left already.
    pub fn on_disconnect<F, Fut>(&self, handler: F)
    where
        F: Fn(Self, Reason) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        lock(&self.0.listeners).disconnect.push(handler::on_disconnect(handler));
    }

    /// Runs when an event's arguments do not fit its handler. It is logged in any case.
    pub fn on_error<F, Fut>(&self, handler: F)
    where
        F: Fn(Self, Arc<EventError>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        lock(&self.0.listeners).error.push(handler::on_error(handler));
    }

    /// The handlers of an event.
    pub(crate) fn handlers_of(&self, event: &str) -> Vec<OnEvent> {
        let handlers = lock(&self.0.listeners);
        handlers
            .events
            .iter()
            .filter(|(name, _)| **name == *event)
            .map(|(_, handler)| handler.clone())
            .collect()
    }

    pub(crate) async fn misunderstood(&self, error: EventError) {
        self.metrics().event_errors.add(1);
        tracing::error!(
            socket = self.id(),
            namespace = self.namespace(),
            %error,
            cause = Error::source(&error).map(tracing::field::display),
            "an event was not handled"
        );
        let error = Arc::new(error);
        let handlers = lock(&self.0.listeners).error.clone();
        let running: Vec<Running> =
            handlers.iter().map(|handler| handler(self.clone(), error.clone())).collect();
        for handler in running {
            handler.await;
        }
    }
}
