//! What is sent, encoded once: a broadcast costs each recipient a reference, whatever its transport is.
//!
//! A message is kept as the WebSocket frame that carries it. What a polling payload needs of it is a slice of that
//! frame; only an attachment is encoded anew there, because polling takes it as base64. Its compressed form, if it may
//! have one, is made by the first recipient that needs it, for all the others: see [`Frame::compressible`].

use std::cell::Cell;
use std::sync::Arc;

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::engine::{self, Packet as EnginePacket, payload};
use parlor_protocol::json::{EncodeError, Json, Outgoing, Payload, write_args, write_handshake};
use parlor_protocol::socket::{Kind, Namespace, Packet, TextCodec, encode};
use parlor_protocol::{Message, Size};
use serde::Serialize;

use crate::PerMessageDeflate;
use crate::websocket::Frame;

/// What stands between packets and messages here. Both directions of a connection use it, and so does whoever
/// encodes a packet for many connections.
pub(crate) type Codec = TextCodec<Json<Prepared>>;

pub(crate) fn codec() -> Codec {
    TextCodec::new(Json::default())
}

/// One Engine.IO message, ready for either transport.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    frame: Frame,
    /// Worth compressing together with others, in a payload.
    compress: bool,
}

impl Prepared {
    pub(crate) fn frame(&self) -> Frame {
        self.frame.clone()
    }

    /// Says how it was emitted, and lets it be compressed on a WebSocket if it is long enough for that.
    fn flagged(self, compress: bool, deflate: Option<PerMessageDeflate>) -> Self {
        let is_long = |deflate: PerMessageDeflate| self.frame.payload().len() >= deflate.threshold_bytes;
        let is_compressible = compress && deflate.is_some_and(is_long);
        let frame = if is_compressible { self.frame.compressible() } else { self.frame };
        Self { frame, compress }
    }

    fn message(&self) -> Message<ByteString, Bytes> {
        let payload = self.frame.payload();
        if !self.frame.is_text() {
            return Message::Binary(payload);
        }
        let text = payload.slice(payload.len().min(1)..);
        Message::Text(ByteString::try_from(text).unwrap_or_default())
    }
}

/// The connection's own packets, the answers to CONNECT, are not emitted: they are as all are by default, but for a
/// WebSocket they are too short to be compressed.
impl Outgoing for Prepared {
    fn text(header: &str, json: &str) -> Self {
        Self { frame: Frame::text_of(&["4", header, json]), compress: true }
    }

    fn binary(bytes: Bytes) -> Self {
        Self { frame: Frame::binary(&bytes), compress: true }
    }
}

impl Size for Prepared {
    fn payload_bytes(&self) -> usize {
        let payload_bytes = self.frame.payload().len();
        if self.frame.is_text() { payload_bytes } else { 1 + payload_bytes.div_ceil(3) * 4 }
    }
}

/// One Socket.IO packet, encoded for any number of recipients.
#[derive(Debug, Clone)]
pub(crate) struct Encoded(Arc<Whole>);

#[derive(Debug)]
struct Whole {
    text: Prepared,
    attachments: Vec<Prepared>,
    wire_bytes: usize,
}

thread_local! {
    /// Buffers for what encoding a packet needs and does not keep.
    static HEADER: Cell<String> = const { Cell::new(String::new()) };
    static JSON: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// How long a buffer may be that a thread keeps.
const MAX_KEPT_BYTES: usize = 16 * 1024;

fn give_back(mut header: String) {
    header.clear();
    HEADER.set(header);
}

impl Encoded {
    /// `deflate` is how the server compresses WebSocket messages.
    pub(crate) fn new(packet: Packet<Payload>, compress: bool, deflate: Option<PerMessageDeflate>) -> Self {
        let Packet { kind, namespace, id, data } = packet;
        let (json, attachments) =
            data.as_ref().map_or(("", &[][..]), |data| (data.json(), data.attachments()));
        let mut header = HEADER.take();
        encode::header(kind, &namespace, id, attachments.len(), &mut header);
        let encoded = Self::of(&header, json, attachments, compress, deflate);
        give_back(header);
        encoded
    }

    /// Encodes the answer to an event.
    ///
    /// # Errors
    ///
    /// The arguments have no form in JSON.
    pub(crate) fn ack<T: Serialize + ?Sized>(
        namespace: &Namespace,
        id: u64,
        args: &T,
        deflate: Option<PerMessageDeflate>,
    ) -> Result<Self, EncodeError> {
        // Writing runs the application's code, which may encode something itself: then it finds no buffers, and makes
        // its own.
        let (mut header, mut json) = (HEADER.take(), JSON.take());
        let attachments = write_args(args, &mut json)?;
        encode::header(Kind::Ack, namespace, Some(id), attachments.len(), &mut header);
        // serde_json writes UTF-8 only.
        let text = str::from_utf8(&json).unwrap_or_default();
        let encoded = Self::of(&header, text, &attachments, true, deflate);
        give_back(header);
        if json.capacity() <= MAX_KEPT_BYTES {
            json.clear();
            JSON.set(json);
        }
        Ok(encoded)
    }

    fn of(
        header: &str,
        json: &str,
        attachments: &[Bytes],
        compress: bool,
        deflate: Option<PerMessageDeflate>,
    ) -> Self {
        let text = Prepared::text(header, json).flagged(compress, deflate);
        let attach = |bytes: &Bytes| Prepared::binary(bytes.clone()).flagged(compress, deflate);
        let attachments: Vec<_> = attachments.iter().map(attach).collect();
        let messages = [&text].into_iter().chain(&attachments);
        let wire_bytes = messages.map(|message| message.frame.wire_bytes()).sum();
        Self(Arc::new(Whole { text, attachments, wire_bytes }))
    }

    fn messages(&self) -> impl Iterator<Item = &Prepared> {
        [&self.0.text].into_iter().chain(&self.0.attachments)
    }

    /// Its length on a WebSocket, when it is not compressed: that is what it keeps in memory, whatever goes out.
    pub(crate) fn wire_bytes(&self) -> usize {
        self.0.wire_bytes
    }

    /// What it takes in memory at most, whatever windows its recipients have: no compressed form is longer than the
    /// plain one.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.messages().map(|message| message.frame.wire_bytes() * message.frame.max_forms()).sum()
    }

    /// The frames that carry it on a WebSocket.
    pub(crate) fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.messages().map(|message| &message.frame)
    }

    /// Appends its messages to `out`.
    pub(crate) fn push_to(self, out: &mut Vec<Prepared>) {
        out.extend(self.messages().cloned());
    }
}

