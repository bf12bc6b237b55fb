//! A connection's side towards the application: the client's events, their handlers, and those that wait.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use parlor_protocol::json::Payload;
use parlor_protocol::socket::Namespace as Name;

use super::Connection;
use crate::handler::Running;
use crate::{Ack, Socket};

/// What an event in the backlog costs beside its bytes.
const EVENT_OVERHEAD_BYTES: usize = 128;

/// An event that a client sent.
pub(super) struct Event {
    /// To whom: who joins the namespace later gets none of it.
    socket: Socket,
    data: Payload,
    ack: Option<u64>,
}

impl Event {
    fn bytes(&self) -> usize {
        let attachments: usize = self.data.attachments().iter().map(bytes::Bytes::len).sum();
        EVENT_OVERHEAD_BYTES + self.data.json().len() + attachments
    }
}

impl Connection {
    /// Handles an event, or keeps it while the application is busy with earlier ones.
    pub(super) fn event(&mut self, namespace: &Name, data: Payload, ack: Option<u64>, cx: &mut Context<'_>) {
        self.tally.events_received += 1;
        let Some(socket) = self.socket(namespace) else { return };
        if self.backlog.is_empty() && self.has_room() {
            return self.handle(Event { socket, data, ack }, cx);
        }
        // What is counted here must be all that it keeps alive.
        let event = Event { socket, data: data.detached(), ack };
        self.set_backlog_bytes(self.backlog_bytes + event.bytes());
        self.backlog.push_back(event);
    }

    /// What waits is known to whoever looks at the metrics.
    pub(super) fn set_backlog_bytes(&mut self, bytes: usize) {
        self.backlog_bytes = bytes;
        self.link.set_backlog_bytes(bytes);
    }

    /// Whether one more handler may start. A client that sends faster than it reads waits for its own answers.
    fn has_room(&self) -> bool {
        self.handlers.len() < self.shared.config.max_handlers && !self.link.queue.is_behind()
    }

    fn handle(&mut self, event: Event, cx: &mut Context<'_>) {
        let socket = event.socket;
        let Some(name) = event.data.event_name().filter(|_| socket.is_connected()) else { return };
        let handlers = socket.handlers_of(&name);
        if handlers.is_empty() {
            tracing::debug!(connection = self.link.number, event = &*name, "an event has no handler");
        }
        let ack = Ack::new(&socket, event.ack);
        for handler in handlers {
            self.start(handler(socket.clone(), event.data.clone(), ack.clone()), cx);
        }
    }

    /// Runs a handler up to where it first waits.
    pub(super) fn start(&mut self, mut handler: Running, cx: &mut Context<'_>) {
        if handler.as_mut().poll(cx).is_pending() {
            self.handlers.push(handler);
        }
    }

    /// Lets handlers go on, and starts those that wait for room.
    pub(super) fn run_handlers(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = self.let_in(cx);
        while let Poll::Ready(Some(())) = self.handlers.poll_next_unpin(cx) {
            any = true;
        }
        while self.has_room()
            && let Some(event) = self.backlog.pop_front()
        {
            self.set_backlog_bytes(self.backlog_bytes - event.bytes());
            self.handle(event, cx);
            any = true;
        }
        if any && self.backlog.is_empty() {
            self.backlog = VecDeque::new();
        }
        any
    }

    /// A client answered a question of the application.
    pub(super) fn answered(&self, namespace: &Name, id: u64, args: Payload) {
        if let Some(socket) = self.socket(namespace) {
            socket.resolve_ack(id, args);
        }
    }
}
