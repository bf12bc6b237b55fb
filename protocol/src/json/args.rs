//! From Rust values to payloads: the rule for arguments, and bytes turned into attachments.

extern crate std;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;
use serde::ser::{Error as _, Impossible, Serialize, SerializeTuple, Serializer};
use serde_json::ser::Formatter;
use std::io;

use super::Payload;
use crate::socket::RESERVED_EVENTS;

/// A value cannot be sent.
#[derive(Debug)]
pub struct EncodeError {
    kind: EncodeErrorKind,
    /// Counted from 0.
    argument: Option<usize>,
    source: Option<serde_json::Error>,
}

/// Why a value cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// The event's name belongs to the library.
    ReservedEvent,
    /// An argument cannot be written as JSON: a map whose keys are not text, or a `Serialize` that failed.
    NotJson,
    /// Bytes in a value that is not an event or an ack.
    BytesInValue,
}

impl EncodeError {
    /// Why it cannot be sent.
    pub const fn kind(&self) -> EncodeErrorKind {
        self.kind
    }

    fn not_json(argument: Option<usize>, source: serde_json::Error) -> Self {
        Self { kind: EncodeErrorKind::NotJson, argument, source: Some(source) }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.argument) {
            (EncodeErrorKind::ReservedEvent, _) => {
                write!(f, "the event name is reserved: choose one that is not in {RESERVED_EVENTS:?}")
            }
            (EncodeErrorKind::NotJson, Some(at)) => {
                write!(f, "argument {} cannot be written as JSON", at + 1)
            }
            (EncodeErrorKind::NotJson, None) => f.write_str("the value cannot be written as JSON"),
            (EncodeErrorKind::BytesInValue, _) => f.write_str(
                "only events and acks carry bytes: write them as text here, for example in base64",
            ),
        }
    }
}

impl core::error::Error for EncodeError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

pub(super) fn event<T: Serialize + ?Sized>(name: &str, args: &T) -> Result<Payload, EncodeError> {
    if RESERVED_EVENTS.contains(&name) {
        return Err(EncodeError { kind: EncodeErrorKind::ReservedEvent, argument: None, source: None });
    }
    write_list(Some(name), args)
}

pub(super) fn list<T: Serialize + ?Sized>(args: &T) -> Result<Payload, EncodeError> {
    write_list(None, args)
}

pub(super) fn value<T: Serialize + ?Sized>(value: &T) -> Result<Payload, EncodeError> {
    let mut attachments = Vec::new();
    let mut json = Vec::new();
    let mut serializer = JsonSerializer::with_formatter(&mut json, Attach { attachments: &mut attachments });
    value.serialize(&mut serializer).map_err(|source| EncodeError::not_json(None, source))?;
    if !attachments.is_empty() {
        return Err(EncodeError { kind: EncodeErrorKind::BytesInValue, argument: None, source: None });
    }
    payload(json, attachments)
}

/// Appends `text` as a JSON string.
pub(super) fn push_string(text: &str, json: &mut String) {
    // Writing a `str` as JSON cannot fail.
    json.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// Appends the list of an ack's arguments to `json`, by the rule of [this module](super), and gives its attachments:
/// [`Payload::args`] for whoever has a buffer.
///
/// # Errors
///
/// As [`Payload::args`]; then what was appended is of no use.
pub fn write_args<T: Serialize + ?Sized>(args: &T, json: &mut Vec<u8>) -> Result<Vec<Bytes>, EncodeError> {
    write_items(None, args, json).map_err(|(at, source)| EncodeError::not_json(at, source))
}

/// Room for what most events and answers are: a name and a line of text.
const EXPECTED_BYTES: usize = 128;

fn write_list<T: Serialize + ?Sized>(name: Option<&str>, args: &T) -> Result<Payload, EncodeError> {
    let mut json = Vec::with_capacity(EXPECTED_BYTES);
    let attachments =
        write_items(name, args, &mut json).map_err(|(at, source)| EncodeError::not_json(at, source))?;
    payload(json, attachments)
}

fn payload(json: Vec<u8>, attachments: Vec<Bytes>) -> Result<Payload, EncodeError> {
    // serde_json writes UTF-8 only.
    let json = String::from_utf8(json)
        .map_err(|error| EncodeError::not_json(None, serde_json::Error::custom(error)))?;
    Ok(Payload { json: json.into(), attachments })
}

type JsonSerializer<'a> = serde_json::Serializer<&'a mut Vec<u8>, Attach<'a>>;
type Failure = (Option<usize>, serde_json::Error);

fn write_items<T: Serialize + ?Sized>(
    name: Option<&str>,
    args: &T,
    json: &mut Vec<u8>,
) -> Result<Vec<Bytes>, Failure> {
    let mut attachments = Vec::new();
    json.push(b'[');
    let mut items = Items { json, attachments: &mut attachments, is_first: true };
    if let Some(name) = name {
        items.push_text(name).map_err(|error| (None, error))?;
    }
    match args.serialize(List { items: &mut items, written: 0 }) {
        Ok(()) => {}
        Err(Outcome::One) => items.push(args).map_err(|error| (Some(0), error))?,
        Err(Outcome::Failed(argument, error)) => return Err((Some(argument), error)),
    }
    items.json.push(b']');
    Ok(attachments)
}

/// The items of a list that is being written.
struct Items<'a> {
    json: &'a mut Vec<u8>,
    attachments: &'a mut Vec<Bytes>,
    is_first: bool,
}

