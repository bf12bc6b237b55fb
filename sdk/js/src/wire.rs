//! Engine.IO packets as a transport of the page has them: a string or bytes per frame, a string per HTTP body.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use parlor_protocol::Message;
use parlor_protocol::engine::{Handshake, Packet, TransportKind, payload};
use wasm_bindgen::JsValue;

use crate::edge::{Outgoing, string_field};
use crate::host;
use crate::text::{Text, Until, head, to_js, to_rust};

/// One message as it comes in.
pub(crate) type Incoming = Message<Text, JsValue>;

/// What stands before a text message, and before base64.
const MESSAGE: char = '4';
const BASE64: char = 'b';

/// Reads a text frame, or one packet of a payload; `None` when it is no packet.
pub(crate) fn read(text: JsValue) -> Option<Packet<Incoming>> {
    // As far as `2probe` reaches, and one more to see that nothing follows.
    let mut near = [0; 7 * 3];
    let written = head(&text, 0, &mut near, 7, Until::Json);
    let near = core::str::from_utf8(near.get(..written)?).ok()?;
    Some(match near.chars().next()? {
        MESSAGE => Packet::Message(Message::Text(Text { value: text, from: 1 })),
        BASE64 => Packet::Message(Message::Binary(defined(host::from_base64(&text, 1))?)),
        '0' => Packet::Open(Box::new(handshake(&text)?)),
        _ => control().into_iter().find(|packet| packet.control_text() == Some(near))?,
    })
}

/// Reads the body of a poll.
pub(crate) fn read_payload(body: &JsValue) -> impl Iterator<Item = Option<Packet<Incoming>>> {
    let parts = host::split(body, code(payload::SEPARATOR));
    (0..).map_while(move |at| defined(host::item(&parts, at))).map(read)
}

/// A packet as one WebSocket frame.
pub(crate) fn frame(packet: Packet<Outgoing>, base64: bool) -> JsValue {
    match packet {
        Packet::Message(Outgoing(Message::Binary(binary))) if !base64 => binary,
        packet => append(&JsValue::UNDEFINED, -1, packet),
    }
}

/// Packets as the body of one POST.
pub(crate) fn body(packets: Vec<Packet<Outgoing>>) -> JsValue {
    let mut body = JsValue::UNDEFINED;
    for packet in packets {
        let separator = if body.is_undefined() { -1 } else { code(payload::SEPARATOR) };
        body = append(&body, separator, packet);
    }
    body
}

/// The packet that tells the server that the session is over.
pub(crate) fn farewell() -> JsValue {
    body([Packet::Close].into())
}

fn append(before: &JsValue, separator: i32, packet: Packet<Outgoing>) -> JsValue {
    let (kind, text) = match packet {
        Packet::Message(Outgoing(Message::Text(text))) => (code(MESSAGE), text),
        Packet::Message(Outgoing(Message::Binary(binary))) => (code(BASE64), host::to_base64(&binary)),
        control => (-1, to_js(control.control_text().unwrap_or_default())),
    };
    host::join(before, separator, kind, &text)
}

fn control() -> [Packet<Incoming>; 7] {
    [
        Packet::Ping { probe: false },
        Packet::Pong { probe: true },
        Packet::Noop,
        Packet::Close,
        Packet::Ping { probe: true },
        Packet::Pong { probe: false },
        Packet::Upgrade,
    ]
}

fn handshake(text: &JsValue) -> Option<Handshake> {
    let json = defined(host::parse(text, 1, 0, &JsValue::UNDEFINED))?;
    let offered = host::field(&json, &to_js("upgrades"));
    let max_payload = number_field(&json, "maxPayload");
    Some(Handshake {
        sid: string_field(&json, "sid").unwrap_or_default(),
        upgrades: transports(&offered),
        ping_interval: millis(number_field(&json, "pingInterval")),
        ping_timeout: millis(number_field(&json, "pingTimeout")),
        max_payload_bytes: saturating(max_payload),
    })
}

/// The transports among the names in an array; names we do not know are left out.
pub(crate) fn transports(names: &JsValue) -> Vec<TransportKind> {
    let names = (0..).map_while(|at| to_rust(&host::item(names, at), MAX_NAME_UNITS));
    names.filter_map(|name| TransportKind::from_name(&name)).collect()
}

/// Longer than the name of any transport.
const MAX_NAME_UNITS: usize = 16;

/// A time of JavaScript: not a number is none, too much is for ever.
pub(crate) fn millis(value: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, NaN is 0"
    )]
    Duration::from_millis(value as u64)
}

fn saturating(value: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, NaN is 0"
    )]
    {
        value as usize
    }
}

fn number_field(value: &JsValue, name: &str) -> f64 {
    host::number(&host::field(value, &to_js(name)))
}

fn defined(value: JsValue) -> Option<JsValue> {
    (!value.is_undefined()).then_some(value)
}

fn code(character: char) -> i32 {
    i32::try_from(u32::from(character)).unwrap_or(-1)
}
