//! One room: who is in it and what was said. A message gets the next number and keeps it; an id is stored once.

use std::collections::{BTreeMap, VecDeque};

use parlor_chat::bounds::{MAX_HISTORY, MAX_HISTORY_BYTES, MAX_MEMBERS_PER_ROOM, MAX_REMEMBERED_IDS};
use parlor_chat::{
    Change, History, Member, Message, MessageId, Nickname, Presence, Reason, Refusal, RoomName, Stored, Text,
};

#[derive(Debug)]
pub(super) struct Room {
    name: RoomName,
    epoch: u64,
    last_seq: u64,
    /// In the order in which they came.
    members: Vec<Member>,
    messages: VecDeque<Message>,
    /// The bytes of the texts in `messages`.
    bytes: usize,
    ids: Ids,
}

impl Room {
    pub(super) fn new(name: RoomName, epoch: u64) -> Self {
        let (members, messages) = (Vec::new(), VecDeque::new());
        Self { name, epoch, last_seq: 0, members, messages, bytes: 0, ids: Ids::default() }
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(super) fn history(&self) -> History {
        History { epoch: self.epoch, messages: self.messages.iter().cloned().collect() }
    }

    /// Lets a socket in, or renews its nickname; answers with what the others should hear of it, if anything.
    pub(super) fn enter(&mut self, socket: &str, nickname: &Nickname) -> Result<Option<Presence>, Refusal> {
        let member = Member { id: socket.to_owned(), nickname: nickname.as_str().to_owned() };
        let is_full = self.members.len() >= MAX_MEMBERS_PER_ROOM;
        match self.members.iter_mut().find(|present| present.id == socket) {
            Some(present) if *present == member => return Ok(None),
            Some(present) => *present = member.clone(),
            None if is_full => {
                return Err(Refusal::new(Reason::RoomFull, "this room is full: try another one"));
            }
            None => self.members.push(member.clone()),
        }
        Ok(Some(self.presence(member, Change::Joined)))
    }

    pub(super) fn exit(&mut self, socket: &str) -> Option<Presence> {
        let at = self.members.iter().position(|member| member.id == socket)?;
        let member = self.members.remove(at);
        Some(self.presence(member, Change::Left))
    }

    /// Stores a message, unless one of this id was stored before: then the answer is the one given then.
    pub(super) fn store(&mut self, author: &str, id: &MessageId, text: &Text, now: u64) -> Sent {
        if let Some(stored) = self.ids.find(id) {
            return Sent { stored, message: None };
        }
        self.last_seq += 1;
        let stored = Stored { epoch: self.epoch, seq: self.last_seq, time: now };
        let message = Message {
            room: self.name.as_str().to_owned(),
            epoch: stored.epoch,
            seq: stored.seq,
            time: stored.time,
            id: id.as_str().to_owned(),
            author: author.to_owned(),
            text: text.as_str().to_owned(),
        };
        self.ids.remember(id.clone(), stored);
        self.bytes += message.text.len();
        self.messages.push_back(message.clone());
        self.shed();
        Sent { stored, message: Some(message) }
    }

    fn presence(&self, member: Member, change: Change) -> Presence {
        Presence { room: self.name.as_str().to_owned(), member, change }
    }

    /// Lets go of the oldest messages until the history is within its bounds.
    fn shed(&mut self) {
        while self.messages.len() > MAX_HISTORY || self.bytes > MAX_HISTORY_BYTES {
            let Some(oldest) = self.messages.pop_front() else { return };
            self.bytes -= oldest.text.len();
        }
    }
}

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sent {
    /// For who sent it.
    pub(super) stored: Stored,
    /// For the others in the room: nothing, if they have it already.
    pub(super) message: Option<Message>,
}

/// The latest ids, and what was answered to each.
#[derive(Debug, Default)]
struct Ids {
    answers: BTreeMap<MessageId, Stored>,
    oldest_first: VecDeque<MessageId>,
}

impl Ids {
    fn find(&self, id: &MessageId) -> Option<Stored> {
        self.answers.get(id).copied()
    }

