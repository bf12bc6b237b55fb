//! What the other servers say: it is done to this server's clients, and answered.

use std::sync::Arc;

use futures_util::future;
use tracing::debug;

use super::Cluster;
use crate::adapter::{Audience, BroadcastFlags, Message, Request, Response};
use crate::broadcast::Asked;
use crate::emitter::Flags;
use crate::namespace::Shared as Namespace;
use crate::outgoing::Outgoing;
use crate::rooms::Target;
use crate::sync::read;
use crate::{Ack, Broadcast, Payload, Socket};

impl Namespace {
    /// Another server says something.
    pub(crate) fn hear(self: &Arc<Self>, message: Message) {
        let Some(cluster) = &self.cluster else { return };
        match message {
            Message::Broadcast { data, audience, flags } => {
                Outgoing { data, ack: None, flags: flags.into() }.broadcast(self, &audience.into(), |_| ());
            }
            Message::BroadcastWithAck { request, data, audience, flags } => {
                self.ask_for(cluster, &request, data, &audience.into(), flags);
            }
            Message::SocketsJoin { audience, rooms } => self.join_rooms(&audience.into(), &rooms),
            Message::SocketsLeave { audience, rooms } => self.leave_rooms(&audience.into(), &rooms),
            Message::DisconnectSockets { audience, close } => self.disconnect(&audience.into(), close),
            Message::FetchSockets { request, audience } => {
                let sockets = self.connected(&audience.into()).iter().map(Socket::details).collect();
                self.respond(cluster, &request, Response::Sockets(sockets));
            }
            Message::ServerSideEmit { data, request } => self.handle(cluster, &data, request),
            Message::SocketIds { request, rooms } => {
                let sockets = self.connected(&Audience { rooms, except: Vec::new() }.into());
                let ids = sockets.iter().map(|socket| socket.id().into()).collect();
                self.respond(cluster, &request, Response::SocketIds(ids));
            }
            Message::RoomNames { request } => {
                let names = read(&self.rooms).names().iter().map(|name| (**name).into()).collect();
                self.respond(cluster, &request, Response::RoomNames(names));
            }
        }
    }

    /// Another server answers.
    pub(crate) fn hear_response(&self, request: &str, response: Response) {
        if let Some(cluster) = &self.cluster {
            cluster.waiting.resolve(request, response);
        }
    }

    /// Asks this server's clients for another one.
    fn ask_for(
        self: &Arc<Self>,
        cluster: &Cluster,
        request: &Request,
        data: Payload,
        target: &Target,
        flags: BroadcastFlags,
    ) {
        let timeout = flags.timeout.unwrap_or(Broadcast::DEFAULT_TIMEOUT);
        let asked = Asked::put(self, data, flags.into(), timeout, target);
        let count = Response::ClientCount(asked.count() as u64);
        if asked.count() == 0 {
            return self.respond(cluster, request, count);
        }
        let Some(errand) = cluster.errand() else { return };
        self.respond(cluster, request, count);
        let (namespace, asker) = (self.clone(), request.clone());
        let forwarded = asked.forward(move |answer| {
            if let Some(cluster) = &namespace.cluster {
                namespace.respond(cluster, &asker, Response::ClientAck(answer));
            }
        });
        cluster.run(errand, forwarded);
    }

    /// Calls the application's handlers for another server.
    fn handle(self: &Arc<Self>, cluster: &Cluster, data: &Payload, request: Option<Request>) {
        let ack = request.map_or_else(Ack::unwanted, |request| Ack::for_server(self, request));
        let running = self.handle_server_side(data, &ack);
        if running.is_empty() {
            debug!(event = ?data.event_name(), "no handler for an event of another server");
        } else if let Some(errand) = cluster.errand() {
            cluster.run(errand, async { drop(future::join_all(running).await) });
        }
    }

    pub(crate) fn respond(&self, cluster: &Cluster, request: &Request, response: Response) {
        cluster.adapter().respond(self.name.as_str(), request, response);
    }
}

impl From<Audience> for Target {
    fn from(Audience { rooms, except }: Audience) -> Self {
        Self { rooms, except, sender: None }
    }
}

impl From<BroadcastFlags> for Flags {
    fn from(BroadcastFlags { volatile, compress, .. }: BroadcastFlags) -> Self {
        Self { volatile, compress, local: false }
    }
}
