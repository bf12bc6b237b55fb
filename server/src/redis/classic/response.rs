//! What servers answer each other. The answer of a client may have bytes in it and is msgpack; all others are JSON.

use bytes::Bytes;
use parlor_protocol::json::Payload;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Channels, kind};
use crate::adapter::{Request, Response};
use crate::redis::envelope::{Name, Text, details, first_argument, present, texts, write_details};
use crate::redis::msgpack::{BytesAs, Writer};
use crate::redis::sink::Sink;
use crate::redis::{Encoded, FormatError};

/// Where a server publishes its responses: Node's `publishOnSpecificResponseChannel`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ResponseChannel {
    /// Where all servers hear them: as Node does when nothing is said.
    #[default]
    Shared,
    /// Where only the server that has asked hears them.
    Specific,
}

/// What this server answers to `request`.
pub(crate) fn encode_response(
    names: &Channels,
    to: ResponseChannel,
    request: &Request,
    response: &Response,
) -> Encoded {
    let channel = match to {
        ResponseChannel::Specific if !request.from.is_empty() => names.response_to(&request.from),
        _ => names.response().to_owned(),
    };
    let body = if let Response::ClientAck(answer) = response {
        let mut writer = Writer::default();
        write_answer(kind::BROADCAST_ACK, &request.id, "packet", answer, &mut writer);
        writer.finish()
    } else {
        let mut json = String::new();
        write_response(&request.id, response, &mut json);
        json.into_bytes()
    };
    Encoded { channel, body }
}

fn write_response(id: &str, response: &Response, sink: &mut impl Sink) {
    match response {
        Response::Sockets(sockets) => {
            begin(None, id, sink);
            sink.raw(r#","sockets":"#);
            write_details(sockets, sink);
        }
        Response::SocketIds(ids) => {
            begin(None, id, sink);
            sink.raw(r#","sockets":"#);
            sink.texts(ids);
        }
        Response::RoomNames(rooms) => {
            begin(None, id, sink);
            sink.raw(r#","rooms":"#);
            sink.texts(rooms);
        }
        Response::ClientCount(count) => {
            begin(Some(kind::BROADCAST_CLIENT_COUNT), id, sink);
            sink.raw(r#","clientCount":"#);
            sink.raw(&count.to_string());
        }
        Response::ClientAck(answer) => return write_answer(kind::BROADCAST_ACK, id, "packet", answer, sink),
        Response::ServerAck(answer) => return write_answer(kind::SERVER_SIDE_EMIT, id, "data", answer, sink),
    }
    sink.raw("}");
}

/// Writes the first argument of an answer; nothing when it has none.
fn write_answer(kind: u64, id: &str, field: &str, answer: &Payload, sink: &mut impl Sink) {
    begin(Some(kind), id, sink);
    if let Some(argument) = first_argument(answer) {
        sink.raw(",");
        sink.text(field);
        sink.raw(":");
        sink.payload(&argument);
    }
    sink.raw("}");
}

fn begin(kind: Option<u64>, id: &str, sink: &mut impl Sink) {
    sink.raw("{");
    if let Some(kind) = kind {
        sink.raw(r#""type":"#);
        sink.raw(&kind.to_string());
        sink.raw(",");
    }
    sink.raw(r#""requestId":"#);
    sink.text(id);
}

/// Reads what came on a channel of responses: which request it answers, and how. Nobody says who answers, so this server
/// hears its own answers too, under ids that it has not given out.
///
/// `None` for types that it does not know, and for what says no more than that something was done.
///
/// # Errors
///
/// It is not in the format.
pub(crate) fn decode_response(body: &Bytes) -> Result<Option<(Box<str>, Response)>, FormatError> {
    let text = Text::of(body, |kind| match kind {
        Some(kind::BROADCAST_ACK | kind::SERVER_SIDE_EMIT) => BytesAs::Attachments,
        // What is told of a socket has no attachments.
        _ => BytesAs::Json,
    })?;
    let wire: Wire<'_> = serde_json::from_str(&text.json)?;
    let Some(id) = wire.request_id.as_ref().map(Name::to_text) else { return Ok(None) };
    Ok(wire.read(&text)?.map(|response| (id, response)))
}

/// What stands in responses, of whatever type. Some have none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    request_id: Option<Name>,
    #[serde(rename = "type")]
    kind: Option<u64>,
    client_count: Option<u64>,
    #[serde(borrow, default, deserialize_with = "present")]
    packet: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    data: Option<&'a RawValue>,
    /// Those that were asked for, or their ids.
    #[serde(borrow)]
    sockets: Option<&'a RawValue>,
    rooms: Option<Vec<Name>>,
}

impl Wire<'_> {
    fn read(self, text: &Text) -> Result<Option<Response>, FormatError> {
        Ok(match self.kind {
            Some(kind::BROADCAST_CLIENT_COUNT) => self.client_count.map(Response::ClientCount),
            Some(kind::BROADCAST_ACK) => Some(Response::ClientAck(text.answer(self.packet)?)),
            Some(kind::SERVER_SIDE_EMIT) => Some(Response::ServerAck(text.answer(self.data)?)),
            _ => match (self.sockets, self.rooms) {
                (Some(sockets), _) => Some(read_sockets(sockets)?),
                (None, rooms) => rooms.map(|rooms| Response::RoomNames(texts(Some(rooms)))),
            },
        })
    }
}

fn read_sockets(sockets: &RawValue) -> Result<Response, FormatError> {
    match serde_json::from_str::<Vec<Name>>(sockets.get()) {
        Ok(ids) if !ids.is_empty() => Ok(Response::SocketIds(texts(Some(ids)))),
        // An empty list may be either. Only Node asks for ids, and what Node hears is not read here.
        _ => Ok(Response::Sockets(details(sockets)?)),
    }
}
