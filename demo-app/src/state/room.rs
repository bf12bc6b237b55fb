//! One room as this person sees it: its messages, who is here, who is typing.

use std::collections::BTreeMap;

use parlor_chat::bounds::MAX_SEEN_AUDIENCE;
use parlor_chat::{
    Change, History, Joined, Member, Message, MessageId, Nickname, Presence, RoomName, Stored, Text,
};

use super::audit::{Audit, Counts, Way};
use super::log::{Line, Log};
use super::sight::Sight;
use super::upload::Upload;

/// How long "is typing" is shown without being told again, in milliseconds: it is told every 2 seconds, and one may be
/// lost.
const TYPING_FADES_AFTER: u64 = 4_500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) name: RoomName,
    pub(crate) membership: Membership,
    pub(crate) log: Log,
    /// Files on their way to the server.
    pub(crate) uploads: Vec<Upload>,
    audit: Audit,
    /// Everybody here when we last knew, ourselves among them.
    pub(crate) members: Vec<Member>,
    /// The nickname under which we have joined, or asked to.
    pub(super) joined_as: Option<Nickname>,
    /// Which of the members we are: known since we were in the room first.
    pub(crate) you: Option<String>,
    /// With whom this private room is; `None` in any other, and until it is known.
    pub(crate) partner: Option<Member>,
    pub(super) sight: Sight,
    /// The messages before those that we have.
    pub(crate) past: Past,
    /// Messages that came while the person did not look.
    pub(crate) unread: usize,
    /// The place before the first of them, until the person has read on.
    pub(crate) news_after: Option<(u64, u64)>,
    /// Whether a message of the outbox is on its way.
    pub(super) is_sending: bool,
    /// Member ids, and when each fades.
    typing: BTreeMap<String, u64>,
}

/// What there is before the messages of a room that we have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Past {
    /// See `parlor_chat::History::epoch`.
    epoch: u64,
    /// Whether the server has older ones.
    pub(crate) has_more: bool,
    /// The question under way, if there is one.
    pub(super) asked: Option<Asked>,
}

/// Which messages are asked for: the latest ones before a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The person wants to read them.
    Older(u64),
    /// They were missed.
    Missed(u64),
}

impl Past {
    pub(crate) const fn is_asked(&self) -> bool {
        self.asked.is_some()
    }
}

impl Asked {
    pub(super) const fn before(self) -> u64 {
        let (Self::Older(before) | Self::Missed(before)) = self;
        before
    }
}

/// Whether the server knows that we are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    Out,
    Asked,
    In,
}

impl Room {
    pub(super) fn new(name: RoomName) -> Self {
        Self {
            name,
            membership: Membership::Out,
            log: Log::default(),
            uploads: Vec::new(),
            audit: Audit::default(),
            members: Vec::new(),
            joined_as: None,
            you: None,
            partner: None,
            sight: Sight::default(),
            past: Past::default(),
            unread: 0,
            news_after: None,
            is_sending: false,
            typing: BTreeMap::new(),
        }
    }

    pub(crate) fn is_private(&self) -> bool {
        self.name.pair().is_some()
    }

    /// What it is called: with its sign, and for people.
    pub(crate) fn label(&self) -> (&'static str, &str) {
        match &self.partner {
            _ if !self.is_private() => ("#", self.name.as_str()),
            Some(partner) if !partner.nickname.is_empty() => ("@", &partner.nickname),
            _ => ("@", "somebody"),
        }
    }

    /// The nicknames of who is typing, in the order in which they came.
    pub(crate) fn typing(&self) -> Vec<&str> {
        let is_typing = |member: &&Member| self.typing.contains_key(&member.id);
        self.members.iter().filter(is_typing).map(|member| member.nickname.as_str()).collect()
    }

    /// Whether the server has to hear that we are here, or what we are called now.
    pub(super) fn wants_in(&self, me: &Nickname) -> bool {
        match self.membership {
            Membership::Out => true,
            Membership::Asked => false,
            Membership::In => self.joined_as.as_ref() != Some(me),
        }
    }

