//! From what a transport delivers to packets. Texts are slices of what came; only base64 is decoded into new memory.

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::Message as Held;
use parlor_protocol::engine::packet::{self, Malformed, TextPacket};
use parlor_protocol::engine::{Packet, payload};

/// What one Engine.IO message holds, as it comes in.
pub(super) type Message = parlor_protocol::Message<ByteString, Bytes>;

/// The packet in one text frame.
pub(super) fn packet(text: &ByteString) -> Result<Packet<Message>, Malformed> {
    packet::decode(text).map(|packet| owned(packet, text))
}

/// The packets in a request body up to the first thing that is none; true when there is no such thing.
pub(super) fn packets(body: &ByteString) -> (Vec<Packet<Message>>, bool) {
    let mut packets = Vec::new();
    for packet in payload::decode(body) {
        let Ok(packet) = packet else { return (packets, false) };
        packets.push(owned(packet, body));
    }
    (packets, true)
}

fn owned(packet: TextPacket<'_>, whole: &ByteString) -> Packet<Message> {
    let packet = packet.map(|message| match message {
        Held::Text(text) => Message::Text(whole.slice_ref(text)),
        Held::Binary(bytes) => Message::Binary(bytes.into()),
    });
    // Only a server opens sessions; from a client such a packet says nothing.
    packet.read_open(|_| Err(())).unwrap_or(Packet::Noop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_up_to_the_first_thing_that_is_no_packet() {
        let text = |text: &str| Packet::Message(Message::Text(text.into()));
        let rows = [
            ("4a\u{1e}4b", vec![text("a"), text("b")], true),
            ("4a\u{1e}x\u{1e}4b", vec![text("a")], false),
            ("4a\u{1e}", vec![text("a")], false),
            ("", vec![], false),
            ("bAQI=", vec![Packet::Message(Message::Binary(Bytes::from_static(&[1, 2])))], true),
            ("3\u{1e}0{}", vec![Packet::Pong { probe: false }, Packet::Noop], true),
        ];
        for (body, expected, complete) in rows {
            assert_eq!(packets(&body.into()), (expected, complete), "{body:?}");
        }
    }

    #[test]
    fn text_is_not_copied() {
        let body = ByteString::from("4hello");
        let Ok(Packet::Message(Message::Text(text))) = packet(&body) else { panic!("a text message") };
        assert_eq!(text.as_ptr(), body[1..].as_ptr());
    }
}
