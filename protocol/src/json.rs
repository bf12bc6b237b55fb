//! The edge for Rust callers: JSON text in shared bytes, arguments by serde.
//!
//! What a peer sends is checked once, where it comes in ([`Json`]), and kept as text. It is read when somebody
//! asks for it as a type, and forwarded as it is when nobody does.
//!
//! # One rule for arguments
//!
//! An event and an ack carry a list of arguments. Both ways the same rule holds: a tuple is the list, `()` is the
//! empty list, anything else is one argument. Arrays of a fixed length count as tuples, because serde does not
//! tell them apart; a `Vec`, a slice or a tuple struct is one argument.
//!
//! Bytes ([`bytes::Bytes`], or a field with `serde_bytes`) travel as attachments, wherever they stand in the data.
//! A `Vec<u8>` is a list of numbers to serde, and travels as one. What has no bytes, like `serde_json::Value`, can be
//! read only where no attachment stands.

mod args;
mod attached;
mod edge;
mod handshake;
mod key;
mod pieces;
mod placeholder;
mod raw;
mod read;
mod scan;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;
use bytestring::ByteString;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::args::{EncodeError, EncodeErrorKind, write_args};
pub use self::edge::{Json, Outgoing};
pub use self::handshake::{read_handshake, write_handshake};
pub use self::pieces::Piece;
pub use self::read::{ArgsError, ArgsErrorKind};
use self::scan::Scan;
pub use self::scan::unquote;

/// The user's data in a packet: JSON as on the wire, with placeholders where its attachments belong.
///
/// Cloning shares both. Where serde is asked for arguments or a value, `Payload` stands for any, unread:
/// `read_event::<Payload>()` gives the whole list of arguments, and as the arguments of another event it is that
/// list again. [`Payload::event_args_payload`] and [`Payload::named`] do the same in one copy.
///
/// ```
/// use parlor_protocol::json::Payload;
///
/// let payload = Payload::event("chat", &("hello", 3)).unwrap();
/// assert_eq!(payload.json(), r#"["chat","hello",3]"#);
/// assert_eq!(payload.read_event::<(String, u32)>().unwrap(), ("hello".to_owned(), 3));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Valid JSON without whitespace around it.
    json: ByteString,
    attachments: Vec<Bytes>,
}

impl Payload {
    /// An event: its name, and its arguments by the rule of [this module](self).
    ///
    /// ```
    /// use bytes::Bytes;
    /// use parlor_protocol::json::Payload;
    ///
    /// let payload = Payload::event("photo", &("cat.png", Bytes::from_static(&[1, 2]))).unwrap();
    /// assert_eq!(payload.json(), r#"["photo","cat.png",{"_placeholder":true,"num":0}]"#);
    /// assert_eq!(payload.attachments(), [Bytes::from_static(&[1, 2])]);
    /// ```
    ///
    /// # Errors
    ///
    /// The name belongs to the library ([`RESERVED_EVENTS`](crate::socket::RESERVED_EVENTS)), or serde cannot
    /// write an argument as JSON.
    pub fn event<T: Serialize + ?Sized>(name: &str, args: &T) -> Result<Self, EncodeError> {
        args::event(name, args)
    }

    /// The arguments of an ack, by the rule of [this module](self).
    ///
    /// # Errors
    ///
    /// Serde cannot write an argument as JSON.
    pub fn args<T: Serialize + ?Sized>(args: &T) -> Result<Self, EncodeError> {
        args::list(args)
    }

    /// One value that is not a list of arguments: the data of CONNECT and of the answers to it.
    ///
    /// # Errors
    ///
    /// Serde cannot write it as JSON, or there are bytes in it: these packets carry no attachments.
    pub fn value<T: Serialize + ?Sized>(value: &T) -> Result<Self, EncodeError> {
        args::value(value)
    }

