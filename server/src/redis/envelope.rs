//! What the formats have in common, read and written: whom a message is for, how it is sent, and the packet in it.
//!
//! A message is read as JSON text, which is what most of them are, and the user's data is cut out of that text as it stands.
//! One in msgpack becomes JSON text first.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::Message as Frame;
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::socket::{Edge, Kind};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::value::RawValue;

use super::FormatError;
use super::msgpack::{self, BytesAs, Reader, push_float};
use super::sink::Sink;
use crate::adapter::{Audience, BroadcastFlags, SocketDetails};

/// JSON begins with this byte, and no message in msgpack does: all of those are arrays and maps.
const JSON_BEGINS: u8 = b'{';

/// Socket.IO's number for the type of a packet that is an event, and for one with attachments. What carries it numbers
/// attachments anew, so that both are the same here.
const EVENT: u64 = 2;
const BINARY_EVENT: u64 = 5;

pub(super) fn is_event(kind: Option<u64>) -> bool {
    matches!(kind, Some(EVENT | BINARY_EVENT))
}

/// A whole message as text.
pub(super) struct Text {
    pub(super) json: ByteString,
    pub(super) attachments: Vec<Bytes>,
}

impl Text {
    /// `bytes_as` tells by a message's `type` what becomes of bytes, where a message has any: JSON has none.
    ///
    /// # Errors
    ///
    /// It is neither UTF-8 nor msgpack.
    pub(super) fn of(
        body: &Bytes,
        bytes_as: impl FnOnce(Option<u64>) -> BytesAs,
    ) -> Result<Self, FormatError> {
        if body.first() == Some(&JSON_BEGINS) {
            let json = ByteString::try_from(body.clone()).map_err(|_| FormatError::Utf8)?;
            return Ok(Self { json, attachments: Vec::new() });
        }
        let mut reader = Reader::new(body);
        let bytes_as = bytes_as(reader.integer("type")?);
        let text = msgpack::Text::of(&mut reader, bytes_as)?;
        reader.end()?;
        Ok(Self { json: text.json.into(), attachments: text.attachments })
    }

    /// A part of the message that is an event for clients.
    ///
    /// # Errors
    ///
    /// It has no name, or one that belongs to the library.
    pub(super) fn event(&self, data: Option<&RawValue>) -> Result<Payload, FormatError> {
        event(self.part(data)?, self.attachments.clone())
    }

    /// A part of the message that is an event for servers, which may have names that clients' events may not.
    ///
    /// # Errors
    ///
    /// It has no name.
    pub(super) fn server_event(&self, data: Option<&RawValue>) -> Result<Payload, FormatError> {
        let list = payload(Kind::Ack, self.part(data)?, self.attachments.clone())?;
        if list.event_name().is_some() { Ok(list) } else { Err(FormatError::Missing("name of the event")) }
    }

    /// A part of the message that is the one argument of an answer, or none.
    pub(super) fn answer(&self, data: Option<&RawValue>) -> Result<Payload, FormatError> {
        let argument = data.map_or("", RawValue::get);
        payload(Kind::Ack, ["[", argument, "]"].concat().into(), self.attachments.clone())
    }

    fn part(&self, data: Option<&RawValue>) -> Result<ByteString, FormatError> {
        data.map(|data| self.json.slice_ref(data.get())).ok_or(FormatError::Missing("data"))
    }
}

/// An event for clients.
///
/// # Errors
///
/// It has no name, or one that belongs to the library.
pub(super) fn event(json: ByteString, attachments: Vec<Bytes>) -> Result<Payload, FormatError> {
    payload(Kind::Event, json, attachments)
}

/// What a packet of that kind could carry, checked as if one had come with it.
fn payload(kind: Kind, json: ByteString, attachments: Vec<Bytes>) -> Result<Payload, FormatError> {
    let mut edge: Json<Frame<ByteString, Bytes>> = Json::default();
    edge.open(kind, json, 0, attachments)?.ok_or(FormatError::Missing("data"))
}

/// The first argument of an answer: the formats have room for one.
pub(super) fn first_argument(answer: &Payload) -> Option<Payload> {
    answer.read_args::<(Payload,)>().ok().map(|(argument,)| argument)
}

/// A room, an id of a request: a text. In JavaScript it may have been a number.
pub(super) struct Name(Box<str>);

impl Name {
    pub(super) fn into_inner(self) -> Box<str> {
        self.0
    }

    pub(super) fn is(&self, text: &str) -> bool {
        *self.0 == *text
    }

