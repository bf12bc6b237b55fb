//! What an application may say about requests, below Socket.IO: who may open a session, under which id, with which
//! headers, and what is refused.

mod hooks;

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Request};
use parlor_protocol::engine::request;

pub(crate) use self::hooks::Hooks;
use crate::server::Shared;
use crate::{Handshake, Refusal};

/// The HTTP side of a server as its application sees it: Socket.IO's `io.engine`. Made by
/// [`Server::engine`](crate::Server::engine).
///
/// Register before serving. What is registered later holds for later requests. Middlewares in the manner of
/// `io.engine.use` are `tower` layers around the server's [`Service`](crate::Service).
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use parlor_server::{Config, Handshake, Refusal, Server};
///
/// let io = Server::new(Config::default());
/// let engine = io.engine();
/// engine.allow_request(|handshake: Arc<Handshake>| async move {
///     match handshake.query("token") {
///         Some(_) => Ok(()),
///         None => Err(Refusal::new("a token is needed")),
///     }
/// });
/// engine.generate_id(|_| async { Ok::<_, std::io::Error>("node-7-00000001".to_owned()) });
/// engine.on_initial_headers(|headers, _| {
///     headers.insert("x-node", http::HeaderValue::from_static("7"));
/// });
/// engine.on_headers(|headers, request| {
///     if request.uri().query().is_some_and(|query| query.contains("trace")) {
///         headers.insert("x-trace", http::HeaderValue::from_static("1"));
///     }
/// });
/// engine.on_connection_error(|error| eprintln!("{} {}", error.code(), error.message()));
/// assert_eq!(engine.clients_count(), 0);
/// ```
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

impl Engine {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Decides who may open a session: `allowRequest`. A later one replaces it.
    ///
    /// It is asked for handshakes only, of both transports, and before the protocol version is looked at. Who is
    /// refused gets 403 with code 4 and the refusal's message; its data is not sent. One that panics refuses.
    /// At most [`Config::max_handshakes`](crate::Config::max_handshakes) run at the same time, and one whose client
    /// hangs up is dropped.
    pub fn allow_request<F, Fut>(&self, judge: F)
    where
        F: Fn(Arc<Handshake>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Refusal>> + Send + 'static,
    {
        self.shared.hooks.set_allow_request(judge);
    }

    /// Makes the sessions' ids: `generateId`. A later one replaces it.
    ///
    /// An id is a secret: whoever knows it can speak in its session. It must be new, and consist of 1 to 128 letters,
    /// digits, `-`, `_`, `.` and `~`. When it is not, or none can be made, the client is refused with code 3, and the
    /// log says why. Default 120 random bits.
    pub fn generate_id<F, Fut, E>(&self, make: F)
    where
        F: Fn(Arc<Handshake>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: fmt::Display,
    {
        self.shared.hooks.set_generate_id(make);
    }

    /// Adds headers to the answer that opens a session: `initial_headers`. It comes before
    /// [`Engine::on_headers`], and must not block.
    pub fn on_initial_headers<F>(&self, add: F)
    where
        F: Fn(&mut HeaderMap, &Request<()>) + Send + Sync + 'static,
    {
        self.shared.hooks.add_initial_headers(add);
    }

    /// Adds headers to each answer that is no refusal: `headers`. It must not block.
    pub fn on_headers<F>(&self, add: F)
    where
        F: Fn(&mut HeaderMap, &Request<()>) + Send + Sync + 'static,
    {
        self.shared.hooks.add_headers(add);
    }

    /// Hears of each request that is refused before it reaches a session: `connection_error`. It must not block.
    pub fn on_connection_error<F>(&self, hear: F)
    where
        F: Fn(&ConnectionError<'_>) + Send + Sync + 'static,
    {
        self.shared.hooks.add_connection_error(hear);
    }

    /// How many sessions are open: `clientsCount`.
    #[must_use]
    pub fn clients_count(&self) -> usize {
        self.shared.session_count()
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("clients_count", &self.clients_count()).finish_non_exhaustive()
    }
}

/// A request was refused: see [`Engine::on_connection_error`].
#[derive(Debug)]
pub struct ConnectionError<'a> {
    request: &'a Request<()>,
    code: u8,
    message: &'a str,
}

impl<'a> ConnectionError<'a> {
    /// The request.
    #[must_use]
    pub const fn request(&self) -> &'a Request<()> {
        self.request
    }

    /// The code that the client gets, 0 to 5.
    #[must_use]
    pub const fn code(&self) -> u8 {
        self.code
    }

    /// The message that the client gets.
    #[must_use]
    pub const fn message(&self) -> &'a str {
        self.message
    }
}

/// A refusal with the words that the client gets, which the application may have chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) refusal: request::Refusal,
    words: Option<String>,
}

impl Refused {
    pub(crate) fn message(&self) -> &str {
        self.words.as_deref().unwrap_or_else(|| self.refusal.message())
    }
}

impl From<request::Refusal> for Refused {
    fn from(refusal: request::Refusal) -> Self {
        Self { refusal, words: None }
    }
}
