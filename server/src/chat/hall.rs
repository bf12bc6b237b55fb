//! All rooms of the chat: pure state, driven by what sockets ask and by the time it is told.
//!
//! What comes in is as it was on the wire and is checked here; what goes out is to be sent as it is. Nothing a socket
//! asks makes it grow beyond `parlor_chat::bounds`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use parlor_chat::bounds::{MAX_LISTED_ROOMS, MAX_ROOMS, MAX_ROOMS_PER_SOCKET};
use parlor_chat::{
    DEFAULT_ROOMS, Join, Joined, Leave, Listing, MessageId, Nickname, Presence, Reason, Refusal, RoomName,
    RoomSummary, Send, Text, Typing, TypingBy,
};

use super::room::{Room, Sent};

#[derive(Debug)]
pub(super) struct Hall {
    rooms: BTreeMap<RoomName, Place>,
    /// The rooms of every socket that is in one.
    whereabouts: BTreeMap<String, Vec<RoomName>>,
    /// The epoch of the newest room: no two rooms have the same.
    last_epoch: u64,
    /// Counts the times a room became empty, so that it is known which was first.
    times_emptied: u64,
}

#[derive(Debug)]
struct Place {
    room: Room,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// There from the start, and never forgotten.
    Default,
    /// Made by who joined it; `emptied` tells when it became empty, and is of no use while somebody is in it.
    Made { emptied: u64 },
}

impl Hall {
    /// The default rooms. `now` is in milliseconds since 1970, here and everywhere.
    pub(super) fn new(now: u64) -> Self {
        let mut hall =
            Self { rooms: BTreeMap::new(), whereabouts: BTreeMap::new(), last_epoch: 0, times_emptied: 0 };
        for name in DEFAULT_ROOMS.into_iter().filter_map(|name| RoomName::parse(name).ok()) {
            hall.make(name, Kind::Default, now);
        }
        hall
    }

    /// Answers with the room for who joined, and with what the others there should hear, if anything.
    pub(super) fn join(&mut self, socket: &str, join: &Join, now: u64) -> Result<Arrival, Refusal> {
        let name = RoomName::parse(&join.room)?;
        let nickname = Nickname::parse(&join.nickname)?;
        let joined = self.whereabouts.get(socket).map_or(&[][..], Vec::as_slice);
        let is_new = !joined.contains(&name);
        if is_new && joined.len() >= MAX_ROOMS_PER_SOCKET {
            return Err(Refusal::new(Reason::TooManyJoined, "you are in 20 rooms: leave one first"));
        }
        if !self.rooms.contains_key(&name) {
            self.make_space()?;
            self.make(name.clone(), Kind::Made { emptied: 0 }, now);
        }
        let Some(place) = self.rooms.get_mut(&name) else { return Err(not_in_room()) };
        let presence = place.room.enter(socket, &nickname)?;
        let (members, history) = (place.room.members().to_vec(), place.room.history());
        if is_new {
            self.whereabouts.entry(socket.to_owned()).or_default().push(name.clone());
        }
        let joined = Joined { room: name.as_str().to_owned(), you: socket.to_owned(), members, history };
        Ok(Arrival { joined, presence })
    }

    /// Answers with what the others should hear: nothing, if the socket was not there.
    pub(super) fn leave(&mut self, socket: &str, leave: &Leave) -> Result<Option<Presence>, Refusal> {
        let name = RoomName::parse(&leave.room)?;
        if let Some(joined) = self.whereabouts.get_mut(socket) {
            joined.retain(|room| *room != name);
            if joined.is_empty() {
                self.whereabouts.remove(socket);
            }
        }
        Ok(self.exit(socket, &name))
    }

    /// The socket is gone: leaves all its rooms.
    pub(super) fn depart(&mut self, socket: &str) -> Vec<Presence> {
        let joined = self.whereabouts.remove(socket).unwrap_or_default();
        joined.iter().filter_map(|name| self.exit(socket, name)).collect()
    }

    pub(super) fn send(&mut self, socket: &str, send: &Send, now: u64) -> Result<Sent, Refusal> {
        let id = MessageId::parse(&send.id)?;
        let text = Text::parse(&send.text)?;
        let name = RoomName::parse(&send.room)?;
        let room = self.rooms.get_mut(&name).map(|place| &mut place.room).ok_or_else(not_in_room)?;
        let author = room.members().iter().find(|member| member.id == socket).ok_or_else(not_in_room)?;
        let author = author.nickname.clone();
        Ok(room.store(&author, &id, &text, now))
    }

    /// What the others should hear: nothing, from a socket that is not there.
    pub(super) fn typing(&self, socket: &str, typing: &Typing) -> Option<TypingBy> {
        let name = RoomName::parse(&typing.room).ok()?;
        let members = self.rooms.get(&name)?.room.members();
        let member = members.iter().find(|member| member.id == socket)?;
        Some(TypingBy { room: name.as_str().to_owned(), member: member.id.clone() })
    }

    pub(super) fn listing(&self) -> Listing {
        let mut places: Vec<(&RoomName, &Place)> = self.rooms.iter().collect();
        places.sort_by_key(|(name, place)| {
            let position = DEFAULT_ROOMS.iter().position(|default| *default == name.as_str());
            (position.unwrap_or(DEFAULT_ROOMS.len()), Reverse(place.room.members().len()))
        });
        let summary = |(name, place): (&RoomName, &Place)| RoomSummary {
            name: name.as_str().to_owned(),
            members: u32::try_from(place.room.members().len()).unwrap_or(u32::MAX),
        };
        Listing { rooms: places.into_iter().take(MAX_LISTED_ROOMS).map(summary).collect() }
    }

    fn exit(&mut self, socket: &str, name: &RoomName) -> Option<Presence> {
        let place = self.rooms.get_mut(name)?;
        let presence = place.room.exit(socket)?;
        if let (Kind::Made { emptied }, []) = (&mut place.kind, place.room.members()) {
            self.times_emptied += 1;
            *emptied = self.times_emptied;
        }
        Some(presence)
    }

    fn make(&mut self, name: RoomName, kind: Kind, now: u64) {
        // Also when the clock stands still or goes back.
        self.last_epoch = now.max(self.last_epoch + 1);
        let room = Room::new(name.clone(), self.last_epoch);
        self.rooms.insert(name, Place { room, kind });
    }

    /// Forgets the room that has been empty longest, if there are as many as there may be.
    fn make_space(&mut self) -> Result<(), Refusal> {
        if self.rooms.len() < MAX_ROOMS {
            return Ok(());
        }
        let empty = self.rooms.iter().filter_map(|(name, place)| match place.kind {
            Kind::Made { emptied } if place.room.members().is_empty() => Some((emptied, name)),
            _ => None,
        });
        let Some((_, name)) = empty.min() else {
            return Err(Refusal::new(
                Reason::TooManyRooms,
                "there are too many rooms: join one that is there",
            ));
        };
        let name = name.clone();
        self.rooms.remove(&name);
        Ok(())
    }
}

/// What became of a join.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) joined: Joined,
    pub(super) presence: Option<Presence>,
}

fn not_in_room() -> Refusal {
    Refusal::new(Reason::NotInRoom, "you are not in this room: join it first")
}

#[cfg(test)]
mod tests;
