//! One client in one namespace: the handle that the application holds.
//!
//! What it does is in the files below: [`emitting`] to it and to others, [`listeners`] of its events, and its
//! [`life`] from being made to having left.

mod data;
mod emitting;
mod life;
mod listeners;
mod registry;

use std::fmt;
use std::sync::Arc;

use parlor_protocol::engine::TransportKind;
use parlor_protocol::json::{ArgsError, Payload};
use serde::de::DeserializeOwned;

pub use self::data::Data;
use self::life::Stage;
pub use self::listeners::Listener;
pub(crate) use self::registry::OnEvents;
use self::registry::Registry;
use crate::ack::PendingAcks;
use crate::link::Link;
use crate::recovery::Membership;
use crate::rooms::Key;
use crate::sync::read;
use crate::{Handshake, Namespace, RoomNames};

/// One client in one namespace. Cloning gives another handle to the same socket.
///
/// A handler may hold its socket: handlers are dropped when the socket has left.
///
/// # Examples
///
/// ```
/// use parlor_server::{Ack, Config, Server, Socket};
///
/// let io = Server::new(Config::default());
/// io.on_connection(|socket: Socket| async move {
///     socket.join("lobby");
///     socket.on("say", |socket: Socket, text: String, ack: Ack| async move {
///         let _ = socket.to("lobby").emit("said", &(socket.id(), text));
///         ack.send(&());
///     });
///     socket.on("leave", |socket: Socket, (), ack: Ack| async move {
///         socket.leave("lobby");
///         let _ = socket.within("lobby").except("quiet").emit("left", &socket.id());
///         let _ = socket.local().emit("left on this server", &socket.id());
///         let _ = socket.namespace().emit("everybody hears this, also the one who left", &());
///         assert!(socket.is_connected(), "leaving a room is not leaving");
///         ack.send(&());
///     });
/// });
/// ```
#[derive(Clone)]
pub struct Socket(Arc<Inner>);

struct Inner {
    id: Arc<str>,
    key: Key,
    namespace: Namespace,
    link: Arc<Link>,
    /// `None` stands for an empty object.
    auth: Option<Payload>,
    /// A client that comes back to what it missed gets the data it had.
    data: Arc<Data>,
    stage: Stage,
    handlers: Registry,
    /// Its part in what can be recovered.
    membership: Option<Membership>,
    acks: PendingAcks,
}

impl Socket {
    /// The socket's public id, 20 characters. Also the name of a room that only this socket is in from the start.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Its namespace: for what a handler says to everybody in it, this socket included.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.0.namespace
    }

    /// Whether the client is in the namespace: it was let in, and has not left.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.0.stage.is_connected()
    }

    /// Whether the client has come back to an earlier session: its id, rooms and data are those it had, and it gets
    /// what it missed. Never so without [`Config::connection_state_recovery`](crate::Config::connection_state_recovery).
    #[must_use]
    pub fn recovered(&self) -> bool {
        self.0.membership.as_ref().is_some_and(Membership::is_recovered)
    }

    /// The first request of the connection.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        &self.0.link.handshake
    }

    /// What the client said about itself when it joined this namespace: its `auth`, `{}` if it said nothing.
    ///
    /// # Errors
    ///
    /// It does not fit the type.
    pub fn auth<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        match self.auth_payload() {
            Some(auth) => auth.read_value(),
            None => nothing().read_value(),
        }
    }

    /// `None` when it said nothing.
    pub(crate) fn auth_payload(&self) -> Option<&Payload> {
        self.0.auth.as_ref()
    }

    /// What the application keeps with this socket.
    #[must_use]
    pub fn data(&self) -> &Data {
        &self.0.data
    }

    /// The transport that the connection lives on at present.
    #[must_use]
    pub fn transport(&self) -> TransportKind {
        self.0.link.transport()
    }

    /// Joins rooms. Does nothing when the socket has left, or was told to.
    pub fn join(&self, rooms: impl RoomNames) {
        if self.0.stage.is_leaving() {
            return;
        }
        let rooms = rooms.listed();
        self.namespace_shared().change_rooms(|all| rooms.iter().for_each(|room| all.join(self.0.key, room)));
    }

    /// Leaves rooms.
    pub fn leave(&self, rooms: impl RoomNames) {
        let rooms = rooms.listed();
        self.namespace_shared().change_rooms(|all| rooms.iter().for_each(|room| all.leave(self.0.key, room)));
    }

    /// The rooms that the socket is in, its own first.
    #[must_use]
    pub fn rooms(&self) -> Vec<Arc<str>> {
        read(&self.namespace_shared().rooms).of(self.0.key)
    }
}

/// The `auth` of a client that says nothing about itself.
pub(crate) fn nothing() -> Payload {
    Payload::value(&serde_json::Map::new()).expect("an empty object is JSON")
}

impl PartialEq for Socket {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for Socket {}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("id", &self.0.id)
            .field("namespace", &self.namespace().name())
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}
