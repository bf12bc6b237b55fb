//! Who is where, on all servers that share the chat: the hall, with the people of the other servers in it.
//!
//! What others say about their people holds as long as they go on saying that they are there. A server counts what it says
//! of comings and goings, so that whoever has missed some of it notices, and asks for everybody. Nothing here knows how
//! words are carried, and the time is passed in.

use std::time::{Duration, Instant};

use parlor_chat::{Change, Member, Nickname, Presence, RoomName, UserId};
use serde::{Deserialize, Serialize};

use super::hall::Hall;
use others::Others;

mod others;

#[cfg(test)]
mod tests;

/// How often a server says that it is there.
pub(super) const BEAT_EVERY: Duration = Duration::from_secs(2);

/// How long a server may be silent before its people are taken for gone. Its clerk says nothing while it waits for PostgreSQL,
/// which may take 7 s; that and two of its words may be lost.
const SILENCE: Duration = Duration::from_secs(12);

/// How long after it has said who is with it a server says so again, when others have asked meanwhile: many that ask at once
/// are answered together.
const EVERYBODY_PAUSE: Duration = Duration::from_millis(500);

/// What one server says to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Word {
    /// The server, by a name that it drew.
    from: String,
    /// How often it has said that somebody has moved.
    moves: u64,
    says: Says,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Says {
    /// It is new: who is there?
    Hello,
    /// It is still there.
    Beat,
    /// Somebody has come to it, is renamed, or has gone.
    Moved(Presence),
    /// All who are with it.
    Everybody(Vec<Gathered>),
    /// Who is with that one?
    Who(String),
    /// It ends.
    Bye,
}

/// The members of one room, on one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Gathered {
    room: String,
    members: Vec<Member>,
}

#[derive(Debug, Default)]
pub(super) struct People {
    /// With those of the other servers: each of them has a socket for each of its users.
    hall: Hall,
    /// `None` where there are no other servers.
    here: Option<Here>,
    /// What was to be said when this server parted from the others.
    last_words: Vec<Word>,
}

/// This server, as the others see it.
#[derive(Debug)]
struct Here {
    name: String,
    /// Our own people alone. It knows no public rooms.
    hall: Hall,
    others: Others,
    moves: u64,
    /// What is to be said.
    words: Vec<Word>,
    beat_at: Instant,
    /// Somebody wants to know who is with us.
    is_asked: bool,
    /// When that may be said again.
    everybody_at: Instant,
}

impl People {
    /// Of a server alone.
    pub(super) fn alone() -> Self {
        Self::default()
    }

    /// Of one among others, who hear of it.
    pub(super) fn among_others(name: String, now: Instant) -> Self {
        let (others, hall) = (Others::default(), Hall::default());
        let (beat_at, everybody_at) = (now + BEAT_EVERY, now);
        let mut here =
            Here { name, hall, others, moves: 0, words: Vec::new(), beat_at, is_asked: false, everybody_at };
        here.say(Says::Hello);
        Self { here: Some(here), ..Self::default() }
    }

    pub(super) fn hall(&self) -> &Hall {
        &self.hall
    }

    /// For the rooms that there are: people move by the methods here.
    pub(super) fn hall_mut(&mut self) -> &mut Hall {
        &mut self.hall
    }

    /// See [`Hall::enter`].
    pub(super) fn enter(
        &mut self,
        socket: &str,
        user: &UserId,
        room: &RoomName,
        nickname: &Nickname,
    ) -> Option<Presence> {
        if let Some(here) = &mut self.here {
            let moved = here.hall.enter(socket, user, room, nickname);
            here.say_moved(moved);
        }
        self.hall.enter(socket, user, room, nickname)
    }

    /// See [`Hall::leave`].
    pub(super) fn leave(&mut self, socket: &str, room: &RoomName) -> Option<Presence> {
        if let Some(here) = &mut self.here {
            let moved = here.hall.leave(socket, room);
            here.say_moved(moved);
        }
        self.hall.leave(socket, room)
    }

