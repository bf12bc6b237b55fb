//! What the page knows, and how it changes: pure, so that every rule of the chat is tested without a browser.
//!
//! Whatever happens is an [`Action`]; [`State::apply`] takes it and answers with the [`Effect`]s that the connection
//! then carries out. A message typed here is in its room's outbox until the server has acknowledged it, and is sent
//! again until then; the server stores it once however often it comes.

use std::rc::Rc;

use parlor_chat::{Joined, Message, MessageId, Nickname, RoomName, RoomSummary, Stored, Text};

pub(crate) use action::{Action, Effect, Failure};
pub(crate) use audit::Counts;
pub(crate) use burst::Flying;
pub(crate) use log::{Draft, Line, Log};
pub(crate) use room::{Membership, Room};
pub(crate) use upload::Upload;

mod action;
mod audit;
mod burst;
mod log;
mod outbox;
mod past;
mod private;
mod pulse;
mod revision;
mod room;
mod sight;
mod upload;

/// A typing event is sent at most this often, in milliseconds.
const TYPING_EVERY: u64 = 2_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) me: Nickname,
    pub(crate) link: Link,
    /// Whether the chat's namespace is connected: only then is anything sent.
    pub(crate) is_online: bool,
    /// The rooms there are, as the server tells.
    pub(crate) listing: Vec<RoomSummary>,
    /// The rooms this person has joined, in that order.
    pub(crate) rooms: Vec<Rc<Room>>,
    pub(crate) current: Option<RoomName>,
    /// Whether the page is in sight: a tab behind others is not read.
    is_in_sight: bool,
    /// A room was left with messages that waited in it.
    is_outbox_less: bool,
    /// A sentence for the person: why something they asked was not done.
    pub(crate) notice: Option<String>,
    /// Whether the server has shut the door: then nobody knocks again but we.
    is_shut_out: bool,
    last_typing: u64,
    burst: burst::Burst,
    /// The message that the person is changing, and its room.
    in_hand: Option<(RoomName, MessageId)>,
    pulse: pulse::Pulse,
    /// How the messages came of rooms that were left.
    left: Counts,
}

/// The connection, as the pill shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Offline,
    Connecting,
    Connected {
        transport: &'static str,
    },
    /// The attempt under way or waited for, from 1.
    Reconnecting {
        attempt: u32,
    },
}

impl State {
    /// A person who arrives, in these rooms, and looks at `current`: if that is none of them, at the last.
    pub(crate) fn new(me: Nickname, rooms: Vec<RoomName>, current: Option<RoomName>) -> Self {
        let current = current.filter(|name| rooms.contains(name)).or_else(|| rooms.last().cloned());
        let rooms = rooms.into_iter().map(|name| Rc::new(Room::new(name))).collect();
        let (link, listing) = (Link::Connecting, Vec::new());
        let (is_online, is_shut_out, notice, last_typing) = (false, false, None, 0);
        let (burst, in_hand, pulse, left, is_outbox_less) = Default::default();
        let is_in_sight = true;
        Self {
            me,
            link,
            is_online,
            listing,
            rooms,
            current,
            is_in_sight,
            is_outbox_less,
            notice,
            is_shut_out,
            last_typing,
            burst,
            in_hand,
            pulse,
            left,
        }
    }

    pub(crate) fn room(&self, name: &RoomName) -> Option<&Rc<Room>> {
        self.rooms.iter().find(|room| room.name == *name)
    }

    pub(crate) fn current_room(&self) -> Option<&Rc<Room>> {
        self.room(self.current.as_ref()?)
    }

    /// How many messages wait in all rooms for the server's acknowledgement.
    pub(crate) fn waiting(&self) -> usize {
        self.rooms.iter().map(|room| room.log.drafts().len()).sum()
    }

    /// The delivery audit: how the messages of all rooms have come since the page was loaded.
    pub(crate) fn counts(&self) -> Counts {
        self.rooms.iter().fold(self.left, |sum, room| sum + room.counts())
    }

    /// Lets something happen at a time, in milliseconds since 1970, and answers with what is to be done.
    pub(crate) fn apply(&mut self, action: Action, now: u64) -> Vec<Effect> {
        let mut effects = self.happened(action, now);
        effects.extend(self.keeps_outbox().then_some(Effect::Keep));
        effects
    }

