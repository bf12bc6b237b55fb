//! Coming and going, and reading what was said before.

use parlor_chat::bounds::{
    MAX_PAGE_MESSAGES, MAX_PRIVATE_ROOMS, MAX_ROOMS, MAX_ROOMS_PER_USER, MAX_SEEN_AUDIENCE, MIN_SILENT_DAYS,
};
use parlor_chat::{
    DEFAULT_ROOMS, Fetched, History, Joined, MessageId, Nickname, Presence, Reason, Refusal, RoomName, Talks,
    UserId,
};

use super::{Clerk, Trouble};
use crate::Socket;
use crate::chat::hall::Hall;
use crate::chat::store::{Fault, Store};
use crate::chat::tell;

/// Milliseconds for which a room is kept in which somebody has spoken.
const MIN_SILENT: u64 = MIN_SILENT_DAYS * 24 * 60 * 60 * 1_000;

impl Clerk {
    pub(super) fn make_default_rooms(&mut self, now: u64) -> Result<(), Fault> {
        self.store.atomically(|store| {
            for name in DEFAULT_ROOMS.into_iter().filter_map(|name| RoomName::parse(name).ok()) {
                if !store.has_room(&name)? {
                    store.add_room(&name, None, now)?;
                }
            }
            Ok(())
        })
    }

    pub(super) fn join(
        &mut self,
        socket: &Socket,
        room: &RoomName,
        nickname: &Nickname,
        now: u64,
    ) -> Result<Joined, Trouble> {
        let user = user_of(socket)?;
        if room.pair().is_some() && room.partner_of(user.as_str()).is_none() {
            return Err(Refusal::new(Reason::NotYours, "this is the private room of two others").into());
        }
        self.people.hall().admits(socket.id(), &user, room)?;
        self.make_room(room, &user, now)?;
        let (history, (seen, marks)) = self.read_for(room, user.as_str(), MAX_PAGE_MESSAGES)?;
        // One that has left meanwhile must not enter: nobody would see it out. One that leaves from here on is seen out
        // later.
        if !socket.is_connected() {
            return Err(no_identity().into());
        }
        let presence = self.people.enter(socket.id(), &user, room, nickname);
        socket.join(tell::channel(room));
        if let Some(presence) = presence {
            self.tell_presence(socket, room, &presence);
        }
        Ok(Joined {
            room: room.as_str().to_owned(),
            you: user.as_str().to_owned(),
            members: self.people.hall().members(room),
            history,
            seen,
            marks,
        })
    }

    pub(super) fn leave(&mut self, socket: &Socket, room: &RoomName) {
        let presence = self.people.leave(socket.id(), room);
        socket.leave(tell::channel(room));
        if let Some(presence) = presence {
            self.tell_presence(socket, room, &presence);
        }
    }

    pub(super) fn depart(&mut self, socket: &Socket) {
        for presence in self.people.depart(socket.id()) {
            if let Ok(room) = RoomName::read(&presence.room) {
                self.tell_presence(socket, &room, &presence);
            }
        }
    }

    pub(super) fn older(
        &self,
        socket: &Socket,
        room: &RoomName,
        before: u64,
        limit: u32,
    ) -> Result<History, Trouble> {
        self.people.hall().member(socket.id(), room)?;
        let limit = usize::try_from(limit).unwrap_or(MAX_PAGE_MESSAGES).clamp(1, MAX_PAGE_MESSAGES);
        Ok(self.store.history(room, Some(before), limit)?)
    }

    pub(super) fn fetch(
        &self,
        socket: &Socket,
        room: &RoomName,
        id: &MessageId,
        at: u32,
    ) -> Result<Fetched, Trouble> {
        self.people.hall().member(socket.id(), room)?;
        match self.store.piece(room, id, at)? {
            Some(bytes) => Ok(Fetched { bytes: bytes.into() }),
            None => Err(Refusal::new(Reason::NoSuchMessage, "this file is no more").into()),
        }
    }

    pub(super) fn conversations(&self, socket: &Socket) -> Result<Talks, Trouble> {
        Ok(Talks { conversations: self.store.conversations(&user_of(socket)?)? })
    }

    /// Whether everybody in a room hears who has seen what.
    pub(super) fn is_small(&self, room: &RoomName) -> bool {
        self.people.hall().population(room) <= MAX_SEEN_AUDIENCE
    }

    fn tell_presence(&mut self, socket: &Socket, room: &RoomName, presence: &Presence) {
        tell::others_in(socket, room, presence);
        if room.pair().is_none() {
            self.list_rooms_soon();
        }
    }

    /// Makes the room, if there is none of that name.
    fn make_room(&mut self, room: &RoomName, user: &UserId, now: u64) -> Result<(), Trouble> {
        if self.store.has_room(room)? {
            return Ok(());
        }
        let hall = self.people.hall();
        let gone = self.store.atomically(|store| {
            // Where several servers write, another one may have made it meanwhile.
            if store.has_room(room)? {
                return Ok(None);
            }
            let gone = makes_place(store, hall, room, user, now)?;
            if let Some(gone) = &gone {
                store.forget_room(gone)?;
            }
            store.add_room(room, Some(user), now)?;
            Ok::<_, Trouble>(gone)
        })?;
        if let Some(gone) = &gone {
            self.people.hall_mut().forget(gone);
        }
        self.people.hall_mut().add(room);
        Ok(())
    }
}

/// The room that makes place for a new one, if there are as many as there may be, or as this user may make. A room in
/// which somebody has spoken does so only after [`MIN_SILENT`]: nobody can make enough rooms to have it forgotten.
fn makes_place(
    store: &Store,
    hall: &Hall,
    room: &RoomName,
    user: &UserId,
    now: u64,
) -> Result<Option<RoomName>, Trouble> {
    if let Some(partner) = room.partner_of(user.as_str())
        && !store.has_user(partner)?
    {
        return Err(Refusal::new(Reason::NoSuchUser, "there is nobody of this id any more").into());
    }
    let is_private = room.pair().is_some();
    let has_made_enough = store.rooms_of(user, is_private)? >= MAX_ROOMS_PER_USER as u64;
    let max_rooms = if is_private { MAX_PRIVATE_ROOMS } else { MAX_ROOMS };
    if !has_made_enough && store.rooms(is_private)? < max_rooms as u64 {
        return Ok(None);
    }
    let maker = has_made_enough.then_some(user);
    let mut rooms = store.silent_rooms(maker, is_private, now.saturating_sub(MIN_SILENT))?.into_iter();
    let is_needed = |room: &RoomName| !hall.is_empty(room) || DEFAULT_ROOMS.contains(&room.as_str());
    match rooms.find(|room| !is_needed(room)) {
        Some(room) => Ok(Some(room)),
        None => Err(too_many_rooms(has_made_enough).into()),
    }
}

fn too_many_rooms(of_this_user: bool) -> Refusal {
    let sentence = if of_this_user {
        "you have made 20 rooms: join one that is there"
    } else {
        "there are too many rooms: join one that is there"
    };
    Refusal::new(Reason::TooManyRooms, sentence)
}

/// Whose socket it is, once it was told so.
fn user_of(socket: &Socket) -> Result<UserId, Refusal> {
    tell::user_of(socket).ok_or_else(no_identity)
}

fn no_identity() -> Refusal {
    Refusal::new(Reason::NoIdentity, "the server has not told you yet who you are: load the page again")
}
