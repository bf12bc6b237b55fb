//! The golden vectors: what the official JavaScript codecs say, case by case, compared with ours as whole values.
//!
//! `vectors/packets.json` was generated with the official codecs. Where those are accidental, the expectation is
//! here, in [`ACCIDENTS`] and [`PAYLOAD_ACCIDENTS`], with the reason.

#[path = "vectors/tree.rs"]
mod tree;

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::Message;
use parlor_protocol::engine::packet::{self, Malformed};
use parlor_protocol::engine::{Packet as EnginePacket, payload};
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::socket::{Codec, DecodeErrorKind, Kind, Namespace, Packet, TextCodec};
use serde::Deserialize;

use self::tree::{List, Tree};

type Frame = Message<ByteString, Bytes>;
/// What a sequence of frames decodes to: the packets before the error, and the error.
type Decoded = (Vec<Packet<Tree>>, Option<DecodeErrorKind>);
/// An Engine.IO packet as text carries it.
type Text<'a> = EnginePacket<Message<&'a str, Vec<u8>>, &'a str>;

#[test]
fn socketio_packets_encode_as_the_official_encoder_does() {
    let cases = vectors().socketio_encode;
    assert_eq!(cases.len(), 29);
    for Encode { packet, frames } in cases {
        let mut encoded = Vec::new();
        codec().encode(packet.payload(), true, &mut encoded);
        assert_eq!(encoded, as_frames(frames));
    }
}

#[test]
fn socketio_packets_decode_as_the_official_decoder_does() {
    let cases = vectors().socketio_decode;
    assert_eq!(cases.len(), 84);
    let mut accidents = 0;
    for Decode { frames, packets, error } in cases {
        let frames = as_frames(frames);
        let accident = ACCIDENTS.iter().find(|accident| frames.first() == Some(&text(accident.text)));
        let expected = match accident {
            Some(accident) => {
                accidents += 1;
                (accident.decoded)()
            }
            None => (packets.into_iter().map(WirePacket::packet).collect(), error.as_deref().map(error_kind)),
        };
        assert_eq!(decode(&frames), expected, "{frames:?}");
    }
    assert_eq!(accidents, ACCIDENTS.len());
}

struct Accident {
    text: &'static str,
    decoded: fn() -> Decoded,
}

const ACCIDENTS: [Accident; 3] = [
    // JavaScript: the type of "" is Number("") = 0, CONNECT. A packet begins with its type.
    Accident { text: "", decoded: || (Vec::new(), Some(DecodeErrorKind::UnknownPacketType)) },
    // JavaScript: Number(" ") = 0, so the space is an ack id. Whitespace is no digit; before JSON it means nothing.
    Accident {
        text: r#"2 ["a"]"#,
        decoded: || {
            let data = Tree::List(vec![Tree::String("a".into())]);
            (vec![Packet::new(Kind::Event, Namespace::ROOT, Some(data))], None)
        },
    },
    // JavaScript: attachments[0.5] is undefined. There is no half attachment.
    Accident {
        text: r#"51-["a",{"_placeholder":true,"num":0.5}]"#,
        decoded: || (Vec::new(), Some(DecodeErrorKind::IllegalAttachments)),
    },
];

#[test]
fn engineio_packets_encode_as_the_official_encoder_does_and_decode_again() {
    let cases = vectors().engineio_encode;
    assert_eq!(cases.len(), 12);
    for EngineEncode { packet, websocket, polling } in cases {
        let mut body = String::new();
        payload::push(packet.text(), &mut body);
        assert_eq!(body, polling);
        assert_eq!(packet::decode(&polling), Ok(packet.text()));
        match websocket {
            // One packet fills a text frame as it fills a payload.
            Tree::String(websocket) => assert_eq!(websocket, polling),
            // A binary message is a binary frame as it is.
            websocket => assert_eq!(packet.data, Some(websocket)),
        }
    }
}

#[test]
fn engineio_payloads_decode_as_the_official_decoder_does() {
    let cases = vectors().engineio_payload;
    assert_eq!(cases.len(), 13);
    let mut accidents = 0;
    for EnginePayload { payload, packets } in cases {
        let mut expected = packets.iter().map(|packet| packet.result()).collect::<Vec<_>>();
        if PAYLOAD_ACCIDENTS.contains(&payload.as_str()) {
            accidents += 1;
            expected = vec![Err(Malformed)];
        }
        let decoded = payload::decode(&payload).take(expected.len()).collect::<Vec<_>>();
        assert_eq!(decoded, expected, "{payload:?}");
        let errors = payload::decode(&payload).filter(Result::is_err).count();
        assert_eq!(errors > 0, expected.contains(&Err(Malformed)), "{payload:?}");
    }
    assert_eq!(accidents, PAYLOAD_ACCIDENTS.len());
}

