//! What a server may be told. Defaults are Socket.IO's own; where a peer could lean on one, its home is
//! `parlor_protocol::limits`.

mod compression;
mod cookie;
mod cors;
mod rate_limit;

use std::time::Duration;

use parlor_protocol::engine::server as engine;
use parlor_protocol::{engine::TransportKind, limits};

pub use self::compression::{HttpCompression, PerMessageDeflate};
pub use self::cookie::{Cookie, SameSite};
pub use self::cors::Cors;
pub use self::rate_limit::RateLimit;
use crate::ConnectionStateRecovery;
use crate::clock::Clock;
use crate::recovery::Recovery;

/// The default of [`Config::max_queue_bytes`].
///
/// Four messages as long as a client may send them, so that answers of that length, or the history of a few rooms,
/// never cut off a client that reads as it should.
const MAX_QUEUE_BYTES: usize = 4 * 1024 * 1024;

/// The default of [`Config::max_backlog_bytes`].
///
/// Four messages as long as a client may send them, or some 30 000 short ones: bursts of honest clients are read to
/// their end, and the answers and pongs behind them.
const MAX_BACKLOG_BYTES: usize = 4 * 1024 * 1024;

/// The default of [`Config::max_handlers`].
///
/// More than one user can mean to do at the same time, and a handler seldom holds more than a few KB.
const MAX_HANDLERS: usize = 128;

/// The default of [`Config::max_handshakes`].
///
/// A handshake takes as long as the application's check of it: a thousand queries to a database at once are more than
/// one answers, and those whom the bound turns away come again.
const MAX_HANDSHAKES: usize = 1000;

/// The default of [`Config::max_dynamic_namespaces`].
///
/// An empty one takes about a kilobyte: a peer that asks for all there may be costs ten megabytes.
const MAX_DYNAMIC_NAMESPACES: usize = 10_000;

/// The default of [`Config::write_timeout`].
///
/// As long as a pong may take: a phone that changes its network gets over it. Without it a client that takes nothing,
/// and is sent too little to fill its queue, would be kept for a whole ping interval longer.
const WRITE_TIMEOUT: Duration = limits::PING_TIMEOUT;