    fn happened(&mut self, action: Action, now: u64) -> Vec<Effect> {
        match action {
            Action::Open(name) => return self.open(name),
            Action::Leave(name) => return self.leave(&name),
            Action::Whisper(member) => return self.whisper(member),
            Action::WantOlder => return self.want_older(),
            Action::Submit { id, text } => return self.submit(id, text, now),
            Action::Typed => return self.typed(now),
            Action::DismissNotice => self.notice = None,
            Action::Link(link) => return self.link(link, now),
            Action::Connected => return self.connected(),
            Action::Disconnected => self.disconnected(),
            Action::ShutOut => self.is_shut_out = true,
            Action::Listing(listing) => self.listing = listing.rooms,
            Action::Talks(talks) => return self.talks(talks),
            Action::Older { room, answer } => return self.older(&room, answer),
            Action::Joined { room, answer } => return self.joined(&room, answer),
            Action::Stored { room, id, answer } => return self.stored(&room, &id, answer),
            Action::Message(message) => return self.message(message),
            Action::Presence(presence) => self.edit(&presence.room.clone(), |room| room.presence(presence)),
            Action::TypingBy(typing) => {
                self.edit(&typing.room.clone(), |room| room.typing_by(typing.member, now))
            }
            Action::Pulsed(latency) => self.pulsed(latency),
            Action::Rename(me) => {
                self.me = me;
                return self.pump();
            }
            Action::Attach { id, name, size } => return self.attach(id, name, size),
            Action::Detach(id) => return self.detach(id),
            Action::Held { room, id, answer } => return self.held(&room, &id, answer, now),
            Action::Notice(notice) => self.notice = Some(notice),
            Action::React(reaction) => return self.react(reaction, now),
            Action::ReactBy(react) => self.react_by(&react, now),
            Action::TakeInHand(id) => self.take_in_hand(id),
            Action::TakeLastInHand => self.take_last_in_hand(),
            Action::Revise { id, text } => return self.revise(id, text),
            Action::RevisionAnswered(answer) => self.revision_answered(answer),
            Action::Revised(revised) => self.revised(&revised),
            Action::SeenBy(seen) => self.edit(&seen.room, |room| room.seen_by(&seen.user, seen.seq)),
            Action::SeenTold(room) => {
                self.edit(room.as_str(), |room| room.sight.is_telling = false);
                return self.pump();
            }
            Action::InSight(is_in_sight) => return self.in_sight(is_in_sight),
            Action::Tick => return self.tick(now),
        }
        Vec::new()
    }

    fn link(&mut self, link: Link, now: u64) -> Vec<Effect> {
        self.link = link;
        self.forget_pulse();
        self.is_pulse_due(now).then_some(Effect::Pulse).into_iter().collect()
    }

    fn open(&mut self, name: RoomName) -> Vec<Effect> {
        self.notice = None;
        if let Some(before) = self.current.replace(name.clone())
            && let Some(room) = self.room_mut(&before)
        {
            room.read_on();
        }
        match self.room_mut(&name) {
            Some(room) => room.is_read(),
            None => self.rooms.push(Rc::new(Room::new(name))),
        }
        let mut effects = vec![Effect::Remember];
        effects.extend(self.pump());
        effects
    }

    fn leave(&mut self, name: &RoomName) -> Vec<Effect> {
        let Some(room) = self.room(name) else { return Vec::new() };
        let told = (room.membership != Membership::Out).then(|| name.clone());
        self.remove(name);
        told.map(|room| Effect::Leave { room }).into_iter().chain([Effect::Remember]).collect()
    }

    fn submit(&mut self, id: MessageId, text: Text, now: u64) -> Vec<Effect> {
        let Some(room) = self.current.clone().and_then(|name| self.room_mut(&name)) else {
            return Vec::new();
        };
        room.read_on();
        if !room.log.write(Draft { id, text, time: now, file: None, trouble: None }) {
            self.notice = Some("too many messages are waiting here: let some be delivered first".to_owned());
        }
        self.last_typing = 0;
        self.pump()
    }

    fn typed(&mut self, now: u64) -> Vec<Effect> {
        let is_in = self.current_room().is_some_and(|room| room.membership == Membership::In);
        if !self.is_online || !is_in || now < self.last_typing + TYPING_EVERY {
            return Vec::new();
        }
        self.last_typing = now;
        self.current.clone().map(|room| Effect::Typing { room }).into_iter().collect()
    }

    fn in_sight(&mut self, is_in_sight: bool) -> Vec<Effect> {
        self.is_in_sight = is_in_sight;
        if let Some(room) = self.current.clone().and_then(|name| self.room_mut(&name)) {
            if is_in_sight { room.is_read() } else { room.read_on() }
        }
        self.pump()
    }

    fn looks_at(&self, name: &RoomName) -> bool {
        self.is_in_sight && self.current.as_ref() == Some(name)
    }

    fn connected(&mut self) -> Vec<Effect> {
        // Whatever the server knew of us, it knew of the connection before.
        self.disconnected();
        self.is_online = true;
        self.is_shut_out = false;
        let mut effects = vec![Effect::ListRooms, Effect::ListTalks];
        effects.extend(self.pump());
        effects
    }