    pub(super) fn ask_in(&mut self, me: &Nickname) {
        self.joined_as = Some(me.clone());
        if self.membership == Membership::Out {
            self.membership = Membership::Asked;
        }
    }

    /// How the messages of this room have come.
    pub(super) const fn counts(&self) -> Counts {
        self.audit.counts()
    }

    pub(super) fn next_to_send(&self) -> Option<(MessageId, Text)> {
        if self.membership != Membership::In || self.is_sending {
            return None;
        }
        self.log.next().map(|draft| (draft.id.clone(), draft.text.clone()))
    }

    /// The connection ended: what was asked on it will not be answered.
    pub(super) fn cut_off(&mut self) {
        self.membership = Membership::Out;
        self.is_sending = false;
        self.past.asked = None;
        self.sight.is_telling = false;
        self.uploads.iter_mut().for_each(Upload::cut_off);
        self.typing.clear();
    }

    pub(super) fn joined(&mut self, joined: Joined, is_looked_at: bool) {
        let Joined { you, members, history, seen, marks, .. } = joined;
        let is_return = self.you.is_some();
        let way = if is_return { Way::Recovered } else { Way::Read };
        self.past.asked = None;
        if self.past.epoch != history.epoch {
            self.sight = Sight::default();
        }
        self.past.epoch = history.epoch;
        if self.log.first_and_last_seq(history.epoch).is_none() {
            self.past.has_more = history.more;
        }
        self.you = Some(you.clone());
        self.members = members;
        self.sight.joined(&you, seen, &marks);
        // Where it is not noted what one has seen, the history is news only to who has been in the room before.
        let is_noted = self.is_private() || (seen > 0 && self.is_small());
        if is_noted {
            self.unread = 0;
        }
        for message in history.messages {
            let (place, is_ours) = ((message.epoch, message.seq), message.user == you);
            let is_new = self.take(message, way);
            let is_news = if is_noted { place.1 > seen } else { is_new && is_return };
            if is_news && !is_ours {
                self.note_news(place, is_looked_at, !is_return);
            }
        }
        self.membership = Membership::In;
        if let Some(id) = self.name.partner_of(&you)
            && let Some(partner) = self.members.iter().find(|member| member.id == id)
        {
            self.partner = Some(partner.clone());
        }
    }

    /// Something was said by somebody else. Who looks at it has read it; it `is_marked` as new all the same if it was said
    /// before they came.
    fn note_news(&mut self, (epoch, seq): (u64, u64), is_looked_at: bool, is_marked: bool) {
        if is_looked_at && !is_marked {
            return;
        }
        self.unread += usize::from(!is_looked_at);
        if self.news_after.is_none() {
            self.news_after = Some((epoch, seq.saturating_sub(1)));
        }
    }

    /// The person looks at the room.
    pub(super) fn is_read(&mut self) {
        self.unread = 0;
    }

    /// The person has gone on: what was new is so no more.
    pub(super) fn read_on(&mut self) {
        if self.unread == 0 {
            self.news_after = None;
        }
    }

    /// The server has stored one of ours.
    pub(super) fn settle(&mut self, id: &MessageId, stored: Stored, me: &Nickname) {
        self.audit.note(stored.epoch, stored.seq, Way::Acknowledged);
        self.sight.has_seen(true, stored.seq);
        self.log.settle(id, stored, me);
    }

    /// Takes a message into the audit and into the log; false if it was there before.
    fn take(&mut self, message: Message, way: Way) -> bool {
        let way = if self.log.is_waiting(&message.id) { Way::Acknowledged } else { way };
        self.audit.note(message.epoch, message.seq, way);
        self.log.add(message, self.you.as_deref(), way)
    }

