//! What was said before: pages that the person asks for, and those that were missed.

use parlor_chat::{History, RoomName};

use super::{Effect, Failure, State};

impl State {
    pub(super) fn want_older(&mut self) -> Vec<Effect> {
        let Some(room) = self.current.clone().and_then(|name| self.room_mut(&name)) else {
            return Vec::new();
        };
        let Some(asked) = room.next_older(true) else { return Vec::new() };
        room.past.asked = Some(asked);
        vec![Effect::Older { room: room.name.clone(), before: asked.before() }]
    }

    pub(super) fn older(&mut self, name: &RoomName, answer: Result<History, Failure>) -> Vec<Effect> {
        let is_looked_at = self.looks_at(name);
        let Some(room) = self.room_mut(name) else { return Vec::new() };
        match answer {
            Ok(history) => {
                room.older(history, is_looked_at);
                self.pump()
            }
            // What was missed is asked for again with the next tick.
            Err(_) => {
                room.past.asked = None;
                Vec::new()
            }
        }
    }
}
