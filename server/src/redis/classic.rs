//! The format of `createAdapter` in npm's `@socket.io/redis-adapter` 8, which `@socket.io/redis-emitter` 5 speaks too.
//!
//! Broadcasts have a channel for each namespace and one for each room, to which everybody subscribes by a pattern; requests
//! have a channel of their own, and so have responses.

mod broadcast;
mod channels;
mod request;
mod response;

pub(crate) use self::broadcast::decode_broadcast;
use self::broadcast::write_broadcast;
pub(crate) use self::channels::Channels;
pub(crate) use self::request::decode_request;
use self::request::{write_broadcast_request, write_request};
pub(crate) use self::response::{ResponseChannel, decode_response, encode_response};
use super::Encoded;
use super::envelope::only_room;
use super::msgpack::Writer;
use crate::adapter::Message;

/// The numbers of the types of requests and responses.
mod kind {
    pub(super) const SOCKETS: u64 = 0;
    pub(super) const ALL_ROOMS: u64 = 1;
    pub(super) const REMOTE_JOIN: u64 = 2;
    pub(super) const REMOTE_LEAVE: u64 = 3;
    pub(super) const REMOTE_DISCONNECT: u64 = 4;
    pub(super) const REMOTE_FETCH: u64 = 5;
    pub(super) const SERVER_SIDE_EMIT: u64 = 6;
    pub(super) const BROADCAST: u64 = 7;
    pub(super) const BROADCAST_CLIENT_COUNT: u64 = 8;
    pub(super) const BROADCAST_ACK: u64 = 9;
}

/// Room for what stands around the data of a broadcast.
const ENVELOPE_BYTES: usize = 128;

/// What the server `uid` says to the others.
pub(crate) fn encode(names: &Channels, uid: &str, message: &Message) -> Encoded {
    match message {
        Message::Broadcast { data, audience, flags } => {
            let mut writer = Writer::with_capacity(ENVELOPE_BYTES + data.json().len());
            write_broadcast(names, uid, data, audience, flags, &mut writer);
            let channel =
                only_room(audience).map_or_else(|| names.broadcast().to_owned(), |room| names.room(room));
            Encoded { channel, body: writer.finish() }
        }
        // The only request that may have bytes in it, and the only one in msgpack.
        Message::BroadcastWithAck { request, data, audience, flags } => {
            let mut writer = Writer::with_capacity(ENVELOPE_BYTES + data.json().len());
            write_broadcast_request(names, uid, request, data, audience, flags, &mut writer);
            Encoded { channel: names.request().to_owned(), body: writer.finish() }
        }
        _ => {
            let mut json = String::with_capacity(ENVELOPE_BYTES);
            write_request(uid, message, &mut json);
            Encoded { channel: names.request().to_owned(), body: json.into_bytes() }
        }
    }
}

#[cfg(test)]
mod tests;