impl Items<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), serde_json::Error> {
        self.begin();
        let attach = Attach { attachments: self.attachments };
        item.serialize(&mut JsonSerializer::with_formatter(self.json, attach))
    }

    fn push_text(&mut self, text: &str) -> Result<(), serde_json::Error> {
        // Nearly all text is written as it is, and to find that out is faster than to write it byte by byte.
        let is_escaped = |byte| byte < b' ' || byte == b'"' || byte == b'\\';
        if text.bytes().fold(false, |any, byte| any | is_escaped(byte)) {
            return self.push(text);
        }
        self.begin();
        self.json.push(b'"');
        self.json.extend_from_slice(text.as_bytes());
        self.json.push(b'"');
        Ok(())
    }

    fn begin(&mut self) {
        if !self.is_first {
            self.json.push(b',');
        }
        self.is_first = false;
    }
}

/// Writes bytes as placeholders and keeps them as attachments. serde_json calls it depth first and in order, which
/// is how Socket.IO numbers attachments.
struct Attach<'a> {
    attachments: &'a mut Vec<Bytes>,
}

impl Formatter for Attach<'_> {
    fn write_byte_array<W: ?Sized + io::Write>(&mut self, writer: &mut W, bytes: &[u8]) -> io::Result<()> {
        let placeholder = format!(r#"{{"_placeholder":true,"num":{}}}"#, self.attachments.len());
        self.attachments.push(Bytes::copy_from_slice(bytes));
        writer.write_all(placeholder.as_bytes())
    }
}

/// Tells a list of arguments from a single one: writes what a tuple holds, a text, and nothing for `()`. For anything
/// else it gives up with [`Outcome::One`] before anything is written, and the caller writes the value itself.
struct List<'l, 'a> {
    items: &'l mut Items<'a>,
    written: usize,
}

/// Why [`List`] did not write a list.
#[derive(Debug)]
enum Outcome {
    /// It is none.
    One,
    /// The argument of that number cannot be written.
    Failed(usize, serde_json::Error),
}

impl SerializeTuple for List<'_, '_> {
    type Ok = ();
    type Error = Outcome;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Outcome> {
        self.items.push(value).map_err(|error| Outcome::Failed(self.written, error))?;
        self.written += 1;
        Ok(())
    }

    fn end(self) -> Result<(), Outcome> {
        Ok(())
    }
}

macro_rules! one_argument {
    ($($method:ident($($arg:ty),*) -> $ok:ty;)*) => {
        $(fn $method(self, $(_: $arg),*) -> Result<$ok, Outcome> {
            Err(Outcome::One)
        })*
    };
}

impl Serializer for List<'_, '_> {
    type Ok = ();
    type Error = Outcome;
    type SerializeTuple = Self;
    type SerializeSeq = Impossible<(), Outcome>;
    type SerializeTupleStruct = Impossible<(), Outcome>;
    type SerializeTupleVariant = Impossible<(), Outcome>;
    type SerializeMap = Impossible<(), Outcome>;
    type SerializeStruct = Impossible<(), Outcome>;
    type SerializeStructVariant = Impossible<(), Outcome>;

