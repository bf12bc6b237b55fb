//! What the codec costs for one message: time, by criterion, and allocations, which are counted and bounded.
//!
//! A row is one step of a message's way through the server. `mask` goes from a client's frame to a message,
//! `decode` from there to the arguments of a handler; `encode` goes from a value to the text of a Socket.IO
//! packet, `prepare` from a text to the frame that all recipients share. But for `mask`, rows of the same
//! size share the message.
//!
//! Times vary with the machine, allocations do not: a row that makes more than [`MAX_ALLOCATIONS`] says fails
//! the bench before anything is timed. For the counts alone:
//! `cargo bench -p parlor-bench --bench codec -- --test`.
//!
//! The allocator that counts is there while time is taken, too. That does not show in the times, but it moves
//! whatever grows: growing counts as one allocation more.

use std::hint::black_box;

use bytes::{Bytes, BytesMut};
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::limits::MAX_PAYLOAD_BYTES;
use parlor_protocol::socket::{Codec, Edge, Kind, Namespace, Packet, TextCodec};
use parlor_protocol::{Message, engine};
use parlor_server::websocket::{self, Decoder, Deflate, Frame, Handshake};
use serde::Serialize;
use serde::de::DeserializeOwned;

use messages::{Event, HISTORY, Line, PHOTO, Photo, SAY, binary};
use row::Row;

#[path = "codec/messages.rs"]
mod messages;
#[path = "codec/row.rs"]
mod row;

/// The rows in their order, and how many allocations each may make: as many as it makes now.
const MAX_ALLOCATIONS: [(&str, u64); 15] = [
    ("encode/64 B", 5),
    ("decode/64 B", 2),
    ("encode/2 KB", 9),
    ("decode/2 KB", 60),
    ("encode/16 KB attached", 8),
    ("decode/16 KB attached", 9),
    ("mask/64 B", 1),
    ("mask/2 KB", 1),
    ("mask/2 KB text", 1),
    ("mask/16 KB", 1),
    ("mask/1 MB", 1),
    ("prepare/64 B", 1),
    ("prepare/2 KB", 1),
    ("prepare/2 KB deflated", 4),
    ("prepare/16 KB attached", 1),
];

/// The one of the example in RFC 6455, 5.7.
const MASKING_KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

/// What a WebSocket receives for an event: a text, and the attachment that follows it.
type Received = (String, Option<Bytes>);

/// One message of a packet, before it is put into a frame.
type Sent = <Json as Edge>::Outgoing;

type Text = <Json as Edge>::Text;

fn main() {
    let rows = rows();
    check_allocations(&rows);
    row::let_allocator_keep_memory();
    let mut criterion = row::criterion();
    rows.iter().for_each(|row| row.time(&mut criterion));
    criterion.final_summary();
}

/// Prints what each row allocates.
///
/// # Panics
///
/// A row allocates more than [`MAX_ALLOCATIONS`] says, or the table has other rows.
fn check_allocations(rows: &[Row]) {
    println!("{:<22} | allocations |   bytes", "row");
    let mut over = Vec::new();
    for (row, (name, max)) in rows.iter().zip(MAX_ALLOCATIONS) {
        assert_eq!(row.name(), name, "the rows are in the order of the table");
        let counted = row.allocations();
        println!("{name:<22} | {:>11} | {:>7}", counted.count_total, counted.bytes_total);
        if counted.count_total > max {
            over.push(format!("{name}: {}, not {max}", counted.count_total));
        }
    }
    assert_eq!(rows.len(), MAX_ALLOCATIONS.len(), "the table has a bound for each row");
    assert!(over.is_empty(), "more allocations than the table allows: {over:#?}");
}

fn rows() -> Vec<Row> {
    let events = [event_rows::<String>(&SAY), event_rows::<Vec<Line>>(&HISTORY), event_rows::<Photo>(&PHOTO)];
    events.into_iter().flatten().chain(mask_rows()).chain(prepare_rows()).collect()
}

fn event_rows<T: Serialize + DeserializeOwned + 'static>(event: &'static Event) -> [Row; 2] {
    let what = (event.row, event.bytes());
    let args: T = decode(event.received());
    let encode = |args: &T| encode(event.name, args);
    [
        Row::new("encode", what, || (), move |()| encode(&args), |sent| *sent == event.sent()),
        // What was lost on the way in would be missed on the way out.
        Row::new("decode", what, || event.received(), decode, |args| encode(args) == event.sent()),
    ]
}

