//! What holds for any input: nothing panics, what goes out comes back, and a peer makes nobody hoard.

#[path = "vectors/tree.rs"]
mod tree;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::Message;
use parlor_protocol::engine::{Packet as EnginePacket, packet, payload};
use parlor_protocol::json::{Json, Payload, read_handshake};
use parlor_protocol::limits;
use parlor_protocol::socket::{Codec, Kind, Namespace, Packet, RESERVED_EVENTS, TextCodec, decode};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use self::tree::{List, Tree};

type Frame = Message<ByteString, Bytes>;

proptest! {
    #[test]
    fn no_text_makes_a_decoder_panic(text in wire_text()) {
        let _ = packet::decode(&text);
        let _ = payload::decode(&text).count();
        let _ = decode::header(text.as_bytes(), limits::MAX_ATTACHMENTS);
        let _ = read_handshake(&text);
        let _ = read_everything(&[Message::Text(text.into())]);
    }

    #[test]
    fn no_sequence_of_frames_makes_the_codec_panic(frames in vec(any_frame(), 0..8)) {
        let _ = read_everything(&frames);
    }

    #[test]
    fn no_damage_to_valid_frames_makes_the_codec_panic(
        packets in vec(any_packet(), 1..3),
        damages in vec(any_damage(), 1..4),
    ) {
        let mut frames: Vec<Frame> = packets.into_iter().flat_map(|packet| encode(packet.encoded())).collect();
        for damage in &damages {
            damage.apply(&mut frames);
        }
        let _ = read_everything(&frames);
    }

    #[test]
    fn a_header_ends_inside_its_text(text in wire_text()) {
        if let Ok(header) = decode::header(text.as_bytes(), limits::MAX_ATTACHMENTS) {
            prop_assert!(text.is_char_boundary(header.data_at));
            prop_assert!(header.attachments <= limits::MAX_ATTACHMENTS);
            prop_assert!(header.namespace.as_str().len() <= limits::MAX_NAMESPACE_BYTES);
        }
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same(packet in any_packet()) {
        let encoded = packet.encoded();
        let decoded = codec_taking(1000).decode_all(&encode(encoded.clone()));
        prop_assert_eq!(&decoded, &[encoded]);
        let read = decoded.into_iter().map(|Packet { kind, namespace, id, data }| {
            Packet { kind, namespace, id, data: data.map(|data| data.read_value::<Tree>().unwrap()) }
        });
        prop_assert_eq!(read.collect::<Vec<_>>(), [packet.0]);
    }

    #[test]
    fn a_payload_survives_being_forwarded(name in any::<String>(), args in vec(any_tree(), 0..4)) {
        prop_assume!(!RESERVED_EVENTS.contains(&name.as_str()));
        let event = Payload::event(&name, &List(&args)).unwrap();
        prop_assert_eq!(event.event_name(), Some(name.as_str().into()));
        let rest = event.event_args_payload();
        prop_assert_eq!(&rest, &Payload::args(&List(&args)).unwrap());
        prop_assert_eq!(&rest, &event.read_event::<Payload>().unwrap());
        prop_assert_eq!(&rest, &Payload::args(&rest).unwrap());
        prop_assert_eq!(Payload::named(&name, &rest), event);
    }

    #[test]
    fn data_reads_alike_with_and_without_attachments(value in any_tree_without_bytes()) {
        // The added attachment belongs to nothing, but makes our own reader read instead of serde_json.
        let list = [value, Tree::Bytes(Bytes::from_static(b"x"))];
        let plain = Payload::args(&List(&list[..1])).unwrap();
        let attached = Payload::args(&List(&list)).unwrap();
        prop_assert_eq!(plain.read_args::<(Tree,)>().unwrap(), attached.read_args::<(Tree,)>().unwrap());
        prop_assert_eq!(&attached.read_args::<[Tree; 2]>().unwrap(), &list);
        let value = |payload: &Payload| payload.read_args::<(serde_json::Value,)>().unwrap();
        prop_assert_eq!(value(&plain), value(&attached));
    }

    #[test]
    fn an_engine_payload_decodes_to_the_packets_it_was_made_of(packets in vec(any_engine_packet(), 1..6)) {
        let mut body = String::new();
        for packet in &packets {
            payload::push(packet.clone(), &mut body);
        }
        let decoded = payload::decode(&body).map(|packet| {
            packet.map(|packet| match packet {
                EnginePacket::Open(data) => EnginePacket::Open(data.to_owned()),
                other => other.map(owned).read_open(|_| Err(())).unwrap(),
            })
        });
        prop_assert_eq!(decoded.collect::<Result<Vec<_>, _>>().unwrap(), packets);
    }

    #[test]
    fn no_more_than_max_attachments_are_held(
        frames in vec(any_frame(), 0..20),
        packet in any_packet(),
        max in 0..5_usize,
    ) {
        let alive = Arc::new(AtomicUsize::new(0));
        let mut codec = codec_taking(max);
        for frame in encode(packet.encoded()).into_iter().chain(frames) {
            let _ = codec.0.decode(match frame {
                Message::Binary(bytes) => Message::Binary(Bytes::from_owner(Counted::new(&alive, bytes))),
                text => text,
            });
            prop_assert!(alive.load(Ordering::Relaxed) <= max);
        }
        codec.0.reset();
        prop_assert_eq!(alive.load(Ordering::Relaxed), 0);
    }
}

/// A Socket.IO packet that may be sent.
#[derive(Debug, Clone)]
struct Valid(Packet<Tree>);

impl Valid {
    fn encoded(&self) -> Packet<Payload> {
        let Packet { kind, namespace, id, data } = self.0.clone();
        let data = data.map(|data| match &data {
            Tree::List(items) => Payload::args(&List(items)),
            value => Payload::value(value),
        });
        let data = data.transpose().expect("trees are JSON, and bytes stand in lists only");
        Packet { kind, namespace, id, data }
    }
}

/// Decodes frame after frame, and reads what comes out in every way there is. Gives the packets.
fn read_everything(frames: &[Frame]) -> Vec<Packet<Payload>> {
    let packets = codec_taking(limits::MAX_ATTACHMENTS).decode_all(frames);
    for data in packets.iter().filter_map(|packet| packet.data.as_ref()) {
        let _ = data.event_name();
        let _ = data.read_event::<Tree>();
        let _ = data.read_event::<(String, Option<Bytes>)>();
        let _ = data.read_event::<std::collections::BTreeMap<u8, serde_json::Value>>();
        let _ = data.read_args::<Vec<Tree>>();
        let _ = data.read_value::<Tree>();
        let _ = Payload::args(data);
        let forwarded = Payload::named("a", &data.event_args_payload());
        let valid = serde_json::from_str::<serde::de::IgnoredAny>(forwarded.json());
        assert!(valid.is_ok(), "{data:?} became {forwarded:?}");
    }
    packets
}

struct Decoding(TextCodec<Json>);

fn codec_taking(max_attachments: usize) -> Decoding {
    Decoding(TextCodec::with_max_attachments(Json::default(), max_attachments))
}

impl Decoding {
    /// The packets; an error counts as a new connection.
    fn decode_all(&mut self, frames: &[Frame]) -> Vec<Packet<Payload>> {
        let mut packets = Vec::new();
        for frame in frames {
            match self.0.decode(frame.clone()) {
                Ok(packet) => packets.extend(packet),
                Err(_) => self.0.reset(),
            }
        }
        packets
    }
}

fn encode(packet: Packet<Payload>) -> Vec<Frame> {
    let mut frames = Vec::new();
    codec_taking(0).0.encode(packet, true, &mut frames);
    frames
}

/// Bytes that are counted for as long as anybody holds them.
struct Counted(Arc<AtomicUsize>, Bytes);

impl Counted {
    fn new(alive: &Arc<AtomicUsize>, bytes: Bytes) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self(alive.clone(), bytes)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.1
    }
}