    pub(super) fn to_text(&self) -> Box<str> {
        self.0.clone()
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
        Ok(Name(text.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Name, E> {
        Ok(Name(number.to_string().into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Name, E> {
        Ok(Name(number.to_string().into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Name, E> {
        let mut text = String::new();
        push_float(number, &mut text);
        Ok(Name(text.into()))
    }
}

/// Texts, or nothing at all.
pub(super) fn texts(names: Option<Vec<Name>>) -> Vec<Box<str>> {
    names.unwrap_or_default().into_iter().map(Name::into_inner).collect()
}

/// Whom a message is for, and how it is sent.
#[derive(serde::Deserialize)]
pub(super) struct Options {
    rooms: Option<Vec<Name>>,
    except: Option<Vec<Name>>,
    flags: Option<Flags>,
}

/// Those that concern whoever receives the message.
#[derive(serde::Deserialize)]
struct Flags {
    compress: Option<bool>,
    volatile: Option<bool>,
    /// In milliseconds.
    timeout: Option<f64>,
}

impl Options {
    pub(super) fn read(self) -> (Audience, BroadcastFlags) {
        let audience = Audience { rooms: texts(self.rooms), except: texts(self.except) };
        let flags = self.flags.map(|flags| BroadcastFlags {
            volatile: flags.volatile == Some(true),
            compress: flags.compress != Some(false),
            timeout: flags.timeout.map(millis),
        });
        (audience, flags.unwrap_or_default())
    }

    pub(super) fn audience(self) -> Audience {
        self.read().0
    }
}

/// Whole milliseconds; what is less than nothing is nothing, and forever is half a billion years.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it saturates, and that is meant"
)]
const fn millis(number: f64) -> Duration {
    Duration::from_millis(number as u64)
}

/// A packet in a message.
#[derive(serde::Deserialize)]
pub(super) struct Packet<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Option<u64>,
    #[serde(borrow)]
    pub(super) data: Option<&'a RawValue>,
}

/// What another server tells of sockets.
///
/// # Errors
///
/// It is no list of them.
pub(super) fn details(sockets: &RawValue) -> Result<Vec<SocketDetails>, FormatError> {
    let sockets: Vec<Details<'_>> = serde_json::from_str(sockets.get())?;
    Ok(sockets.into_iter().map(Details::read).collect::<Result<_, _>>()?)
}

#[derive(serde::Deserialize)]
struct Details<'a> {
    id: Name,
    #[serde(borrow)]
    handshake: Option<&'a RawValue>,
    rooms: Option<Vec<Name>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

impl Details<'_> {
    /// What is not told is an empty object.
    fn read(self) -> Result<SocketDetails, serde_json::Error> {
        let value = |json: Option<&RawValue>| match json {
            Some(json) => Payload::value(json),
            None => Payload::value(&serde_json::Map::new()),
        };
        // Nothing of this can fail: what is JSON can be written as JSON.
        let value = |json| value(json).map_err(serde_json::Error::custom);
        Ok(SocketDetails {
            id: self.id.into_inner(),
            handshake: value(self.handshake)?,
            rooms: texts(self.rooms),
            data: value(self.data)?,
        })
    }
}

/// For a field in which null is a value: only one that is not there is `None`.
pub(super) fn present<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Writes whom a message is for and, if there are flags, how it is sent: only those that say something.
pub(super) fn write_options(
    audience: &Audience,
    flags: Option<&BroadcastFlags>,
    sink: &mut (impl Sink + ?Sized),
) {
    sink.raw(r#"{"rooms":"#);
    sink.texts(&audience.rooms);
    sink.raw(r#","except":"#);
    sink.texts(&audience.except);
    if let Some(flags) = flags {
        sink.raw(r#","flags":"#);
        sink.raw(&flags_json(flags));
    }
    sink.raw("}");
}

fn flags_json(flags: &BroadcastFlags) -> Cow<'static, str> {
    if *flags == BroadcastFlags::default() {
        return "{}".into();
    }
    let volatile = flags.volatile.then(|| r#""volatile":true"#.to_owned());
    let compress = (!flags.compress).then(|| r#""compress":false"#.to_owned());
    let timeout = flags.timeout.map(|timeout| format!(r#""timeout":{}"#, timeout.as_millis()));
    let said: Vec<String> = [volatile, compress, timeout].into_iter().flatten().collect();
    format!("{{{}}}", said.join(",")).into()
}

/// Writes the sockets that were asked for.
pub(super) fn write_details(sockets: &[SocketDetails], sink: &mut (impl Sink + ?Sized)) {
    sink.raw("[");
    for (at, socket) in sockets.iter().enumerate() {
        sink.raw(if at > 0 { r#",{"id":"# } else { r#"{"id":"# });
        sink.text(&socket.id);
        sink.raw(r#","handshake":"#);
        sink.payload(&socket.handshake);
        sink.raw(r#","rooms":"#);
        sink.texts(&socket.rooms);
        sink.raw(r#","data":"#);
        sink.payload(&socket.data);
        sink.raw("}");
    }
    sink.raw("]");
}

/// The only room that a message is for, if there is just one: that room may have a channel of its own.
pub(super) fn only_room(audience: &Audience) -> Option<&str> {
    let (first, more) = audience.rooms.split_first()?;
    more.iter().all(|room| room == first).then_some(first)
}