    pub(super) fn message(&mut self, message: Message, is_looked_at: bool) {
        self.typing.remove(&message.user);
        let is_ours = self.you.as_ref() == Some(&message.user);
        if self.is_private() && !is_ours {
            self.partner = Some(Member { id: message.user.clone(), nickname: message.author.clone() });
        }
        let place = (message.epoch, message.seq);
        if place.0 == self.past.epoch {
            self.sight.has_seen(is_ours, place.1);
        }
        if self.take(message, Way::Told) && !is_ours {
            self.note_news(place, is_looked_at, false);
        }
    }

    /// Which messages to ask for now: those that were missed, or older ones when the person wants more.
    pub(super) fn next_older(&self, wants_more: bool) -> Option<Asked> {
        if self.membership != Membership::In || self.past.is_asked() {
            return None;
        }
        match self.audit.is_missed_before() {
            Some(before) => Some(Asked::Missed(before)),
            None if wants_more && self.past.has_more && !self.log.is_full() => {
                self.log.first_and_last_seq(self.past.epoch).map(|(first, _)| Asked::Older(first))
            }
            None => None,
        }
    }

    pub(super) fn older(&mut self, history: History, is_looked_at: bool) {
        let Some(asked) = self.past.asked.take() else { return };
        if history.epoch != self.past.epoch {
            return;
        }
        let way = if matches!(asked, Asked::Missed(_)) { Way::Recovered } else { Way::Read };
        // The newest first: so each stands right before what we have.
        for message in history.messages.into_iter().rev() {
            let is_ours = self.you.as_ref() == Some(&message.user);
            let place = (message.epoch, message.seq);
            if self.take(message, way) && way == Way::Recovered && !is_ours {
                self.note_news(place, is_looked_at, false);
                self.news_after =
                    self.news_after.map(|after| after.min((place.0, place.1.saturating_sub(1))));
            }
        }
        match asked {
            Asked::Older(_) => self.past.has_more = history.more,
            Asked::Missed(before) => self.audit.has_asked_before(before),
        }
    }

    /// The last message, if it is to be told that it was seen: not in large rooms, where nobody hears of it.
    pub(super) fn newly_seen(&self) -> Option<u64> {
        let (_, last) = self.log.first_and_last_seq(self.past.epoch)?;
        let is_told = self.membership == Membership::In && (self.is_private() || self.is_small());
        (is_told && self.sight.is_news(last)).then_some(last)
    }

    /// Somebody has seen the room up to there: another one, or we in another tab.
    pub(super) fn seen_by(&mut self, user: &str, seq: u64) {
        let is_ours = self.you.as_deref() == Some(user);
        self.sight.has_seen(is_ours, seq);
        let last = self.log.first_and_last_seq(self.past.epoch).map(|(_, last)| last);
        if is_ours && last.is_some_and(|last| last <= seq) {
            self.unread = 0;
        }
    }

    /// Whether somebody else has seen one of ours.
    pub(crate) fn is_seen(&self, line: &Line) -> bool {
        line.stored.epoch == self.past.epoch && line.stored.seq <= self.sight.others
    }

    fn is_small(&self) -> bool {
        self.members.len() <= MAX_SEEN_AUDIENCE
    }

    pub(super) fn presence(&mut self, presence: Presence) {
        let Presence { member, change, .. } = presence;
        let here = self.members.iter_mut().find(|present| present.id == member.id);
        match (change, here) {
            (Change::Joined, Some(present)) => *present = member,
            (Change::Joined, None) => self.members.push(member),
            (Change::Left, _) => self.members.retain(|present| present.id != member.id),
        }
    }

    pub(super) fn typing_by(&mut self, member: String, now: u64) {
        // Only who is here: so it cannot grow beyond the members.
        if self.members.iter().any(|present| present.id == member) {
            self.typing.insert(member, now + TYPING_FADES_AFTER);
        }
    }

    pub(super) fn has_faded(&self, now: u64) -> bool {
        self.typing.values().any(|until| *until <= now)
    }

    pub(super) fn fade(&mut self, now: u64) {
        self.typing.retain(|_, until| *until > now);
    }
}
