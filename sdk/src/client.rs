//! The user's handle of a whole client.

use std::rc::Rc;
use std::time::Duration;

use crate::builder::Builder;
use crate::connection::Connection;
use crate::listener::Listener;
use crate::socket::Socket;
use crate::state::ConnectionState;
use crate::tap::PacketSeen;

/// One connection to one server, shared by the sockets of any number of namespaces.
///
/// Nothing happens before a socket [connects](Socket::connect). Cloning gives another handle; the connection is
/// closed when the last handle of the client and of its sockets is dropped. Everything here belongs to one
/// thread, as everything in a browser does.
#[derive(Debug, Clone)]
pub struct Client {
    connection: Rc<Connection>,
}

/// Whether two handles are of the same client.
impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.connection, &other.connection)
    }
}

impl Eq for Client {}

impl Client {
    /// Begins a client of the server at `url`, for example `https://chat.example:3000`.
    ///
    /// An empty `url` is the host that the page came from. Namespaces and the path of requests are not part of
    /// it: see [`Client::of`] and [`Builder::path`].
    pub fn builder(url: &str) -> Builder {
        Builder::new(url)
    }

    pub(crate) const fn new(connection: Rc<Connection>) -> Self {
        Self { connection }
    }

    /// The socket of that namespace, such as `/` or `/chat`. It does not connect by itself. Asking twice gives the
    /// same socket.
    pub fn of(&self, namespace: &str) -> Socket {
        let namespace = self.connection.namespace(namespace);
        Socket { connection: Rc::clone(&self.connection), namespace }
    }

    /// Disconnects every socket, and so the connection.
    pub fn disconnect(&self) {
        self.connection.disconnect_all();
    }

    /// The state of the connection.
    pub fn state(&self) -> ConnectionState {
        self.connection.state()
    }

    /// Calls back whenever the state of the connection has changed.
    pub fn on_state(&self, mut callback: impl FnMut(ConnectionState) + 'static) -> Listener {
        self.connection.states.add(move |state| callback(*state))
    }

    /// How long the last answer took, from the emit that asked for it; `None` before the first. It costs no packet of its
    /// own, and so is as old as that answer. In whole milliseconds.
    pub fn latency(&self) -> Option<Duration> {
        self.connection.latency()
    }

    /// Calls back whenever an answer has come, with how long it took.
    pub fn on_latency(&self, mut callback: impl FnMut(Duration) + 'static) -> Listener {
        self.connection.latencies.add(move |latency| callback(*latency))
    }

    /// Calls back for every packet that has passed, for those who want to look at the wire. What it means for sockets is
    /// told after it.
    pub fn on_packet(&self, mut callback: impl FnMut(&PacketSeen) + 'static) -> Listener {
        self.connection.tap.listeners.add(move |packet| callback(packet))
    }
}
