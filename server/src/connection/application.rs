//! A connection's side towards the application: letting clients into namespaces, and telling of ends.

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use parlor_protocol::Reason;
use parlor_protocol::json::Payload;
use parlor_protocol::server::Input;
use parlor_protocol::socket::Namespace as Name;
use serde::Serialize;

use super::Connection;
use crate::handler::Running;
use crate::link::Link;
use crate::recovery::{self, Fresh, Membership, Recovery};
use crate::server::Shared;
use crate::{Refusal, Socket};

/// A client on its way into a namespace.
pub(super) type Joining = Running<Arrival>;

/// How that ended.
pub(super) enum Arrival {
    /// There is no such namespace.
    Nowhere(Name, Refusal),
    /// The middlewares have spoken.
    Judged(Socket, Result<(), Refusal>),
}

impl Connection {
    /// A client wants to join a namespace.
    pub(super) fn join(&mut self, name: Name, auth: Option<Payload>, cx: &mut Context<'_>) {
        let fresh = match Fresh::draw() {
            Ok(fresh) => fresh,
            Err(error) => {
                tracing::error!(connection = self.link.number, %error, "no randomness for a socket's id");
                return self.refuse(name, &Refusal::internal());
            }
        };
        let auth = auth.map(|auth| auth.detached());
        let mut joining: Joining =
            Box::pin(arrive(self.shared.clone(), name, self.link.clone(), fresh, auth));
        match joining.as_mut().poll(cx) {
            Poll::Ready(arrival) => self.arrived(arrival, cx),
            Poll::Pending => self.joining.push(joining),
        }
    }

    fn arrived(&mut self, arrival: Arrival, cx: &mut Context<'_>) {
        match arrival {
            Arrival::Nowhere(namespace, refusal) => self.refuse(namespace, &refusal),
            Arrival::Judged(socket, verdict) => self.judged(&socket, verdict, cx),
        }
    }

    /// The middlewares have spoken. The client is in before it hears so, and nothing that is emitted to it can
    /// overtake the answer: that goes into the machine now, and emits only at the end of the turn.
    fn judged(&mut self, socket: &Socket, verdict: Result<(), Refusal>, cx: &mut Context<'_>) {
        if !self.machine.is_open() {
            // It has gone meanwhile.
            socket.depart(None, drop);
            return;
        }
        let namespace = socket.namespace_name().clone();
        if let Err(refusal) = verdict {
            socket.depart(None, drop);
            self.link.metrics.middleware_refusals.add(1);
            return self.refuse(namespace, &refusal);
        }
        socket.admit();
        self.sockets.push(socket.clone());
        self.tell(Input::Accept { namespace, reply: reply(socket) });
        for handler in socket.namespace_shared().connection_handlers() {
            self.start(handler(socket.clone()), cx);
        }
    }

    /// Lets those in who have been judged meanwhile.
    pub(super) fn let_in(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while let Some(arrival) = self.joining.poll_next(cx) {
            self.arrived(arrival, cx);
            self.settle(cx);
            any = true;
        }
        any
    }

    fn refuse(&mut self, namespace: Name, refusal: &Refusal) {
        let (connection, message) = (self.link.number, refusal.message());
        // Escaped: what a client writes must not begin a line of its own.
        if mem::replace(&mut self.was_refused, true) {
            tracing::debug!(connection, ?namespace, message, "a client was not let into one more namespace");
        } else {
            tracing::info!(connection, ?namespace, message, "a client was not let into a namespace");
        }
        self.tell(Input::Refuse { namespace, error: refusal.payload() });
    }

    /// A client is out of a namespace.
    pub(super) fn departed(&mut self, namespace: &Name, reason: Reason, cx: &mut Context<'_>) {
        let Some(at) = self.sockets.iter().position(|socket| socket.namespace_name() == namespace) else {
            return;
        };
        let socket = self.sockets.remove(at);
        for handler in socket.leave_taking() {
            self.start(handler(socket.clone(), reason), cx);
        }
        socket.depart(Some(reason), |handlers| {
            for handler in handlers {
                self.start(handler(socket.clone(), reason), cx);
            }
        });
    }

    pub(super) fn socket(&self, namespace: &Name) -> Option<Socket> {
        self.sockets.iter().find(|socket| socket.namespace_name() == namespace).cloned()
    }
}

/// Finds the namespace that a client asks for and who it is, and lets the middlewares judge it.
async fn arrive(
    shared: Arc<Shared>,
    name: Name,
    link: Arc<Link>,
    fresh: Fresh,
    auth: Option<Payload>,
) -> Arrival {
    let namespace = loop {
        match shared.namespaces.asked_for(&name, auth.as_ref()).await {
            Ok(namespace) if namespace.0.enter() => break namespace.0,
            // Its last client has left since: it is made once more.
            Ok(_) => {}
            Err(refusal) => return Arrival::Nowhere(name, refusal),
        }
    };
    namespace.opened().await;
    let identity = recovery::enter(&namespace, &link, fresh, auth.as_ref()).await;
    let socket = Socket::new(identity, namespace.clone(), link, auth);
    if socket.recovered() && namespace.recovery.as_ref().is_some_and(Recovery::skips_middlewares) {
        return Arrival::Judged(socket, Ok(()));
    }
    for middleware in namespace.middlewares() {
        if let Err(refusal) = middleware(socket.clone()).await {
            return Arrival::Judged(socket, Err(refusal));
        }
    }
    Arrival::Judged(socket, Ok(()))
}

/// The data of the answer to CONNECT.
fn reply(socket: &Socket) -> Payload {
    #[derive(Serialize)]
    struct Reply<'a> {
        sid: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        pid: Option<&'a str>,
    }
    let reply = Reply { sid: socket.id(), pid: socket.membership().map(Membership::pid) };
    Payload::value(&reply).expect("text is JSON")
}
