//! Doing something with those whom a broadcast would reach.

use std::{error, fmt};

use super::Broadcast;
use crate::adapter::{AdapterError, Message};
use crate::{RemoteSocket, RoomNames, Socket};

impl Broadcast {
    /// The sockets that an event would go to, wherever they are connected.
    ///
    /// Their rooms are those of the moment in which their server answered. It has as much time as
    /// [`Broadcast::emit_with_ack`] gives to clients.
    ///
    /// # Errors
    ///
    /// Not every server of the cluster has answered. The error has those that were found. Never for a server alone.
    pub async fn fetch_sockets(&self) -> Result<Vec<RemoteSocket>, FetchError> {
        let mut sockets: Vec<_> = self.sockets().into_iter().map(RemoteSocket::of_this_server).collect();
        let Some(cluster) = self.namespace.others(self.flags) else { return Ok(sockets) };
        let audience = self.namespace.audience(&self.target);
        let mut found = Vec::new();
        let question = |request| Message::FetchSockets { request, audience };
        let timeout = self.timeout.unwrap_or(Self::DEFAULT_TIMEOUT);
        let fetched = cluster.fetch(self.namespace.name.as_str(), question, timeout, &mut found).await;
        sockets.extend(found.into_iter().map(|details| RemoteSocket::elsewhere(&self.namespace, details)));
        match fetched {
            Ok(()) => Ok(sockets),
            Err(error) => Err(FetchError { error, found: sockets }),
        }
    }

    /// The sockets on this server that an event would go to.
    #[must_use]
    pub fn sockets(&self) -> Vec<Socket> {
        self.namespace.connected(&self.target)
    }

    /// Lets them join rooms: those of this server now, the others a moment later.
    pub fn sockets_join(&self, rooms: impl RoomNames) {
        let rooms = rooms.listed();
        self.namespace.join_rooms(&self.target, &rooms);
        self.tell_others(|audience| Message::SocketsJoin { audience, rooms });
    }

    /// Lets them leave rooms: those of this server now, the others a moment later.
    pub fn sockets_leave(&self, rooms: impl RoomNames) {
        let rooms = rooms.listed();
        self.namespace.leave_rooms(&self.target, &rooms);
        self.tell_others(|audience| Message::SocketsLeave { audience, rooms });
    }

    /// Sends them out of the namespace; with `close` out of all their namespaces, and their connections are closed.
    pub fn disconnect_sockets(&self, close: bool) {
        self.namespace.disconnect(&self.target, close);
        self.tell_others(|audience| Message::DisconnectSockets { audience, close });
    }
}

/// Not every server of the cluster said which of its sockets are meant.
#[derive(Debug)]
pub struct FetchError {
    error: AdapterError,
    found: Vec<RemoteSocket>,
}

impl FetchError {
    /// Those that were found: this server's, and those of the servers that answered.
    #[must_use]
    pub fn found(&self) -> &[RemoteSocket] {
        &self.found
    }

    /// Those that were found.
    #[must_use]
    pub fn into_found(self) -> Vec<RemoteSocket> {
        self.found
    }

    /// What went wrong.
    #[must_use]
    pub const fn adapter_error(&self) -> &AdapterError {
        &self.error
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "only {} sockets are known, there may be more", self.found.len())
    }
}

impl error::Error for FetchError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.error)
    }
}
