//! Packets as frames and bodies, and back, in the forms that Rust keeps messages in.

use std::convert::Infallible;

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::engine::packet::TextPacket;
use parlor_protocol::engine::{Malformed, Packet, packet, payload};
use parlor_protocol::json::{read_handshake, write_handshake};

/// A message as it comes and goes.
pub(crate) type Message = parlor_protocol::Message<ByteString, Bytes>;

/// Decodes a text frame.
pub(crate) fn decode(text: &str) -> Result<Packet<Message>, Malformed> {
    own(packet::decode(text)?)
}

/// Decodes a polling body, packet by packet, up to the first that makes no sense.
pub(crate) fn decode_body(body: &str) -> impl Iterator<Item = Result<Packet<Message>, Malformed>> {
    payload::decode(body).map(|packet| own(packet?))
}

/// A packet as one frame.
pub(crate) fn encode(packet: Packet<Message>) -> Message {
    if let Packet::Message(Message::Binary(bytes)) = packet {
        return Message::Binary(bytes);
    }
    Message::Text(encode_body([packet]).into())
}

/// Packets as one polling body.
pub(crate) fn encode_body(packets: impl IntoIterator<Item = Packet<Message>>) -> String {
    let mut body = String::new();
    for packet in packets {
        let Ok(packet) = packet.read_open(|handshake| Ok::<_, Infallible>(write_handshake(&handshake)));
        payload::push(packet, &mut body);
    }
    body
}

fn own(packet: TextPacket<'_>) -> Result<Packet<Message>, Malformed> {
    let packet = packet.read_open(|json| read_handshake(json).ok_or(Malformed))?;
    Ok(packet.map(|message| match message {
        parlor_protocol::Message::Text(text) => Message::Text(text.into()),
        parlor_protocol::Message::Binary(bytes) => Message::Binary(bytes.into()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_packets_and_back() {
        let rows = [
            ("2", Packet::Ping { probe: false }),
            ("3probe", Packet::Pong { probe: true }),
            ("5", Packet::Upgrade),
            ("42[\"a\"]", Packet::Message(Message::Text("2[\"a\"]".into()))),
            ("4", Packet::Message(Message::Text("".into()))),
        ];
        for (text, packet) in rows {
            assert_eq!(decode(text), Ok(packet.clone()), "{text}");
            assert_eq!(encode(packet), Message::Text(text.into()), "{text}");
        }
    }

    #[test]
    fn binary_is_a_frame_of_its_own_and_base64_in_a_body() {
        let packet = Packet::Message(Message::Binary(Bytes::from_static(&[1, 2, 3, 4])));
        assert_eq!(encode(packet.clone()), Message::Binary(Bytes::from_static(&[1, 2, 3, 4])));
        let text = Packet::Message(Message::Text("hi".into()));
        assert_eq!(encode_body([text.clone(), packet.clone()]), "4hi\u{1e}bAQIDBA==");
        let decoded: Vec<_> = decode_body("4hi\u{1e}bAQIDBA==").collect();
        assert_eq!(decoded, [Ok(text), Ok(packet)]);
    }

    #[test]
    fn what_is_no_packet_is_malformed() {
        for text in ["", "7", "x", "b!", "0", "0{}", "0{\"sid\":\"\"}", "ä"] {
            assert_eq!(decode(text), Err(Malformed), "{text}");
        }
    }
}
