//! What the core has to say, as events of the facade: a manager's, an engine's, a socket's.
//!
//! It is said by numbers: `words.mjs` has the names of events, and the messages, reasons and codes that a user sees.

use parlor_protocol::Reason;
use parlor_protocol::client::{AttemptError, Host, SocketId};
use parlor_protocol::engine::client::{Details, Failure};

use crate::host;
use crate::page::Page;

/// What is told: by an engine, then by a manager or a socket.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event {
    Drain,
    Upgrading,
    Upgrade,
    UpgradeError,
    Open,
    Ping,
    Auth,
    ReconnectAttempt,
    Reconnect,
    ReconnectFailed,
    Error,
    ReconnectError,
    Close,
    Disconnect,
}

/// Why it is told, where there is more to say.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Why {
    Unsaid,
    Poll,
    Post,
    WebSocket,
    Malformed,
    Handshake,
    Timeout,
    NoTransports,
    Closed,
    Probe,
    ClosedByServer,
    WebSocketClosed,
    NetworkLost,
}

/// No socket: a manager, or an engine.
const NOBODY: i32 = -1;

impl Host<()> for Page {
    fn random(&mut self) -> f64 {
        host::random()
    }

    fn opened(&mut self) {
        tell(Event::Open, Why::Unsaid);
    }

    fn pinged(&mut self) {
        tell(Event::Ping, Why::Unsaid);
    }

    fn closed(&mut self, reason: Reason, details: Details) {
        ended(NOBODY, Event::Close, reason, details);
    }

    fn failed(&mut self, error: AttemptError) {
        tell(Event::Error, why_none(error));
    }

    fn reconnect_attempt(&mut self, attempts: u32) {
        count(Event::ReconnectAttempt, attempts);
    }

    fn reconnect_error(&mut self, error: AttemptError) {
        tell(Event::ReconnectError, why_none(error));
    }

    fn reconnect_failed(&mut self) {
        tell(Event::ReconnectFailed, Why::Unsaid);
    }

    fn reconnected(&mut self, attempts: u32) {
        count(Event::Reconnect, attempts);
    }

    fn authenticate(&mut self, socket: SocketId) {
        host::tell(socket.0.cast_signed(), Event::Auth as i32, 0, 0);
    }

    fn connect_error(&mut self, _: SocketId, _: AttemptError) {
        // The facade's sockets listen to their manager, as the original's do: in the order in which all have begun to.
    }

    fn disconnected(&mut self, socket: SocketId, reason: Reason, details: Details) {
        // The facade's sockets hear of the end of the connection from their manager, as the original's do.
        if matches!(reason, Reason::IoClientDisconnect | Reason::IoServerDisconnect) {
            ended(socket.0.cast_signed(), Event::Disconnect, reason, details);
        }
    }
}

/// Tells an event of the engine or the manager.
pub(crate) fn tell(event: Event, why: Why) {
    host::tell(NOBODY, event as i32, 0, why as i32);
}

fn count(event: Event, attempts: u32) {
    host::tell(NOBODY, event as i32, attempts.cast_signed(), 0);
}

fn ended(target: i32, event: Event, reason: Reason, details: Details) {
    let why = match details {
        Details::Failed(failure) => why(failure),
        Details::ClosedByServer => Why::ClosedByServer,
        Details::WebSocketClosed => Why::WebSocketClosed,
        Details::NetworkLost => Why::NetworkLost,
        _ => Why::Unsaid,
    };
    host::tell(target, event as i32, 1 + reason as i32, why as i32);
}

/// Why there is no connection.
const fn why_none(error: AttemptError) -> Why {
    match error {
        AttemptError::Timeout => Why::Timeout,
        AttemptError::NoTransports => Why::NoTransports,
        AttemptError::Failed(failure) => why(failure),
        // The enum may grow: whatever it is, there is no connection.
        _ => Why::Closed,
    }
}

const fn why(failure: Failure) -> Why {
    match failure {
        Failure::Poll(_) => Why::Poll,
        Failure::Post(_) => Why::Post,
        Failure::WebSocket => Why::WebSocket,
        Failure::Handshake => Why::Handshake,
        _ => Why::Malformed,
    }
}
