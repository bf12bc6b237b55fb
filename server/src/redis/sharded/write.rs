//! `{type, data, uid, nsp}`, as servers write it.

use parlor_protocol::json::{Payload, Piece};

use super::{Channels, kind};
use crate::adapter::{Audience, BroadcastFlags, Message, Request, Response};
use crate::redis::Encoded;
use crate::redis::envelope::{first_argument, only_room, write_details, write_options};
use crate::redis::msgpack::Writer;
use crate::redis::sink::Sink;

/// Room for what stands around the data of a broadcast.
const ENVELOPE_BYTES: usize = 192;

/// What the server `uid` says to the others. `None` for the two questions that this format has no form for, and this server
/// never asks: for the ids of sockets, and for the names of rooms.
pub(crate) fn encode(names: &Channels, uid: &str, message: &Message) -> Option<Encoded> {
    let kind = match message {
        Message::Broadcast { .. } | Message::BroadcastWithAck { .. } => kind::BROADCAST,
        Message::SocketsJoin { .. } => kind::SOCKETS_JOIN,
        Message::SocketsLeave { .. } => kind::SOCKETS_LEAVE,
        Message::DisconnectSockets { .. } => kind::DISCONNECT_SOCKETS,
        Message::FetchSockets { .. } => kind::FETCH_SOCKETS,
        Message::ServerSideEmit { .. } => kind::SERVER_SIDE_EMIT,
        Message::SocketIds { .. } | Message::RoomNames { .. } => return None,
    };
    let body = written(data_of(message), |sink| {
        begin(kind, sink);
        write_data(message, sink);
        end(names, uid, sink);
    });
    Some(Encoded { channel: channel(names, message), body })
}

/// What the server `uid` answers to `request`. `None` for the answers to what this format has no form for.
pub(crate) fn encode_response(
    names: &Channels,
    uid: &str,
    request: &Request,
    response: &Response,
) -> Option<Encoded> {
    let (kind, answer) = match response {
        Response::Sockets(_) => (kind::FETCH_SOCKETS_RESPONSE, None),
        Response::ClientCount(_) => (kind::BROADCAST_CLIENT_COUNT, None),
        Response::ClientAck(answer) => (kind::BROADCAST_ACK, Some(answer)),
        Response::ServerAck(answer) => (kind::SERVER_SIDE_EMIT_RESPONSE, Some(answer)),
        Response::SocketIds(_) | Response::RoomNames(_) => return None,
    };
    // The others are not told, so their bytes do not count.
    let argument = answer.and_then(first_argument);
    let body = written(argument.as_ref(), |sink| {
        begin(kind, sink);
        sink.raw(r#""requestId":"#);
        sink.text(&request.id);
        write_answer(response, argument.as_ref(), sink);
        end(names, uid, sink);
    });
    Some(Encoded { channel: names.response_to(&request.from), body })
}

/// Answers are counted by all servers, so a question goes to all, whoever has the room.
fn channel(names: &Channels, message: &Message) -> String {
    let room = match message {
        Message::Broadcast { audience, .. } => {
            only_room(audience).filter(|room| names.mode().publishes(room))
        }
        _ => None,
    };
    room.map_or_else(|| names.main().to_owned(), |room| names.room(room))
}

/// What an application says in a message.
const fn data_of(message: &Message) -> Option<&Payload> {
    match message {
        Message::Broadcast { data, .. }
        | Message::BroadcastWithAck { data, .. }
        | Message::ServerSideEmit { data, .. } => Some(data),
        _ => None,
    }
}

/// JSON, or msgpack when there are bytes in `data`.
fn written(data: Option<&Payload>, write: impl FnOnce(&mut dyn Sink)) -> Vec<u8> {
    let bytes = ENVELOPE_BYTES + data.map_or(0, |data| data.json().len());
    if data.is_some_and(is_binary) {
        let mut writer = Writer::with_capacity(bytes);
        write(&mut writer);
        writer.finish()
    } else {
        let mut json = String::with_capacity(bytes);
        write(&mut json);
        json.into_bytes()
    }
}

fn is_binary(data: &Payload) -> bool {
    data.pieces().any(|piece| matches!(piece, Piece::Attachment(_)))
}

fn begin(kind: u64, sink: &mut dyn Sink) {
    sink.raw(r#"{"type":"#);
    sink.raw(&kind.to_string());
    sink.raw(r#","data":{"#);
}

fn end(names: &Channels, uid: &str, sink: &mut dyn Sink) {
    sink.raw(r#"},"uid":"#);
    sink.text(uid);
    sink.raw(r#","nsp":"#);
    sink.text(names.namespace());
    sink.raw("}");
}

fn write_data(message: &Message, sink: &mut dyn Sink) {
    match message {
        Message::Broadcast { data, audience, flags } => {
            write_packet(data, sink);
            sink.raw(r#""opts":"#);
            write_options(audience, Some(flags), sink);
        }
        Message::BroadcastWithAck { request, data, audience, flags } => {
            write_packet(data, sink);
            sink.raw(r#""requestId":"#);
            sink.text(&request.id);
            sink.raw(r#","opts":"#);
            write_options(audience, Some(flags), sink);
        }
        Message::SocketsJoin { audience, rooms } | Message::SocketsLeave { audience, rooms } => {
            write_audience(audience, sink);
            sink.raw(r#","rooms":"#);
            sink.texts(rooms);
        }
        Message::DisconnectSockets { audience, close } => {
            write_audience(audience, sink);
            sink.raw(if *close { r#","close":true"# } else { r#","close":false"# });
        }
        Message::FetchSockets { request, audience } => {
            write_audience(audience, sink);
            sink.raw(r#","requestId":"#);
            sink.text(&request.id);
        }
        Message::ServerSideEmit { data, request } => {
            if let Some(request) = request {
                sink.raw(r#""requestId":"#);
                sink.text(&request.id);
                sink.raw(",");
            }
            sink.raw(r#""packet":"#);
            sink.payload(data);
        }
        // They have no form here.
        Message::SocketIds { .. } | Message::RoomNames { .. } => {}
    }
}

fn write_packet(data: &Payload, sink: &mut dyn Sink) {
    sink.raw(r#""packet":{"type":2,"data":"#);
    sink.payload(data);
    sink.raw("},");
}

/// Node writes flags here too, which say nothing.
fn write_audience(audience: &Audience, sink: &mut dyn Sink) {
    sink.raw(r#""opts":"#);
    write_options(audience, Some(&BroadcastFlags::default()), sink);
}

fn write_answer(response: &Response, argument: Option<&Payload>, sink: &mut dyn Sink) {
    match (response, argument) {
        (Response::Sockets(sockets), _) => {
            sink.raw(r#","sockets":"#);
            write_details(sockets, sink);
        }
        (Response::ClientCount(count), _) => {
            sink.raw(r#","clientCount":"#);
            sink.raw(&count.to_string());
        }
        (_, Some(argument)) => {
            sink.raw(r#","packet":"#);
            sink.payload(argument);
        }
        (_, None) => {}
    }
}
