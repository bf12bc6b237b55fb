//! The format of `createShardedAdapter` in npm's `@socket.io/redis-adapter` 8: the messages of npm's `ClusterAdapter`, over
//! the sharded pub/sub of Redis 7.
//!
//! A message is JSON, unless there are bytes in it: then it is msgpack. Each server has a channel of its own for responses,
//! and a room may have one for its broadcasts, to which only servers subscribe that have the room.

mod channels;
mod read;
mod write;

pub(crate) use self::channels::Channels;
pub use self::channels::SubscriptionMode;
pub(crate) use self::read::decode;
pub(crate) use self::write::{encode, encode_response};

/// The numbers of the types of messages. Those that keep count of servers, 1, 2 and 13, are not used over Redis.
mod kind {
    pub(super) const BROADCAST: u64 = 3;
    pub(super) const SOCKETS_JOIN: u64 = 4;
    pub(super) const SOCKETS_LEAVE: u64 = 5;
    pub(super) const DISCONNECT_SOCKETS: u64 = 6;
    pub(super) const FETCH_SOCKETS: u64 = 7;
    pub(super) const FETCH_SOCKETS_RESPONSE: u64 = 8;
    pub(super) const SERVER_SIDE_EMIT: u64 = 9;
    pub(super) const SERVER_SIDE_EMIT_RESPONSE: u64 = 10;
    pub(super) const BROADCAST_CLIENT_COUNT: u64 = 11;
    pub(super) const BROADCAST_ACK: u64 = 12;
}

#[cfg(test)]
mod tests;