/// Something that can happen to frames on their way.
#[derive(Debug, Clone)]
enum Damage {
    Replace(Index, Index, char),
    Cut(Index, Index),
    Insert(Index, Index, &'static str),
    Drop(Index),
    Repeat(Index),
}

impl Damage {
    fn apply(&self, frames: &mut Vec<Frame>) {
        if frames.is_empty() {
            return;
        }
        match self {
            Self::Replace(frame, at, with) => edit(frame.get_mut(frames), |text| {
                let at = at.index(text.len().max(1));
                text.splice(at..text.len().min(at + 1), [*with]);
            }),
            Self::Cut(frame, at) => {
                edit(frame.get_mut(frames), |text| text.truncate(at.index(text.len() + 1)));
            }
            Self::Insert(frame, at, what) => edit(frame.get_mut(frames), |text| {
                let at = at.index(text.len() + 1);
                text.splice(at..at, what.chars());
            }),
            Self::Drop(frame) => drop(frames.remove(frame.index(frames.len()))),
            Self::Repeat(frame) => frames.push(frame.get(frames).clone()),
        }
    }
}

fn edit(frame: &mut Frame, edit: impl FnOnce(&mut Vec<char>)) {
    if let Message::Text(text) = frame {
        let mut chars = text.chars().collect();
        edit(&mut chars);
        *text = chars.into_iter().collect::<String>().into();
    }
}

fn any_damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    prop_oneof![
        (index(), index(), any::<char>()).prop_map(|(frame, at, with)| Damage::Replace(frame, at, with)),
        (index(), index()).prop_map(|(frame, at)| Damage::Cut(frame, at)),
        (index(), index(), select(TOKENS)).prop_map(|(frame, at, what)| Damage::Insert(frame, at, what)),
        index().prop_map(Damage::Drop),
        index().prop_map(Damage::Repeat),
    ]
}

/// Anything, and things that look like packets.
fn wire_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), vec(select(TOKENS), 0..24).prop_map(|tokens| tokens.concat())]
}

