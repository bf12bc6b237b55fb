//! What a client said about itself when it came.

mod head;
mod telling;

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::time::SystemTime;

use http::header::ORIGIN;
use http::uri::Scheme;
use http::{HeaderMap, Request, Uri};

use self::head::Head;

/// The first request of a connection: Socket.IO's `socket.handshake`, but for `auth`, which each namespace has of its
/// own: see [`Socket::auth`](crate::Socket::auth). All sockets of the connection share it.
///
/// # Examples
///
/// ```
/// use parlor_server::{Refusal, Socket};
///
/// async fn only_from_our_pages(socket: Socket) -> Result<(), Refusal> {
///     let handshake = socket.handshake();
///     let origin = handshake.headers().get("origin").and_then(|origin| origin.to_str().ok());
///     if handshake.is_cross_domain() && origin != Some("https://chat.example.com") {
///         return Err(Refusal::new("from our pages only"));
///     }
///     for (name, value) in handshake.query_pairs() {
///         tracing::debug!(%name, %value, address = ?handshake.address(), "asked with");
///     }
///     Ok(())
/// }
/// ```
pub struct Handshake {
    uri: Uri,
    headers: Head,
    address: Option<SocketAddr>,
    issued: SystemTime,
    is_cross_domain: bool,
}

/// Who sent a request, for [`Handshake::address`].
///
/// [`serve`](crate::serve) puts it into the request's extensions. Behind another HTTP server a middleware does:
/// `examples/axum.rs` takes it from axum's `ConnectInfo`. Behind a proxy it may be what the proxy says, if that is to
/// be believed.
///
/// # Examples
///
/// ```
/// use parlor_server::RemoteAddress;
///
/// let mut request = http::Request::new(());
/// request.extensions_mut().insert(RemoteAddress("192.0.2.1:5000".parse()?));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteAddress(pub SocketAddr);

impl Handshake {
    pub(crate) fn new(request: &Request<()>) -> Self {
        Self {
            uri: head::detached(request.uri()),
            headers: Head::new(request.headers()),
            address: request.extensions().get::<RemoteAddress>().map(|address| address.0),
            issued: SystemTime::now(),
            is_cross_domain: request.headers().contains_key(ORIGIN),
        }
    }

    /// The request's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.headers.map()
    }

    /// The request's URI, its query included: `url`. Usually a path only, as HTTP/1 has it.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The value of `name` in the query, the first one if there are several.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.uri.query()?.as_bytes();
        form_urlencoded::parse(query).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// All pairs of the query in their order, `EIO` and `transport` among them.
    pub fn query_pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes())
    }

    /// Whether it came over TLS as far as its URI says: `secure`. False behind a proxy, and with [`serve`](crate::serve),
    /// which speaks plain TCP. Who ends TLS himself puts the scheme into the URI.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.uri.scheme() == Some(&Scheme::HTTPS)
    }

    /// Whether it names the page it comes from: `xdomain`. A browser does that for requests to other origins, and for
    /// every WebSocket.
    #[must_use]
    pub const fn is_cross_domain(&self) -> bool {
        self.is_cross_domain
    }

    /// Who sent it: the proxy, if there is one. `None` unless [`serve`](crate::serve) does the serving, or somebody else
    /// puts a [`RemoteAddress`] into the request's extensions.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// When it came: `issued` and `time`.
    #[must_use]
    pub const fn issued(&self) -> SystemTime {
        self.issued
    }
}

impl fmt::Debug for Handshake {
    /// Leaves out the headers and the query, where credentials are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handshake")
            .field("path", &self.uri.path())
            .field("address", &self.address)
            .field("issued", &self.issued)
            .finish_non_exhaustive()
    }
}
