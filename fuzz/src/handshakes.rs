//! The handshake of Engine.IO, as a client reads it: what is read is written again and reads the same, its times to
//! the millisecond as far as they are believed.

use std::time::Duration;

use parlor_protocol::json::{read_handshake, write_handshake};
use parlor_protocol::limits::MAX_HEARTBEAT;

pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(read) = read_handshake(text) else { return };
    let written = write_handshake(&read);
    let again = read_handshake(&written).unwrap_or_else(|| panic!("{written}"));
    assert_eq!((&again.sid, &again.upgrades), (&read.sid, &read.upgrades), "{text}");
    assert_eq!(again.max_payload_bytes, read.max_payload_bytes, "{text}");
    let believed = |time: Duration| time.min(MAX_HEARTBEAT).as_millis();
    assert_eq!(believed(again.ping_interval), believed(read.ping_interval), "{text}");
    assert_eq!(believed(again.ping_timeout), believed(read.ping_timeout), "{text}");
}