/// JavaScript's base64 decoders skip what is not base64. Here it is refused.
const PAYLOAD_ACCIDENTS: [&str; 1] = ["b!!!!"];

#[derive(Deserialize)]
struct Vectors {
    socketio_encode: Vec<Encode>,
    socketio_decode: Vec<Decode>,
    engineio_encode: Vec<EngineEncode>,
    engineio_payload: Vec<EnginePayload>,
}

#[derive(Deserialize)]
struct Encode {
    packet: WirePacket,
    frames: Vec<Tree>,
}

#[derive(Deserialize)]
struct Decode {
    frames: Vec<Tree>,
    packets: Vec<WirePacket>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct EngineEncode {
    packet: EngineWirePacket,
    websocket: Tree,
    polling: String,
}

#[derive(Deserialize)]
struct EnginePayload {
    payload: String,
    packets: Vec<EngineWirePacket>,
}

/// A Socket.IO packet as the vectors write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePacket {
    r#type: u8,
    nsp: String,
    id: Option<u64>,
    data: Option<Tree>,
}

impl WirePacket {
    fn packet(self) -> Packet<Tree> {
        let kind = match self.r#type {
            0 => Kind::Connect,
            1 => Kind::Disconnect,
            2 => Kind::Event,
            3 => Kind::Ack,
            4 => Kind::ConnectError,
            other => panic!("the vectors have no packets of type {other}"),
        };
        Packet { kind, namespace: Namespace::new(&self.nsp), id: self.id, data: self.data }
    }

    fn payload(self) -> Packet<Payload> {
        let Packet { kind, namespace, id, data } = self.packet();
        let data = data.map(|data| match &data {
            Tree::List(items) => match items.as_slice() {
                [Tree::String(name), args @ ..] if kind == Kind::Event => Payload::event(name, &List(args)),
                items => Payload::args(&List(items)),
            },
            value => Payload::value(value),
        });
        Packet { kind, namespace, id, data: data.transpose().expect("the vectors hold what can be sent") }
    }
}

/// An Engine.IO packet as the vectors write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EngineWirePacket {
    r#type: String,
    data: Option<Tree>,
}

impl EngineWirePacket {
    fn result(&self) -> Result<Text<'_>, Malformed> {
        if self.r#type == "error" { Err(Malformed) } else { Ok(self.text()) }
    }

    fn text(&self) -> Text<'_> {
        let probe = self.data == Some(Tree::String("probe".into()));
        match (self.r#type.as_str(), &self.data) {
            ("open", Some(Tree::String(data))) => EnginePacket::Open(data),
            ("close", None) => EnginePacket::Close,
            ("ping", _) => EnginePacket::Ping { probe },
            ("pong", _) => EnginePacket::Pong { probe },
            ("message", Some(Tree::String(text))) => EnginePacket::Message(Message::Text(text)),
            ("message", Some(Tree::Bytes(bytes))) => EnginePacket::Message(Message::Binary(bytes.to_vec())),
            ("upgrade", None) => EnginePacket::Upgrade,
            ("noop", None) => EnginePacket::Noop,
            other => panic!("the vectors have no such packet: {other:?}"),
        }
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/packets.json")).expect("the vectors are as described above")
}

fn codec() -> TextCodec<Json> {
    TextCodec::new(Json::default())
}

fn decode(frames: &[Frame]) -> Decoded {
    let mut codec = codec();
    let mut packets = Vec::new();
    for frame in frames {
        match codec.decode(frame.clone()) {
            Ok(None) => {}
            Ok(Some(Packet { kind, namespace, id, data })) => {
                let data = data.map(|data| data.read_value().expect("a tree holds everything"));
                packets.push(Packet { kind, namespace, id, data });
            }
            Err(error) => return (packets, Some(error.kind())),
        }
    }
    (packets, None)
}

fn as_frames(frames: Vec<Tree>) -> Vec<Frame> {
    let frame = |frame| match frame {
        Tree::String(frame) => text(&frame),
        Tree::Bytes(bytes) => Message::Binary(bytes),
        other => panic!("no frame: {other:?}"),
    };
    frames.into_iter().map(frame).collect()
}

fn text(text: &str) -> Frame {
    Message::Text(text.into())
}

/// Our name for an error of the official decoder.
fn error_kind(message: &str) -> DecodeErrorKind {
    match message {
        "invalid payload" => DecodeErrorKind::InvalidPayload,
        "Illegal attachments" | "illegal attachments" => DecodeErrorKind::IllegalAttachments,
        "too many attachments" => DecodeErrorKind::TooManyAttachments,
        "got plaintext data when reconstructing a packet" => DecodeErrorKind::TextInsteadOfAttachment,
        "got binary data when not reconstructing a packet" => DecodeErrorKind::UnexpectedAttachment,
        _ if message.starts_with("unknown packet type") => DecodeErrorKind::UnknownPacketType,
        other => panic!("the official decoder has no such error: {other}"),
    }
}
