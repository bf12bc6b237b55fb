//! The opening handshake over HTTP/1.1 (RFC 6455, 4.2), as a check and an answer; the HTTP server does the rest.
//!
//! Rule: a `Handshake` exists only for a request that meets every MUST of 4.2.1. No subprotocol is ever accepted, and
//! no extension unless both ends ask for it.

use std::{error, fmt};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version,
    header::{self, HeaderName},
};
use sha1::{Digest, Sha1};

use super::{Deflate, deflate, extensions};

/// Appended to the client's key before hashing (RFC 6455, 1.3).
const KEY_SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A request for a WebSocket that can be granted.
///
/// # Examples
///
/// ```
/// use parlor_server::websocket::Handshake;
///
/// let request = http::Request::get("/chat")
///     .header("Host", "localhost")
///     .header("Connection", "keep-alive, Upgrade")
///     .header("Upgrade", "websocket")
///     .header("Sec-WebSocket-Version", "13")
///     .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
///     .body(())?;
/// let response = Handshake::check(&request)?.response::<()>();
/// assert_eq!(response.status(), 101);
/// assert_eq!(response.headers()["Sec-WebSocket-Accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    accept: HeaderValue,
    /// What the client would agree to, in its first offer that this end can meet.
    offered: Option<Deflate>,
    deflate: Option<Deflate>,
}

/// The request for a WebSocket cannot be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandshakeError {
    kind: HandshakeErrorKind,
}

/// What the request for a WebSocket lacks (RFC 6455, 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandshakeErrorKind {
    /// The method is not GET.
    Method,
    /// The request came over HTTP/1.0, which has no upgrade, or over HTTP/2, which upgrades differently.
    HttpVersion,
    /// There is not exactly one `Host` header.
    Host,
    /// The `Connection` header does not name `Upgrade`.
    Connection,
    /// The `Upgrade` header does not name `websocket`.
    Upgrade,
    /// `Sec-WebSocket-Version` is not 13; the answer must name 13 (4.4).
    WebSocketVersion,
    /// `Sec-WebSocket-Key` is not 16 bytes in base64, once.
    Key,
    /// `Sec-WebSocket-Extensions` does not follow its grammar (9.1), or is longer than 4 KB.
    Extensions,
}

impl Handshake {
    /// Says whether a request asks for an upgrade at all. Whether it asks well is for [`Handshake::check`].
    pub fn is_wanted(headers: &HeaderMap) -> bool {
        headers.contains_key(header::UPGRADE) && names(headers, &header::CONNECTION, "upgrade")
    }

    /// Checks a request, whatever its path, its query and its `Origin`, which are the caller's to judge.
    ///
    /// # Errors
    ///
    /// The first thing that the request lacks, in the order of [`HandshakeErrorKind`].
    pub fn check<B>(request: &Request<B>) -> Result<Self, HandshakeError> {
        let headers = request.headers();
        let rules = [
            (request.method() == Method::GET, HandshakeErrorKind::Method),
            (request.version() == Version::HTTP_11, HandshakeErrorKind::HttpVersion),
            (only(headers, &header::HOST).is_some(), HandshakeErrorKind::Host),
            (names(headers, &header::CONNECTION, "upgrade"), HandshakeErrorKind::Connection),
            (names(headers, &header::UPGRADE, "websocket"), HandshakeErrorKind::Upgrade),
            (
                only(headers, &header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13"),
                HandshakeErrorKind::WebSocketVersion,
            ),
        ];
        if let Some(&(_, kind)) = rules.iter().find(|(holds, _)| !holds) {
            return Err(HandshakeError { kind });
        }
        let accept = only(headers, &header::SEC_WEBSOCKET_KEY)
            .filter(|key| is_key(key.as_bytes()))
            .and_then(|key| HeaderValue::try_from(accept(key.as_bytes())).ok())
            .ok_or(HandshakeError { kind: HandshakeErrorKind::Key })?;
        let offers = extensions::offers(headers)
            .map_err(|_| HandshakeError { kind: HandshakeErrorKind::Extensions })?;
        let user_agent = headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok());
        let is_broken = user_agent.is_some_and(deflate::is_broken_in);
        let offered = deflate::accept(&offers).filter(|_| !is_broken);
        Ok(Self { accept, offered, deflate: None })
    }

