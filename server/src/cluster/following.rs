//! Which rooms an adapter follows that does not hear of all: those that somebody is in, and those that a client may come
//! back to, who then gets what was said there meanwhile.
//!
//! Rule: a room is let go of under the same lock under which it is taken up, so that the adapter hears of both in the
//! order in which they happened.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::{self, Instant};

use super::deadline;
use crate::adapter::Adapter;
use crate::namespace::Shared as Namespace;
use crate::sync::{lock, read};

/// How many rooms that nobody is in are followed for the sake of clients that may come back, for each namespace. Each
/// takes some hundred bytes here and in Redis. When there are more, clients that are away are not waited for any longer:
/// they get new sessions, which is better than a hole in an old one.
const MAX_LINGERING: usize = 100_000;

/// The rooms of one namespace.
pub(crate) struct Following {
    adapter: Arc<dyn Adapter>,
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
}

impl Following {
    pub(crate) fn new(adapter: Arc<dyn Adapter>, absence: Option<Duration>) -> Self {
        Self { adapter, absence, lingering: Mutex::default() }
    }

    /// Somebody is in the room, in which nobody was.
    pub(crate) fn created(&self, namespace: &str, room: &str) {
        let mut lingering = lock(&self.lingering);
        lingering.until.remove(room);
        self.adapter.room_created(namespace, room);
    }

    /// Nobody is in the room any more.
    pub(crate) fn deleted(self: &Arc<Self>, namespace: &Arc<Namespace>, room: &Arc<str>) {
        let mut lingering = lock(&self.lingering);
        let Some(absence) = self.absence else {
            return self.adapter.room_deleted(namespace.name.as_str(), room);
        };
        let until = deadline(absence);
        lingering.until.insert(room.clone(), until);
        lingering.order.push_back((until, room.clone()));
        if lingering.until.len() > MAX_LINGERING {
            if let Some(recovery) = &namespace.recovery {
                tracing::warn!(
                    max_lingering = MAX_LINGERING,
                    "too many rooms are waited for: clients begin anew"
                );
                recovery.give_up();
            }
            return self.let_go(&mut lingering, namespace, Instant::now() + absence);
        }
        if !lingering.is_awaited {
            lingering.is_awaited = true;
            tokio::spawn(wait(self.clone(), Arc::downgrade(namespace)));
        }
    }

    /// Lets go of all rooms whose time is over by then, and that nobody is in again.
    fn let_go(&self, lingering: &mut MutexGuard<'_, Lingering>, namespace: &Namespace, by: Instant) {
        while lingering.order.front().is_some_and(|(until, _)| *until <= by) {
            let Some((until, room)) = lingering.order.pop_front() else { return };
            if lingering.until.get(&room) == Some(&until) {
                lingering.until.remove(&room);
                if !read(&namespace.rooms).has(&room) {
                    self.adapter.room_deleted(namespace.name.as_str(), &room);
                }
            }
        }
    }
}

/// Lets go of room after room, until there is none.
async fn wait(following: Arc<Following>, namespace: std::sync::Weak<Namespace>) {
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
        following.let_go(&mut lock(&following.lingering), &namespace, Instant::now());
    }
}

#[cfg(test)]
mod tests;
