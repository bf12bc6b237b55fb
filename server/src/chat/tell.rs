//! Who hears of what: the server's rooms behind the rooms and the users of the chat.
//!
//! Their names have a prefix. Every socket has a room of its own id, and a person who makes a room of that name must not
//! hear what is meant for the socket.

use parlor_chat::{Event, Identity, Listing, RoomName, UserId};

use crate::{Broadcast, Namespace, Socket};

/// Everybody who has joined a room of the chat.
pub(crate) fn channel(room: &RoomName) -> String {
    format!("{CHANNEL}{}", room.as_str())
}

/// The room whose [`channel`] this is, if it is one.
pub(crate) fn room_of(channel: &str) -> Option<RoomName> {
    RoomName::read(channel.strip_prefix(CHANNEL)?).ok()
}

/// A socket that is recovered comes with its channels, but it was seen out of its rooms when it left: the members do not
/// know it, and the bounds do not count it. It joins again, like everybody who comes.
pub(super) fn leave_all(socket: &Socket) {
    let channels: Vec<_> = socket.rooms().into_iter().filter(|room| room.starts_with(CHANNEL)).collect();
    channels.into_iter().for_each(|channel| socket.leave(&*channel));
}

const CHANNEL: &str = "chat:";

const USER: &str = "user:";

/// The socket is this user's: it is proven. What is said to them in private reaches all their sockets.
///
/// A room is what remembers it, because a recovered socket has its rooms again, and its middlewares do not run.
pub(super) fn is_user(socket: &Socket, id: &str) {
    socket.join(format!("{USER}{id}"));
}

/// Whose socket it is; `None` when it has no identity yet.
pub(super) fn user_of(socket: &Socket) -> Option<UserId> {
    socket.rooms().iter().find_map(|room| UserId::parse(room.strip_prefix(USER)?).ok())
}

/// Tells a socket the identity that it got on its way in, once; before the answer to anything that it asks.
pub(super) fn identity(socket: &Socket) {
    if let Some(identity) = socket.data().remove::<Identity>() {
        // It may have left meanwhile: then it comes back without one.
        let _ = socket.emit(Identity::NAME, &*identity);
    }
}

/// The others of this server who have joined a room.
pub(super) fn others_in<E: Event>(socket: &Socket, room: &RoomName, event: &E) {
    emit(socket.to(channel(room)).local(), event);
}

/// All of this server who have joined a room.
pub(super) fn all_in<E: Event>(namespace: &Namespace, room: &RoomName, event: &E) {
    emit(namespace.to(channel(room)).local(), event);
}

/// All of this server who may read a room, but this socket.
pub(super) fn readers<E: Event>(socket: &Socket, room: &RoomName, event: &E) {
    emit(socket.to(channels(room)).local(), event);
}

/// All of this server who may read a room.
pub(super) fn all_readers<E: Event>(namespace: &Namespace, room: &RoomName, event: &E) {
    emit(namespace.to(channels(room)).local(), event);
}

/// How far goes what is stored for nobody to tell later, and does no harm when it is lost between servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// This server has a chat of its own: who is in a room of the same name elsewhere is in another room.
    Here,
    /// The chat is that of all servers of the cluster.
    Everywhere,
}

impl Reach {
    pub(super) fn of(is_shared: bool) -> Self {
        if is_shared { Self::Everywhere } else { Self::Here }
    }

    pub(super) fn limit(self, to: Broadcast) -> Broadcast {
        match self {
            Self::Here => to.local(),
            Self::Everywhere => to,
        }
    }
}

/// All who may read a room, as far as the chat reaches, but this socket.
pub(super) fn readers_within<E: Event>(reach: Reach, socket: &Socket, room: &RoomName, event: &E) {
    emit(reach.limit(socket.to(channels(room))), event);
}

/// Who may read a room: those who have joined it; in a private room its two users, whether they have joined it or not.
fn channels(room: &RoomName) -> Vec<String> {
    match room.pair() {
        None => vec![channel(room)],
        Some((one, other)) => vec![format!("{USER}{one}"), format!("{USER}{other}")],
    }
}

/// Everybody of this server.
pub(super) fn listing(namespace: &Namespace, listing: &Listing) {
    emit(namespace.local(), listing);
}

pub(super) fn emit<E: Event>(to: Broadcast, event: &E) {
    if let Err(error) = to.emit(E::NAME, event) {
        tracing::error!(event = E::NAME, %error, "an event was not sent");
    }
}