    fn remember(&mut self, id: MessageId, stored: Stored) {
        if self.oldest_first.len() >= MAX_REMEMBERED_IDS
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.answers.remove(&oldest);
        }
        self.oldest_first.push_back(id.clone());
        self.answers.insert(id, stored);
    }
}

#[cfg(test)]
mod tests {
    use parlor_chat::bounds::MAX_TEXT_CHARS;

    use super::*;

    fn room() -> Room {
        Room::new(RoomName::parse("lobby").unwrap(), 7)
    }

    fn nickname(name: &str) -> Nickname {
        Nickname::parse(name).unwrap()
    }

    fn say(room: &mut Room, id: &str, text: &str) -> Sent {
        room.store("Ada", &MessageId::parse(id).unwrap(), &Text::parse(text).unwrap(), 1_000)
    }

    #[test]
    fn messages_are_numbered_from_one_without_a_gap() {
        let mut room = room();
        assert_eq!(say(&mut room, "a", "one").stored, Stored { epoch: 7, seq: 1, time: 1_000 });
        assert_eq!(say(&mut room, "b", "two").stored, Stored { epoch: 7, seq: 2, time: 1_000 });
        let texts: Vec<String> = room.history().messages.into_iter().map(|message| message.text).collect();
        assert_eq!(texts, ["one", "two"]);
    }

    #[test]
    fn repeated_id_gets_the_first_answer_and_is_not_told_again() {
        let mut room = room();
        let first = say(&mut room, "a", "one").stored;
        say(&mut room, "b", "two");
        assert_eq!(say(&mut room, "a", "one, again"), Sent { stored: first, message: None });
        assert_eq!(room.history().messages.len(), 2);
    }

    #[test]
    fn id_is_remembered_longer_than_its_message() {
        let mut room = room();
        let first = say(&mut room, "first", "one").stored;
        for number in 1..MAX_REMEMBERED_IDS {
            say(&mut room, &format!("m{number}"), "more");
        }
        assert_eq!(room.history().messages.len(), MAX_HISTORY);
        assert_eq!(say(&mut room, "first", "one"), Sent { stored: first, message: None });
        say(&mut room, "one-too-many", "more");
        assert!(say(&mut room, "first", "one").message.is_some(), "ids are bounded");
    }

    #[test]
    fn history_is_bounded_in_bytes_too() {
        let mut room = room();
        let long = "x".repeat(MAX_TEXT_CHARS);
        for number in 0..100 {
            say(&mut room, &format!("m{number}"), &long);
        }
        // 128 KiB of texts of 2,000 bytes.
        assert_eq!(room.history().messages.len(), 65);
    }

    #[test]
    fn others_hear_of_a_member_once_and_of_a_new_nickname() {
        let mut room = room();
        let heard = |name: &str, change| {
            let member = Member { id: "s1".to_owned(), nickname: name.to_owned() };
            Some(Presence { room: "lobby".to_owned(), member, change })
        };
        assert_eq!(room.enter("s1", &nickname("Ada")), Ok(heard("Ada", Change::Joined)));
        assert_eq!(room.enter("s1", &nickname("Ada")), Ok(None));
        assert_eq!(room.enter("s1", &nickname("Countess")), Ok(heard("Countess", Change::Joined)));
        assert_eq!(room.members().len(), 1);
        assert_eq!(room.exit("s1"), heard("Countess", Change::Left));
        assert_eq!(room.exit("s1"), None);
    }

    #[test]
    fn full_room_lets_nobody_else_in() {
        let mut room = room();
        for number in 0..MAX_MEMBERS_PER_ROOM {
            room.enter(&format!("s{number}"), &nickname("Ada")).unwrap();
        }
        assert_eq!(room.enter("late", &nickname("Bob")).unwrap_err().reason, Reason::RoomFull);
        assert!(room.enter("s0", &nickname("Countess")).is_ok(), "who is in stays in");
    }
}