/// The default of [`Config::request_timeout`].
///
/// A browser needs one packet for a request's headers, and a body of a megabyte in that time is 270 kbit/s. A pong can
/// wait behind a body, so a client that needs much longer would be taken for dead anyway.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How a server treats its clients.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use parlor_server::{Config, Cors};
///
/// let config = Config {
///     ping_interval: Duration::from_secs(10),
///     cors: Some(Cors::origins(["https://chat.example.com"])),
///     ..Config::default()
/// };
/// assert_eq!(config.path, "/socket.io");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The HTTP path: `path`. Default `/socket.io`.
    ///
    /// Requests end it with a slash, which may be left out here; nothing below it is served. `/` is for a router
    /// that takes the path off before it passes requests on, like axum's `nest_service`.
    pub path: String,
    /// Whether requests must end the path with a slash: `addTrailingSlash`. Default true; false serves both forms.
    pub add_trailing_slash: bool,
    /// How often clients are pinged: `pingInterval`. Default 25 s; zero would send nothing but pings.
    pub ping_interval: Duration,
    /// How long a client may take to answer a ping: `pingTimeout`. Default 20 s; zero leaves nobody the time.
    pub ping_timeout: Duration,
    /// How long a WebSocket may take to prove itself before an upgrade is given up: `upgradeTimeout`. Default 10 s.
    pub upgrade_timeout: Duration,
    /// How long a client may take to join its first namespace: `connectTimeout`. Default 45 s, and so is zero.
    pub connect_timeout: Duration,
    /// The longest HTTP body or WebSocket message that is accepted, in bytes: `maxHttpBufferSize`. Default 1 000 000.
    pub max_http_buffer_bytes: usize,
    /// The transports on offer: `transports`. Default polling and WebSocket.
    pub transports: Vec<TransportKind>,
    /// Whether a client may move from polling to a WebSocket: `allowUpgrades`. Default true.
    pub allow_upgrades: bool,
    /// Whether WebSocket messages are compressed, and which: `perMessageDeflate`. Default none.
    ///
    /// Compressed messages of clients are read within [`Config::max_http_buffer_bytes`], which bounds what comes out.
    pub per_message_deflate: Option<PerMessageDeflate>,
    /// Whether the answers to polling requests are compressed, and which: `httpCompression`. Default all but short ones.
    pub http_compression: Option<HttpCompression>,
    /// A cookie for load balancers, set by the answer to a polling handshake: `cookie`. Default none.
    pub cookie: Option<Cookie>,
    /// Which pages of other origins may speak to this server: `cors`. Default none.
    pub cors: Option<Cors>,
    /// How much may wait for one client that reads too slowly, in bytes. Default 4 MiB.
    ///
    /// One that falls further behind is disconnected, so that an ordered stream never has a silent hole. Each
    /// packet counts 64 bytes more than its length; a message longer than the bound is accepted when nothing
    /// else waits. While more than a quarter waits, the client's own events wait too: what it asks for in a burst
    /// does not cut it off. What others send it can, and what one handler emits to it without an `await`. At least
    /// four times `max_http_buffer_bytes` is wise.
    pub max_queue_bytes: usize,
    /// How much of what one client sent may wait for its handlers, in bytes. Default 4 MiB.
    ///
    /// Each event counts 128 bytes more than its data. Beyond the bound the connection is not read until handlers
    /// finish, and that includes answers and pongs behind so many events: handlers that stay behind for longer than
    /// a ping may take, or that wait for such an answer, end with their client's ping timeout.
    pub max_backlog_bytes: usize,
    /// How many handlers may run at the same time for one client; its further events wait. Default 128.
    ///
    /// Handlers of one client start in the order of their events, and interleave where they await.
    pub max_handlers: usize,
    /// Whether a namespace that was made for a client goes when its last one leaves, or its first one is refused:
    /// `cleanupEmptyChildNamespaces`. Default false.
    ///
    /// Those that the application calls by name before any client does stay. What a child had of its own goes with it;
    /// the next client that asks for it gets a new one. Wise where clients can think of names.
    pub cleanup_empty_child_namespaces: bool,
    /// How many namespaces may be made for clients. Default 10 000; further ones are refused with `too many namespaces`.
    ///
    /// See [`Server::of_pattern`](crate::Server::of_pattern). The names are at most
    /// [`limits::MAX_NAMESPACE_BYTES`] long, and one connection may be in [`limits::MAX_NAMESPACES`]. With
    /// [`Config::connection_state_recovery`] each may keep [`ConnectionStateRecovery::max_buffer_bytes`].
    pub max_dynamic_namespaces: usize,
    /// How many events one client may send. Default any number.
    pub rate_limit: Option<RateLimit>,
    /// How long a client may take nothing of what is written to it, before it is cut off. Default 20 s.
    ///
    /// It holds for WebSockets, and under [`serve`](crate::serve) for HTTP answers too. What the operating system has
    /// taken counts as taken. Zero cuts off whoever cannot take something at once.
    pub write_timeout: Duration,
    /// How long a request may take to come: its headers under [`serve`](crate::serve), and its body. Default 30 s.
    ///
    /// A kept-alive connection on which no next request begins is closed after that time too. Zero lets nothing in
    /// that does not come at once.
    pub request_timeout: Duration,
    /// How many clients may be connected at the same time. Default any number.
    ///
    /// Further ones get 503 and come again later. Each connection takes a file descriptor, so the operating system has
    /// a bound too.
    pub max_connections: Option<usize>,
    /// How many handshakes may be under way at the same time. Default 1000; further ones get 503.
    ///
    /// A handshake is under way while [`Engine::allow_request`](crate::Engine::allow_request) and
    /// [`Engine::generate_id`](crate::Engine::generate_id) are, and until its WebSocket is there.
    pub max_handshakes: usize,
    /// Whether and how clients get back what they missed while they were away. Default not.
    pub connection_state_recovery: Option<ConnectionStateRecovery>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: "/socket.io".to_owned(),
            add_trailing_slash: true,
            ping_interval: limits::PING_INTERVAL,
            ping_timeout: limits::PING_TIMEOUT,
            upgrade_timeout: limits::UPGRADE_TIMEOUT,
            connect_timeout: limits::CONNECT_TIMEOUT,
            max_http_buffer_bytes: limits::MAX_PAYLOAD_BYTES,
            transports: vec![TransportKind::Polling, TransportKind::WebSocket],
            allow_upgrades: true,
            per_message_deflate: None,
            http_compression: Some(HttpCompression::default()),
            cookie: None,
            cors: None,
            max_queue_bytes: MAX_QUEUE_BYTES,
            max_backlog_bytes: MAX_BACKLOG_BYTES,
            max_handlers: MAX_HANDLERS,
            cleanup_empty_child_namespaces: false,
            max_dynamic_namespaces: MAX_DYNAMIC_NAMESPACES,
            rate_limit: None,
            write_timeout: WRITE_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            max_connections: None,
            max_handshakes: MAX_HANDSHAKES,
            connection_state_recovery: None,
        }
    }
}

