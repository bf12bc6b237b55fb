//! The user's data as JavaScript keeps it. Received: the parsed arguments, attachments in place. To be sent: an
//! object of `data.mjs` that holds the JSON text and the attachments.

use alloc::string::String;
use alloc::vec::Vec;

use parlor_protocol::socket::{
    ConnectReply, DecodeError, DecodeErrorKind, Edge, First, Kind, RESERVED_EVENTS, Shape,
};
use parlor_protocol::{Message, Size, limits};
use wasm_bindgen::JsValue;

use crate::host;
use crate::text::{Text, int, to_js, to_rust};

/// Reads and writes data by way of the page's own JSON.
#[derive(Debug)]
pub(crate) struct JsEdge;

/// One message for a transport: a text, or bytes in whatever kind of object the user has them.
#[derive(Debug)]
pub(crate) struct Outgoing(pub(crate) Message<JsValue, JsValue>);

impl Size for Outgoing {
    fn payload_bytes(&self) -> usize {
        let bytes = |value| usize::try_from(host::bytes(value)).unwrap_or(0);
        1 + match &self.0 {
            Message::Text(text) => bytes(text),
            Message::Binary(binary) => bytes(binary).div_ceil(3) * 4,
        }
    }
}

impl Edge for JsEdge {
    type Data = JsValue;
    type Text = Text;
    type Binary = JsValue;
    type Outgoing = Outgoing;

    fn with_header<R>(&self, text: &Text, read: impl FnOnce(&str) -> R) -> R {
        text.with_header(read)
    }

    fn open(
        &mut self,
        kind: Kind,
        text: Text,
        at: usize,
        attachments: Vec<JsValue>,
    ) -> Result<Option<JsValue>, DecodeError> {
        let list = if attachments.is_empty() { JsValue::UNDEFINED } else { host::list() };
        for attachment in attachments {
            host::push(&list, &attachment);
        }
        let value = host::parse(&text.value, text.from, int(at), &list);
        match shape(host::shape(&value)) {
            Seen::Nothing => Ok(None),
            Seen::Value(shape) if shape.fits(kind) => Ok(Some(value)),
            Seen::Value(_) | Seen::Invalid => Err(DecodeErrorKind::InvalidPayload.into()),
        }
    }

    fn attachments(&self, data: &JsValue) -> usize {
        usize::try_from(host::attachments(data)).unwrap_or(0)
    }

    fn seal(&mut self, header: &str, data: Option<JsValue>, _compress: bool, out: &mut Vec<Outgoing>) {
        let data = data.unwrap_or(JsValue::UNDEFINED);
        out.push(Outgoing(Message::Text(host::seal(&to_js(header), &data))));
        let attachments = (0..host::attachments(&data)).map(|at| host::attachment(&data, at));
        out.extend(attachments.map(|attachment| Outgoing(Message::Binary(attachment))));
    }

    fn connect_reply(&self, data: &JsValue) -> Option<ConnectReply> {
        Some(ConnectReply { sid: string_field(data, "sid")?, pid: string_field(data, "pid") })
    }

    fn offset(&self, data: &JsValue) -> Option<String> {
        to_rust(&host::offset(data), limits::MAX_OFFSET_BYTES)
    }

    fn rejoin(&self, auth: Option<JsValue>, pid: &str, offset: Option<&str>) -> Option<JsValue> {
        let auth = auth.unwrap_or(JsValue::UNDEFINED);
        Some(host::rejoin(&auth, &to_js(pid), &offset.map_or(JsValue::UNDEFINED, to_js)))
    }
}

/// A property that is a string, or its beginning if it is absurdly long.
pub(crate) fn string_field(value: &JsValue, name: &str) -> Option<String> {
    to_rust(&host::field(value, &to_js(name)), limits::MAX_SID_BYTES + 1)
}

/// What JavaScript saw in a packet's JSON.
enum Seen {
    /// The text ended before.
    Nothing,
    /// No JSON, or a placeholder that points at no attachment.
    Invalid,
    Value(Shape<'static>),
}

/// What the numbers of `shape` in `host.mjs` mean. Of an event's name it matters only whether it is reserved.
fn shape(code: i32) -> Seen {
    Seen::Value(match code {
        0 => return Seen::Nothing,
        2 => Shape::Object,
        3 => Shape::String,
        4 => Shape::Other,
        5 => Shape::Array(First::Nothing),
        6 => Shape::Array(First::Number),
        7 => Shape::Array(First::Other),
        8 => Shape::Array(First::String("")),
        9.. => Shape::Array(First::String(reserved(code - 9))),
        _ => return Seen::Invalid,
    })
}

fn reserved(at: i32) -> &'static str {
    usize::try_from(at).ok().and_then(|at| RESERVED_EVENTS.get(at)).copied().unwrap_or_default()
}
