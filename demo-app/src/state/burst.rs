//! Reactions that fly by: shown for a moment to who looks, and kept nowhere.

use parlor_chat::{REACTIONS, ReactBy, RoomName};

use super::{Effect, Membership, State};

/// How long a reaction flies, in milliseconds. The style sheet has the same number.
const FLIES_FOR: u64 = 2_500;

/// Reactions in the air at once: more are not seen apart.
const MAX_FLYING: usize = 24;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flying {
    /// Different for each, and in order.
    pub(crate) number: u64,
    pub(crate) reaction: &'static str,
    /// Who has thrown it; `None` for ourselves.
    pub(crate) by: Option<String>,
    room: RoomName,
    until: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Burst {
    flying: Vec<Flying>,
    thrown: u64,
}

impl State {
    /// What flies through the room that the person looks at, in the order in which it was thrown.
    pub(crate) fn flying(&self) -> impl Iterator<Item = &Flying> {
        self.burst.flying.iter().filter(|flying| self.current.as_ref() == Some(&flying.room))
    }

    pub(super) fn react(&mut self, reaction: &'static str, now: u64) -> Vec<Effect> {
        let is_in = self.current_room().is_some_and(|room| room.membership == Membership::In);
        let Some(room) = self.current.clone().filter(|_| is_in) else { return Vec::new() };
        self.burst.throw(room.clone(), reaction, None, now);
        vec![Effect::React { room, reaction }]
    }

    /// Only of who is here, and only what is a reaction.
    pub(super) fn react_by(&mut self, react: &ReactBy, now: u64) {
        let Some(reaction) = REACTIONS.into_iter().find(|reaction| *reaction == react.reaction) else {
            return;
        };
        let Some(room) = self.current_room().filter(|room| room.name.as_str() == react.room) else { return };
        let member = room.members.iter().find(|member| member.id == react.member);
        if let Some((name, member)) = Some(room.name.clone()).zip(member.cloned()) {
            self.burst.throw(name, reaction, Some(member.nickname), now);
        }
    }

    pub(super) fn land(&mut self, now: u64) {
        self.burst.flying.retain(|flying| flying.until > now);
    }
}

impl Burst {
    fn throw(&mut self, room: RoomName, reaction: &'static str, by: Option<String>, now: u64) {
        if self.flying.len() >= MAX_FLYING {
            self.flying.remove(0);
        }
        self.thrown += 1;
        self.flying.push(Flying { number: self.thrown, reaction, by, room, until: now + FLIES_FOR });
    }
}
