//! Who is in which room: pure state, as long as the server lives. What is said is elsewhere.
//!
//! A member is a user, in however many tabs: the others hear of the first that comes and of the last that goes. Nothing
//! a socket asks makes it grow beyond `parlor_chat::bounds`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use parlor_chat::bounds::{MAX_LISTED_ROOMS, MAX_MEMBERS_PER_ROOM, MAX_ROOMS_PER_SOCKET};
use parlor_chat::{
    Change, DEFAULT_ROOMS, Listing, Member, Nickname, Presence, Reason, Refusal, RoomName, RoomSummary,
    UserId,
};

#[derive(Debug, Default)]
pub(super) struct Hall {
    /// Every public room, whether somebody is in it or not.
    public: BTreeSet<RoomName>,
    /// The rooms that somebody is in.
    occupied: BTreeMap<RoomName, Vec<Present>>,
    /// The rooms of every socket that is in one.
    whereabouts: BTreeMap<String, Vec<RoomName>>,
}

#[derive(Debug)]
struct Present {
    member: Member,
    /// Where the user has this room open: at least one.
    sockets: Vec<String>,
}

impl Hall {
    /// With these public rooms.
    #[cfg(test)]
    pub(super) fn new(public: impl IntoIterator<Item = RoomName>) -> Self {
        Self { public: public.into_iter().collect(), ..Self::default() }
    }

    /// These are the public rooms now.
    pub(super) fn renew(&mut self, public: impl IntoIterator<Item = RoomName>) {
        self.public = public.into_iter().collect();
    }

    /// A room was made.
    pub(super) fn add(&mut self, room: &RoomName) {
        if room.pair().is_none() {
            self.public.insert(room.clone());
        }
    }

    /// A room in which nobody is, is no more.
    pub(super) fn forget(&mut self, room: &RoomName) {
        self.public.remove(room);
    }

    pub(super) fn is_empty(&self, room: &RoomName) -> bool {
        !self.occupied.contains_key(room)
    }

    /// Whether the socket is in no room.
    pub(super) fn is_nowhere(&self, socket: &str) -> bool {
        !self.whereabouts.contains_key(socket)
    }

    /// Whether the socket may enter a room, as far as its bounds are concerned.
    pub(super) fn admits(&self, socket: &str, user: &UserId, room: &RoomName) -> Result<(), Refusal> {
        let joined = self.whereabouts.get(socket).map_or(&[][..], Vec::as_slice);
        if joined.len() >= MAX_ROOMS_PER_SOCKET && !joined.contains(room) {
            return Err(Refusal::new(Reason::TooManyJoined, "you are in 20 rooms: leave one first"));
        }
        let here = self.occupied.get(room).map_or(&[][..], Vec::as_slice);
        let is_here = here.iter().any(|present| present.member.id == user.as_str());
        if here.len() >= MAX_MEMBERS_PER_ROOM && !is_here {
            return Err(Refusal::new(Reason::RoomFull, "this room is full: try another one"));
        }
        Ok(())
    }

    /// Lets a socket in that is [admitted](Hall::admits), or renews its user's nickname; answers with what the others
    /// should hear of it, if anything.
    pub(super) fn enter(
        &mut self,
        socket: &str,
        user: &UserId,
        room: &RoomName,
        nickname: &Nickname,
    ) -> Option<Presence> {
        let joined = self.whereabouts.entry(socket.to_owned()).or_default();
        if !joined.contains(room) {
            joined.push(room.clone());
        }
        let member = Member { id: user.as_str().to_owned(), nickname: nickname.as_str().to_owned() };
        let here = self.occupied.entry(room.clone()).or_default();
        if let Some(present) = here.iter_mut().find(|present| present.member.id == member.id) {
            if !present.sockets.iter().any(|known| known == socket) {
                present.sockets.push(socket.to_owned());
            }
            if present.member == member {
                return None;
            }
            present.member = member.clone();
        } else {
            here.push(Present { member: member.clone(), sockets: vec![socket.to_owned()] });
        }
        Some(presence(room, member, Change::Joined))
    }

    /// Answers with what the others should hear: nothing, if the user is still there in another tab, or was not there.
    pub(super) fn leave(&mut self, socket: &str, room: &RoomName) -> Option<Presence> {
        if let Some(joined) = self.whereabouts.get_mut(socket) {
            joined.retain(|known| known != room);
            if joined.is_empty() {
                self.whereabouts.remove(socket);
            }
        }
        self.exit(socket, room)
    }

    /// The socket is gone: leaves all its rooms.
    pub(super) fn depart(&mut self, socket: &str) -> Vec<Presence> {
        let joined = self.whereabouts.remove(socket).unwrap_or_default();
        joined.iter().filter_map(|room| self.exit(socket, room)).collect()
    }

    /// Everybody in a room, in the order in which they came.
    pub(super) fn members(&self, room: &RoomName) -> Vec<Member> {
        let here = self.occupied.get(room).map_or(&[][..], Vec::as_slice);
        here.iter().map(|present| present.member.clone()).collect()
    }

    /// Everybody in every room.
    pub(super) fn everybody(&self) -> impl Iterator<Item = (&RoomName, Vec<Member>)> {
        self.occupied.keys().map(|room| (room, self.members(room)))
    }

    /// How many users are in a room.
    pub(super) fn population(&self, room: &RoomName) -> usize {
        self.occupied.get(room).map_or(0, Vec::len)
    }

    /// Whose socket it is, in a room that it is in.
    pub(super) fn member(&self, socket: &str, room: &RoomName) -> Result<&Member, Refusal> {
        let here = self.occupied.get(room).map_or(&[][..], Vec::as_slice);
        let is_there = |present: &&Present| present.sockets.iter().any(|known| known == socket);
        here.iter()
            .find(is_there)
            .map(|present| &present.member)
            .ok_or_else(|| Refusal::new(Reason::NotInRoom, "you are not in this room: join it first"))
    }

    pub(super) fn listing(&self) -> Listing {
        let mut rooms: Vec<&RoomName> = self.public.iter().collect();
        rooms.sort_by_key(|room| {
            let position = DEFAULT_ROOMS.iter().position(|default| *default == room.as_str());
            (position.unwrap_or(DEFAULT_ROOMS.len()), Reverse(self.population(room)))
        });
        let summary = |room: &RoomName| RoomSummary {
            name: room.as_str().to_owned(),
            members: u32::try_from(self.population(room)).unwrap_or(u32::MAX),
        };
        Listing { rooms: rooms.into_iter().take(MAX_LISTED_ROOMS).map(summary).collect() }
    }

    fn exit(&mut self, socket: &str, room: &RoomName) -> Option<Presence> {
        let here = self.occupied.get_mut(room)?;
        let at = here.iter().position(|present| present.sockets.iter().any(|known| known == socket))?;
        let present = here.get_mut(at)?;
        present.sockets.retain(|known| known != socket);
        if !present.sockets.is_empty() {
            return None;
        }
        let Present { member, .. } = here.remove(at);
        if here.is_empty() {
            self.occupied.remove(room);
        }
        Some(presence(room, member, Change::Left))
    }
}

fn presence(room: &RoomName, member: Member, change: Change) -> Presence {
    Presence { room: room.as_str().to_owned(), member, change }
}

#[cfg(test)]
mod tests;
