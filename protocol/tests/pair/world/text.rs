//! What crosses the wire, as text and bytes.

use super::*;

pub(super) fn own(packet: packet::TextPacket<'_>) -> Packet<Text> {
    packet.read_open(|open| json::read_handshake(open).ok_or(())).expect("our server's handshake").map(
        |message| match message {
            Message::Text(text) => Message::Text(text.into()),
            Message::Binary(bytes) => Message::Binary(bytes.into()),
        },
    )
}

pub(super) fn decode(frame: Frame) -> Option<Packet<Text>> {
    match frame {
        Message::Text(text) => packet::decode(&text).ok().map(own),
        Message::Binary(bytes) => Some(Packet::Message(Message::Binary(bytes.into()))),
    }
}

pub(super) fn encode(packet: Packet<Text>) -> Frame {
    match packet {
        Packet::Message(Message::Binary(bytes)) => Message::Binary(bytes.to_vec()),
        other => Message::Text(encode_payload(vec![other])),
    }
}

pub(super) fn encode_payload(packets: Vec<Packet<Text>>) -> String {
    let mut body = String::new();
    for packet in packets {
        let Ok(packet) =
            packet.read_open(|open| Ok::<_, std::convert::Infallible>(json::write_handshake(&open)));
        payload::push(packet, &mut body);
    }
    body
}

pub(super) fn show(frame: &Frame) -> String {
    match frame {
        Message::Text(text) => text.clone(),
        Message::Binary(bytes) => format!("{bytes:?}"),
    }
}

pub(super) fn readable(body: &str) -> String {
    body.replace(payload::SEPARATOR, "|")
}
