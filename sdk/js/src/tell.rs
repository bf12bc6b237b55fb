//! What the core has to say, as events of the facade: a manager's, an engine's, a socket's.
//!
//! Every message, reason and code that a user sees comes from here or from the protocol.

use parlor_protocol::Reason;
use parlor_protocol::client::{AttemptError, ConnectError, Output, SocketId, WRONG_PROTOCOL};
use parlor_protocol::engine::TransportKind;
use parlor_protocol::engine::client::{Details, Failure, Output as Engine};
use parlor_protocol::socket::TextCodec;
use parlor_protocol::socket::client::AckError;
use wasm_bindgen::JsValue;

use crate::edge::JsEdge;
use crate::host;
use crate::text::to_js;

const NOTHING: JsValue = JsValue::UNDEFINED;

/// Hands one output to the facade, which keeps it until the core has been left.
pub(crate) fn tell(output: Output<TextCodec<JsEdge>>) {
    match output {
        Output::Transport(output) => tell_engine(output),
        Output::Opened(handshake) => manager("open", &to_js(&handshake.sid), &NOTHING),
        Output::Pinged => manager("ping", &NOTHING, &NOTHING),
        Output::Upgraded(kind) => engine("upgrade", kind),
        Output::Closed { reason, details } => manager("close", &to_js(reason.as_str()), &of(details)),
        Output::Failed(error) => manager("error", &attempt(error), &NOTHING),
        Output::ReconnectAttempt(attempts) => manager("reconnect_attempt", &number(attempts), &NOTHING),
        Output::ReconnectError(error) => manager("reconnect_error", &attempt(error), &NOTHING),
        Output::ReconnectFailed => manager("reconnect_failed", &NOTHING, &NOTHING),
        Output::Reconnected(attempts) => manager("reconnect", &number(attempts), &NOTHING),
        Output::Authenticate(socket) => host::tell_authenticate(name(socket)),
        Output::Joined { socket, sid, recovered } => {
            host::tell_joined(name(socket), &to_js(&sid), i32::from(recovered));
        }
        Output::Connected(at) => socket(at, "connect", &NOTHING, &NOTHING, true),
        Output::ConnectError { socket: at, error } => tell_connect_error(at, &error),
        Output::Disconnected { socket: at, reason, details } => {
            let left = matches!(reason, Reason::IoClientDisconnect | Reason::IoServerDisconnect);
            socket(at, "disconnect", &to_js(reason.as_str()), &of(details), !left);
        }
        Output::Event { socket, data, ack } => {
            #[expect(clippy::cast_precision_loss, reason = "JavaScript's own ids have 53 bits")]
            host::tell_event(name(socket), &data, ack.map_or(-1.0, |id| id as f64));
        }
        Output::Ack { socket, key, data } => {
            host::tell_ack(name(socket), key.0.cast_signed(), &NOTHING, &data);
        }
        Output::AckFailed { socket, key, error } => {
            let code = match error {
                AckError::TimedOut => "ERR_ACK_TIMEOUT",
                AckError::Disconnected => "ERR_DISCONNECTED",
            };
            let error = failure(error.message(), code, &NOTHING);
            host::tell_ack(name(socket), key.0.cast_signed(), &error, &NOTHING);
        }
    }
}

fn tell_engine(output: Engine<crate::wire::Incoming, crate::edge::Outgoing>) {
    match output {
        Engine::Upgrading(kind) => engine("upgrading", kind),
        Engine::UpgradeFailed => {
            let error = failure("probe error", "ERR_UPGRADE", &NOTHING);
            host::tell_engine(&to_js("upgradeError"), &error);
        }
        // The driver does the rest, or the client. `Drained` follows every write, and nobody asked for it yet.
        _ => {}
    }
}

fn tell_connect_error(at: SocketId, error: &ConnectError<JsValue>) {
    let (error, active) = match error {
        ConnectError::Attempt(error) => (attempt(*error), true),
        ConnectError::Refused(answer) => {
            (host::refusal(answer.as_ref().unwrap_or(&JsValue::NULL), &to_js("ERR_REFUSED")), false)
        }
        ConnectError::WrongProtocol => (failure(WRONG_PROTOCOL, "ERR_WRONG_PROTOCOL", &NOTHING), true),
    };
    socket(at, "connect_error", &error, &NOTHING, active);
}

fn attempt(error: AttemptError) -> JsValue {
    let (code, description) = match error {
        AttemptError::Timeout => ("ERR_CONNECT_TIMEOUT", NOTHING),
        AttemptError::NoTransports => ("ERR_NO_TRANSPORTS", NOTHING),
        AttemptError::Failed(failure) => (code_of(failure), number(failure.status().into())),
        // The enum may grow: whatever it is, there is no connection.
        _ => ("ERR_CONNECTION_CLOSED", NOTHING),
    };
    failure(error.message(), code, &description)
}

const fn code_of(failure: Failure) -> &'static str {
    match failure {
        Failure::Malformed | Failure::Handshake => "ERR_BAD_SERVER",
        _ => "ERR_TRANSPORT",
    }
}

/// The second argument of `disconnect`.
fn of(details: Details) -> JsValue {
    let words = match details {
        Details::Failed(error) => {
            return failure(error.message(), code_of(error), &number(error.status().into()));
        }
        Details::ClosedByServer => "transport closed by the server",
        Details::WebSocketClosed => "websocket connection closed",
        Details::NetworkLost => "network connection lost",
        _ => return NOTHING,
    };
    host::details(&to_js(words))
}

fn manager(event: &str, value: &JsValue, details: &JsValue) {
    host::tell_manager(&to_js(event), value, details);
}

fn engine(event: &str, transport: TransportKind) {
    host::tell_engine(&to_js(event), &to_js(transport.as_str()));
}

/// `active` tells whether the socket is connected by itself as soon as that is possible again.
fn socket(at: SocketId, event: &str, value: &JsValue, details: &JsValue, active: bool) {
    host::tell_socket(name(at), &to_js(event), value, details, i32::from(active));
}

fn failure(message: &str, code: &str, description: &JsValue) -> JsValue {
    host::failure(&to_js(message), &to_js(code), description)
}

fn number(value: u32) -> JsValue {
    host::numeral(value.into())
}

/// A socket as JavaScript names it.
fn name(socket: SocketId) -> i32 {
    socket.0.cast_signed()
}