/// By the codec of the server, but to messages: their way into frames is `prepare`.
fn encode(name: &str, args: &impl Serialize) -> Vec<Sent> {
    let data = Payload::event(name, args).expect("the arguments are JSON, the name is free");
    let packet = Packet::new(Kind::Event, Namespace::ROOT, Some(data));
    let mut sent = Vec::new();
    TextCodec::new(Json::default()).encode(packet, true, &mut sent);
    sent
}

/// As the server does it for whatever a WebSocket receives, up to the call of the handler.
fn decode<T: DeserializeOwned>((text, attachment): Received) -> T {
    let mut codec = TextCodec::new(Json::<Sent>::default());
    let mut packet = codec.decode(engine_message(&text.into())).expect("a packet's text");
    if let Some(bytes) = attachment {
        packet = codec.decode(Message::Binary(bytes)).expect("an attachment that is waited for");
    }
    let data = packet.and_then(|packet| packet.data).expect("a whole packet with data");
    // By its name the handler is found.
    black_box(data.event_name());
    data.read_event().expect("arguments of that type")
}

fn engine_message(text: &Text) -> Message<Text, Bytes> {
    match engine::packet::decode(text) {
        Ok(engine::Packet::Message(Message::Text(inside))) => Message::Text(text.slice_ref(inside)),
        other => panic!("a text message, not {other:?}"),
    }
}

fn mask_rows() -> [Row; 5] {
    // What stands before the key (RFC 6455, 5.2): the type, binary but for the one text, and the length.
    [
        mask_row("64 B", b"\x82\xC0", binary(64)),
        mask_row("2 KB", b"\x82\xFE\x08\x00", binary(2048)),
        mask_row("2 KB text", b"\x81\xFE\x08\x00", HISTORY.text.into()),
        mask_row("16 KB", b"\x82\xFE\x40\x00", binary(16_384)),
        mask_row("1 MB", b"\x82\xFF\0\0\0\0\0\x0F\x42\x40", binary(1_000_000)),
    ]
}

fn mask_row(message: &'static str, head: &[u8], payload: Vec<u8>) -> Row {
    let masked = payload.iter().zip(MASKING_KEY.iter().cycle()).map(|(byte, key)| byte ^ key);
    let wire: Vec<u8> = head.iter().copied().chain(MASKING_KEY).chain(masked).collect();
    let input = move || BytesMut::from(&wire[..]);
    Row::new("mask", (message, payload.len()), input, unmask, |(message, rest)| {
        let unmasked = match message {
            Some(websocket::Message::Text(text)) => text.as_bytes(),
            Some(websocket::Message::Binary(bytes)) => bytes,
            _ => return false,
        };
        unmasked == payload && rest.is_empty()
    })
}

/// Gives the buffer back too: a connection would read into it again, so that dropping it is not part of this.
fn unmask(mut buffer: BytesMut) -> (Option<websocket::Message>, BytesMut) {
    let message = Decoder::new(MAX_PAYLOAD_BYTES).decode(&mut buffer).expect("a frame as clients send it");
    (message, buffer)
}

fn prepare_rows() -> [Row; 4] {
    let deflate = agreed_deflate();
    let deflated = ("2 KB deflated", HISTORY.bytes());
    let prepare_deflated = move |text: &str| {
        let frame = prepare(text).compressible();
        (frame.deflate_for(deflate), frame)
    };
    let pixels = binary(16_384);
    let attached = (PHOTO.row, pixels.len());
    let has_pixels = |frame: &Frame| frame.payload() == binary(16_384);
    [
        text_row(&SAY),
        text_row(&HISTORY),
        Row::new("prepare", deflated, || HISTORY.text, prepare_deflated, |(is_new, _)| *is_new),
        Row::new("prepare", attached, || (), move |()| Frame::binary(&pixels), has_pixels),
    ]
}

fn text_row(event: &'static Event) -> Row {
    let has_text = |frame: &Frame| frame.payload() == ["4", event.text].concat();
    Row::new("prepare", (event.row, event.bytes()), || event.text, prepare, has_text)
}

/// The digit is Engine.IO's, for a message.
fn prepare(text: &str) -> Frame {
    Frame::text_of(&["4", text])
}

/// What the server agrees on with the browsers of today, which all make this offer.
fn agreed_deflate() -> Deflate {
    let request = http::Request::get("/socket.io/")
        .header("Host", "localhost")
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")
        .body(())
        .expect("well-formed headers");
    let mut handshake = Handshake::check(&request).expect("a complete request");
    handshake.accept_deflate().expect("an offer that is accepted")
}
