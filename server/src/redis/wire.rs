//! The two formats behind one door.

use std::collections::BTreeSet;
use std::io;
use std::sync::Mutex;

use bytes::Bytes;

use super::subscription::Subscription;
use super::{Encoded, FormatError, Heard, RedisMode, RedisOptions, SubscriptionMode, classic, sharded};
use crate::adapter::{Message, Node, Request, Response};
use crate::id;
use crate::sync::lock;

/// How this server speaks to the others.
#[derive(Debug, Clone)]
pub(super) struct Format(RedisOptions);

/// One namespace, and where it is spoken about.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) node: Node,
    channels: Channels,
    /// The rooms that are subscribed to, by their channels.
    rooms: Mutex<BTreeSet<String>>,
}

#[derive(Debug)]
enum Channels {
    Classic { names: classic::Channels, responses: classic::ResponseChannel },
    Sharded(sharded::Channels),
}

impl Format {
    pub(super) const fn new(options: RedisOptions) -> Self {
        Self(options)
    }

    /// A name for this server, of the length that npm's adapters have.
    ///
    /// # Errors
    ///
    /// The system has no randomness to give.
    pub(super) fn draw_uid(&self) -> io::Result<String> {
        let mut uid = id::random().map_err(io::Error::other)?;
        uid.truncate(match self.0.mode {
            RedisMode::Classic => 6,
            RedisMode::Sharded(_) => 16,
        });
        Ok(uid)
    }

    pub(super) const fn follows_rooms(&self) -> bool {
        matches!(self.0.mode, RedisMode::Sharded(mode) if !matches!(mode, SubscriptionMode::Static))
    }

    /// Whether a room has a channel. Nobody publishes there what does not fit that rule, whatever else Node subscribes to.
    pub(super) fn follows_room(&self, room: &str) -> bool {
        matches!(self.0.mode, RedisMode::Sharded(mode) if mode.publishes(room))
    }

    pub(super) const fn publish_verb(&self) -> &'static str {
        match self.0.mode {
            RedisMode::Classic => "PUBLISH",
            RedisMode::Sharded(_) => "SPUBLISH",
        }
    }
}

impl Seat {
    pub(super) fn new(Format(options): &Format, node: Node) -> Self {
        let (key, namespace) = (&options.key, node.namespace());
        let channels = match options.mode {
            RedisMode::Classic => Channels::Classic {
                names: classic::Channels::new(key, namespace),
                responses: if options.publish_on_specific_response_channel {
                    classic::ResponseChannel::Specific
                } else {
                    classic::ResponseChannel::Shared
                },
            },
            RedisMode::Sharded(mode) => Channels::Sharded(sharded::Channels::new(key, namespace, mode)),
        };
        Self { node, channels, rooms: Mutex::default() }
    }

    /// What the server `uid` subscribes to for the namespace.
    pub(super) fn subscriptions(&self, uid: &str) -> Vec<Subscription> {
        match &self.channels {
            Channels::Classic { names, .. } => vec![
                Subscription::pattern(names.pattern()),
                Subscription::channel(names.request()),
                Subscription::channel(names.response()),
                Subscription::channel(names.response_to(uid)),
            ],
            Channels::Sharded(names) => {
                vec![Subscription::shard(names.main()), Subscription::shard(names.response_to(uid))]
            }
        }
    }

    /// Somebody is in the room: gives what to subscribe to, if anything.
    pub(super) fn enter_room(&self, room: &str) -> Option<Subscription> {
        let channel = self.channel(room)?;
        lock(&self.rooms).insert(channel.clone());
        Some(Subscription::shard(channel))
    }

    /// Nobody is in the room any more: gives what not to subscribe to any longer, if anything.
    pub(super) fn leave_room(&self, room: &str) -> Option<Subscription> {
        let channel = self.channel(room)?;
        lock(&self.rooms).remove(&channel).then(|| Subscription::shard(channel))
    }

    /// All rooms that are subscribed to, at the end.
    pub(super) fn take_rooms(&self) -> Vec<Subscription> {
        std::mem::take(&mut *lock(&self.rooms)).into_iter().map(Subscription::shard).collect()
    }

    fn channel(&self, room: &str) -> Option<String> {
        match &self.channels {
            Channels::Classic { .. } => None,
            Channels::Sharded(names) => Some(names.room(room)),
        }
    }

    /// `None` for what the format has no words for.
    pub(super) fn encode(&self, uid: &str, message: &Message) -> Option<Encoded> {
        match &self.channels {
            Channels::Classic { names, .. } => Some(classic::encode(names, uid, message)),
            Channels::Sharded(names) => sharded::encode(names, uid, message),
        }
    }

    /// `None` for what the format has no words for.
    pub(super) fn encode_response(
        &self,
        uid: &str,
        request: &Request,
        response: &Response,
    ) -> Option<Encoded> {
        match &self.channels {
            Channels::Classic { names, responses } => {
                Some(classic::encode_response(names, *responses, request, response))
            }
            Channels::Sharded(names) => sharded::encode_response(names, uid, request, response),
        }
    }

    /// Reads what came on a channel, for the server `uid`. `None` for what does not concern it.
    ///
    /// # Errors
    ///
    /// It is not in the format.
    pub(super) fn decode(
        &self,
        uid: &str,
        channel: &str,
        body: &Bytes,
    ) -> Result<Option<Heard>, FormatError> {
        match &self.channels {
            Channels::Classic { names, .. } if channel == names.request() => {
                Ok(classic::decode_request(uid, body)?.map(Heard::Message))
            }
            Channels::Classic { names, .. } if channel.starts_with(names.response()) => {
                let heard = classic::decode_response(body)?;
                Ok(heard.map(|(request, response)| Heard::Response { request, response }))
            }
            Channels::Classic { names, .. } => {
                let has_room = |room: &str| self.node.has_room(room);
                Ok(classic::decode_broadcast(names, uid, channel, body, has_room)?.map(Heard::Message))
            }
            Channels::Sharded(names) => sharded::decode(names, uid, body),
        }
    }

    /// How Redis is asked for the number of servers.
    pub(super) fn counting(&self) -> (&'static str, &str) {
        match &self.channels {
            Channels::Classic { names, .. } => ("NUMSUB", names.request()),
            Channels::Sharded(names) => ("SHARDNUMSUB", names.main()),
        }
    }
}