    /// The event `name` with arguments that came as a payload, such as the ones of another event. The name must
    /// not be one of [`RESERVED_EVENTS`](crate::socket::RESERVED_EVENTS): peers refuse those.
    ///
    /// A payload that is no list is one argument.
    ///
    /// ```
    /// use parlor_protocol::json::Payload;
    ///
    /// let heard = Payload::event("say", &("hello", 1)).unwrap();
    /// assert_eq!(Payload::named("said", &heard.event_args_payload()).json(), r#"["said","hello",1]"#);
    /// ```
    #[must_use]
    pub fn named(name: &str, args: &Self) -> Self {
        let inside =
            args.json.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&args.json);
        let mut json = String::with_capacity(args.json.len() + name.len() + 5);
        json.push('[');
        args::push_string(name, &mut json);
        if !inside.trim_ascii().is_empty() {
            json.push(',');
            json.push_str(inside);
        }
        json.push(']');
        Self { json: json.into(), attachments: args.attachments.clone() }
    }

    /// The arguments of an event, without its name and without reading them: to be acked, or sent on.
    ///
    /// A payload that is no list has none.
    #[must_use]
    pub fn event_args_payload(&self) -> Self {
        let mut scan = Scan::new(&self.json);
        let mut rest = "]";
        if scan.take(b'[') && scan.peek() != Some(b']') {
            scan.value();
            scan.take(b',');
            scan.peek();
            rest = scan.rest();
        }
        Self { json: ["[", rest].concat().into(), attachments: self.attachments.clone() }
    }

    /// The same with one more argument behind the others: a text. A payload that is no list stays as it is.
    ///
    /// ```
    /// use parlor_protocol::json::Payload;
    ///
    /// let event = Payload::event("news", &1).unwrap();
    /// assert_eq!(event.with_text("offset").json(), r#"["news",1,"offset"]"#);
    /// ```
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        let Some(inside) = self.json.strip_suffix(']') else { return self };
        let mut json = String::with_capacity(self.json.len() + text.len() + 3);
        json.push_str(inside);
        if inside.trim_ascii_end() != "[" {
            json.push(',');
        }
        args::push_string(text, &mut json);
        json.push(']');
        Self { json: json.into(), attachments: self.attachments }
    }

    /// The JSON, with `{"_placeholder":true,"num":0}` where the first attachment belongs, and so on.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The attachments, in the order of their numbers.
    pub fn attachments(&self) -> &[Bytes] {
        &self.attachments
    }

    /// The JSON and the attachments in one sequence, each attachment in the place of its placeholder: for other formats,
    /// where bytes stand among the data.
    ///
    /// An attachment comes as often as it is pointed at, but only
    /// [`MAX_PLACEHOLDERS_PER_ATTACHMENT`](crate::limits::MAX_PLACEHOLDERS_PER_ATTACHMENT) times; what is behind that
    /// stays JSON.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use parlor_protocol::json::{Payload, Piece};
    ///
    /// let payload = Payload::event("photo", &Bytes::from_static(&[1, 2])).unwrap();
    /// let pieces: Vec<_> = payload.pieces().collect();
    /// let photo = Bytes::from_static(&[1, 2]);
    /// assert_eq!(pieces, [Piece::Json(r#"["photo","#), Piece::Attachment(&photo), Piece::Json("]")]);
    /// ```
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        pieces::pieces(self)
    }

    /// The same in memory of its own.
    ///
    /// What came from a peer is a slice of all that came with it, whitespace and other packets included, and keeps
    /// that alive. Detach what is kept for long.
    #[must_use]
    pub fn detached(&self) -> Self {
        Self {
            json: ByteString::from(&*self.json),
            attachments: self.attachments.iter().map(|bytes| Bytes::copy_from_slice(bytes)).collect(),
        }
    }

    /// The name of the event that this is the data of; a number stands for its text.
    pub fn event_name(&self) -> Option<Cow<'_, str>> {
        scan::plain_name(&self.json)
            .map_or_else(|| scan::items(&self.json).next().and_then(scan::name), |name| Some(name.into()))
    }

    /// Reads the arguments of an event by the rule of [this module](self).
    ///
    /// Arguments behind those asked for are ignored, and where one is missing an `Option` is `None`: like that,
    /// either end can gain an argument before the other.
    ///
    /// # Errors
    ///
    /// An argument is missing, or does not fit its type.
    pub fn read_event<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        read::list(self, 1)
    }

    /// Reads the arguments of an ack as [`Payload::read_event`] does.
    ///
    /// # Errors
    ///
    /// An argument is missing, or does not fit its type.
    pub fn read_args<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        read::list(self, 0)
    }

    /// Reads a value that is not a list of arguments: see [`Payload::value`].
    ///
    /// # Errors
    ///
    /// It does not fit its type.
    pub fn read_value<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        read::value(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_move_between_events_and_acks_unread() {
        for (event, args, renamed) in [
            (r#"["a"]"#, "[]", r#"["b"]"#),
            (r#"[ "a" , 1 , {"x":[ ]} ]"#, r#"[1 , {"x":[ ]} ]"#, r#"["b",1 , {"x":[ ]} ]"#),
            (r#"["],\"[",{}]"#, "[{}]", r#"["b",{}]"#),
            ("[7,8]", "[8]", r#"["b",8]"#),
            ("[ ]", "[]", r#"["b"]"#),
            ("{}", "[]", r#"["b"]"#),
        ] {
            let event = Payload { json: event.into(), attachments: [Bytes::from_static(b"x")].into() };
            let moved = event.event_args_payload();
            assert_eq!(moved, Payload { json: args.into(), attachments: [Bytes::from_static(b"x")].into() });
            assert_eq!(Payload::named("b", &moved).json(), renamed);
        }
    }

    #[test]
    fn a_text_is_added_behind_the_arguments() {
        for (json, expected) in [
            (r#"["a"]"#, r#"["a","x"]"#),
            (r#"["a",[] ]"#, r#"["a",[] ,"x"]"#),
            ("[]", r#"["x"]"#),
            ("[ ]", r#"[ "x"]"#),
            (r#"{"a":1}"#, r#"{"a":1}"#),
        ] {
            let payload = Payload { json: json.into(), attachments: [Bytes::from_static(b"x")].into() };
            let expected = Payload { json: expected.into(), ..payload.clone() };
            assert_eq!(payload.with_text("x"), expected);
        }
    }

    #[test]
    fn a_detached_payload_keeps_nothing_else_alive() {
        let came = Bytes::from_static(b"pixels and more");
        let body = ByteString::from("[1] and more");
        let payload = Payload { json: body.split_at(3).0, attachments: [came.slice(..6)].into() };
        let detached = payload.detached();
        assert_eq!(detached, payload);
        assert_ne!(detached.json.as_ptr(), body.as_ptr());
        assert_ne!(detached.attachments[0].as_ptr(), came.as_ptr());
    }

    #[test]
    fn a_name_is_escaped_and_a_value_is_one_argument() {
        let value = Payload::value("x").unwrap();
        assert_eq!(Payload::named("\"\n", &value).json(), r#"["\"\n","x"]"#);
    }

    #[test]
    fn an_event_has_a_name_or_a_number() {
        for (json, name) in [
            (r#"["chat",1]"#, Some("chat")),
            (r#"[ "ch\u0061t" ]"#, Some("chat")),
            (r#"["\ud800"]"#, Some("\u{fffd}\u{fffd}\u{fffd}")),
            ("[-1]", Some("-1")),
            ("[]", None),
            ("[null]", None),
            ("{}", None),
        ] {
            let payload = Payload { json: json.into(), attachments: Vec::new() };
            assert_eq!(payload.event_name().as_deref(), name, "{json}");
        }
    }
}