impl Config {
    pub(crate) fn paths(&self) -> Paths {
        let name = self.path.trim_matches('/');
        let with_slash = if name.is_empty() { "/".to_owned() } else { format!("/{name}/") };
        Paths { with_slash, slash_optional: !self.add_trailing_slash }
    }

    /// `connect_timeout`, as Socket.IO understands it.
    pub(crate) fn join_timeout(&self) -> Duration {
        if self.connect_timeout.is_zero() { limits::CONNECT_TIMEOUT } else { self.connect_timeout }
    }

    /// What one namespace keeps, if it does.
    pub(crate) fn recovery(&self, clock: Clock) -> Option<Recovery> {
        let settings = self.connection_state_recovery.clone()?;
        Some(Recovery::new(settings, self.ping_interval.saturating_add(self.ping_timeout), clock))
    }

    pub(crate) fn engine(&self) -> engine::Config {
        engine::Config {
            ping_interval: self.ping_interval,
            ping_timeout: self.ping_timeout,
            upgrade_timeout: self.upgrade_timeout,
            max_payload_bytes: self.max_http_buffer_bytes,
            transports: self.transports.clone(),
            allow_upgrades: self.allow_upgrades,
        }
    }
}

/// Which request paths are the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paths {
    with_slash: String,
    /// Whether the path without its slash is served too.
    slash_optional: bool,
}

impl Paths {
    pub(crate) fn contain(&self, path: &str) -> bool {
        path == self.with_slash || self.slash_optional && self.with_slash.strip_suffix('/') == Some(path)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Config;

    #[test]
    fn the_path_is_exact_and_its_slash_can_be_made_optional() {
        // The path as given; whether the slash is part of it; what is asked for; whether it is served.
        let rows = [
            ("/socket.io", true, "/socket.io/", true),
            ("/socket.io", true, "/socket.io", false),
            ("/socket.io/", true, "/socket.io/x", false),
            ("/socket.io", false, "/socket.io", true),
            ("/socket.io", false, "/socket.io/", true),
            ("/socket.io", false, "/socket.io-admin", false),
            ("/a/b/", true, "/a/b/", true),
            ("chat", true, "/chat/", true),
            ("/", true, "/", true),
            ("", true, "/", true),
            ("/", true, "/socket.io/", false),
        ];
        for (path, add_trailing_slash, asked, served) in rows {
            let config = Config { path: path.into(), add_trailing_slash, ..Config::default() };
            assert_eq!(config.paths().contain(asked), served, "{path:?} {add_trailing_slash} {asked:?}");
        }
    }

    #[test]
    fn a_connect_timeout_of_zero_is_the_default() {
        let rows = [(0, 45_000), (1, 1), (60_000, 60_000)];
        for (given, used) in rows {
            let config = Config { connect_timeout: Duration::from_millis(given), ..Config::default() };
            assert_eq!(config.join_timeout(), Duration::from_millis(used));
        }
    }
}
