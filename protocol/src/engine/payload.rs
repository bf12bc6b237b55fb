//! Several packets in one HTTP body (Engine.IO v4, "Payload encoding").

use alloc::string::String;

use super::base64;
use super::packet::{self, Malformed, Packet, TextPacket};
use crate::Message;

/// What stands between the packets of a payload. JSON escapes it, so no Socket.IO text contains it.
pub const SEPARATOR: char = '\u{1e}';

/// Appends one packet to a payload, behind a separator unless it is the first. `H` is the handshake's JSON.
///
/// ```
/// use parlor_protocol::Message;
/// use parlor_protocol::engine::{Packet, payload};
///
/// let mut body = String::new();
/// payload::push(Packet::<Message<&str, &[u8]>, &str>::Message(Message::Text("hello")), &mut body);
/// payload::push(Packet::<Message<&str, &[u8]>, &str>::Message(Message::Binary(&[1, 2, 3, 4])), &mut body);
/// assert_eq!(body, "4hello\u{1e}bAQIDBA==");
/// ```
pub fn push<T: AsRef<str>, B: AsRef<[u8]>, H: AsRef<str>>(
    packet: Packet<Message<T, B>, H>,
    body: &mut String,
) {
    if !body.is_empty() {
        body.push(SEPARATOR);
    }
    match packet {
        Packet::Open(handshake) => {
            body.push('0');
            body.push_str(handshake.as_ref());
        }
        Packet::Message(Message::Text(text)) => {
            body.push('4');
            body.push_str(text.as_ref());
        }
        Packet::Message(Message::Binary(bytes)) => {
            body.push('b');
            base64::encode(bytes.as_ref(), body);
        }
        control => body.push_str(control.control_text().unwrap_or_default()),
    }
}

/// Decodes a payload packet by packet. Whoever reads on after an error has himself to blame: the rest is garbage.
pub fn decode(body: &str) -> impl Iterator<Item = Result<TextPacket<'_>, Malformed>> {
    body.split(SEPARATOR).map(packet::decode)
}
