//! A connection's side towards the application: letting clients into namespaces, running handlers, telling of ends.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use parlor_protocol::Reason;
use parlor_protocol::json::Payload;
use parlor_protocol::server::Input;
use parlor_protocol::socket::Namespace as Name;
use serde::Serialize;

use super::Connection;
use crate::handler::Running;
use crate::{Ack, Refusal, Socket, id};

/// What an event in the backlog costs beside its bytes.
const EVENT_OVERHEAD_BYTES: usize = 128;

/// A client that middlewares are judging.
pub(super) type Joining = Pin<Box<dyn Future<Output = (Socket, Result<(), Refusal>)> + Send>>;

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
    /// A client wants to join a namespace.
    pub(super) fn join(&mut self, name: &Name, auth: Option<Payload>, cx: &mut Context<'_>) {
        let Some(namespace) = self.shared.namespace(name) else {
            return self.refuse(name.clone(), &Refusal::new("Invalid namespace"));
        };
        let id = match id::random() {
            Ok(id) => id,
            Err(error) => {
                tracing::error!(connection = self.link.number, %error, "no randomness for a socket's id");
                return self.refuse(name.clone(), &Refusal::new("internal server error"));
            }
        };
        let middlewares = namespace.0.middlewares();
        let socket = Socket::new(id, namespace.0, self.link.clone(), auth.map(|auth| auth.detached()));
        if middlewares.is_empty() {
            return self.judged(&socket, Ok(()), cx);
        }
        let mut joining: Joining = Box::pin(async move {
            for middleware in middlewares {
                if let Err(refusal) = middleware(socket.clone()).await {
                    return (socket, Err(refusal));
                }
            }
            (socket, Ok(()))
        });
        match joining.as_mut().poll(cx) {
            Poll::Ready((socket, verdict)) => self.judged(&socket, verdict, cx),
            Poll::Pending => self.joining.push(joining),
        }
    }

    /// The middlewares have spoken. The client is in before it hears so, and nothing that is emitted to it can
    /// overtake the answer: that goes into the machine now, and emits only at the end of the turn.
    fn judged(&mut self, socket: &Socket, verdict: Result<(), Refusal>, cx: &mut Context<'_>) {
        if !self.machine.is_open() {
            // It has gone meanwhile.
            socket.depart();
            return;
        }
        let namespace = socket.namespace_name().clone();
        if let Err(refusal) = verdict {
            socket.depart();
            self.link.metrics.middleware_refusals.add(1);
            return self.refuse(namespace, &refusal);
        }
        socket.admit();
        self.sockets.push(socket.clone());
        self.tell(Input::Accept { namespace, reply: reply(socket.id()) });
        for handler in socket.namespace_shared().connection_handlers() {
            self.start(handler(socket.clone()), cx);
        }
    }

    fn refuse(&mut self, namespace: Name, refusal: &Refusal) {
        let (connection, message) = (self.link.number, refusal.message());
        tracing::info!(connection, %namespace, message, "a client was not let into a namespace");
        self.tell(Input::Refuse { namespace, error: refusal.payload() });
    }

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
    fn start(&mut self, mut handler: Running, cx: &mut Context<'_>) {
        if handler.as_mut().poll(cx).is_pending() {
            self.handlers.push(handler);
        }
    }

    /// Lets handlers go on, and starts those that wait for room.
    pub(super) fn run_handlers(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while let Poll::Ready(Some((socket, verdict))) = self.joining.poll_next_unpin(cx) {
            self.judged(&socket, verdict, cx);
            self.settle(cx);
            any = true;
        }
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

    /// A client is out of a namespace.
    pub(super) fn departed(&mut self, namespace: &Name, reason: Reason, cx: &mut Context<'_>) {
        let Some(at) = self.sockets.iter().position(|socket| socket.namespace_name() == namespace) else {
            return;
        };
        let socket = self.sockets.remove(at);
        for handler in socket.depart() {
            self.start(handler(socket.clone(), reason), cx);
        }
    }

    fn socket(&self, namespace: &Name) -> Option<Socket> {
        self.sockets.iter().find(|socket| socket.namespace_name() == namespace).cloned()
    }
}

/// The data of the answer to CONNECT.
fn reply(sid: &str) -> Payload {
    #[derive(Serialize)]
    struct Reply<'a> {
        sid: &'a str,
    }
    Payload::value(&Reply { sid }).expect("text is JSON")
}
