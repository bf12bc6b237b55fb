//! What a server may be told. Defaults are Socket.IO's own; where a peer could lean on one, its home is
//! `parlor_protocol::limits`.

use std::time::Duration;

use parlor_protocol::engine::server as engine;
use parlor_protocol::{engine::TransportKind, limits};

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
    /// The HTTP path. Requests end it with a slash, which may be left out here. Default `/socket.io`.
    pub path: String,
    /// How often clients are pinged. Default 25 s.
    pub ping_interval: Duration,
    /// How long a client may take to answer a ping. Default 20 s.
    pub ping_timeout: Duration,
    /// How long a WebSocket may take to prove itself before an upgrade is given up. Default 10 s.
    pub upgrade_timeout: Duration,
    /// How long a client may take to join its first namespace. Default 45 s.
    pub connect_timeout: Duration,
    /// The longest HTTP body or WebSocket message that is accepted, in bytes. Default 1 000 000.
    pub max_http_buffer_bytes: usize,
    /// The transports on offer. Default polling and WebSocket.
    pub transports: Vec<TransportKind>,
    /// Whether a client may move from polling to a WebSocket. Default true.
    pub allow_upgrades: bool,
    /// Which pages of other origins may speak to this server. Default none.
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
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: "/socket.io".to_owned(),
            ping_interval: limits::PING_INTERVAL,
            ping_timeout: limits::PING_TIMEOUT,
            upgrade_timeout: limits::UPGRADE_TIMEOUT,
            connect_timeout: limits::CONNECT_TIMEOUT,
            max_http_buffer_bytes: limits::MAX_PAYLOAD_BYTES,
            transports: vec![TransportKind::Polling, TransportKind::WebSocket],
            allow_upgrades: true,
            cors: None,
            max_queue_bytes: MAX_QUEUE_BYTES,
            max_backlog_bytes: MAX_BACKLOG_BYTES,
            max_handlers: MAX_HANDLERS,
        }
    }
}

impl Config {
    /// The path as requests have it, with its slash.
    pub(crate) fn request_path(&self) -> String {
        format!("/{}/", self.path.trim_matches('/'))
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

/// Which pages of other origins may speak to a server: Cross-Origin Resource Sharing, as browsers enforce it.
///
/// It guards polling only. A browser asks nobody before it opens a WebSocket, so a server that must know who is
/// there checks that in a middleware.
///
/// # Examples
///
/// ```
/// use parlor_server::Cors;
///
/// let cors = Cors::origins(["https://chat.example.com"]).credentials(true);
/// # let _ = cors;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// `None` is any.
    origins: Option<Vec<String>>,
    credentials: bool,
}

impl Cors {
    /// Every page may. Right for public data, for tests, and where nothing depends on cookies.
    #[must_use]
    pub const fn any() -> Self {
        Self { origins: None, credentials: false }
    }

    /// Pages of these origins may: scheme, host and, unless it is the default, port.
    #[must_use]
    pub fn origins<S: Into<String>>(origins: impl IntoIterator<Item = S>) -> Self {
        Self { origins: Some(origins.into_iter().map(Into::into).collect()), credentials: false }
    }

    /// Whether they may send cookies (`withCredentials`). Default false.
    #[must_use]
    pub const fn credentials(mut self, allowed: bool) -> Self {
        self.credentials = allowed;
        self
    }

    pub(crate) fn allows(&self, origin: &str) -> bool {
        self.origins.as_ref().is_none_or(|origins| origins.iter().any(|allowed| allowed == origin))
    }

    pub(crate) const fn allows_credentials(&self) -> bool {
        self.credentials
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, Cors};

    #[test]
    fn the_request_path_ends_with_a_slash_however_it_was_given() {
        for (given, path) in [("/socket.io", "/socket.io/"), ("/a/b/", "/a/b/"), ("chat", "/chat/")] {
            assert_eq!(Config { path: given.into(), ..Config::default() }.request_path(), path);
        }
    }

    #[test]
    fn a_listed_origin_is_allowed_and_no_other() {
        let cors = Cors::origins(["http://a.example"]);
        assert!(cors.allows("http://a.example"));
        assert!(!cors.allows("http://a.example:8080"));
        assert!(Cors::any().allows("http://b.example"));
    }
}
