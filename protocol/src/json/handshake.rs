//! The JSON of the packet that opens a session (Engine.IO v4, "Handshake").

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::engine::{Handshake, TransportKind};
use crate::limits;

/// Reads what a server says when it opens a session. `None` when it is not that; whether it is to be believed,
/// the session decides.
///
/// Transports of other names are left out. A server that does not say `maxPayload` is older than that rule; it is
/// taken to accept [`limits::MAX_PAYLOAD_BYTES`].
pub fn read_handshake(json: &str) -> Option<Box<Handshake>> {
    let wire: Read = serde_json::from_str(json).ok()?;
    let upgrades = wire.upgrades.iter().filter_map(|name| TransportKind::from_name(name)).collect();
    Some(Box::new(Handshake {
        sid: wire.sid,
        upgrades,
        ping_interval: millis(wire.ping_interval)?,
        ping_timeout: millis(wire.ping_timeout)?,
        max_payload_bytes: wire.max_payload,
    }))
}

/// Writes what a server says when it opens a session, with the keys in socket.io's order.
///
/// ```
/// use std::time::Duration;
///
/// use parlor_protocol::engine::{Handshake, TransportKind};
/// use parlor_protocol::json::write_handshake;
///
/// let handshake = Handshake {
///     sid: "s".to_owned(),
///     upgrades: vec![TransportKind::WebSocket],
///     ping_interval: Duration::from_secs(25),
///     ping_timeout: Duration::from_secs(20),
///     max_payload_bytes: 1_000_000,
/// };
/// assert_eq!(
///     write_handshake(&handshake),
///     r#"{"sid":"s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
/// );
/// ```
pub fn write_handshake(handshake: &Handshake) -> String {
    let wire = Written {
        sid: &handshake.sid,
        upgrades: handshake.upgrades.iter().map(|kind| kind.as_str()).collect(),
        ping_interval: handshake.ping_interval.as_millis(),
        ping_timeout: handshake.ping_timeout.as_millis(),
        max_payload: handshake.max_payload_bytes,
    };
    // Text and numbers: writing them cannot fail.
    serde_json::to_string(&wire).unwrap_or_default()
}

/// The times are read as floats, because servers in languages without integers say `25000.0`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    sid: String,
    upgrades: Vec<String>,
    ping_interval: f64,
    ping_timeout: f64,
    #[serde(default = "max_payload")]
    max_payload: usize,
}

const fn max_payload() -> usize {
    limits::MAX_PAYLOAD_BYTES
}

fn millis(millis: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(millis / 1000.0).ok()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    sid: &'a str,
    upgrades: Vec<&'static str>,
    ping_interval: u128,
    ping_timeout: u128,
    max_payload: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_is_read_in_any_order_and_unknown_transports_are_left_out() {
        let json = r#"{"pingTimeout":20000,"pingInterval":25000.0,"new":{},"upgrades":["websocket","webtransport"],
            "sid":"s"}"#;
        let expected = Handshake {
            sid: "s".into(),
            upgrades: [TransportKind::WebSocket].into(),
            ping_interval: Duration::from_millis(25_000),
            ping_timeout: Duration::from_millis(20_000),
            max_payload_bytes: 1_000_000,
        };
        assert_eq!(read_handshake(json), Some(Box::new(expected)));
    }

    #[test]
    fn what_is_no_handshake_is_refused() {
        for json in [
            "",
            "[]",
            "{}",
            r#"{"sid":"s","upgrades":[],"pingInterval":-1,"pingTimeout":1,"maxPayload":1}"#,
            r#"{"sid":"s","upgrades":[],"pingInterval":1,"pingTimeout":1e30,"maxPayload":1}"#,
            r#"{"sid":"s","upgrades":[],"pingInterval":1,"pingTimeout":1,"maxPayload":-1}"#,
            r#"{"sid":"s","upgrades":[],"pingInterval":"1","pingTimeout":1,"maxPayload":1}"#,
        ] {
            assert_eq!(read_handshake(json), None, "{json}");
        }
    }
}
