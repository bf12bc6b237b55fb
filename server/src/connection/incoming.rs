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

/// The next packets of a request body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) packets: Vec<Packet<Message>>,
    /// What stands behind them, unless that was all.
    pub(super) rest: Option<ByteString>,
    /// There is something behind them that is no packet. What stands behind that is not looked at.
    pub(super) is_broken: bool,
}

/// Reads at most `max` packets of a request body.
pub(super) fn packets(body: &ByteString, max: usize) -> Batch {
    let mut batch = Batch::default();
    let mut rest = Some(&**body);
    while let Some(text) = rest {
        if batch.packets.len() == max {
            batch.rest = Some(body.slice_ref(text));
            break;
        }
        let (first, others) = match text.split_once(payload::SEPARATOR) {
            Some((first, others)) => (first, Some(others)),
            None => (text, None),
        };
        let Ok(packet) = packet::decode(first) else { return Batch { is_broken: true, ..batch } };
        batch.packets.push(owned(packet, body));
        rest = others;
    }
    batch
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
    fn a_body_is_read_in_parts_up_to_the_first_thing_that_is_no_packet() {
        let text = |text: &str| Packet::Message(Message::Text(text.into()));
        let rows = [
            ("4a\u{1e}4b", vec![text("a"), text("b")], None, false),
            ("4a\u{1e}4b\u{1e}4c\u{1e}x", vec![text("a"), text("b")], Some("4c\u{1e}x"), false),
            ("4a\u{1e}4b\u{1e}", vec![text("a"), text("b")], Some(""), false),
            ("4a\u{1e}x\u{1e}4b", vec![text("a")], None, true),
            ("4a\u{1e}", vec![text("a")], None, true),
            ("", vec![], None, true),
            ("bAQI=", vec![Packet::Message(Message::Binary(Bytes::from_static(&[1, 2])))], None, false),
            ("3\u{1e}0{}", vec![Packet::Pong { probe: false }, Packet::Noop], None, false),
        ];
        for (body, packets, rest, is_broken) in rows {
            let expected = Batch { packets, rest: rest.map(ByteString::from), is_broken };
            assert_eq!(super::packets(&body.into(), 2), expected, "{body:?}");
        }
    }

    #[test]
    fn text_is_not_copied() {
        let body = ByteString::from("4hello");
        let Ok(Packet::Message(Message::Text(text))) = packet(&body) else { panic!("a text message") };
        assert_eq!(text.as_ptr(), body[1..].as_ptr());
    }
}