    /// See [`Hall::depart`].
    pub(super) fn depart(&mut self, socket: &str) -> Vec<Presence> {
        if let Some(here) = &mut self.here {
            let moved = here.hall.depart(socket);
            here.say_moved(moved);
        }
        self.hall.depart(socket)
    }

    /// Another server says something; answers with what our own people in those rooms should hear.
    pub(super) fn hear(&mut self, word: Word, now: Instant) -> Vec<Presence> {
        let Some(here) = &mut self.here else { return Vec::new() };
        if word.from == here.name {
            return Vec::new();
        }
        here.is_asked |= match &word.says {
            Says::Hello => true,
            Says::Who(name) => *name == here.name,
            Says::Beat | Says::Moved(_) | Says::Everybody(_) | Says::Bye => false,
        };
        let from = word.from.clone();
        let (moved, is_unclear) = here.others.hear(word, now);
        if is_unclear {
            here.say(Says::Who(from.clone()));
        }
        here.tell_everybody_if_asked(now);
        self.follow(&from, moved)
    }

    /// When [`People::tick`] has something to do; `None` if never.
    pub(super) fn due(&self) -> Option<Instant> {
        let here = self.here.as_ref()?;
        let everybody_at = here.is_asked.then_some(here.everybody_at);
        Some(everybody_at.into_iter().chain(here.others.due()).fold(here.beat_at, Instant::min))
    }

    /// Says what it is time to say; answers with what our own people should hear of servers that say nothing any more.
    pub(super) fn tick(&mut self, now: Instant) -> Vec<Presence> {
        let Some(here) = &mut self.here else { return Vec::new() };
        if let Some(late) = now.checked_duration_since(here.beat_at) {
            // What others have said while we were stuck waits to be heard: they are not silent, as far as we know.
            here.others.grant(late, now);
            here.beat_at = now + BEAT_EVERY;
            here.say(Says::Beat);
        }
        here.tell_everybody_if_asked(now);
        let gone = here.others.forget_silent(now);
        gone.into_iter().flat_map(|(name, moved)| self.follow(&name, moved)).collect()
    }

    /// The last word: from here on this server says nothing.
    pub(super) fn part(&mut self) {
        if let Some(mut here) = self.here.take() {
            here.say(Says::Bye);
            self.last_words = here.words;
        }
    }

    /// What is to be said to the other servers, in this order.
    pub(super) fn words(&mut self) -> Vec<Word> {
        let words = self.here.as_mut().map_or(&mut self.last_words, |here| &mut here.words);
        std::mem::take(words)
    }

    /// The people of another server move.
    fn follow(&mut self, server: &str, moved: Vec<Presence>) -> Vec<Presence> {
        moved.into_iter().filter_map(|presence| self.follow_one(server, &presence)).collect()
    }

    fn follow_one(&mut self, server: &str, presence: &Presence) -> Option<Presence> {
        let room = RoomName::read(&presence.room).ok()?;
        // No socket has a slash in its id.
        let socket = format!("{server}/{}", presence.member.id);
        match presence.change {
            Change::Joined => {
                let user = UserId::parse(&presence.member.id).ok()?;
                let nickname = Nickname::parse(&presence.member.nickname).ok()?;
                self.hall.enter(&socket, &user, &room, &nickname)
            }
            Change::Left => self.hall.leave(&socket, &room),
        }
    }
}

impl Here {
    fn say(&mut self, says: Says) {
        self.words.push(Word { from: self.name.clone(), moves: self.moves, says });
    }

    fn say_moved(&mut self, moved: impl IntoIterator<Item = Presence>) {
        for presence in moved {
            self.moves += 1;
            self.say(Says::Moved(presence));
        }
    }

    fn tell_everybody_if_asked(&mut self, now: Instant) {
        if !self.is_asked || self.everybody_at > now {
            return;
        }
        self.is_asked = false;
        self.everybody_at = now + EVERYBODY_PAUSE;
        let gathered =
            |(room, members): (&RoomName, Vec<Member>)| Gathered { room: room.as_str().to_owned(), members };
        let everybody = self.hall.everybody().map(gathered).collect();
        self.say(Says::Everybody(everybody));
    }
}
