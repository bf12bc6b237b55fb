//! What the page's transports bring: Engine.IO packets by their first characters, and Socket.IO packets in them.

use parlor_protocol::engine::{Packet, Terms, TransportKind};
use parlor_protocol::socket::decode::{self, Fields, Missing};
use parlor_protocol::socket::{DecodeError, DecodeErrorKind, First, Kind, Shape};
use parlor_protocol::{Millis, limits};

use crate::host;
use crate::page::{address, length, number};

/// The first units of a text, as JavaScript hands them over: what is not ASCII is 255, behind the end is 0.
pub(crate) type Head = [u8; 4];

/// A packet of Socket.IO, whose data JavaScript has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Received {
    pub(crate) kind: Kind,
    pub(crate) socket: i32,
    /// Below 0 for none.
    pub(crate) id: f64,
    data_at: i32,
}

/// Puts texts and the attachments behind them together.
#[derive(Debug)]
pub(crate) struct Decoder {
    /// The socket of `/`, where there is one.
    pub(crate) root: i32,
    missing: Missing,
    unfinished: Option<Received>,
}

/// The type of a frame, or of one packet of a payload; `None` when it is none.
pub(crate) const fn read(head: Head) -> Option<Packet<(), ()>> {
    Some(match head {
        [b'0', ..] => Packet::Open(()),
        [b'1', ..] => Packet::Close,
        [b'2', more, ..] => Packet::Ping { probe: more != 0 },
        [b'3', more, ..] => Packet::Pong { probe: more != 0 },
        [b'4', ..] => Packet::Message(()),
        [b'5', ..] => Packet::Upgrade,
        [b'6', ..] => Packet::Noop,
        _ => return None,
    })
}

/// Lets `agree` see what the server said when it opened the session, if that makes sense.
pub(crate) fn handshake(agree: impl FnOnce(&Terms<'_>)) -> Result<(), DecodeError> {
    let sid_units = if host::parse(1) == OBJECT { host::session() } else { 0 };
    if !(1..=limits::MAX_SID_BYTES).contains(&usize::try_from(sid_units).unwrap_or(0)) {
        return Err(DecodeErrorKind::InvalidPayload.into());
    }
    let websocket = [TransportKind::WebSocket];
    let offered = host::offers(number(TransportKind::WebSocket)) > 0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, NaN is 0")]
    let max_payload_bytes = field("maxPayload") as usize;
    agree(&Terms {
        upgrades: if offered { &websocket } else { &[] },
        ping_interval: millis(field("pingInterval")),
        ping_timeout: millis(field("pingTimeout")),
        max_payload_bytes,
    });
    Ok(())
}

impl Decoder {
    pub(crate) const fn new() -> Self {
        Self { root: -1, missing: Missing::new(), unfinished: None }
    }

    /// What was half received came over another connection.
    pub(crate) const fn reset(&mut self) {
        self.missing = Missing::new();
    }

    /// A text came. Gives a packet when it is whole.
    pub(crate) fn text(&mut self, head: Head) -> Result<Option<Received>, DecodeError> {
        self.missing.text()?;
        let root = self.root;
        let (packet, attachments) = with_header(head, |text| {
            let Fields { kind, attachments, namespace, id, data_at } =
                decode::fields(text, limits::MAX_ATTACHMENTS)?;
            #[expect(clippy::cast_precision_loss, reason = "JavaScript's own ids have 53 bits")]
            let id = id.map_or(-1.0, |id| id as f64);
            let socket = match namespace {
                Some(name) => host::socket(address(name), length(name)),
                None => root,
            };
            let header = text.get(..data_at).unwrap_or_default();
            Ok::<_, DecodeError>((Received { kind, socket, id, data_at: 1 + units(header) }, attachments))
        })?;
        if self.missing.announced(attachments) {
            return packet.opened();
        }
        host::keep();
        self.unfinished = Some(packet);
        Ok(None)
    }

    /// Bytes came. Gives a packet when they are the last that were missing.
    pub(crate) fn attachment(&mut self) -> Result<Option<Received>, DecodeError> {
        let last = self.missing.attachment()?;
        host::attach();
        match self.unfinished {
            Some(packet) if last => packet.opened(),
            _ => Ok(None),
        }
    }
}

impl Received {
    /// Reads the data, if there is any.
    fn opened(self) -> Result<Option<Self>, DecodeError> {
        let shape = match host::parse(self.data_at) {
            0 => return Ok(Some(self)),
            OBJECT => Shape::Object,
            3 => Shape::String,
            4 => Shape::Other,
            5 => Shape::Array(First::Nothing),
            6 => Shape::Array(First::Number),
            7 => Shape::Array(First::Other),
            8 => Shape::Array(First::Name),
            9 => Shape::Array(First::Reserved),
            _ => return Err(DecodeErrorKind::InvalidPayload.into()),
        };
        if shape.fits(self.kind) { Ok(Some(self)) } else { Err(DecodeErrorKind::InvalidPayload.into()) }
    }
}

/// What `parse` gives for an object.
const OBJECT: i32 = 2;

/// Lets `read` see the beginning of a text behind its first unit, at least as far as a Socket.IO header reaches.
fn with_header<R>(head: Head, read: impl Fn(&[u8]) -> R) -> R {
    let [_, near @ ..] = head;
    if matches!(near, [_, b'[' | b'{' | b'"' | 0, _] | [_, b'0'..=b'9', b'[' | b'{' | b'"' | 0]) {
        return read(&near);
    }
    let mut far = [0; MAX_HEADER_UNITS * 3];
    let written = host::head(address(&far), int(MAX_HEADER_UNITS));
    read(far.get_mut(..usize::try_from(written).unwrap_or(0)).unwrap_or_default())
}

/// Longer than any header with the longest namespace that is accepted: two numbers stand in it as well.
const MAX_HEADER_UNITS: usize = limits::MAX_NAMESPACE_BYTES + 48;

/// How many units of JavaScript some UTF-8 is: a character of four bytes is two.
fn units(text: &[u8]) -> i32 {
    text.iter().map(|byte| i32::from(byte & 0xc0 != 0x80) + i32::from(*byte >= 0xf0)).sum()
}

/// A time of JavaScript: not a number is none, too much is for ever.
pub(crate) const fn millis(value: f64) -> Millis {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, NaN is 0")]
    Millis::new(value as u64)
}

fn field(name: &str) -> f64 {
    host::number(address(name.as_bytes()), length(name.as_bytes()))
}

/// A length as JavaScript gets it.
fn int(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