const TOKENS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "51-",
    "52-",
    "-",
    "/",
    "/a,",
    ",",
    ":",
    "b",
    "probe",
    " ",
    "\n",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\"a\"",
    "\\",
    "\\u",
    "\\ud800",
    "null",
    "true",
    "1e999",
    "-1",
    "0.5",
    "\u{1e}",
    "é",
    "😀",
    "18446744073709551616",
    "\"_placeholder\":true",
    "\"num\":0",
    "{\"_placeholder\":true,\"num\":0}",
    "{\"_placeholder\":true,\"num\":1}",
    "[\"a\"]",
    "[\"a\",",
    "{\"sid\":\"s\"",
    "\"connect\"",
];

fn any_frame() -> impl Strategy<Value = Frame> {
    prop_oneof![
        wire_text().prop_map(|text| Message::Text(text.into())),
        vec(select(TOKENS), 0..6)
            .prop_map(|tokens| Message::Text(format!("52-[\"a\",{}]", tokens.concat()).into())),
        any_bytes().prop_map(Message::Binary),
    ]
}

fn any_packet() -> impl Strategy<Value = Valid> {
    let root = Just(Namespace::ROOT);
    let named = "[^,]{0,20}".prop_map(|name| Namespace::new(&format!("/{name}")));
    let namespace = prop_oneof![root, named];
    let id = any::<Option<u64>>();
    let object = any_object(any_tree_without_bytes()).boxed();
    let text = any::<String>().prop_map(Tree::String);
    let event = (any_name(), vec(any_tree(), 0..4)).prop_map(|(name, mut items)| {
        items.insert(0, name);
        Tree::List(items)
    });
    let kind_and_data = prop_oneof![
        proptest::option::of(object.clone()).prop_map(|data| (Kind::Connect, data)),
        Just((Kind::Disconnect, None)),
        proptest::option::of(prop_oneof![object, text]).prop_map(|data| (Kind::ConnectError, data)),
        event.prop_map(|data| (Kind::Event, Some(data))),
        vec(any_tree(), 0..4).prop_map(|items| (Kind::Ack, Some(Tree::List(items)))),
    ];
    (namespace, id, kind_and_data)
        .prop_map(|(namespace, id, (kind, data))| Valid(Packet { kind, namespace, id, data }))
}

fn any_name() -> impl Strategy<Value = Tree> {
    prop_oneof![
        any::<String>()
            .prop_filter("reserved", |name| !RESERVED_EVENTS.contains(&name.as_str()))
            .prop_map(Tree::String),
        any::<i64>().prop_map(|number| Tree::Number(number.into())),
    ]
}

fn any_tree() -> impl Strategy<Value = Tree> {
    tree_of(prop_oneof![3 => any_scalar(), 1 => any_bytes().prop_map(Tree::Bytes)].boxed())
}

fn any_tree_without_bytes() -> impl Strategy<Value = Tree> {
    tree_of(any_scalar().boxed())
}

fn tree_of(leaf: BoxedStrategy<Tree>) -> impl Strategy<Value = Tree> {
    leaf.prop_recursive(4, 32, 5, |inside| {
        prop_oneof![vec(inside.clone(), 0..5).prop_map(Tree::List), any_object(inside)]
    })
}

fn any_object(inside: impl Strategy<Value = Tree>) -> impl Strategy<Value = Tree> {
    vec((any::<String>(), inside), 0..5).prop_map(Tree::Object)
}

fn any_scalar() -> impl Strategy<Value = Tree> {
    prop_oneof![
        Just(Tree::Null),
        any::<bool>().prop_map(Tree::Bool),
        any::<i64>().prop_map(|number| Tree::Number(number.into())),
        // Quarters are exact in text and in binary.
        any::<i32>().prop_filter_map("finite", |quarters| {
            serde_json::Number::from_f64(f64::from(quarters) / 4.0).map(Tree::Number)
        }),
        any::<String>().prop_map(Tree::String),
    ]
}

fn any_bytes() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..9).prop_map(Bytes::from)
}

fn any_engine_packet() -> impl Strategy<Value = EnginePacket<Message<String, Vec<u8>>, String>> {
    prop_oneof![
        "[^\u{1e}]{0,9}".prop_map(EnginePacket::Open),
        Just(EnginePacket::Close),
        any::<bool>().prop_map(|probe| EnginePacket::Ping { probe }),
        any::<bool>().prop_map(|probe| EnginePacket::Pong { probe }),
        "[^\u{1e}]{0,9}".prop_map(|text| EnginePacket::Message(Message::Text(text))),
        any_bytes().prop_map(|bytes| EnginePacket::Message(Message::Binary(bytes.to_vec()))),
        Just(EnginePacket::Upgrade),
        Just(EnginePacket::Noop),
    ]
}

fn owned(message: Message<&str, Vec<u8>>) -> Message<String, Vec<u8>> {
    match message {
        Message::Text(text) => Message::Text(text.to_owned()),
        Message::Binary(bytes) => Message::Binary(bytes),
    }
}
