//! Doing something with sockets of this server.

use super::Shared;
use crate::Socket;
use crate::rooms::Target;
use crate::sync::read;

impl Shared {
    /// Those whom an event would reach.
    pub(crate) fn connected(&self, target: &Target) -> Vec<Socket> {
        let selected = read(&self.rooms).select(target);
        // One that is being sent away is in its rooms for a moment more.
        selected.members().filter(|socket| socket.is_connected()).cloned().collect()
    }

    /// Lets them join rooms.
    pub(crate) fn join_rooms(&self, target: &Target, rooms: &[Box<str>]) {
        self.change_rooms(|all| {
            for socket in all.select(target).members() {
                rooms.iter().for_each(|room| all.join(socket.key(), room));
            }
        });
    }

    /// Lets them leave rooms.
    pub(crate) fn leave_rooms(&self, target: &Target, rooms: &[Box<str>]) {
        self.change_rooms(|all| {
            for socket in all.select(target).members() {
                rooms.iter().for_each(|room| all.leave(socket.key(), room));
            }
        });
    }

    /// Sends them out of the namespace; with `close` out of all their namespaces, and their connections are closed.
    pub(crate) fn disconnect(&self, target: &Target, close: bool) {
        for socket in self.connected(target) {
            socket.disconnect(close);
        }
    }
}
