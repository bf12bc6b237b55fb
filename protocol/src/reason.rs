//! Why a connection or a socket ended: one table of reasons, in Socket.IO's own words.

use core::fmt;

/// Why a connection or a socket ended, in the words that Socket.IO uses on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The user of this client called `disconnect()`. It will not reconnect by itself.
    IoClientDisconnect,
    /// The server sent a DISCONNECT packet. It will not reconnect by itself.
    IoServerDisconnect,
    /// No heartbeat came in time.
    PingTimeout,
    /// The peer closed the connection, or it was cut.
    TransportClose,
    /// A request or a WebSocket failed.
    TransportError,
    /// The peer sent something that is not Engine.IO or Socket.IO.
    ParseError,
    /// This side closed the whole connection at once.
    ForcedClose,
    /// The server is going down.
    ServerShuttingDown,
    /// The server closed a connection that never joined a namespace, or that it was told to close.
    ForcedServerClose,
    /// Server side: the client sent a DISCONNECT packet.
    ClientNamespaceDisconnect,
    /// Server side: the server's own code called `disconnect()`.
    ServerNamespaceDisconnect,
}

impl Reason {
    /// The reason as Socket.IO spells it, for example `transport close`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IoClientDisconnect => "io client disconnect",
            Self::IoServerDisconnect => "io server disconnect",
            Self::PingTimeout => "ping timeout",
            Self::TransportClose => "transport close",
            Self::TransportError => "transport error",
            Self::ParseError => "parse error",
            Self::ForcedClose => "forced close",
            Self::ServerShuttingDown => "server shutting down",
            Self::ForcedServerClose => "forced server close",
            Self::ClientNamespaceDisconnect => "client namespace disconnect",
            Self::ServerNamespaceDisconnect => "server namespace disconnect",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
