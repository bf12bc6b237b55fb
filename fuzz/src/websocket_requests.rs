//! WebSocket handshakes: any headers get an answer, and only those that ask properly get a 101.

use http::{HeaderName, HeaderValue, Request, StatusCode};
use parlor_server::websocket::Handshake;

/// What a handshake is made of, so that inputs need not guess it.
const NAMES: [&str; 6] = [
    "connection",
    "upgrade",
    "sec-websocket-version",
    "sec-websocket-key",
    "sec-websocket-extensions",
    "sec-websocket-protocol",
];

pub(crate) fn run(data: &[u8]) {
    let mut request = Request::new(());
    for (line, name) in data.split(|byte| *byte == b'\n').zip(NAMES.iter().cycle()) {
        if let Ok(value) = HeaderValue::from_bytes(line)
            && !line.is_empty()
        {
            request.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    match Handshake::check(&request) {
        Ok(mut handshake) => {
            assert!(Handshake::is_wanted(request.headers()));
            let deflate = handshake.accept_deflate();
            assert!(deflate.is_none_or(|deflate| (9..=15).contains(&deflate.window_bits())));
            let response = handshake.response::<()>();
            assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
            assert!(response.headers().contains_key("sec-websocket-accept"));
            assert_eq!(response.headers().contains_key("sec-websocket-extensions"), deflate.is_some());
        }
        Err(error) => assert!(error.response::<()>().status().is_client_error(), "{error}"),
    }
}