    fn disconnected(&mut self) {
        self.forget_pulse();
        self.is_online = false;
        self.rooms.iter_mut().for_each(|room| Rc::make_mut(room).cut_off());
    }

    fn joined(&mut self, name: &RoomName, answer: Result<Joined, Failure>) -> Vec<Effect> {
        let is_looked_at = self.looks_at(name);
        let Some(room) = self.room_mut(name) else { return Vec::new() };
        match answer {
            Ok(joined) => {
                room.joined(joined, is_looked_at);
                self.pump()
            }
            Err(Failure::Unanswered) => {
                room.cut_off();
                Vec::new()
            }
            Err(Failure::Refused(refusal)) => {
                let (sign, label) = room.label();
                let notice = format!("{sign}{label}: {}", refusal.message);
                self.remove(name);
                self.notice = Some(notice);
                vec![Effect::Remember]
            }
        }
    }

    fn stored(&mut self, name: &RoomName, id: &MessageId, answer: Result<Stored, Failure>) -> Vec<Effect> {
        let me = self.me.clone();
        let Some(room) = self.room_mut(name) else { return Vec::new() };
        room.is_sending = false;
        match answer {
            Ok(stored) => room.settle(id, stored, &me),
            Err(Failure::Refused(refusal)) => room.log.refuse(id, &refusal),
            // The next tick sends it again: at once, a server that is in trouble would be asked without a pause.
            Err(Failure::Unanswered) => return Vec::new(),
        }
        self.pump()
    }

    fn message(&mut self, message: Message) -> Vec<Effect> {
        let is_current = self.current.as_ref().is_some_and(|current| current.as_str() == message.room);
        let is_looked_at = self.is_in_sight && is_current;
        let is_opened = self.open_private(&message.room);
        self.edit(&message.room.clone(), |room| room.message(message, is_looked_at));
        let mut effects = if is_opened { vec![Effect::Remember] } else { Vec::new() };
        effects.extend(self.pump());
        effects
    }

    fn tick(&mut self, now: u64) -> Vec<Effect> {
        self.land(now);
        for room in &mut self.rooms {
            if room.has_faded(now) {
                Rc::make_mut(room).fade(now);
            }
        }
        if self.is_shut_out {
            self.is_shut_out = false;
            return vec![Effect::Knock];
        }
        let mut effects = self.pump();
        effects.extend(self.is_pulse_due(now).then_some(Effect::Pulse));
        effects
    }

    /// What can be asked now and is not asked yet: rooms to be joined, what was missed, then the first message of each outbox. One at a
    /// time, because the second must not be stored before the first.
    fn pump(&mut self) -> Vec<Effect> {
        if !self.is_online {
            return Vec::new();
        }
        let mut effects = self.move_uploads();
        for room in &mut self.rooms {
            if room.wants_in(&self.me) {
                Rc::make_mut(room).ask_in(&self.me);
                effects.push(Effect::Join { room: room.name.clone(), nickname: self.me.clone() });
            }
            if let Some(asked) = room.next_older(false) {
                Rc::make_mut(room).past.asked = Some(asked);
                effects.push(Effect::Older { room: room.name.clone(), before: asked.before() });
            }
            if self.is_in_sight
                && self.current.as_ref() == Some(&room.name)
                && let Some(seq) = room.newly_seen()
            {
                Rc::make_mut(room).sight.tell(seq);
                effects.push(Effect::Seen { room: room.name.clone(), seq });
            }
            if let Some((id, text)) = room.next_to_send() {
                effects.push(Effect::Send { room: room.name.clone(), id, text });
                Rc::make_mut(room).is_sending = true;
            }
        }
        effects
    }

    fn remove(&mut self, name: &RoomName) {
        if let Some(room) = self.room(name).cloned() {
            self.is_outbox_less |= !room.log.drafts().is_empty();
            self.left = self.left + room.counts();
        }
        self.let_go_of(name);
        self.rooms.retain(|room| room.name != *name);
        if self.current.as_ref() == Some(name) {
            self.current = self.rooms.last().map(|room| room.name.clone());
        }
    }

    /// Changes the room of this name; one that was left in the meantime is none of ours any more.
    fn edit(&mut self, name: &str, change: impl FnOnce(&mut Room)) {
        if let Some(room) = self.rooms.iter_mut().find(|room| room.name.as_str() == name) {
            change(Rc::make_mut(room));
        }
    }

    fn room_mut(&mut self, name: &RoomName) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.name == *name).map(Rc::make_mut)
    }
}

#[cfg(test)]
mod tests;