    fn serialize_unit(self) -> Result<(), Outcome> {
        Ok(())
    }

    /// The most frequent argument of all, which nobody has to look at twice.
    fn serialize_str(self, text: &str) -> Result<(), Outcome> {
        self.items.push_text(text).map_err(|error| Outcome::Failed(0, error))
    }

    fn serialize_tuple(self, _len: usize) -> Result<Self, Outcome> {
        Ok(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), Outcome> {
        Err(Outcome::One)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), Outcome> {
        Err(Outcome::One)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Outcome> {
        Err(Outcome::One)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), Outcome> {
        Err(Outcome::One)
    }

    one_argument! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_i128(i128) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_u128(u128) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}

impl serde::ser::Error for Outcome {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Failed(0, serde_json::Error::custom(message))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One => f.write_str("not a list of arguments"),
            Self::Failed(_, error) => fmt::Display::fmt(error, f),
        }
    }
}

impl core::error::Error for Outcome {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::string::ToString;

    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Pair(u8, u8);

    #[derive(Serialize)]
    struct Message {
        text: &'static str,
        photo: Bytes,
    }

    #[test]
    fn a_tuple_is_the_list_unit_is_none_anything_else_is_one_argument() {
        let list = |args: Result<Payload, EncodeError>| args.unwrap().json().to_string();
        assert_eq!(list(Payload::args(&())), "[]");
        assert_eq!(list(Payload::args(&(1, "2", [3]))), r#"[1,"2",[3]]"#);
        assert_eq!(list(Payload::args(&[1, 2])), "[1,2]");
        assert_eq!(list(Payload::args(&((1, 2),))), "[[1,2]]");
        assert_eq!(list(Payload::args("x")), r#"["x"]"#);
        assert_eq!(list(Payload::args(&[1, 2][..])), "[[1,2]]");
        assert_eq!(list(Payload::args(&Pair(1, 2))), "[[1,2]]");
        assert_eq!(list(Payload::args(&Some((1, 2)))), "[[1,2]]");
        assert_eq!(list(Payload::args(&None::<u8>)), "[null]");
        assert_eq!(list(Payload::args(&format_args!("{}", 1))), r#"["1"]"#);
        assert_eq!(list(Payload::event("a", &())), r#"["a"]"#);
        assert_eq!(list(Payload::event("\u{1e}", &true)), r#"["\u001e",true]"#);
    }

    #[test]
    fn bytes_become_attachments_numbered_depth_first() {
        let message = |photo| Message { text: "x", photo: Bytes::from_static(photo) };
        let payload = Payload::event("a", &(message(b"0"), [[Bytes::from_static(b"1")]], message(b"2")));
        let payload = payload.unwrap();
        assert_eq!(
            payload.json(),
            r#"["a",{"text":"x","photo":{"_placeholder":true,"num":0}},[[{"_placeholder":true,"num":1}]],{"text":"x","photo":{"_placeholder":true,"num":2}}]"#,
        );
        assert_eq!(payload.attachments(), ["0", "1", "2"]);
    }

    #[test]
    fn a_value_is_no_list_and_carries_no_bytes() {
        assert_eq!(Payload::value(&(1, 2)).unwrap().json(), "[1,2]");
        assert_eq!(Payload::value(&()).unwrap().json(), "null");
        let error = Payload::value(&Bytes::new()).unwrap_err();
        assert_eq!(error.kind(), EncodeErrorKind::BytesInValue);
    }

    #[test]
    fn an_error_says_which_argument_and_keeps_serdes_reason() {
        let error = Payload::event("a", &(1, BTreeMap::from([((1, 2), 3)]))).unwrap_err();
        assert_eq!(error.kind(), EncodeErrorKind::NotJson);
        assert_eq!(error.to_string(), "argument 2 cannot be written as JSON");
        let source = core::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "key must be a string");

        let error = Payload::event("disconnect", &()).unwrap_err();
        assert_eq!(error.kind(), EncodeErrorKind::ReservedEvent);
    }
}
