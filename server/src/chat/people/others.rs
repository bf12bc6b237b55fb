//! The other servers, and who is with each of them, as far as they have said so.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use parlor_chat::{Change, Member, Presence};

use super::{BEAT_EVERY, Gathered, SILENCE, Says, Word};

#[derive(Debug, Default)]
pub(super) struct Others(BTreeMap<String, Other>);

/// One other server.
#[derive(Debug)]
struct Other {
    heard_at: Instant,
    /// How many of its moves are in `people`; `None` until it has said who is with it.
    moves: Option<u64>,
    /// When it was asked for everybody and has not answered, so that not each of its words is a reason to ask.
    asked_at: Option<Instant>,
    /// By room and id.
    people: BTreeMap<(String, String), Member>,
}

impl Others {
    /// What has changed among its people; and whether it should be asked who is with it.
    pub(super) fn hear(&mut self, word: Word, now: Instant) -> (Vec<Presence>, bool) {
        let Word { from, moves, says } = word;
        if let Says::Bye = says {
            return (self.0.remove(&from).map(Other::leaves).unwrap_or_default(), false);
        }
        let new = || Other { heard_at: now, moves: None, asked_at: None, people: BTreeMap::new() };
        let other = self.0.entry(from).or_insert_with(new);
        other.heard_at = now;
        let moved = match says {
            Says::Moved(presence) => other.one_moves(presence, moves),
            Says::Everybody(everybody) => other.has(everybody, moves),
            Says::Hello | Says::Beat | Says::Who(_) | Says::Bye => Vec::new(),
        };
        (moved, other.should_be_asked(moves, now))
    }

    /// When a server has been silent for too long, if it is.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.values().map(|other| other.heard_at + SILENCE).min()
    }

    /// Nobody was listening for so long: that was no silence of theirs.
    pub(super) fn grant(&mut self, time: Duration, now: Instant) {
        for other in self.0.values_mut() {
            other.heard_at = now.min(other.heard_at + time);
        }
    }

    /// The people of servers that say nothing any more have gone with them.
    pub(super) fn forget_silent(&mut self, now: Instant) -> Vec<(String, Vec<Presence>)> {
        let is_silent = |other: &Other| other.heard_at + SILENCE <= now;
        self.0
            .extract_if(.., |_, other| is_silent(other))
            .map(|(name, other)| (name, other.leaves()))
            .collect()
    }
}

impl Other {
    /// Follows, if nothing was missed before. What is known already changes nothing.
    fn one_moves(&mut self, presence: Presence, moves: u64) -> Vec<Presence> {
        if self.moves.and_then(|known| known.checked_add(1)) != Some(moves) {
            return Vec::new();
        }
        self.moves = Some(moves);
        let key = (presence.room.clone(), presence.member.id.clone());
        match presence.change {
            Change::Joined => self.people.insert(key, presence.member.clone()),
            Change::Left => self.people.remove(&key),
        };
        vec![presence]
    }

    fn has(&mut self, everybody: Vec<Gathered>, moves: u64) -> Vec<Presence> {
        if self.moves.is_some_and(|known| known > moves) {
            // It came late.
            return Vec::new();
        }
        let mut people = BTreeMap::new();
        for Gathered { room, members } in everybody {
            people.extend(members.into_iter().map(|member| ((room.clone(), member.id.clone()), member)));
        }
        let before = std::mem::replace(&mut self.people, people);
        self.moves = Some(moves);
        self.asked_at = None;
        let left = before.iter().filter(|(key, _)| !self.people.contains_key(*key));
        let come = self.people.iter().filter(|(key, member)| before.get(*key) != Some(*member));
        left.map(|person| presence(person, Change::Left))
            .chain(come.map(|person| presence(person, Change::Joined)))
            .collect()
    }

    fn should_be_asked(&mut self, moves: u64, now: Instant) -> bool {
        let has_missed = self.moves.is_none_or(|known| known < moves);
        let is_asked = self.asked_at.is_some_and(|asked| now < asked + BEAT_EVERY);
        if !has_missed || is_asked {
            return false;
        }
        self.asked_at = Some(now);
        true
    }

    fn leaves(self) -> Vec<Presence> {
        self.people.iter().map(|person| presence(person, Change::Left)).collect()
    }
}

fn presence(((room, _), member): (&(String, String), &Member), change: Change) -> Presence {
    Presence { room: room.clone(), member: member.clone(), change }
}
