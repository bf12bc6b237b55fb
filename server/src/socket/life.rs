//! From being made to having left.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use parlor_protocol::Reason;
use parlor_protocol::json::Payload;
use parlor_protocol::socket::Namespace as Name;

use super::registry::Registry;
use super::{Inner, Socket};
use crate::Data;
use crate::ack::PendingAcks;
use crate::handler::OnDisconnect;
use crate::link::Link;
use crate::metrics::Counters;
use crate::namespace::{Shared as Namespace, Untold};
use crate::queue::Farewell;
use crate::recovery::{Identity, Membership, Position, Recovery, Stays};
use crate::rooms::Key;

/// Where in its life a socket is. It never goes back.
#[derive(Debug)]
pub(super) struct Stage(AtomicU8);

const ENTERING: u8 = 0;
const CONNECTED: u8 = 1;
const LEAVING: u8 = 2;

impl Stage {
    const fn new() -> Self {
        Self(AtomicU8::new(ENTERING))
    }

    pub(super) fn is_connected(&self) -> bool {
        self.0.load(Ordering::Acquire) == CONNECTED
    }

    /// It leaves or has left, or was never let in.
    pub(super) fn is_leaving(&self) -> bool {
        self.0.load(Ordering::Acquire) == LEAVING
    }

    fn admit(&self) {
        self.0.store(CONNECTED, Ordering::Release);
    }

    /// Gives whether it was connected.
    fn leave(&self) -> bool {
        self.0.swap(LEAVING, Ordering::AcqRel) == CONNECTED
    }

    /// Leaves if it is connected, and gives whether it was.
    fn leave_if_connected(&self) -> bool {
        self.0.compare_exchange(CONNECTED, LEAVING, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

impl Socket {
    /// Sends the client out of the namespace, behind everything that was emitted to it before; with `close` out of
    /// all its namespaces, and then the connection is closed.
    ///
    /// Nothing can be emitted to it from now on. Its rooms are left a moment later, see
    /// [`Socket::on_disconnecting`]. Does nothing while a middleware judges the client, unless `close` is set.
    pub fn disconnect(&self, close: bool) {
        let was_connected = self.0.stage.leave_if_connected();
        if let Some(membership) = self.membership().filter(|_| was_connected) {
            membership.give_up();
        }
        if close {
            self.0.link.queue.push_farewell(Farewell::Connection);
        } else if was_connected {
            self.0.link.queue.push_farewell(Farewell::Namespace(self.namespace_name().clone()));
        }
    }
}

impl Socket {
    /// A socket that a middleware may look at. It is in nobody's reach until [`Socket::admit`].
    pub(crate) fn new(
        identity: Identity,
        namespace: Arc<Namespace>,
        link: Arc<Link>,
        auth: Option<Payload>,
    ) -> Self {
        let Identity { id, key, data, membership, stays } = identity;
        namespace.change_rooms(|all| match stays {
            Some(stays) => all.enter_again(key, id.clone(), stays),
            None => all.enter(key, id.clone()),
        });
        Self(Arc::new(Inner {
            id,
            key,
            namespace: crate::Namespace(namespace),
            link,
            auth,
            data,
            stage: Stage::new(),
            handlers: Registry::default(),
            membership,
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
        &self.0.namespace.0.name
    }

    pub(crate) fn namespace_shared(&self) -> &Arc<Namespace> {
        &self.0.namespace.0
    }

    pub(crate) fn link(&self) -> &Arc<Link> {
        &self.0.link
    }

    pub(crate) fn shared_data(&self) -> &Arc<Data> {
        &self.0.data
    }

    /// The session that it can come back to.
    pub(crate) fn membership(&self) -> Option<&Membership> {
        self.0.membership.as_ref()
    }

    /// A logged event is put before it.
    pub(crate) fn logged(&self, at: Position) {
        if let Some(membership) = self.membership() {
            membership.logged(at);
        }
    }

    /// It is connected, and reached by broadcasts.
    pub(crate) fn admit(&self) {
        let untold = match self.recovery() {
            Some((recovery, membership)) => recovery.admit(self, membership),
            None => self.reach(),
        };
        self.namespace_shared().tell(untold);
    }

    /// What [`Socket::admit`] does to the socket itself.
    pub(crate) fn reach(&self) -> Untold {
        self.0.stage.admit();
        self.namespace_shared().change_rooms_quietly(|all| all.admit(self.0.key, self.clone())).1
    }

    /// It leaves. Gives what has to run while it is still in its rooms.
    pub(crate) fn leave_taking(&self) -> Vec<OnDisconnect> {
        self.0.stage.leave();
        self.0.handlers.disconnecting()
    }

    /// It is not in any more, for that reason, or never was: it is in no room, nobody hears from it. `begin` is given
    /// what has to run now, before the client can come back.
    pub(crate) fn depart(&self, reason: Option<Reason>, begin: impl FnOnce(Vec<OnDisconnect>)) {
        let (departed, untold) = match self.recovery() {
            Some((recovery, membership)) => {
                let (departed, untold) = recovery.depart(self, membership, reason);
                (Some((recovery, departed)), untold)
            }
            None => (None, self.unreach().1),
        };
        self.namespace_shared().tell(untold);
        self.0.acks.fail();
        // Handlers may hold the socket: the circle ends here.
        begin(self.0.handlers.close());
        if let Some((recovery, departed)) = departed {
            recovery.release(departed);
        }
        // Last: a namespace with nobody in it stays for the sake of those who may come back.
        self.0.namespace.exit();
    }

    /// What [`Socket::depart`] does to the socket itself. Gives when it was where, the first time.
    pub(crate) fn unreach(&self) -> (Option<Box<Stays>>, Untold) {
        self.0.stage.leave();
        self.namespace_shared().change_rooms_quietly(|all| all.remove(self.0.key))
    }

    fn recovery(&self) -> Option<(&Recovery, &Membership)> {
        self.namespace_shared().recovery.as_ref().zip(self.membership())
    }

    pub(crate) fn resolve_ack(&self, id: u64, args: Payload) {
        self.0.acks.resolve(id, args);
    }

    /// What the server counts.
    pub(crate) fn metrics(&self) -> &Counters {
        &self.0.link.metrics
    }

    pub(crate) fn acks(&self) -> (&PendingAcks, &AtomicU64) {
        (&self.0.acks, &self.namespace_shared().ack_ids)
    }
}
