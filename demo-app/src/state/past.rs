//! What was said before: pages that the person asks for, and those that were missed.

use parlor_chat::{History, RoomName};

use super::{Effect, Failure, State};

impl State {
    pub(super) fn want_older(&mut self) -> Vec<Effect> {
        let Some(room) = self.current.clone().and_then(|name| self.room_mut(&name)) else {
            return Vec::new();
        };
        let Some(before) = room.next_older(true) else { return Vec::new() };
        room.past.is_asked = true;
        vec![Effect::Older { room: room.name.clone(), before }]
    }

    pub(super) fn older(&mut self, name: &RoomName, answer: Result<History, Failure>) -> Vec<Effect> {
        let is_current = self.current.as_ref() == Some(name);
        let Some(room) = self.room_mut(name) else { return Vec::new() };
        match answer {
            Ok(history) => {
                room.older(history, is_current);
                self.pump()
            }
            // What was missed is asked for again with the next tick.
            Err(_) => {
                room.past.is_asked = false;
                Vec::new()
            }
        }
    }
}
