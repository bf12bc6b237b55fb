//! What servers say to each other, whatever carries it.

use std::time::Duration;

use crate::Payload;

/// What one server says to all others, in one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// An event for clients.
    Broadcast {
        /// The event's name and arguments.
        data: Payload,
        /// Whom it is for.
        audience: Audience,
        /// How it is sent.
        flags: BroadcastFlags,
    },
    /// An event that clients shall answer. Each server responds with one [`Response::ClientCount`], and then with a
    /// [`Response::ClientAck`] for each client.
    BroadcastWithAck {
        /// Who wants the answers.
        request: Request,
        /// The event's name and arguments.
        data: Payload,
        /// Whom it is for.
        audience: Audience,
        /// How it is sent.
        flags: BroadcastFlags,
    },
    /// Lets sockets join rooms.
    SocketsJoin {
        /// Which sockets.
        audience: Audience,
        /// The rooms.
        rooms: Vec<Box<str>>,
    },
    /// Lets sockets leave rooms.
    SocketsLeave {
        /// Which sockets.
        audience: Audience,
        /// The rooms.
        rooms: Vec<Box<str>>,
    },
    /// Sends sockets out of the namespace.
    DisconnectSockets {
        /// Which sockets.
        audience: Audience,
        /// Whether their connections are closed too.
        close: bool,
    },
    /// Asks who is there. Each server responds with [`Response::Sockets`].
    FetchSockets {
        /// Who asks.
        request: Request,
        /// Which sockets.
        audience: Audience,
    },
    /// An event for the other servers' [`on_server_side`](crate::Namespace::on_server_side). With a request, each
    /// server responds with [`Response::ServerAck`].
    ServerSideEmit {
        /// The event's name and arguments.
        data: Payload,
        /// Who wants answers.
        request: Option<Request>,
    },
    /// Asks for the ids of those in any of the rooms; of everybody, when there is none. Each server responds with
    /// [`Response::SocketIds`]. Node's `allSockets` asks so; this server never does.
    SocketIds {
        /// Who asks.
        request: Request,
        /// The rooms.
        rooms: Vec<Box<str>>,
    },
    /// Asks for the names of all rooms. Each server responds with [`Response::RoomNames`]. Node's `allRooms` asks so;
    /// this server never does.
    RoomNames {
        /// Who asks.
        request: Request,
    },
}

/// Which sockets: those in any of `rooms`, or all when there is none, but nobody in `except`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// The union of these; everybody when there is none.
    pub rooms: Vec<Box<str>>,
    /// But nobody in these. A socket that is left out stands here by its id.
    pub except: Vec<Box<str>>,
}

/// How an event is sent to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BroadcastFlags {
    /// Only to those who can take it at once.
    pub volatile: bool,
    /// Whether it may be compressed.
    pub compress: bool,
    /// How long clients have for their answers; `None` where nobody has said.
    pub timeout: Option<Duration>,
}

impl Default for BroadcastFlags {
    fn default() -> Self {
        Self { volatile: false, compress: true, timeout: None }
    }
}

/// Names a question, so that answers find who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Unique for as long as anybody waits.
    pub id: Box<str>,
    /// The [`id`](crate::adapter::Adapter::id) of the server that asks.
    pub from: Box<str>,
}

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Response {
    /// Those of its sockets that were asked for.
    Sockets(Vec<SocketDetails>),
    /// How many of its clients were asked.
    ClientCount(u64),
    /// The answer of one of its clients: a list of arguments. Some formats keep only the first.
    ClientAck(Payload),
    /// Its own answer to an event between servers: a list of arguments. Some formats keep only the first.
    ServerAck(Payload),
    /// The ids of those of its sockets that were asked for.
    SocketIds(Vec<Box<str>>),
    /// The names of its rooms.
    RoomNames(Vec<Box<str>>),
}

/// What one server tells another of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketDetails {
    /// Its public id.
    pub id: Box<str>,
    /// The first request of its connection: an object as Socket.IO's `socket.handshake` is.
    pub handshake: Payload,
    /// The rooms that it is in.
    pub rooms: Vec<Box<str>>,
    /// What its application keeps with it under names: an object as Socket.IO's `socket.data` is.
    pub data: Payload,
}