    /// Agrees to compression if the client offers it as permessage-deflate (RFC 7692): the answer will say so, and
    /// [`Options::deflate`](super::Options::deflate) must too. Without this call nothing is compressed.
    ///
    /// No context is taken over in either direction. A window that the client names is rounded down to 9, 12 or 15
    /// bits. An offer with a window of 256 bytes or with a mistake is
    /// declined, and so is every offer of Safari 15.0 to 15.3, which does not do what it agrees to.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::websocket::{Handshake, Options};
    ///
    /// # let request = http::Request::get("/chat")
    /// #     .header("Host", "localhost")
    /// #     .header("Connection", "Upgrade")
    /// #     .header("Upgrade", "websocket")
    /// #     .header("Sec-WebSocket-Version", "13")
    /// #     .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    /// #     .header("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=12")
    /// #     .body(())?;
    /// let mut handshake = Handshake::check(&request)?;
    /// let options = Options { deflate: handshake.accept_deflate(), ..Options::default() };
    /// let response = handshake.response::<()>();
    /// # assert_eq!(options.deflate.map(|deflate| deflate.window_bits()), Some(12));
    /// # assert!(response.headers().contains_key("sec-websocket-extensions"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn accept_deflate(&mut self) -> Option<Deflate> {
        self.deflate = self.offered;
        self.deflate
    }

    /// Makes the answer that turns the connection into a WebSocket.
    #[must_use]
    pub fn response<B: Default>(&self) -> Response<B> {
        let mut response = Response::new(B::default());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, self.accept.clone());
        if let Some(answer) = self.deflate.and_then(Deflate::answer) {
            headers.insert(header::SEC_WEBSOCKET_EXTENSIONS, answer);
        }
        response
    }
}

impl HandshakeError {
    /// Says what the request lacks.
    #[must_use]
    pub const fn kind(&self) -> HandshakeErrorKind {
        self.kind
    }

    /// Makes the refusal: its status says what is wrong, its headers what would be right.
    #[must_use]
    pub fn response<B: Default>(&self) -> Response<B> {
        let (status, name, value) = match self.kind {
            HandshakeErrorKind::Method => (StatusCode::METHOD_NOT_ALLOWED, header::ALLOW, "GET"),
            HandshakeErrorKind::WebSocketVersion => {
                (StatusCode::UPGRADE_REQUIRED, header::SEC_WEBSOCKET_VERSION, "13")
            }
            HandshakeErrorKind::HttpVersion
            | HandshakeErrorKind::Host
            | HandshakeErrorKind::Connection
            | HandshakeErrorKind::Upgrade
            | HandshakeErrorKind::Key
            | HandshakeErrorKind::Extensions => (StatusCode::BAD_REQUEST, header::CONNECTION, "close"),
        };
        let mut response = Response::new(B::default());
        *response.status_mut() = status;
        response.headers_mut().insert(name, HeaderValue::from_static(value));
        if self.kind == HandshakeErrorKind::WebSocketVersion {
            // RFC 9110, 15.5.22: status 426 names the protocol to change to.
            response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        }
        response
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            HandshakeErrorKind::Method => "not a GET request",
            HandshakeErrorKind::HttpVersion => "not HTTP/1.1",
            HandshakeErrorKind::Host => "not exactly one host header",
            HandshakeErrorKind::Connection => "the connection header does not name `upgrade`",
            HandshakeErrorKind::Upgrade => "the upgrade header does not name `websocket`",
            HandshakeErrorKind::WebSocketVersion => "the sec-websocket-version is not 13",
            HandshakeErrorKind::Key => "the sec-websocket-key is not 16 bytes in base64",
            HandshakeErrorKind::Extensions => {
                "the sec-websocket-extensions do not follow their grammar, or are too long"
            }
        })
    }
}

impl error::Error for HandshakeError {}

/// Says whether a comma-separated header, given once or several times, has the token in any case.
fn names(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}

/// Gives the value of a header that must not be repeated (RFC 6455, 11.3).
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// Says whether this is how 16 bytes look in base64: 22 characters of its alphabet, padded.
///
/// The last character has four bits that no byte owns. Other servers do not look at them, and some clients make
/// keys of random characters, so neither do we.
fn is_key(key: &[u8]) -> bool {
    key.strip_suffix(b"==").is_some_and(|digits| {
        digits.len() == 22
            && digits.iter().all(|&digit| digit.is_ascii_alphanumeric() || b"+/".contains(&digit))
    })
}

fn accept(key: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha1::new().chain_update(key).chain_update(KEY_SUFFIX).finalize())
}

#[cfg(test)]
mod tests;
