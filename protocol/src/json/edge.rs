//! Where packets meet JSON: what comes in is checked, what goes out is joined to its header.
//!
//! Nothing is read into a tree here, and nothing recurses, so depth costs nothing. Whoever reads a payload
//! later is bounded by [`limits::MAX_JSON_DEPTH`](crate::limits::MAX_JSON_DEPTH).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Debug};
use core::marker::PhantomData;

use bytes::Bytes;
use bytestring::ByteString;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::placeholder::placeholders;
use super::{Payload, args, scan};
use crate::socket::{ConnectReply, DecodeError, DecodeErrorKind, Edge, First, Kind, Shape};
use crate::{Message, Size, limits};

/// What transports are given as one message: made of the parts of a packet, so that each is copied once.
pub trait Outgoing: Size + Debug {
    /// A text: a packet's header, and its JSON behind it.
    fn text(header: &str, json: &str) -> Self;

    /// An attachment.
    fn binary(bytes: Bytes) -> Self;
}

impl Outgoing for Message<ByteString, Bytes> {
    fn text(header: &str, json: &str) -> Self {
        Self::Text([header, json].concat().into())
    }

    fn binary(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }
}

/// The edge for Rust callers. `O` is what transports are given: a message, or a frame that holds one.
///
/// ```
/// use bytestring::ByteString;
/// use parlor_protocol::Message;
/// use parlor_protocol::json::Json;
/// use parlor_protocol::socket::{Codec, TextCodec};
///
/// let mut codec = TextCodec::new(Json::default());
/// let packet = codec.decode(Message::Text(ByteString::from(r#"2/chat,["say","hello"]"#))).unwrap().unwrap();
/// assert_eq!(packet.namespace.as_str(), "/chat");
/// assert_eq!(packet.data.unwrap().read_event::<String>().unwrap(), "hello");
/// # let mut out = Vec::new();
/// # codec.encode(parlor_protocol::socket::Packet::new(packet.kind, packet.namespace, None), true, &mut out);
/// # let _: Vec<Message<ByteString, bytes::Bytes>> = out;
/// ```
pub struct Json<O = Message<ByteString, Bytes>> {
    outgoing: PhantomData<fn() -> O>,
}

impl<O> Default for Json<O> {
    fn default() -> Self {
        Self { outgoing: PhantomData }
    }
}

impl<O> Debug for Json<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json")
    }
}

impl<O: Outgoing> Edge for Json<O> {
    type Data = Payload;
    type Word = String;
    type Text = ByteString;
    type Binary = Bytes;
    type Outgoing = O;

    fn with_header<R>(&self, text: &ByteString, read: impl FnOnce(&[u8]) -> R) -> R {
        read(text.as_bytes())
    }

    fn check(&self, kind: Kind, text: &ByteString, at: usize) -> Result<(), DecodeError> {
        checked(kind, text, at).map(drop).map_err(Into::into)
    }

    fn open(
        &mut self,
        kind: Kind,
        text: ByteString,
        at: usize,
        attachments: Vec<Bytes>,
    ) -> Result<Option<Payload>, DecodeError> {
        let Some(json) = checked(kind, &text, at)? else { return Ok(None) };
        if !attachments.is_empty() {
            for placeholder in placeholders(json, attachments.len()) {
                placeholder.map_err(|_| DecodeErrorKind::IllegalAttachments)?;
            }
        }
        Ok(Some(Payload { json: text.slice_ref(json), attachments }))
    }

    fn attachments(&self, data: &Payload) -> usize {
        data.attachments.len()
    }

    fn seal(&mut self, header: &str, data: Option<Payload>, _compress: bool, out: &mut Vec<O>) {
        let (json, attachments) = data.map(|data| (data.json, data.attachments)).unwrap_or_default();
        out.reserve_exact(1 + attachments.len());
        out.push(O::text(header, &json));
        out.extend(attachments.into_iter().map(O::binary));
    }

