//! Which rooms an adapter follows that does not hear of all: those that somebody is in, and those that a client may come
//! back to, who then gets what was said there meanwhile.
//!
//! Rule: a room is let go of under the same lock under which it is taken up, so that the adapter hears of both in the
//! order in which they happened. No code of the application's runs under it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::time::{self, Instant};

use super::{Joint, deadline};
use crate::namespace::Shared as Namespace;
use crate::recovery::Recovery;
use crate::sync::{lock, read};

/// How many rooms that nobody is in are followed for the sake of clients that may come back, for each namespace. Each
/// takes some two hundred bytes here, and as much in Redis. When there are more, clients that are away are not waited for
/// any longer: they get new sessions, which is better than a hole in an old one.
const MAX_LINGERING: usize = 250_000;

/// The rooms of one namespace.
pub(crate) struct Following {
    joint: Joint,
    /// How long somebody may come back to a room that is empty; `None` when nobody comes back.
    absence: Option<Duration>,
    lingering: Mutex<Lingering>,
}

/// Rooms that nobody is in any more, each until some time.
#[derive(Default)]
struct Lingering {
    until: BTreeMap<Arc<str>, Instant>,
    /// In the order of time. A room that was taken up again since is here, and not there.
    order: VecDeque<(Instant, Arc<str>)>,
    /// Somebody waits for the first of them.
    is_awaited: bool,
    /// The namespace is no more.
    is_over: bool,
}

impl Following {
    pub(super) fn new(joint: Joint, absence: Option<Duration>) -> Self {
        Self { joint, absence, lingering: Mutex::default() }
    }

    /// Somebody is in the room, in which nobody was.
    pub(crate) fn created(&self, namespace: &str, room: &str) {
        let mut lingering = lock(&self.lingering);
        lingering.until.remove(room);
        if !lingering.is_over && self.joint.adapter.follows_room(room) {
            self.joint.adapter.room_created(namespace, room);
        }
    }

    /// Nobody is in the room any more.
    pub(crate) fn deleted(self: &Arc<Self>, namespace: &Arc<Namespace>, room: &Arc<str>) {
        let mut lingering = lock(&self.lingering);
        if lingering.is_over || !self.joint.adapter.follows_room(room) {
            return;
        }
        let Some(absence) = self.absence else {
            return self.joint.adapter.room_deleted(namespace.name.as_str(), room);
        };
        lingering.push(deadline(absence), room);
        let are_too_many = lingering.until.len() > MAX_LINGERING;
        if !lingering.is_awaited {
            lingering.is_awaited = true;
            self.joint.runtime.spawn(wait(self.clone(), Arc::downgrade(namespace)));
        }
        drop(lingering);
        if are_too_many {
            tracing::warn!(
                max_lingering = MAX_LINGERING,
                "too many rooms are waited for: who is away begins anew"
            );
            namespace.recovery.as_ref().map(Recovery::give_up);
            self.let_go(namespace, deadline(absence));
        }
    }

    /// The namespace is no more, and whatever is told of its rooms from now on comes too late.
    pub(super) fn end(&self) {
        let mut lingering = lock(&self.lingering);
        lingering.is_over = true;
        lingering.until.clear();
        lingering.order.clear();
    }

    /// Lets go of all rooms whose time is over by then, and that nobody is in again.
    fn let_go(&self, namespace: &Namespace, by: Instant) {
        let mut lingering = lock(&self.lingering);
        while let Some(room) = lingering.pop(by) {
            if !read(&namespace.rooms).has(&room) {
                self.joint.adapter.room_deleted(namespace.name.as_str(), &room);
            }
        }
    }
}

impl Lingering {
    fn push(&mut self, until: Instant, room: &Arc<str>) {
        self.until.insert(room.clone(), until);
        self.order.push_back((until, room.clone()));
        // A room that is taken up and left all the time must not fill it.
        if self.order.len() > 2 * self.until.len() + MAX_LINGERING {
            let Self { until, order, .. } = self;
            order.retain(|(time, room)| until.get(room) == Some(time));
        }
    }

    /// The next room whose time is over.
    fn pop(&mut self, by: Instant) -> Option<Arc<str>> {
        while self.order.front().is_some_and(|(until, _)| *until <= by) {
            let (until, room) = self.order.pop_front()?;
            if self.until.get(&room) == Some(&until) {
                self.until.remove(&room);
                return Some(room);
            }
        }
        None
    }
}

/// Lets go of room after room, until there is none.
async fn wait(following: Arc<Following>, namespace: Weak<Namespace>) {
    loop {
        let next = {
            let mut lingering = lock(&following.lingering);
            let next = lingering.order.front().map(|(until, _)| *until);
            lingering.is_awaited = next.is_some();
            next
        };
        let Some(next) = next else { return };
        time::sleep_until(next).await;
        let Some(namespace) = namespace.upgrade() else { return };
        following.let_go(&namespace, Instant::now());
    }
}

#[cfg(test)]
mod tests;
