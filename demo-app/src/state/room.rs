//! One room as this person sees it: its messages, who is here, who is typing.

use std::collections::BTreeMap;

use parlor_chat::{Change, Joined, Member, Message, MessageId, Presence, RoomName, Text};

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
    /// Which of the members this tab is.
    pub(crate) you: Option<String>,
    /// Messages that came while the person looked at another room.
    pub(crate) unread: usize,
    /// Whether a message of the outbox is on its way.
    pub(super) is_sending: bool,
    /// Member ids, and when each fades.
    typing: BTreeMap<String, u64>,
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
        let membership = Membership::Out;
        Self { name, membership, log, members, you: None, unread: 0, is_sending: false, typing }
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
        self.typing.clear();
    }

    pub(super) fn joined(&mut self, joined: Joined, is_current: bool) {
        // The history of a room joined for the first time is no news.
        let is_return = self.you.is_some();
        self.membership = Membership::In;
        self.members = joined.members;
        self.you = Some(joined.you);
        for message in joined.history.messages {
            let is_new = self.log.add(message);
            self.unread += usize::from(is_new && is_return && !is_current);
        }
    }

    pub(super) fn message(&mut self, message: Message, is_current: bool) {
        let members = &self.members;
        let wrote =
            |id: &String| members.iter().any(|member| member.id == *id && member.nickname == message.author);
        self.typing.retain(|id, _| !wrote(id));
        let is_new = self.log.add(message);
        self.unread += usize::from(is_new && !is_current);
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