    fn connect_reply(&self, data: &Payload) -> Option<ConnectReply<String>> {
        #[derive(Deserialize)]
        struct Reply {
            sid: String,
            pid: Option<String>,
        }
        let Reply { sid, pid } = serde_json::from_str(&data.json).ok()?;
        (!sid.is_empty()).then_some(ConnectReply { sid, pid })
    }

    fn offset(&self, data: &Payload) -> Option<String> {
        last_text(&data.json).map(Cow::into_owned)
    }

    fn rejoin(&self, auth: Option<Payload>, pid: &String, offset: Option<&String>) -> Option<Payload> {
        let users = match &auth {
            None => "",
            // What is no object is the user's mistake, and the server will say so.
            Some(data) => match data.json.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(users) => users.trim_ascii(),
                None => return auth,
            },
        };
        let mut json = String::from(r#"{"pid":"#);
        args::push_string(pid, &mut json);
        if let Some(offset) = offset {
            json.push_str(r#","offset":"#);
            args::push_string(offset, &mut json);
        }
        // Of a key that comes twice readers take the last.
        if !users.is_empty() {
            json.push(',');
            json.push_str(users);
        }
        json.push('}');
        Some(Payload { json: json.into(), attachments: Vec::new() })
    }
}

/// The last argument of an event, if it is a short text. Looks at the end only, however long the event is.
fn last_text(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_suffix(']')?.trim_ascii_end();
    let text = inside.strip_suffix('"')?;
    let mut quotes = text.bytes().enumerate().rev().take(limits::MAX_OFFSET_BYTES + 1);
    let is_escaped = |at: usize| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
    };
    let (at, _) = quotes.find(|&(at, byte)| byte == b'"' && !is_escaped(at))?;
    // What stands behind `[` is the event's name.
    let is_argument = json.get(..at)?.trim_ascii_end().ends_with(',');
    is_argument.then(|| scan::unquote(inside.get(at..).unwrap_or_default()))
}