/// The frame that carries one Engine.IO packet on a WebSocket. `base64` is for a client that takes text only.
pub(crate) fn frame(packet: &EnginePacket<Prepared>, base64: bool) -> Frame {
    match packet {
        EnginePacket::Message(message) if base64 && !message.frame.is_text() => {
            let mut text = String::from("b");
            engine::base64::encode(&message.frame.payload(), &mut text);
            Frame::text(&text)
        }
        EnginePacket::Message(message) => message.frame(),
        EnginePacket::Open(handshake) => Frame::text_of(&["0", &write_handshake(handshake)]),
        control => Frame::text(control.control_text().unwrap_or_default()),
    }
}

/// Whether any of the packets asks to be compressed: those that were emitted so. Control packets do not ask.
pub(crate) fn ask_for_compression(packets: &[EnginePacket<Prepared>]) -> bool {
    packets.iter().any(|packet| matches!(packet, EnginePacket::Message(message) if message.compress))
}

/// The polling payload that carries the packets. A single text message is not copied.
pub(crate) fn body(packets: Vec<EnginePacket<Prepared>>) -> Bytes {
    if let [EnginePacket::Message(message)] = &*packets
        && message.frame.is_text()
    {
        return message.frame.payload();
    }
    let mut body = String::new();
    for packet in packets {
        let packet = packet.map(|message| message.message());
        match packet.read_open(|handshake| Ok::<_, std::convert::Infallible>(write_handshake(&handshake))) {
            Ok(packet) => payload::push(packet, &mut body),
            Err(never) => match never {},
        }
    }
    Bytes::from(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(args: &impl serde::Serialize) -> Encoded {
        let payload = Payload::event("news", args).unwrap();
        Encoded::new(Packet::new(Kind::Event, "/chat".into(), Some(payload)), true, None)
    }

    fn messages(encoded: &Encoded) -> Vec<EnginePacket<Prepared>> {
        let mut messages = Vec::new();
        encoded.clone().push_to(&mut messages);
        messages.into_iter().map(EnginePacket::Message).collect()
    }

    #[test]
    fn one_text_is_the_same_memory_as_a_frame_and_as_a_payload() {
        let encoded = event(&"hello");
        let [packet] = &messages(&encoded)[..] else { panic!("one message") };
        let body = body(messages(&encoded));
        assert_eq!(body, r#"42/chat,["news","hello"]"#);
        assert_eq!(frame(packet, false).payload().as_ptr(), body.as_ptr());
        assert_eq!(encoded.wire_bytes(), 2 + body.len());
    }

    #[test]
    fn what_may_be_compressed_counts_for_a_form_of_each_window() {
        let of = |compress| {
            let payload = Payload::event("news", &"x".repeat(100)).unwrap();
            let deflate = Some(PerMessageDeflate { threshold_bytes: 50 });
            Encoded::new(Packet::new(Kind::Event, "/".into(), Some(payload)), compress, deflate)
        };
        // A header of 2 bytes, and `42["news","xxx…"]`.
        assert_eq!(of(false).memory_bytes(), 2 + 113);
        assert_eq!(of(true).memory_bytes(), 4 * (2 + 113));
    }

    #[test]
    fn attachments_are_frames_of_their_own_and_base64_in_a_payload() {
        let encoded = event(&Bytes::from_static(b"\x01\x02\x03\x04"));
        let packets = messages(&encoded);
        assert_eq!(packets.len(), 2);
        assert_eq!(frame(&packets[1], false).payload(), &b"\x01\x02\x03\x04"[..]);
        assert_eq!(frame(&packets[1], true), Frame::text("bAQIDBA=="));
        assert_eq!(body(packets), "451-/chat,[\"news\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQIDBA==");
    }

    #[test]
    fn control_packets_are_their_text() {
        assert_eq!(body(vec![EnginePacket::Noop]), "6");
        assert_eq!(body(vec![EnginePacket::Ping { probe: false }, EnginePacket::Close]), "2\u{1e}1");
        assert_eq!(frame(&EnginePacket::Pong { probe: true }, false).payload(), "3probe");
    }
}
