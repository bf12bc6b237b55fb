//! Which request belongs to which session, and the exact refusals, in order
//! (Engine.IO v4, "Transports"; the checks are those of engine.io 6.6.12).

use core::fmt;

use super::TransportKind;

/// The parts of an HTTP request that decide where it goes. The driver reads them; this module judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The HTTP method.
    pub method: Method,
    /// Whether the request asks for a WebSocket.
    pub upgrade: bool,
    /// The value of `transport` in the query.
    pub transport: Option<&'a str>,
    /// The value of `EIO` in the query.
    pub eio: Option<&'a str>,
    /// Whether the `Origin` header, if there is one, holds only characters that a header may.
    pub origin_valid: bool,
    /// What is known of the session whose id the query names; `None` when it names none.
    pub session: Option<Session>,
}

/// What a request's method is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// Anything else.
    Other,
}

/// What the server knows of the session that a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// There is none of that id, or it has ended.
    Unknown,
    /// It lives, on that transport.
    Live(TransportKind),
}

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Open a session on that transport. Behind this comes the application's own `allowRequest`, and only then
    /// [`check_protocol`].
    Handshake(TransportKind),
    /// A GET of a polling session.
    Poll,
    /// A POST of a polling session.
    Post,
    /// A WebSocket for a session that is on polling: an upgrade probe.
    Upgrade,
}

/// Decides where a request goes.
///
/// # Errors
///
/// The first rule that the request breaks.
pub fn route(request: &Request<'_>, enabled: &[TransportKind]) -> Result<Route, Refusal> {
    let transport =
        request.transport.and_then(TransportKind::from_name).filter(|kind| enabled.contains(kind));
    let transport = transport.ok_or(Refusal::TransportUnknown)?;
    if !request.origin_valid {
        return Err(Refusal::BadRequest);
    }
    match request.session {
        Some(Session::Unknown) => Err(Refusal::SessionUnknown),
        Some(Session::Live(current)) => within_session(request, transport, current),
        None => handshake(request, transport),
    }
}

fn within_session(
    request: &Request<'_>,
    transport: TransportKind,
    current: TransportKind,
) -> Result<Route, Refusal> {
    check_protocol(request.eio).map_err(|_| Refusal::BadRequest)?;
    match (transport, request.upgrade, request.method) {
        (TransportKind::WebSocket, true, Method::Get) => Ok(Route::Upgrade),
        (_, true, _) | (TransportKind::WebSocket, false, _) => Err(Refusal::BadRequest),
        (TransportKind::Polling, false, _) if current != TransportKind::Polling => Err(Refusal::BadRequest),
        (TransportKind::Polling, false, Method::Get) => Ok(Route::Poll),
        (TransportKind::Polling, false, Method::Post) => Ok(Route::Post),
        (TransportKind::Polling, false, Method::Other) => Err(Refusal::MethodNotAllowed),
    }
}

fn handshake(request: &Request<'_>, transport: TransportKind) -> Result<Route, Refusal> {
    if request.method != Method::Get {
        return Err(Refusal::BadHandshakeMethod);
    }
    if (transport == TransportKind::WebSocket) != request.upgrade {
        return Err(Refusal::BadRequest);
    }
    Ok(Route::Handshake(transport))
}

/// Checks the protocol version of a handshake; it comes last, behind the application's own check.
///
/// # Errors
///
/// [`Refusal::UnsupportedProtocol`] unless `EIO` is 4.
pub fn check_protocol(eio: Option<&str>) -> Result<(), Refusal> {
    if eio == Some(super::PROTOCOL) { Ok(()) } else { Err(Refusal::UnsupportedProtocol) }
}

/// Why a request is refused. The code and message are the JSON body that the client gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The transport is missing, unknown or disabled.
    TransportUnknown,
    /// No live session has that id.
    SessionUnknown,
    /// A session is opened by GET only.
    BadHandshakeMethod,
    /// The request does not fit its session.
    BadRequest,
    /// The application does not let this client in.
    Forbidden,
    /// Engine.IO 4 is the only version spoken here.
    UnsupportedProtocol,
    /// Neither GET nor POST within a session: answered with a bare 500, as engine.io does.
    MethodNotAllowed,
}

impl Refusal {
    /// The number in the JSON body; `None` where the answer has no body.
    pub const fn code(self) -> Option<u8> {
        match self {
            Self::TransportUnknown => Some(0),
            Self::SessionUnknown => Some(1),
            Self::BadHandshakeMethod => Some(2),
            Self::BadRequest => Some(3),
            Self::Forbidden => Some(4),
            Self::UnsupportedProtocol => Some(5),
            Self::MethodNotAllowed => None,
        }
    }

    /// The sentence in the JSON body.
    pub const fn message(self) -> &'static str {
        match self {
            Self::TransportUnknown => "Transport unknown",
            Self::SessionUnknown => "Session ID unknown",
            Self::BadHandshakeMethod => "Bad handshake method",
            Self::BadRequest => "Bad request",
            Self::Forbidden => "Forbidden",
            Self::UnsupportedProtocol => "Unsupported protocol version",
            Self::MethodNotAllowed => "Method not allowed",
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Forbidden => 403,
            Self::MethodNotAllowed => 500,
            _ => 400,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Refusal {}
