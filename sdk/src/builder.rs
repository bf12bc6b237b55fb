//! How a client is made: everything that can be chosen, checked once in `build`.

use std::time::Duration;

use parlor_protocol::Millis;
use parlor_protocol::client::Config;
use parlor_protocol::engine::TransportKind;
use serde::Serialize;

use crate::auth::{Auth, AuthError};
use crate::client::Client;
use crate::connection::{Connection, Settings};
use crate::endpoint::Endpoint;
use crate::error::{BuildError, BuildErrorKind};
use crate::platform;
use crate::url::{self, Server};

/// How many bytes of events may wait for a connection, unless [`Builder::max_buffered_bytes`] says otherwise.
///
/// An hour of somebody's typing, and little enough for any phone.
pub const MAX_BUFFERED_BYTES: usize = 1024 * 1024;

/// What can be chosen about a [`Client`]. Begun by [`Client::builder`].
#[derive(Debug)]
#[must_use = "a builder does nothing before `build`"]
pub struct Builder {
    url: String,
    config: Config,
    path: String,
    websocket_path: Option<String>,
    polling_path: Option<String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    with_credentials: bool,
    auth: Option<Result<Auth, AuthError>>,
    max_buffered_bytes: usize,
}

/// What is different about one transport.
#[derive(Debug, Clone, Default)]
pub struct TransportOptions {
    path: Option<String>,
}

impl TransportOptions {
    /// The path of this transport's requests, in place of [`Builder::path`]: for a proxy that passes WebSockets on
    /// from another path than requests.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.path = Some(path.into());
        self
    }
}

impl Builder {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: url.into(),
            config: Config::default(),
            path: "/socket.io".into(),
            websocket_path: None,
            polling_path: None,
            query: Vec::new(),
            headers: Vec::new(),
            with_credentials: false,
            auth: None,
            max_buffered_bytes: MAX_BUFFERED_BYTES,
        }
    }

    /// The transports that may be used: the connection opens on the first, and upgrades to others that the server
    /// offers. Default: polling, then WebSocket.
    pub fn transports(mut self, transports: impl IntoIterator<Item = TransportKind>) -> Self {
        self.config.engine.transports = transports.into_iter().collect();
        self
    }

    /// What is different about one transport. Default: nothing.
    pub fn transport_options(mut self, transport: TransportKind, options: TransportOptions) -> Self {
        match transport {
            TransportKind::WebSocket => self.websocket_path = options.path,
            TransportKind::Polling => self.polling_path = options.path,
        }
        self
    }

    /// Whether to move to a better transport once connected. Default true.
    pub const fn upgrade(mut self, upgrade: bool) -> Self {
        self.config.engine.upgrade = upgrade;
        self
    }

    /// The path of requests. Not a namespace: for that see [`Client::of`]. Default `/socket.io`.
    pub fn path(mut self, path: &str) -> Self {
        self.path = path.into();
        self
    }

    /// Adds a key to the query of every request, in front of the protocol's own.
    pub fn query(mut self, key: &str, value: &str) -> Self {
        self.query.push((key.into(), value.into()));
        self
    }

    /// Adds a header to every polling request. Browsers let nobody set headers of a WebSocket.
    pub fn extra_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Whether polling requests to another origin carry cookies. Those to the page's own always do. Default false.
    pub const fn with_credentials(mut self, with_credentials: bool) -> Self {
        self.with_credentials = with_credentials;
        self
    }

    /// Whether to try again when an attempt fails or the connection is lost. Default true.
    pub const fn reconnection(mut self, reconnection: bool) -> Self {
        self.config.reconnection.enabled = reconnection;
        self
    }

    /// How many attempts in a row may fail before the client gives up. Default: any number.
    pub const fn reconnection_attempts(mut self, attempts: u32) -> Self {
        self.config.reconnection.max_attempts = Some(attempts);
        self
    }

    /// The wait before the first attempt; it doubles with each. Default 1 s.
    pub const fn reconnection_delay(mut self, delay: Duration) -> Self {
        self.config.reconnection.delay = Millis::of(delay);
        self
    }

    /// The longest wait between attempts. Default 5 s.
    pub const fn reconnection_delay_max(mut self, delay: Duration) -> Self {
        self.config.reconnection.delay_max = Millis::of(delay);
        self
    }

    /// How far chance may move a wait, from 0 to 1, so that clients do not come back all at once. Default 0.5.
    pub const fn randomization_factor(mut self, factor: f64) -> Self {
        self.config.reconnection.randomization = factor;
        self
    }

    /// How long one attempt may take, from its first request to the server's handshake; `None` for any time.
    /// Default 20 s.
    pub const fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.config.timeout = match timeout {
            Some(timeout) => Some(Millis::of(timeout)),
            None => None,
        };
        self
    }

    /// What every socket tells the server when it joins, unless it has an auth of its own: an object.
    pub fn auth<T: Serialize + ?Sized>(mut self, auth: &T) -> Self {
        self.auth = Some(Auth::value(auth));
        self
    }

    /// Whom to ask what to tell the server, anew each time a socket joins: a token may have been refreshed.
    pub fn auth_with<T: Serialize>(mut self, auth: impl Fn() -> T + 'static) -> Self {
        self.auth = Some(Ok(Auth::asking(auth)));
        self
    }

    /// How many bytes of events may wait for a connection, all sockets together. Emits beyond that are refused.
    /// Default [`MAX_BUFFERED_BYTES`].
    pub const fn max_buffered_bytes(mut self, bytes: usize) -> Self {
        self.max_buffered_bytes = bytes;
        self
    }

    /// Makes the client. Nothing happens before a socket connects.
    ///
    /// # Errors
    ///
    /// The address makes no sense or names a namespace, there are no transports, or `auth` is not an object.
    pub fn build(self) -> Result<Client, BuildError> {
        let endpoint = self.endpoint()?;
        if self.config.engine.transports.is_empty() {
            return Err(BuildError(BuildErrorKind::NoTransports));
        }
        let auth = self.auth.transpose().map_err(|error| BuildError(BuildErrorKind::Auth(error)))?;
        let settings = Settings { auth, max_buffered_bytes: self.max_buffered_bytes };
        let seed = platform::random();
        let connection =
            Connection::new(self.config, settings, seed, |report| platform::world(endpoint, report));
        Ok(Client::new(connection))
    }

    fn endpoint(&self) -> Result<Endpoint, BuildError> {
        let refuse = |wrong| BuildError(BuildErrorKind::Url(wrong));
        let server = Server::parse(&self.url, platform::page().as_ref()).map_err(refuse)?;
        if server.namespace != "/" {
            return Err(refuse(
                "it has a path: say `path` for that of requests, or `client.of` for a namespace",
            ));
        }
        let mut query = server.query.clone();
        query.extend(self.query.iter().cloned());
        let path = |own: &Option<String>| url::path(own.as_deref().unwrap_or(&self.path));
        Ok(Endpoint {
            websocket_path: path(&self.websocket_path),
            polling_path: path(&self.polling_path),
            query,
            network: platform::Network::new(self.headers.clone(), self.with_credentials),
            server,
        })
    }
}
