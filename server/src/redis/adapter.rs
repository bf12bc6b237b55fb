//! The adapter itself: what the server calls, and what comes from Redis, brought together.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{Client, RedisError};
use tokio::sync::{oneshot, watch};
use tokio::time;

use super::driver;
use super::outbox::{Command, MAX_OUTBOX_BYTES, Outbox, Refused};
use super::subscription::{Subscription, Subscriptions};
use super::wire::{Format, Seat};
use super::{Encoded, Heard, RedisOptions, RedisUrl};
use crate::adapter::{Adapter, AdapterError, AdapterFuture, Message, Node, Request, Response, Status};
use crate::first::First;
use crate::sync::{read, write};

/// How long what was published has to leave when the server closes.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Joins servers by Redis pub/sub, together with those of npm's `socket.io` and its adapter for Redis.
///
/// Each server has one of its own. Cloning gives another handle to the same adapter: one is given to
/// [`Server::with_adapter`](crate::Server::with_adapter), and another may wait until Redis is
/// [reached](RedisAdapter::ready).
///
/// It needs Redis 6, or 7 for [sharded](super::RedisMode::Sharded) pub/sub, and one connection. While Redis is away,
/// what is for other servers is lost and counted, and it connects again by itself.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use parlor_server::redis::{RedisAdapter, RedisOptions};
/// use parlor_server::{Config, Server, serve};
///
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let adapter = RedisAdapter::new(&"redis://127.0.0.1:6379".parse()?, RedisOptions::default())?;
///     let io = Server::with_adapter(Config::default(), adapter.clone());
///     if !adapter.ready(Duration::from_secs(5)).await {
///         eprintln!("Redis is away: serving without the other servers until it is back");
///     }
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
///     Ok(serve(listener, io).await?)
/// }
/// ```
#[derive(Clone)]
pub struct RedisAdapter(Arc<Shared>);

/// What the adapter and its connection share.
pub(super) struct Shared {
    uid: String,
    format: Format,
    /// By the names of their namespaces.
    seats: RwLock<HashMap<Box<str>, Arc<Seat>>>,
    pub(super) subscriptions: Subscriptions,
    pub(super) outbox: Arc<Outbox>,
    /// There while Redis is reached.
    connection: watch::Sender<Option<MultiplexedConnection>>,
    is_closed: AtomicBool,
    published: AtomicU64,
    received: AtomicU64,
    lost: AtomicU64,
    /// The log has said that the outbox is full, that Redis refuses something, that something is not understood.
    is_full: First,
    is_refused: First,
    is_odd: First,
}

impl RedisAdapter {
    /// An adapter that begins to connect now, and again and again until it succeeds.
    ///
    /// # Errors
    ///
    /// The system has no randomness to give for a name.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn new(url: &RedisUrl, options: RedisOptions) -> io::Result<Self> {
        #[cfg(feature = "redis-tls")]
        if url.is_secure() {
            crate::tls::choose_cryptography();
        }
        let client = Client::open(url.info()).map_err(io::Error::other)?;
        let format = Format::new(options);
        let shared = Arc::new(Shared {
            uid: format.draw_uid()?,
            format,
            seats: RwLock::default(),
            subscriptions: Subscriptions::default(),
            outbox: Arc::default(),
            connection: watch::Sender::default(),
            is_closed: AtomicBool::new(false),
            published: AtomicU64::new(0),
            received: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            is_full: First::default(),
            is_refused: First::default(),
            is_odd: First::default(),
        });
        tokio::spawn(driver::run(client, Arc::downgrade(&shared)));
        Ok(Self(shared))
    }

    /// Waits until Redis is reached and everything is subscribed to, but no longer than the time given. Gives whether
    /// that is so.
    #[must_use = "without Redis there are no other servers"]
    pub async fn ready(&self, timeout: Duration) -> bool {
        let mut connection = self.0.connection.subscribe();
        let ready = async {
            while connection.wait_for(Option::is_some).await.is_ok() {
                if self.flushed().await {
                    return true;
                }
            }
            false
        };
        time::timeout(timeout, ready).await.unwrap_or(false)
    }

    /// Ready when all that was said to Redis before has been done, or was lost.
    async fn flushed(&self) -> bool {
        let (done, waiting) = oneshot::channel();
        self.0.outbox.push(Command::Barrier(done)).is_ok() && waiting.await.is_ok()
    }
}

impl Shared {
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Everything is subscribed to. What the others said before was not heard.
    pub(super) fn connected(&self, connection: MultiplexedConnection) {
        let seats: Vec<_> = read(&self.seats).values().cloned().collect();
        seats.iter().for_each(|seat| seat.node.missed());
        self.connection.send_replace(Some(connection));
    }

    pub(super) fn disconnected(&self) {
        self.connection.send_replace(None);
        self.lost(self.outbox.close());
    }

