//! A namespace's rooms, changed through one door, so that nobody misses what happens to them.

use std::sync::Arc;

use super::{Namespace, Shared};
use crate::Socket;
use crate::handler;
use crate::rooms::{RoomEvent, Rooms};
use crate::sync::{read, write};

pub(super) type OnRoomEvent = Arc<dyn Fn(RoomEvent) + Send + Sync>;

impl Namespace {
    /// Runs for everything that happens to a room from now on, in the order in which it happens: create, join, leave,
    /// delete. A socket's own room, named by its id, is one of them.
    ///
    /// It runs inside the call that changed something (or inside another's, when two change rooms at once), with no
    /// lock held: it may join rooms and emit. What happens while it runs waits in memory, so it should be quick.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::{Config, RoomEvent, Server};
    ///
    /// let io = Server::new(Config::default());
    /// io.on_room_event(|event| {
    ///     if let RoomEvent::Delete { room } = event {
    ///         println!("nobody is left in {room}");
    ///     }
    /// });
    /// ```
    pub fn on_room_event(&self, listener: impl Fn(RoomEvent) + Send + Sync + 'static) {
        write(&self.0.room_listeners).push(Arc::new(listener));
        write(&self.0.rooms).news.want();
    }

    /// The names of the rooms on this server that somebody is in, in no order; each socket's own among them.
    #[must_use]
    pub fn rooms(&self) -> Vec<Arc<str>> {
        read(&self.0.rooms).names()
    }

    /// The socket of that id, if it is connected to this server.
    #[must_use]
    pub fn socket(&self, id: &str) -> Option<Socket> {
        read(&self.0.rooms).member(id)
    }
}

/// There may be something to tell about rooms: see [`Shared::tell`].
#[derive(Debug)]
#[must_use = "listeners wait for it"]
pub(crate) struct Untold(bool);

impl Shared {
    /// Changes rooms, and tells of it when the lock is free again.
    pub(crate) fn change_rooms<T>(&self, change: impl FnOnce(&mut Rooms<Socket>) -> T) -> T {
        let (result, untold) = self.change_rooms_quietly(change);
        self.tell(untold);
        result
    }

    /// Changes rooms, and leaves it to the caller to tell of it when he holds no lock.
    pub(crate) fn change_rooms_quietly<T>(
        &self,
        change: impl FnOnce(&mut Rooms<Socket>) -> T,
    ) -> (T, Untold) {
        let mut rooms = write(&self.rooms);
        let result = change(&mut rooms);
        (result, Untold(rooms.news.begin_telling()))
    }

    /// Tells of changes that were made quietly.
    pub(crate) fn tell(&self, Untold(is_news): Untold) {
        if !is_news {
            return;
        }
        loop {
            let news = write(&self.rooms).news.take();
            let Some(news) = news else { return };
            let listeners = read(&self.room_listeners).clone();
            for event in news {
                for listener in &listeners {
                    handler::guarded_call("room event", || listener(event.clone()));
                }
            }
        }
    }
}
