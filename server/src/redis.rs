//! Redis: how servers of a cluster find each other there, and with them the servers of npm's `socket.io`.
//!
//! [`RedisAdapter`] is what a server is given. Behind it are a connection (`driver`), what waits for it (`outbox`), what
//! is subscribed to, and two formats: `classic` is that of `createAdapter` in npm's `@socket.io/redis-adapter` 8 and of
//! `@socket.io/redis-emitter` 5, `sharded` that of `createShardedAdapter`. Whatever comes in may come from anybody who can
//! reach the Redis server: it is read without trust, and what is not understood is left out.

mod adapter;
mod classic;
mod driver;
mod envelope;
mod error;
#[cfg(test)]
mod golden;
mod msgpack;
mod outbox;
mod replay;
mod sharded;
mod sink;
mod subscription;
mod url;
mod wire;

pub use self::adapter::RedisAdapter;
pub(crate) use self::error::FormatError;
#[doc(hidden)]
pub use self::replay::replay_cluster_message;
pub use self::sharded::SubscriptionMode;
pub use self::url::{RedisUrl, RedisUrlError};

use crate::adapter::{Message, Response};

/// How servers are joined: the same for all of them.
///
/// # Examples
///
/// ```
/// use parlor_server::redis::{RedisMode, RedisOptions, SubscriptionMode};
///
/// let options = RedisOptions {
///     key: "my-app".to_owned(),
///     mode: RedisMode::Sharded(SubscriptionMode::Dynamic),
///     ..RedisOptions::default()
/// };
/// # let _ = options;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisOptions {
    /// What the names of all channels begin with: `key`, and `channelPrefix` where it is sharded. Default `socket.io`.
    pub key: String,
    /// The format. Default classic.
    pub mode: RedisMode,
    /// Whether answers go only to the server that has asked: `publishOnSpecificResponseChannel`. Default false, because
    /// servers with a version of `@socket.io/redis-adapter` before 8.2 do not hear them there. Sharded mode always does.
    pub publish_on_specific_response_channel: bool,
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self {
            key: "socket.io".to_owned(),
            mode: RedisMode::default(),
            publish_on_specific_response_channel: false,
        }
    }
}

/// The format in which servers speak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisMode {
    /// That of `createAdapter`: every server hears everything. `@socket.io/redis-emitter` and the emitters of other
    /// languages speak it.
    #[default]
    Classic,
    /// That of `createShardedAdapter`, by the sharded pub/sub of Redis 7: a server hears of a room what is for it only
    /// while somebody of it is in the room.
    Sharded(SubscriptionMode),
}

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) channel: String,
    pub(crate) body: Vec<u8>,
}

/// What another server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    Message(Message),
    Response {
        /// The [`id`](crate::adapter::Request::id) of what is answered.
        request: Box<str>,
        response: Response,
    },
}
