//! The messages that wait, in all rooms: kept until they are acknowledged, also while the page is loaded again.

use std::rc::Rc;

use parlor_chat::RoomName;

use super::{Draft, Room, State};

impl State {
    /// The messages that wait, each room's in their order.
    pub(crate) fn outbox(&self) -> impl Iterator<Item = (&RoomName, &Draft)> {
        self.rooms.iter().flat_map(|room| room.log.drafts().iter().map(|draft| (&room.name, draft)))
    }

    /// A message that waited when the page was here before.
    pub(crate) fn restore(&mut self, name: RoomName, draft: Draft) {
        if self.room(&name).is_none() {
            self.rooms.push(Rc::new(Room::new(name.clone())));
        }
        if let Some(room) = self.room_mut(&name) {
            // What is too much was not kept by us.
            let _ = room.log.write(draft);
            room.log.is_kept();
        }
    }

    /// Whether the outbox is another one than it was, and is kept as it is from now on.
    pub(super) fn keeps_outbox(&mut self) -> bool {
        let mut is_new = std::mem::take(&mut self.is_outbox_less);
        for room in &mut self.rooms {
            if room.log.is_to_be_kept() {
                Rc::make_mut(room).log.is_kept();
                is_new = true;
            }
        }
        is_new
    }
}
