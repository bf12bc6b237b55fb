//! What the core has to say, as events of the facade: a manager's, an engine's, a socket's.
//!
//! Every message, reason and code that a user sees comes from here or from the protocol.

use parlor_protocol::Reason;
use parlor_protocol::client::{AttemptError, Host, SocketId};
use parlor_protocol::engine::client::{Details, Failure};

use crate::host;
use crate::page::{Page, address, length};

/// Who tells it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Manager,
    Engine,
    Socket(SocketId),
}

impl Host<()> for Page {
    fn opened(&mut self) {
        tell(Target::Manager, "open");
    }

    fn pinged(&mut self) {
        tell(Target::Manager, "ping");
    }

    fn closed(&mut self, reason: Reason, details: Details) {
        ended(Target::Manager, "close", reason, details);
    }

    fn failed(&mut self, error: AttemptError) {
        attempt("error", error);
    }

    fn reconnect_attempt(&mut self, attempts: u32) {
        host::numeral(attempts.into());
        tell(Target::Manager, "reconnect_attempt");
    }

    fn reconnect_error(&mut self, error: AttemptError) {
        attempt("reconnect_error", error);
    }

    fn reconnect_failed(&mut self) {
        tell(Target::Manager, "reconnect_failed");
    }

    fn reconnected(&mut self, attempts: u32) {
        host::numeral(attempts.into());
        tell(Target::Manager, "reconnect");
    }

    fn authenticate(&mut self, socket: SocketId) {
        tell(Target::Socket(socket), "auth");
    }

    fn connect_error(&mut self, _: SocketId, _: AttemptError) {
        // The facade's sockets listen to their manager, as the original's do: in the order in which all have begun to.
    }

    fn disconnected(&mut self, socket: SocketId, reason: Reason, details: Details) {
        // The facade's sockets hear of the end of the connection from their manager, as the original's do.
        if matches!(reason, Reason::IoClientDisconnect | Reason::IoServerDisconnect) {
            ended(Target::Socket(socket), "disconnect", reason, details);
        }
    }
}

fn attempt(event: &str, error: AttemptError) {
    let (code, description) = match error {
        AttemptError::Timeout => ("ERR_CONNECT_TIMEOUT", f64::NAN),
        AttemptError::NoTransports => ("ERR_NO_TRANSPORTS", f64::NAN),
        AttemptError::Failed(failure) => (code_of(failure), status(failure)),
        // The enum may grow: whatever it is, there is no connection.
        _ => ("ERR_CONNECTION_CLOSED", f64::NAN),
    };
    failure(error.message(), code, description);
    tell(Target::Manager, event);
}

fn ended(target: Target, event: &str, reason: Reason, details: Details) {
    text(reason.as_str());
    let words = match details {
        Details::Failed(error) => {
            failure(error.message(), code_of(error), status(error));
            ""
        }
        Details::ClosedByServer => "transport closed by the server",
        Details::WebSocketClosed => "websocket connection closed",
        Details::NetworkLost => "network connection lost",
        _ => "",
    };
    if !words.is_empty() {
        text(words);
        host::details();
    }
    tell(target, event);
}

/// The status of a request that failed, 0 where there is none; not a number when what came is to blame.
fn status(failure: Failure) -> f64 {
    match failure {
        Failure::Malformed | Failure::Handshake => f64::NAN,
        _ => failure.status().into(),
    }
}

const fn code_of(failure: Failure) -> &'static str {
    match failure {
        Failure::Malformed | Failure::Handshake => "ERR_BAD_SERVER",
        _ => "ERR_TRANSPORT",
    }
}

/// An error, on the stack; `description` is not a number where there is nothing to describe.
pub(crate) fn failure(message: &str, code: &str, description: f64) {
    text(message);
    text(code);
    host::numeral(description);
    host::failure();
}

pub(crate) fn text(text: &str) {
    host::text(address(text.as_bytes()), length(text.as_bytes()));
}

/// Tells an event, with all that is on the stack.
pub(crate) fn tell(target: Target, event: &str) {
    let target = match target {
        Target::Manager => -2,
        Target::Engine => -1,
        Target::Socket(socket) => socket.0.cast_signed(),
    };
    host::tell(target, address(event.as_bytes()), length(event.as_bytes()));
}
