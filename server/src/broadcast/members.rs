//! Doing something with those whom a broadcast would reach.

use super::Broadcast;
use crate::sync::read;
use crate::{RemoteSocket, RoomNames, Socket};

impl Broadcast {
    /// The sockets that an event would go to, wherever they are connected.
    ///
    /// Their rooms are those of this moment.
    pub async fn fetch_sockets(&self) -> Vec<RemoteSocket> {
        let sockets = self.sockets();
        sockets.into_iter().map(RemoteSocket::of_this_server).collect()
    }

    /// The sockets on this server that an event would go to.
    #[must_use]
    pub fn sockets(&self) -> Vec<Socket> {
        let selected = read(&self.namespace.rooms).select(&self.target);
        // One that is being sent away is in its rooms for a moment more.
        selected.members().filter(|socket| socket.is_connected()).cloned().collect()
    }

    /// Lets them join rooms.
    pub fn sockets_join(&self, rooms: impl RoomNames) {
        let rooms = rooms.listed();
        self.namespace.change_rooms(|all| {
            for socket in all.select(&self.target).members() {
                rooms.iter().for_each(|room| all.join(socket.key(), room));
            }
        });
    }

    /// Lets them leave rooms.
    pub fn sockets_leave(&self, rooms: impl RoomNames) {
        let rooms = rooms.listed();
        self.namespace.change_rooms(|all| {
            for socket in all.select(&self.target).members() {
                rooms.iter().for_each(|room| all.leave(socket.key(), room));
            }
        });
    }

    /// Sends them out of the namespace; with `close` out of all their namespaces, and their connections are closed.
    pub fn disconnect_sockets(&self, close: bool) {
        for socket in self.sockets() {
            socket.disconnect(close);
        }
    }
}
