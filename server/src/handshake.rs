//! What a client said about itself when it came.

use std::fmt;
use std::net::SocketAddr;
use std::time::SystemTime;

use http::{HeaderMap, Request, Uri};

/// The first request of a connection. All sockets of the connection share it.
pub struct Handshake {
    uri: Uri,
    headers: HeaderMap,
    address: Option<SocketAddr>,
    issued: SystemTime,
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
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            address: request.extensions().get::<RemoteAddress>().map(|address| address.0),
            issued: SystemTime::now(),
        }
    }

    /// The request's headers.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The request's URI, its query included.
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

    /// Who sent it: the proxy, if there is one. `None` unless [`serve`](crate::serve) does the serving, or somebody else
    /// puts a [`RemoteAddress`] into the request's extensions.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// When it came.
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
