//! One namespace of this server, as its adapter sees it.

use std::fmt;
use std::sync::{Arc, Weak};

use super::{Message, Response};
use crate::namespace::Shared as Namespace;
use crate::recovery::Recovery;
use crate::sync::read;

/// One namespace of this server, for its adapter: what the other servers say goes in here.
///
/// Cloning gives another handle. It does not keep the server alive: when that is gone, nobody hears.
#[derive(Clone)]
pub struct Node {
    name: Arc<str>,
    namespace: Weak<Namespace>,
}

impl Node {
    pub(crate) fn new(namespace: &Arc<Namespace>) -> Self {
        Self { name: namespace.name.as_str().into(), namespace: Arc::downgrade(namespace) }
    }

    /// The namespace's name, with its leading slash.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.name
    }

    /// Another server has said something in the namespace. It is done before this returns, but for what waits for
    /// answers of clients and handlers: that goes on by itself.
    pub fn hear(&self, message: Message) {
        if let Some(namespace) = self.namespace.upgrade() {
            namespace.hear(message);
        }
    }

    /// Another server has answered the request of that id. Answers that nobody waits for, or not any more, are ignored.
    pub fn hear_response(&self, request: &str, response: Response) {
        if let Some(namespace) = self.namespace.upgrade() {
            namespace.hear_response(request, response);
        }
    }

    /// For a while nothing that the others said could be heard. Clients that are away meanwhile cannot be given it: they
    /// will begin new sessions, because an old one would have a hole.
    pub fn missed(&self) {
        if let Some(namespace) = self.namespace.upgrade() {
            namespace.recovery.as_ref().map(Recovery::give_up);
        }
    }

    /// Whether what is said to that room concerns this server: somebody is in it, or may come back to it.
    #[must_use]
    pub fn has_room(&self, room: &str) -> bool {
        self.namespace.upgrade().is_some_and(|namespace| {
            let is_there = read(&namespace.rooms).has(room);
            // Which rooms somebody was in who is away stands in many places; that there is somebody is known.
            is_there || namespace.recovery.as_ref().is_some_and(Recovery::has_sessions)
        })
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("namespace", &self.name).finish_non_exhaustive()
    }
}
