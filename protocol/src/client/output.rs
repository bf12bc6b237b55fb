//! What a client tells its driver.

use alloc::boxed::Box;

use super::SocketId;
use crate::Reason;
use crate::engine::client::{self as engine, Details, Failure};
use crate::engine::{Handshake, TransportKind};
use crate::socket::client::AckError;
use crate::socket::{AckKey, Codec};

/// What the driver has to do, and what there is to tell the user.
///
/// The order is the order in which socket.io-client does these things; a driver must keep it.
#[derive(Debug)]
pub enum Output<C: Codec> {
    /// Something to do with a transport: `Open`, `Poll`, `Write`, `Close`; or `Drained`, `Upgrading`,
    /// `UpgradeFailed` to tell.
    Transport(engine::Output<C::Outgoing>),
    /// The connection is open; namespaces are joined next.
    Opened(Box<Handshake>),
    /// The server pinged.
    Pinged,
    /// The connection now lives on this transport.
    Upgraded(TransportKind),
    /// The open connection is gone.
    Closed {
        /// Why.
        reason: Reason,
        /// What else is known.
        details: Details,
    },
    /// An attempt to connect has failed.
    Failed(AttemptError),
    /// An attempt to reconnect begins, the how manieth.
    ReconnectAttempt(u32),
    /// An attempt to reconnect has failed.
    ReconnectError(AttemptError),
    /// The attempts are used up.
    ReconnectFailed,
    /// Connected again, after that many attempts.
    Reconnected(u32),
    /// Ask the user what to say in CONNECT, and answer by [`super::Input::Authenticate`], now or later.
    Authenticate(SocketId),
    /// The server let the socket in: it has an id. What was buffered comes before [`Output::Connected`].
    Joined {
        /// Which socket.
        socket: SocketId,
        /// Its public id.
        sid: C::Word,
        /// Whether the server restored an earlier session.
        recovered: bool,
    },
    /// Tell the user `connect`.
    Connected(SocketId),
    /// Tell the user `connect_error`.
    ConnectError {
        /// Which socket.
        socket: SocketId,
        /// Why.
        error: ConnectError<C::Data>,
    },
    /// Tell the user `disconnect`.
    Disconnected {
        /// Which socket.
        socket: SocketId,
        /// Why.
        reason: Reason,
        /// What else is known.
        details: Details,
    },
    /// An event; with an id, the answer is wanted by [`super::Input::Answer`].
    Event {
        /// Which socket.
        socket: SocketId,
        /// Its name and arguments.
        data: C::Data,
        /// The id to answer under.
        ack: Option<u64>,
    },
    /// An answer came.
    Ack {
        /// Which socket.
        socket: SocketId,
        /// Who waited for it.
        key: AckKey,
        /// Its arguments.
        data: C::Data,
    },
    /// An answer will not come.
    AckFailed {
        /// Which socket.
        socket: SocketId,
        /// Who waited for it.
        key: AckKey,
        /// Why.
        error: AckError,
    },
}

/// Why an attempt to connect failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptError {
    /// It took too long.
    Timeout,
    /// The list of transports is empty.
    NoTransports,
    /// A transport failed.
    Failed(Failure),
    /// The server, or something on the way to it, closed the connection before it was open.
    Closed,
}

impl AttemptError {
    /// The message of the error, as socket.io-client words it where it has one.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::NoTransports => "No transports available",
            Self::Failed(failure) => failure.message(),
            Self::Closed => "connection closed before it was open",
        }
    }
}

/// Why a socket is not connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectError<D> {
    /// There is no connection. The socket stays active: another attempt may follow.
    Attempt(AttemptError),
    /// The server does not let it in, and said this. The socket is inactive until the user connects it again.
    Refused(Option<D>),
    /// The server answered as only a Socket.IO v2 server does.
    WrongProtocol,
}

/// What socket.io-client says when the server answers CONNECT without a `sid`.
pub const WRONG_PROTOCOL: &str = "It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible (more information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)";
