//! Taking part in a cluster: what is said here is handed on to the other servers.

use std::sync::Arc;
use std::time::Duration;

use super::{Namespace, Shared};
use crate::Payload;
use crate::adapter::{Audience, BroadcastFlags, Message, Node};
use crate::cluster::Cluster;
use crate::emitter::Flags;
use crate::outgoing::Outgoing;
use crate::recovery::Recovery;
use crate::rooms::{RoomEvent, Target};
use crate::sync::read;

impl Namespace {
    /// Takes part from now on, if there are others.
    pub(crate) fn join_cluster(&self) {
        let Some(cluster) = &self.0.cluster else { return };
        let adapter = cluster.adapter();
        adapter.join(Node::new(&self.0));
        if adapter.follows_rooms() {
            let absence = self.0.recovery.as_ref().map(Recovery::span);
            let following = cluster.follow(absence);
            let namespace = Arc::downgrade(&self.0);
            self.on_room_event(move |event| {
                let Some(namespace) = namespace.upgrade() else { return };
                match event {
                    RoomEvent::Create { room } => following.created(namespace.name.as_str(), &room),
                    RoomEvent::Delete { room } => following.deleted(&namespace, &room),
                    RoomEvent::Join { .. } | RoomEvent::Leave { .. } => {}
                }
            });
        }
    }

    /// It is no more.
    pub(crate) fn leave_cluster(&self) {
        if let Some(cluster) = &self.0.cluster {
            cluster.leave(self.name());
        }
    }
}

impl Shared {
    /// The other servers, unless what is said is for this one's clients alone.
    pub(crate) fn others(&self, flags: Flags) -> Option<&Cluster> {
        self.cluster.as_ref().filter(|_| !flags.local)
    }

    /// Sends an event to this server's clients, and hands it on.
    pub(crate) fn broadcast(&self, data: Payload, target: &Target, flags: Flags) {
        let others = self.others(flags).map(|cluster| (cluster, data.clone()));
        Outgoing { data, ack: None, flags }.broadcast(self, target, |_| ());
        if let Some((cluster, data)) = others {
            let (audience, flags) = (self.audience(target), flags.with(None));
            cluster.publish(self.name.as_str(), Message::Broadcast { data, audience, flags });
        }
    }

    /// Those whom `target` selects, as other servers understand it: they do not know who sends, but its id.
    pub(crate) fn audience(&self, target: &Target) -> Audience {
        let sender: Option<Arc<str>> = target.sender.and_then(|key| read(&self.rooms).id(key));
        let except = target.except.iter().cloned().chain(sender.map(|id| (*id).into()));
        Audience { rooms: target.rooms.clone(), except: except.collect() }
    }
}

impl Flags {
    pub(crate) const fn with(self, timeout: Option<Duration>) -> BroadcastFlags {
        BroadcastFlags { volatile: self.volatile, compress: self.compress, timeout }
    }
}
