//! The same, as servers read it.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Channels, kind};
use crate::adapter::{Message, Request, Response};
use crate::redis::envelope::{Name, Options, Packet, Text, details, is_event, present, texts};
use crate::redis::msgpack::BytesAs;
use crate::redis::{FormatError, Heard};

/// Reads what came on any channel of the namespace, for the server `uid`.
///
/// `None` for what does not concern it: its own words, those of another namespace, types that it does not know, a packet
/// that is no event.
///
/// # Errors
///
/// It is not in the format, or an event that must not be sent on.
pub(crate) fn decode(names: &Channels, uid: &str, body: &Bytes) -> Result<Option<Heard>, FormatError> {
    if is_own(names, uid, body) {
        return Ok(None);
    }
    let text = Text::of(body, |kind| match kind {
        // What is told of a socket has no attachments.
        Some(kind::FETCH_SOCKETS_RESPONSE) => BytesAs::Json,
        _ => BytesAs::Attachments,
    })?;
    let wire: Wire<'_> = serde_json::from_str(&text.json)?;
    let is_mine = wire.uid.as_ref().is_some_and(|from| from.is(uid));
    let is_here = wire.nsp.as_ref().is_some_and(|namespace| namespace.is(names.namespace()));
    let (false, true, Some(kind), Some(data)) = (is_mine, is_here, wire.kind, wire.data) else {
        return Ok(None);
    };
    let from = wire.uid.map(Name::into_inner).unwrap_or_default();
    match kind {
        kind::BROADCAST..=kind::FETCH_SOCKETS | kind::SERVER_SIDE_EMIT => {
            let data: Said<'_> = serde_json::from_str(data.get())?;
            Ok(data.read(kind, from, &text)?.map(Heard::Message))
        }
        kind::FETCH_SOCKETS_RESPONSE | kind::SERVER_SIDE_EMIT_RESPONSE..=kind::BROADCAST_ACK => {
            let data: Answered<'_> = serde_json::from_str(data.get())?;
            let request =
                data.request_id.as_ref().map(Name::to_text).ok_or(FormatError::Missing("requestId"))?;
            Ok(data.read(kind, &text)?.map(|response| Heard::Response { request, response }))
        }
        _ => Ok(None),
    }
}

/// Whether it ends as this server's own words do in JSON: all of those come back to it, and are not worth reading. Who is
/// not found out here is so by the message's `uid`.
fn is_own(names: &Channels, uid: &str, body: &[u8]) -> bool {
    let end = [uid, r#"","nsp":""#, names.namespace(), r#""}"#];
    let before = end.iter().rev().try_fold(body, |body, end| body.strip_suffix(end.as_bytes()));
    before.is_some_and(|before| before.first() == Some(&b'{') && before.ends_with(br#","uid":""#))
}

/// A message; what it says is still unread.
#[derive(Deserialize)]
struct Wire<'a> {
    uid: Option<Name>,
    nsp: Option<Name>,
    #[serde(rename = "type")]
    kind: Option<u64>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// What stands in messages to all servers, of whatever type.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said<'a> {
    request_id: Option<Name>,
    opts: Option<Options>,
    rooms: Option<Vec<Name>>,
    close: Option<bool>,
    /// The packet of a broadcast; between servers it is the data alone.
    #[serde(borrow)]
    packet: Option<&'a RawValue>,
}

impl Said<'_> {
    fn read(self, kind: u64, from: Box<str>, text: &Text) -> Result<Option<Message>, FormatError> {
        let request = self.request_id.map(|id| Request { id: id.into_inner(), from });
        if kind == kind::SERVER_SIDE_EMIT {
            return Ok(Some(Message::ServerSideEmit { data: text.server_event(self.packet)?, request }));
        }
        let options = self.opts.ok_or(FormatError::Missing("opts"))?;
        let (audience, flags) = options.read();
        Ok(Some(match kind {
            kind::BROADCAST => {
                let packet = self.packet.ok_or(FormatError::Missing("packet"))?;
                let packet: Packet<'_> = serde_json::from_str(packet.get())?;
                if !is_event(packet.kind) {
                    return Ok(None);
                }
                let data = text.event(packet.data)?;
                match request {
                    Some(request) => Message::BroadcastWithAck { request, data, audience, flags },
                    None => Message::Broadcast { data, audience, flags },
                }
            }
            kind::SOCKETS_JOIN => Message::SocketsJoin { audience, rooms: texts(self.rooms) },
            kind::SOCKETS_LEAVE => Message::SocketsLeave { audience, rooms: texts(self.rooms) },
            kind::DISCONNECT_SOCKETS => {
                Message::DisconnectSockets { audience, close: self.close == Some(true) }
            }
            _ => {
                let request = request.ok_or(FormatError::Missing("requestId"))?;
                Message::FetchSockets { request, audience }
            }
        }))
    }
}

/// What stands in answers, of whatever type.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'a> {
    request_id: Option<Name>,
    client_count: Option<u64>,
    #[serde(borrow, default, deserialize_with = "present")]
    packet: Option<&'a RawValue>,
    #[serde(borrow)]
    sockets: Option<&'a RawValue>,
}

impl Answered<'_> {
    fn read(self, kind: u64, text: &Text) -> Result<Option<Response>, FormatError> {
        Ok(match kind {
            kind::BROADCAST_CLIENT_COUNT => self.client_count.map(Response::ClientCount),
            kind::BROADCAST_ACK => Some(Response::ClientAck(text.answer(self.packet)?)),
            kind::SERVER_SIDE_EMIT_RESPONSE => Some(Response::ServerAck(text.answer(self.packet)?)),
            _ => self.sockets.map(details).transpose()?.map(Response::Sockets),
        })
    }
}
