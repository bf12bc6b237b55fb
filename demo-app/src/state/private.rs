//! Private rooms: opened by choosing somebody, or by what they say.

use std::rc::Rc;

use parlor_chat::{Conversation, Member, RoomName, Talks, UserId};

use super::{Effect, Room, State};

impl State {
    /// Opens the private room with a member of the room that is looked at.
    pub(super) fn whisper(&mut self, member: Member) -> Vec<Effect> {
        let you = self.current_room().and_then(|room| UserId::parse(room.you.as_ref()?).ok());
        let (Some(you), Ok(other)) = (you, UserId::parse(&member.id)) else { return Vec::new() };
        let Ok(name) = RoomName::between(&you, &other) else { return Vec::new() };
        self.open_private(name.as_str());
        self.edit(name.as_str(), |room| room.partner = Some(member));
        self.open(name)
    }

    /// What was said in private while this tab was away.
    pub(super) fn talks(&mut self, talks: Talks) -> Vec<Effect> {
        for Conversation { room, partner, last, seen } in talks.conversations {
            let is_news = last > seen && self.open_private(&room);
            self.edit(&room, |room| {
                if is_news {
                    // Until it is joined, and known exactly.
                    room.unread = usize::try_from(last - seen).unwrap_or(usize::MAX);
                }
                room.partner = Some(partner);
            });
        }
        let mut effects = vec![Effect::Remember];
        effects.extend(self.pump());
        effects
    }

    /// Whether this is a private room, and was not open.
    pub(super) fn open_private(&mut self, name: &str) -> bool {
        let Some(name) = RoomName::read(name).ok().filter(|name| name.pair().is_some()) else { return false };
        let is_new = self.room(&name).is_none();
        if is_new {
            self.rooms.push(Rc::new(Room::new(name.clone())));
            if self.current.is_none() {
                self.current = Some(name);
            }
        }
        is_new
    }
}
