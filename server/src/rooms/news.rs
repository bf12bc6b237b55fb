//! What happens to rooms, for those who want to hear of it.
//!
//! Written down under the lock of the rooms, told after it: by one at a time, so that the order is kept, and by
//! whoever changed something. What changes meanwhile is left to the one who tells already. When nobody wants to hear,
//! nothing is written down.

use std::mem;
use std::sync::Arc;

/// Something that happened to a room: see [`Namespace::on_room_event`](crate::Namespace::on_room_event).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoomEvent {
    /// The room is there now: somebody is about to join it.
    Create {
        /// Its name.
        room: Arc<str>,
    },
    /// A socket is in it now, and was not before.
    Join {
        /// The room's name.
        room: Arc<str>,
        /// The socket's id.
        socket: Arc<str>,
    },
    /// A socket is not in it any more.
    Leave {
        /// The room's name.
        room: Arc<str>,
        /// The socket's id.
        socket: Arc<str>,
    },
    /// Its last socket has left.
    Delete {
        /// Its name.
        room: Arc<str>,
    },
}

/// What has happened and was not told yet.
#[derive(Debug, Default)]
pub(crate) struct News {
    is_wanted: bool,
    is_being_told: bool,
    events: Vec<RoomEvent>,
}

impl News {
    /// From now on somebody wants to hear.
    pub(crate) const fn want(&mut self) {
        self.is_wanted = true;
    }

    /// Whether there is something to tell and nobody does. Whoever hears true tells, until [`News::take`] has nothing
    /// more.
    pub(crate) const fn begin_telling(&mut self) -> bool {
        if self.events.is_empty() || self.is_being_told {
            return false;
        }
        self.is_being_told = true;
        true
    }

    pub(crate) fn take(&mut self) -> Option<Vec<RoomEvent>> {
        self.is_being_told = !self.events.is_empty();
        self.is_being_told.then(|| mem::take(&mut self.events))
    }

    pub(super) fn created(&mut self, room: &Arc<str>) {
        self.push(|| RoomEvent::Create { room: room.clone() });
    }

    pub(super) fn joined(&mut self, room: &Arc<str>, socket: &Arc<str>) {
        self.push(|| RoomEvent::Join { room: room.clone(), socket: socket.clone() });
    }

    pub(super) fn left(&mut self, room: &Arc<str>, socket: &Arc<str>) {
        self.push(|| RoomEvent::Leave { room: room.clone(), socket: socket.clone() });
    }

    pub(super) fn deleted(&mut self, room: &Arc<str>) {
        self.push(|| RoomEvent::Delete { room: room.clone() });
    }

    fn push(&mut self, event: impl FnOnce() -> RoomEvent) {
        if self.is_wanted {
            self.events.push(event());
        }
    }
}