/// The JSON that begins at byte `at`, without the whitespace around it, if a packet of that kind may carry it.
fn checked(kind: Kind, text: &str, at: usize) -> Result<Option<&str>, DecodeErrorKind> {
    let json = text.get(at..).ok_or(DecodeErrorKind::InvalidPayload)?;
    if json.is_empty() {
        return Ok(None);
    }
    let json = serde_json::from_str::<&RawValue>(json).map_err(|_| DecodeErrorKind::InvalidPayload)?.get();
    let fits = match (json.as_bytes().first(), scan::plain_name(json)) {
        (Some(b'{'), _) => Shape::Object.fits(kind),
        (Some(b'"'), _) => Shape::String.fits(kind),
        (Some(b'['), Some(name)) => Shape::Array(First::of(name)).fits(kind),
        (Some(b'['), None) => {
            let item = scan::items(json).next();
            let name = item.and_then(scan::name);
            Shape::Array(scan::first(item, name.as_deref())).fits(kind)
        }
        _ => Shape::Other.fits(kind),
    };
    if fits { Ok(Some(json)) } else { Err(DecodeErrorKind::InvalidPayload) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::{Codec, Namespace, Packet, TextCodec};

    type Out = Message<ByteString, Bytes>;

    #[test]
    fn a_reserved_name_is_refused_however_it_is_spelled() {
        for text in [r#"2["connect"]"#, r#"2["\u0063onnect"]"#, r#"2[ "connect" ]"#] {
            let error = decode(text).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::InvalidPayload, "{text}");
        }
    }

    #[test]
    fn a_payload_is_kept_without_the_whitespace_around_it() {
        let data = decode("20 [\"a\", 1]\n").unwrap().unwrap().data.unwrap();
        assert_eq!(data.json(), r#"["a", 1]"#);
    }

    #[test]
    fn depth_costs_nothing_until_somebody_reads() {
        let deep = ["2[\"a\",", &"[".repeat(100_000), &"]".repeat(100_000), "]"].concat();
        let data = decode(&deep).unwrap().unwrap().data.unwrap();
        assert_eq!(data.event_name().as_deref(), Some("a"));
        assert!(data.read_event::<serde_json::Value>().is_err());
        assert!(data.read_event::<()>().is_ok());
    }

    #[test]
    fn a_placeholder_in_a_packet_without_attachments_is_plain_data() {
        let data = decode(r#"2["a",{"_placeholder":true,"num":9}]"#).unwrap().unwrap().data.unwrap();
        assert_eq!(data.json(), r#"["a",{"_placeholder":true,"num":9}]"#);
    }

    #[test]
    fn the_answer_to_connect_needs_an_id() {
        let edge = Json::<Out>::default();
        let reply =
            |sid: &str, pid: Option<&str>| Some(ConnectReply { sid: sid.into(), pid: pid.map(Into::into) });
        for (json, expected) in [
            (r#"{"sid":"a"}"#, reply("a", None)),
            (r#"{"pid":"b","sid":"a","new":[1]}"#, reply("a", Some("b"))),
            (r#"{"sid":""}"#, None),
            (r#"{"sid":1}"#, None),
            ("{}", None),
        ] {
            let payload = Payload { json: json.into(), attachments: Vec::new() };
            assert_eq!(edge.connect_reply(&payload), expected, "{json}");
        }
    }

    #[test]
    fn the_offset_of_an_event_is_its_last_argument_if_that_is_a_short_text() {
        let longest = "x".repeat(limits::MAX_OFFSET_BYTES);
        for (json, expected) in [
            (r#"["a","b"]"#, Some("b")),
            (r#"["a",{"b":"c"} , "d" ]"#, Some("d")),
            (r#"["a","b\"c"]"#, Some("b\"c")),
            (r#"["a","b\\"]"#, Some("b\\")),
            (r#"["a","\\\",\""]"#, Some("\\\",\"")),
            (r#"["a",""]"#, Some("")),
            (r#"["a","\u0062"]"#, Some("b")),
            (r#"["a"]"#, None),
            (r#"[ "a" ]"#, None),
            (r#"["a",["b"]]"#, None),
            (r#"["a",1]"#, None),
            ("[]", None),
            (&["[\"a\",\"", &longest, "\"]"].concat(), Some(&longest)),
            (&["[\"a\",\"", &longest, "x\"]"].concat(), None),
        ] {
            let payload = Payload { json: json.into(), attachments: Vec::new() };
            assert_eq!(Json::<Out>::default().offset(&payload).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn who_comes_back_says_so_and_what_the_user_says() {
        let edge = Json::<Out>::default();
        let object = |json: &str| Some(Payload { json: json.into(), attachments: Vec::new() });
        for (auth, offset, expected) in [
            (None, None, r#"{"pid":"p"}"#),
            (None, Some("o\""), r#"{"pid":"p","offset":"o\""}"#),
            (object("{ }"), None, r#"{"pid":"p"}"#),
            (object(r#"{"token":1}"#), Some("o"), r#"{"pid":"p","offset":"o","token":1}"#),
            (object(r#"{"pid":1}"#), None, r#"{"pid":"p","pid":1}"#),
            (object("7"), None, "7"),
        ] {
            assert_eq!(edge.rejoin(auth, &"p".into(), offset.map(String::from).as_ref()), object(expected));
        }
    }

    #[test]
    fn text_and_attachments_leave_in_order() {
        let data = Payload::args(&(Bytes::from_static(b"x"), Bytes::from_static(b"y"))).unwrap();
        let packet = Packet { kind: Kind::Ack, namespace: Namespace::ROOT, id: Some(7), data: Some(data) };
        let mut out = Vec::new();
        TextCodec::new(Json::<Out>::default()).encode(packet, true, &mut out);
        let text = r#"62-7[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
        let expected: [Out; 3] = [
            Message::Text(text.into()),
            Message::Binary(Bytes::from_static(b"x")),
            Message::Binary(Bytes::from_static(b"y")),
        ];
        assert_eq!(out, expected);
    }

    fn decode(text: &str) -> Result<Option<Packet<Payload>>, DecodeError> {
        TextCodec::new(Json::<Out>::default()).decode(Message::Text(text.into()))
    }
}
