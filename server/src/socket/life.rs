//! From being made to having left.

use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use parlor_protocol::json::Payload;
use parlor_protocol::socket::Namespace as Name;

use super::{Inner, Socket};
use crate::ack::PendingAcks;
use crate::handler::OnDisconnect;
use crate::link::Link;
use crate::metrics::Counters;
use crate::namespace::Shared as Namespace;
use crate::rooms::Key;
use crate::sync::lock;

impl Socket {
    /// A socket that a middleware may look at. It is in nobody's reach until [`Socket::admit`].
    pub(crate) fn new(id: String, namespace: Arc<Namespace>, link: Arc<Link>, auth: Option<Payload>) -> Self {
        static NEXT_KEY: AtomicU64 = AtomicU64::new(0);
        let nothing = || Payload::value(&serde_json::Map::new()).expect("an empty object is JSON");
        let key = Key(NEXT_KEY.fetch_add(1, Ordering::Relaxed));
        let id: Arc<str> = id.into();
        namespace.change_rooms(|all| all.enter(key, id.clone()));
        Self(Arc::new(Inner {
            id,
            key,
            namespace,
            link,
            auth: auth.unwrap_or_else(nothing),
            data: Arc::default(),
            connected: AtomicBool::new(false),
            listeners: Mutex::default(),
            acks: PendingAcks::new(),
        }))
    }

    pub(crate) fn key(&self) -> Key {
        self.0.key
    }

    pub(crate) fn shared_id(&self) -> Arc<str> {
        self.0.id.clone()
    }

    pub(crate) fn namespace_name(&self) -> &Name {
        &self.0.namespace.name
    }

    pub(crate) fn namespace_shared(&self) -> &Arc<Namespace> {
        &self.0.namespace
    }

    /// It is connected, and reached by broadcasts.
    pub(crate) fn admit(&self) {
        self.0.connected.store(true, Ordering::Release);
        self.0.namespace.change_rooms(|all| all.admit(self.0.key, self.clone()));
    }

    /// It is not in any more, or never was: it is in no room, nobody hears from it. Gives what has to run now.
    pub(crate) fn depart(&self) -> Vec<OnDisconnect> {
        self.0.connected.store(false, Ordering::Release);
        self.0.namespace.change_rooms(|all| all.remove(self.0.key));
        self.0.acks.fail();
        // Handlers may hold the socket: the circle ends here.
        let listeners = mem::take(&mut *lock(&self.0.listeners));
        listeners.disconnect
    }

    pub(crate) fn resolve_ack(&self, id: u64, args: Payload) {
        self.0.acks.resolve(id, args);
    }

    /// What the server counts.
    pub(crate) fn metrics(&self) -> &Counters {
        &self.0.link.metrics
    }

    pub(crate) fn acks(&self) -> (&PendingAcks, &AtomicU64) {
        (&self.0.acks, &self.0.namespace.ack_ids)
    }
}
