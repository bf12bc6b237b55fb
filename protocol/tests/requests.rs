//! Which request is refused, with what, and which rule comes first.

use parlor_protocol::engine::TransportKind::{Polling, WebSocket};
use parlor_protocol::engine::request::{Method, Refusal, Request, Route, Session, check_protocol, route};

const GET: Request<'_> = Request {
    method: Method::Get,
    upgrade: false,
    transport: Some("polling"),
    eio: Some("4"),
    origin_valid: true,
    session: None,
};
const LIVE: Request<'_> = Request { session: Some(Session::Live(Polling)), ..GET };
const UPGRADE: Request<'_> = Request { upgrade: true, transport: Some("websocket"), ..GET };

#[test]
fn each_request_has_one_place_to_go_or_one_refusal() {
    let post = Request { method: Method::Post, ..GET };
    let table: &[(&str, Request<'_>, Result<Route, Refusal>)] = &[
        ("a first GET", GET, Ok(Route::Handshake(Polling))),
        ("a first WebSocket", UPGRADE, Ok(Route::Handshake(WebSocket))),
        ("a poll", LIVE, Ok(Route::Poll)),
        ("a POST", Request { method: Method::Post, ..LIVE }, Ok(Route::Post)),
        ("an upgrade", Request { session: LIVE.session, ..UPGRADE }, Ok(Route::Upgrade)),
        ("no transport", Request { transport: None, ..GET }, Err(Refusal::TransportUnknown)),
        ("webtransport", Request { transport: Some("webtransport"), ..GET }, Err(Refusal::TransportUnknown)),
        ("__proto__", Request { transport: Some("__proto__"), ..GET }, Err(Refusal::TransportUnknown)),
        ("a dead session", Request { session: Some(Session::Unknown), ..GET }, Err(Refusal::SessionUnknown)),
        ("a first POST", post, Err(Refusal::BadHandshakeMethod)),
        ("websocket without upgrade", Request { upgrade: false, ..UPGRADE }, Err(Refusal::BadRequest)),
        ("polling with upgrade", Request { upgrade: true, ..GET }, Err(Refusal::BadRequest)),
        ("a bad Origin", Request { origin_valid: false, ..GET }, Err(Refusal::BadRequest)),
        (
            "polling after the upgrade",
            Request { session: Some(Session::Live(WebSocket)), ..GET },
            Err(Refusal::BadRequest),
        ),
        ("another EIO within a session", Request { eio: Some("3"), ..LIVE }, Err(Refusal::BadRequest)),
        ("no EIO within a session", Request { eio: None, ..LIVE }, Err(Refusal::BadRequest)),
        ("PUT within a session", Request { method: Method::Other, ..LIVE }, Err(Refusal::MethodNotAllowed)),
        (
            "the transport comes before the session",
            Request { transport: None, session: Some(Session::Unknown), ..GET },
            Err(Refusal::TransportUnknown),
        ),
        (
            "the Origin comes before the session",
            Request { origin_valid: false, session: Some(Session::Unknown), ..GET },
            Err(Refusal::BadRequest),
        ),
        (
            "EIO comes last: a handshake with a wrong one is routed, and refused behind allowRequest",
            Request { eio: Some("3"), ..GET },
            Ok(Route::Handshake(Polling)),
        ),
    ];
    for (name, request, expected) in table {
        assert_eq!(route(request, &[Polling, WebSocket]), *expected, "{name}");
    }
}

#[test]
fn a_disabled_transport_is_unknown() {
    assert_eq!(route(&GET, &[WebSocket]), Err(Refusal::TransportUnknown));
    assert_eq!(route(&UPGRADE, &[Polling]), Err(Refusal::TransportUnknown));
}

#[test]
fn only_engine_io_4_is_spoken() {
    assert_eq!(check_protocol(Some("4")), Ok(()));
    for eio in [None, Some("3"), Some("5"), Some("04"), Some("")] {
        assert_eq!(check_protocol(eio), Err(Refusal::UnsupportedProtocol));
    }
}

#[test]
fn every_refusal_has_the_code_message_and_status_of_engine_io() {
    let table = [
        (Refusal::TransportUnknown, Some(0), "Transport unknown", 400),
        (Refusal::SessionUnknown, Some(1), "Session ID unknown", 400),
        (Refusal::BadHandshakeMethod, Some(2), "Bad handshake method", 400),
        (Refusal::BadRequest, Some(3), "Bad request", 400),
        (Refusal::Forbidden, Some(4), "Forbidden", 403),
        (Refusal::UnsupportedProtocol, Some(5), "Unsupported protocol version", 400),
        (Refusal::MethodNotAllowed, None, "Method not allowed", 500),
    ];
    for (refusal, code, message, status) in table {
        assert_eq!((refusal.code(), refusal.message(), refusal.status()), (code, message, status));
    }
}
