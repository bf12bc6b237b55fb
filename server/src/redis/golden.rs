//! What tests of the format share: bytes that npm's packages have written, as text, and damage done to them.

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::socket::{Edge, Kind};
use parlor_protocol::{Message as Frame, limits};
use serde_json::value::RawValue;

use crate::adapter::{Audience, BroadcastFlags, Message};

/// The bytes that `hex` spells, two digits each; space is for the eye.
pub(super) fn bytes(hex: &str) -> Bytes {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An event, or any other list, as it would come in a packet.
pub(super) fn list(json: &str, attachments: &[&'static [u8]]) -> Payload {
    let attachments = attachments.iter().map(|bytes| Bytes::from_static(bytes)).collect();
    let mut edge: Json<Frame<ByteString, Bytes>> = Json::default();
    edge.open(Kind::Ack, json.into(), 0, attachments).unwrap().unwrap()
}

pub(super) fn broadcast(
    json: &str,
    attachments: &[&'static [u8]],
    rooms: &[&str],
    except: &[&str],
    flags: BroadcastFlags,
) -> Message {
    Message::Broadcast { data: list(json, attachments), audience: audience(rooms, except), flags }
}

pub(super) fn audience(rooms: &[&str], except: &[&str]) -> Audience {
    Audience { rooms: texts(rooms), except: texts(except) }
}

pub(super) fn texts(texts: &[&str]) -> Vec<Box<str>> {
    texts.iter().map(|text| (*text).into()).collect()
}

/// What stands in the place of a handshake.
pub(super) fn value(json: &str) -> Payload {
    Payload::value(&RawValue::from_string(json.into()).unwrap()).unwrap()
}

/// All that a bad peer or a bad line might make of a message: cut off anywhere, any bit of any byte another, more behind
/// it, and each byte in the place of lengths so large that nobody could have that much.
pub(super) fn damaged(body: &[u8]) -> impl Iterator<Item = Bytes> + '_ {
    let cut = (0..body.len()).map(|end| Bytes::copy_from_slice(&body[..end]));
    let flipped = (0..body.len() * 8).map(|bit| {
        let mut body = body.to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        body.into()
    });
    let announced = (0..body.len()).flat_map(move |at| {
        [0xc6, 0xc9, 0xdb, 0xdd, 0xdf]
            .map(|marker| [&body[..at], &[marker, 0xff, 0xff, 0xff, 0xff], &body[at..]].concat().into())
    });
    cut.chain(flipped).chain(announced).chain([[body, &[0]].concat().into()])
}

/// A message in msgpack that is nothing but arrays in arrays, and one that is maps in maps.
pub(super) fn deep() -> [Bytes; 2] {
    let levels = limits::MAX_JSON_DEPTH * 1000;
    [vec![0x91; levels].into(), [0x81, 0xa1, b'a'].repeat(levels).into()]
}