    pub(super) fn published(&self, count: u64) {
        self.published.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn lost(&self, count: u64) {
        self.lost.fetch_add(count, Ordering::Relaxed);
    }

    /// Redis does not want to publish something.
    pub(super) fn refused(&self, channel: &str, error: &RedisError) {
        if self.is_refused.is_now() {
            tracing::error!(channel, %error, "Redis refuses a message for the other servers");
        }
    }

    /// Something came by a subscription.
    pub(super) fn hear(&self, subscription: &str, channel: &str, body: Vec<u8>) {
        let Some(seat) = self.subscriptions.seat(subscription) else { return };
        match seat.decode(&self.uid, channel, &Bytes::from(body)) {
            Ok(None) => {}
            Ok(Some(Heard::Message(message))) => {
                self.received.fetch_add(1, Ordering::Relaxed);
                seat.node.hear(message);
            }
            Ok(Some(Heard::Response { request, response })) => {
                self.received.fetch_add(1, Ordering::Relaxed);
                seat.node.hear_response(&request, response);
            }
            Err(error) => {
                if self.is_odd.is_now() {
                    tracing::warn!(channel, %error, "a message of another server is not understood");
                }
            }
        }
    }

    fn seat(&self, namespace: &str) -> Option<Arc<Seat>> {
        read(&self.seats).get(namespace).cloned()
    }

    fn publish(&self, Encoded { channel, body }: Encoded) {
        let message = Command::Publish { verb: self.format.publish_verb(), channel, body };
        if let Err(refused) = self.outbox.push(message) {
            self.lost(1);
            if refused == Refused::Full && self.is_full.is_now() {
                tracing::error!(max_outbox_bytes = MAX_OUTBOX_BYTES, "Redis is too slow: messages are lost");
            }
        }
    }

    fn subscribe(&self, subscription: Subscription, seat: &Arc<Seat>) {
        self.subscriptions.insert(subscription.clone(), seat);
        // While Redis is away it is enough to have written it down.
        let _ = self.outbox.push(Command::Subscribe(subscription));
    }

    fn unsubscribe(&self, subscription: Subscription) {
        self.subscriptions.remove(&subscription);
        let _ = self.outbox.push(Command::Unsubscribe(subscription));
    }

    async fn count(&self, namespace: &str) -> Result<usize, AdapterError> {
        let seat = self.seat(namespace).ok_or(AdapterError::Unreachable)?;
        let connection = self.connection.borrow().clone();
        let mut connection = connection.ok_or(AdapterError::Unreachable)?;
        let (verb, channel) = seat.counting();
        let counted = redis::cmd("PUBSUB").arg(verb).arg(channel).query_async(&mut connection).await;
        let (_, count): (String, usize) = counted.map_err(|_| AdapterError::Unreachable)?;
        Ok(count)
    }
}

impl Adapter for RedisAdapter {
    fn id(&self) -> &str {
        &self.0.uid
    }

    fn join(&self, node: Node) {
        let seat = Arc::new(Seat::new(&self.0.format, node));
        write(&self.0.seats).insert(seat.node.namespace().into(), seat.clone());
        for subscription in seat.subscriptions(&self.0.uid) {
            self.0.subscribe(subscription, &seat);
        }
    }

    fn leave(&self, namespace: &str) {
        let Some(seat) = write(&self.0.seats).remove(namespace) else { return };
        let all = seat.subscriptions(&self.0.uid).into_iter().chain(seat.take_rooms());
        all.for_each(|subscription| self.0.unsubscribe(subscription));
    }

    fn publish(&self, namespace: &str, message: Message) {
        let seat = self.0.seat(namespace);
        if let Some(encoded) = seat.and_then(|seat| seat.encode(&self.0.uid, &message)) {
            self.0.publish(encoded);
        }
    }

    fn respond(&self, namespace: &str, request: &Request, response: Response) {
        let seat = self.0.seat(namespace);
        if let Some(encoded) = seat.and_then(|seat| seat.encode_response(&self.0.uid, request, &response)) {
            self.0.publish(encoded);
        }
    }

    fn server_count<'a>(&'a self, namespace: &'a str) -> AdapterFuture<'a, Result<usize, AdapterError>> {
        Box::pin(self.0.count(namespace))
    }

    fn follows_rooms(&self) -> bool {
        self.0.format.follows_rooms()
    }

    fn follows_room(&self, room: &str) -> bool {
        self.0.format.follows_room(room)
    }

    fn room_created(&self, namespace: &str, room: &str) {
        let Some(seat) = self.0.seat(namespace) else { return };
        if let Some(subscription) = seat.enter_room(room) {
            self.0.subscribe(subscription, &seat);
        }
    }

    fn room_deleted(&self, namespace: &str, room: &str) {
        if let Some(subscription) = self.0.seat(namespace).and_then(|seat| seat.leave_room(room)) {
            self.0.unsubscribe(subscription);
        }
    }

    fn status(&self) -> Status {
        Status {
            is_connected: self.0.connection.borrow().is_some(),
            published: self.0.published.load(Ordering::Relaxed),
            received: self.0.received.load(Ordering::Relaxed),
            lost: self.0.lost.load(Ordering::Relaxed),
        }
    }

    fn close(&self) -> AdapterFuture<'_, ()> {
        Box::pin(async {
            // What has not left by then is lost.
            let _ = time::timeout(FLUSH_TIMEOUT, self.flushed()).await;
            self.0.is_closed.store(true, Ordering::Release);
            // The connection's task wakes up, and sees it.
            let _ = self.0.outbox.push(Command::Barrier(oneshot::channel().0));
        })
    }
}

impl fmt::Debug for RedisAdapter {
    /// Leaves out the address, where credentials are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisAdapter").field("id", &self.0.uid).finish_non_exhaustive()
    }
}
