//! Redis: how servers of a cluster find each other there, and with them the servers of npm's `socket.io`.
//!
//! This is the format alone, without a connection: [`classic`] is that of `createAdapter` in npm's
//! `@socket.io/redis-adapter` 8 and of `@socket.io/redis-emitter` 5. Whatever comes in may come from
//! anybody who can reach the Redis server: it is read without trust, and what is not understood is an error.

#![cfg_attr(not(test), expect(dead_code, unused_imports, reason = "the driver is not here yet"))]

pub(crate) mod classic;
mod envelope;
mod error;
#[cfg(test)]
mod golden;
mod msgpack;
mod sink;

pub(crate) use self::error::FormatError;

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) channel: String,
    pub(crate) body: Vec<u8>,
}
