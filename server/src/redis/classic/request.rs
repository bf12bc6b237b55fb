//! What servers ask of each other: objects with a `type`, in JSON but for the one that may have bytes in it.

use bytes::Bytes;
use parlor_protocol::json::Payload;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::broadcast::write_packet;
use super::{Channels, kind};
use crate::adapter::{Audience, BroadcastFlags, Message, Request};
use crate::redis::FormatError;
use crate::redis::envelope::{self, Name, Options, Text, is_event, texts, write_options};
use crate::redis::msgpack::BytesAs;
use crate::redis::sink::Sink;

/// Writes an event that clients shall answer.
pub(super) fn write_broadcast_request(
    names: &Channels,
    uid: &str,
    request: &Request,
    data: &Payload,
    audience: &Audience,
    flags: &BroadcastFlags,
    sink: &mut impl Sink,
) {
    begin(uid, Some(request), kind::BROADCAST, sink);
    sink.raw(r#","packet":"#);
    write_packet(names, data, sink);
    sink.raw(r#","opts":"#);
    write_options(audience, Some(flags), sink);
    sink.raw("}");
}

/// Writes any other request.
pub(super) fn write_request(uid: &str, message: &Message, sink: &mut impl Sink) {
    match message {
        // They are written elsewhere.
        Message::Broadcast { .. } | Message::BroadcastWithAck { .. } => return,
        Message::SocketsJoin { audience, rooms } => {
            begin(uid, None, kind::REMOTE_JOIN, sink);
            write_audience(audience, sink);
            write_rooms(rooms, sink);
        }
        Message::SocketsLeave { audience, rooms } => {
            begin(uid, None, kind::REMOTE_LEAVE, sink);
            write_audience(audience, sink);
            write_rooms(rooms, sink);
        }
        Message::DisconnectSockets { audience, close } => {
            begin(uid, None, kind::REMOTE_DISCONNECT, sink);
            write_audience(audience, sink);
            sink.raw(if *close { r#","close":true"# } else { r#","close":false"# });
        }
        Message::FetchSockets { request, audience } => {
            begin(uid, Some(request), kind::REMOTE_FETCH, sink);
            write_audience(audience, sink);
        }
        Message::ServerSideEmit { data, request } => {
            begin(uid, request.as_ref(), kind::SERVER_SIDE_EMIT, sink);
            sink.raw(r#","data":"#);
            sink.payload(data);
        }
        Message::SocketIds { request, rooms } => {
            begin(uid, Some(request), kind::SOCKETS, sink);
            write_rooms(rooms, sink);
        }
        Message::RoomNames { request } => begin(uid, Some(request), kind::ALL_ROOMS, sink),
    }
    sink.raw("}");
}

fn begin(uid: &str, request: Option<&Request>, kind: u64, sink: &mut impl Sink) {
    sink.raw(r#"{"uid":"#);
    sink.text(uid);
    if let Some(request) = request {
        sink.raw(r#","requestId":"#);
        sink.text(&request.id);
    }
    sink.raw(r#","type":"#);
    sink.raw(&kind.to_string());
}

fn write_audience(audience: &Audience, sink: &mut impl Sink) {
    sink.raw(r#","opts":"#);
    write_options(audience, None, sink);
}

fn write_rooms(rooms: &[Box<str>], sink: &mut impl Sink) {
    sink.raw(r#","rooms":"#);
    sink.texts(rooms);
}

/// Reads what came on the channel of requests, for the server `uid`.
///
/// `None` for what does not concern it: its own words, and types that it does not know. Emitters say no `uid` with some
/// requests, and mean everybody.
///
/// # Errors
///
/// It is not in the format, or an event that must not be sent on.
pub(crate) fn decode_request(uid: &str, body: &Bytes) -> Result<Option<Message>, FormatError> {
    let text = Text::of(body, |_| BytesAs::Attachments)?;
    let wire: Wire<'_> = serde_json::from_str(&text.json)?;
    if wire.uid.as_ref().is_some_and(|from| from.is(uid)) {
        return Ok(None);
    }
    wire.read(&text)
}

/// What stands in requests, of whatever type.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    uid: Option<Name>,
    request_id: Option<Name>,
    #[serde(rename = "type")]
    kind: Option<u64>,
    opts: Option<Options>,
    rooms: Option<Vec<Name>>,
    /// Versions of old named one socket and one room.
    sid: Option<Name>,
    room: Option<Name>,
    close: Option<bool>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    packet: Option<envelope::Packet<'a>>,
}

impl Wire<'_> {
    fn read(self, text: &Text) -> Result<Option<Message>, FormatError> {
        let message = match self.kind {
            Some(kind::SOCKETS) => Message::SocketIds { request: self.request()?, rooms: texts(self.rooms) },
            Some(kind::ALL_ROOMS) => Message::RoomNames { request: self.request()? },
            Some(kind::REMOTE_JOIN) => {
                return Ok(self.moves(|audience, rooms| Message::SocketsJoin { audience, rooms }));
            }
            Some(kind::REMOTE_LEAVE) => {
                return Ok(self.moves(|audience, rooms| Message::SocketsLeave { audience, rooms }));
            }
            Some(kind::REMOTE_DISCONNECT) => return Ok(self.disconnects()),
            Some(kind::REMOTE_FETCH) => {
                Message::FetchSockets { request: self.request()?, audience: self.options()?.audience() }
            }
            Some(kind::SERVER_SIDE_EMIT) => {
                let request = self.request_id.is_some().then(|| self.request()).transpose()?;
                Message::ServerSideEmit { data: text.server_event(self.data)?, request }
            }
            Some(kind::BROADCAST) => return self.broadcast(text),
            _ => return Ok(None),
        };
        Ok(Some(message))
    }

    /// Who asks, and under which id. One that does not say who it is gets its answer where everybody hears it.
    fn request(&self) -> Result<Request, FormatError> {
        let text = |name: &Option<Name>| name.as_ref().map(Name::to_text);
        let id = text(&self.request_id).ok_or(FormatError::Missing("requestId"))?;
        Ok(Request { id, from: text(&self.uid).unwrap_or_default() })
    }

    fn options(self) -> Result<Options, FormatError> {
        self.opts.ok_or(FormatError::Missing("opts"))
    }

    fn audience(opts: Option<Options>, sid: Option<Name>) -> Option<Audience> {
        match opts {
            Some(opts) => Some(opts.audience()),
            // A socket's own room has its id as name.
            None => sid.map(|sid| Audience { rooms: vec![sid.into_inner()], except: Vec::new() }),
        }
    }

    fn moves(self, message: impl FnOnce(Audience, Vec<Box<str>>) -> Message) -> Option<Message> {
        let rooms = if self.opts.is_some() { self.rooms } else { self.room.map(|room| vec![room]) };
        Some(message(Self::audience(self.opts, self.sid)?, texts(rooms)))
    }

    fn disconnects(self) -> Option<Message> {
        let close = self.close == Some(true);
        Some(Message::DisconnectSockets { audience: Self::audience(self.opts, self.sid)?, close })
    }

    fn broadcast(self, text: &Text) -> Result<Option<Message>, FormatError> {
        let request = self.request()?;
        let packet = self.packet.as_ref().ok_or(FormatError::Missing("packet"))?;
        if !is_event(packet.kind) {
            return Ok(None);
        }
        let data = text.event(packet.data)?;
        let (audience, flags) = self.options()?.read();
        Ok(Some(Message::BroadcastWithAck { request, data, audience, flags }))
    }
}
