//! `[uid, packet, options]` in msgpack: what everybody says and hears most, so it is read without a detour.

use bytes::Bytes;
use parlor_protocol::json::Payload;

use super::Channels;
use crate::adapter::{Audience, BroadcastFlags, Message};
use crate::redis::FormatError;
use crate::redis::envelope::{Options, event, is_event, write_options};
use crate::redis::msgpack::{BytesAs, Head, Reader, Text};
use crate::redis::sink::Sink;

pub(super) fn write_broadcast(
    names: &Channels,
    uid: &str,
    data: &Payload,
    audience: &Audience,
    flags: &BroadcastFlags,
    sink: &mut impl Sink,
) {
    sink.raw("[");
    sink.text(uid);
    sink.raw(",");
    write_packet(names, data, sink);
    sink.raw(",");
    write_options(audience, Some(flags), sink);
    sink.raw("]");
}

/// Writes the packet of an event.
pub(super) fn write_packet(names: &Channels, data: &Payload, sink: &mut impl Sink) {
    sink.raw(r#"{"type":2,"data":"#);
    sink.payload(data);
    sink.raw(r#","nsp":"#);
    sink.text(names.namespace());
    sink.raw("}");
}

/// Reads what came on a channel of [`Channels::pattern`], for the server `uid`.
///
/// `None` for what does not concern it: its own words, an event for a room in which none of its clients is, one of another
/// namespace, a packet that is no event.
///
/// # Errors
///
/// It is not in the format, or an event that must not be sent on.
pub(crate) fn decode_broadcast(
    names: &Channels,
    uid: &str,
    channel: &str,
    body: &Bytes,
    has_room: impl Fn(&str) -> bool,
) -> Result<Option<Message>, FormatError> {
    let Some(room) = names.room_of(channel) else { return Ok(None) };
    if !room.is_empty() && !has_room(room) {
        return Ok(None);
    }
    let mut reader = Reader::new(body);
    let items = reader.array()?.and_then(|items| items.checked_sub(3));
    let more = items.ok_or(FormatError::Missing("sender, packet and options"))?;
    if reader.head()? == Head::Str(uid.as_bytes()) {
        return Ok(None);
    }
    let packet = Packet::read(&mut reader, names.namespace())?;
    let options = Text::of(&mut reader, BytesAs::Json)?;
    for _ in 0..more {
        reader.skip()?;
    }
    reader.end()?;
    let Some(text) = packet.event() else { return Ok(None) };
    let data = event(text.json.into(), text.attachments)?;
    let (audience, flags) = serde_json::from_str::<Options>(&options.json)?.read();
    Ok(Some(Message::Broadcast { data, audience, flags }))
}

/// A packet, as far as it has been read.
#[derive(Default)]
struct Packet {
    kind: Option<u64>,
    data: Option<Text>,
    is_of_another_namespace: bool,
}

impl Packet {
    /// One that does not say its namespace is of `/`.
    fn read(reader: &mut Reader<'_>, namespace: &str) -> Result<Self, FormatError> {
        let Head::Map(entries) = reader.head()? else { return Err(FormatError::Missing("packet")) };
        let mut packet = Self { is_of_another_namespace: namespace != "/", ..Self::default() };
        for _ in 0..entries {
            match reader.head()? {
                Head::Str(b"type") => {
                    packet.kind = if let Head::Uint(kind) = reader.head()? { Some(kind) } else { None };
                }
                Head::Str(b"data") => packet.data = Some(Text::of(reader, BytesAs::Attachments)?),
                Head::Str(b"nsp") => {
                    packet.is_of_another_namespace = reader.head()? != Head::Str(namespace.as_bytes());
                }
                _ => reader.skip()?,
            }
        }
        Ok(packet)
    }

    fn event(self) -> Option<Text> {
        self.data.filter(|_| is_event(self.kind) && !self.is_of_another_namespace)
    }
}
