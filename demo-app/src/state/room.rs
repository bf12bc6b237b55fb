//! One room as this person sees it: its messages, who is here, who is typing.

use std::collections::BTreeMap;

use parlor_chat::{Change, History, Joined, Member, Message, MessageId, Presence, RoomName, Text};

use super::log::Log;

/// How long "is typing" is shown without being told again, in milliseconds: it is told every 2 seconds, and one may be
/// lost.
const TYPING_FADES_AFTER: u64 = 4_500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) name: RoomName,
    pub(crate) membership: Membership,
    pub(crate) log: Log,
    /// Everybody here when we last knew, ourselves among them.
    pub(crate) members: Vec<Member>,
    /// Which of the members we are: known since we were in the room first.
    pub(crate) you: Option<String>,
    /// With whom this private room is; `None` in any other, and until it is known.
    pub(crate) partner: Option<Member>,
    /// How far we have told the server that we have seen it. Only in a private room.
    pub(super) seen: u64,
    /// The messages before those that we have.
    pub(crate) past: Past,
    /// Messages that came while the person looked at another room.
    pub(crate) unread: usize,
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
    pub(crate) is_asked: bool,
    /// What was missed while we were away, and did not fit into the answer to the join: before the first, and after the
    /// second.
    gap: Option<(u64, u64)>,
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
        let (log, members, typing) = (Log::default(), Vec::new(), BTreeMap::new());
        let (membership, past) = (Membership::Out, Past::default());
        let (you, partner, seen, unread, is_sending) = (None, None, 0, 0, false);
        Self { name, membership, log, members, you, partner, seen, past, unread, is_sending, typing }
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
        self.past.is_asked = false;
        self.typing.clear();
    }

    pub(super) fn joined(&mut self, joined: Joined, is_current: bool) {
        let Joined { you, members, history, seen, .. } = joined;
        // The history of a room joined for the first time is no news; a private room says what is.
        let is_return = self.you.is_some();
        let newest = self.log.first_and_last_seq(history.epoch).map(|(_, last)| last);
        let oldest_told = history.messages.first().map(|message| message.seq);
        self.past.is_asked = false;
        self.past.epoch = history.epoch;
        match (newest, oldest_told) {
            (Some(newest), Some(told)) if newest + 1 < told => self.past.gap = Some((told, newest)),
            (Some(_), _) => {}
            (None, _) => self.past.has_more = history.more,
        }
        let mut news = 0;
        for message in history.messages {
            let (seq, is_ours) = (message.seq, message.user == you);
            let is_new = self.log.add(message, Some(&you));
            let is_news = if self.is_private() { seq > seen } else { is_new && is_return };
            news += usize::from(is_news && !is_ours && !is_current);
        }
        self.unread = if self.is_private() { news } else { self.unread + news };
        self.membership = Membership::In;
        self.seen = self.seen.max(seen);
        if let Some(id) = self.name.partner_of(&you)
            && let Some(partner) = members.iter().find(|member| member.id == id)
        {
            self.partner = Some(partner.clone());
        }
        self.members = members;
        self.you = Some(you);
    }

    pub(super) fn message(&mut self, message: Message, is_current: bool) {
        self.typing.remove(&message.user);
        let is_ours = self.you.as_ref() == Some(&message.user);
        if self.is_private() && !is_ours {
            self.partner = Some(Member { id: message.user.clone(), nickname: message.author.clone() });
        }
        let is_new = self.log.add(message, self.you.as_deref());
        self.unread += usize::from(is_new && !is_ours && !is_current);
    }

    /// Before which message to ask for older ones: what was missed, or when the person wants `more`.
    pub(super) fn next_older(&self, wants_more: bool) -> Option<u64> {
        if self.membership != Membership::In || self.past.is_asked {
            return None;
        }
        match self.past.gap {
            Some((before, _)) => Some(before),
            None if wants_more && self.past.has_more && !self.log.is_full() => {
                self.log.first_and_last_seq(self.past.epoch).map(|(first, _)| first)
            }
            None => None,
        }
    }

    pub(super) fn older(&mut self, history: History, is_current: bool) {
        self.past.is_asked = false;
        if history.epoch != self.past.epoch {
            return;
        }
        let oldest = history.messages.first().map(|message| message.seq);
        let missed_after = self.past.gap.map(|(_, after)| after);
        for message in history.messages {
            let is_news = missed_after.is_some_and(|after| message.seq > after) && !is_current;
            let is_new = self.log.add(message, self.you.as_deref());
            self.unread += usize::from(is_new && is_news);
        }
        match (missed_after, oldest) {
            (None, _) => self.past.has_more = history.more,
            (Some(after), Some(oldest)) if history.more && after + 1 < oldest => {
                self.past.gap = Some((oldest, after));
            }
            (Some(_), _) => self.past.gap = None,
        }
    }

    /// The last message of a private room that is in sight, if the server has not been told that it is.
    pub(super) fn newly_seen(&self) -> Option<u64> {
        let (_, last) = self.log.first_and_last_seq(self.past.epoch)?;
        let is_news = self.is_private() && self.membership == Membership::In && last > self.seen;
        is_news.then_some(last)
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
