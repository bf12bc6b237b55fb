use http::request;

use super::{Handshake, HandshakeErrorKind::*, Method, Request, Version};

#[test]
fn answer_has_the_three_headers_and_no_other() {
    let request = good().body(()).unwrap();
    let response = Handshake::check(&request).unwrap().response::<()>();
    assert_eq!(response.status(), 101);
    let mut headers: Vec<_> =
        response.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.sort_unstable();
    let expected = [
        ("connection", "Upgrade"),
        ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("upgrade", "websocket"),
    ];
    assert_eq!(headers, expected);
}

#[test]
fn header_values_are_read_as_the_rfc_allows() {
    let rows = [
        ("connection", "keep-alive, Upgrade"),
        ("connection", "UPGRADE"),
        ("upgrade", "WebSocket"),
        ("upgrade", "h2c ,\twebsocket"),
        ("sec-websocket-key", "+/+/+/+/+/+/+/+/+/+/+/=="),
        ("sec-websocket-extensions", "permessage-deflate"),
        ("sec-websocket-protocol", "chat"),
    ];
    for (name, value) in rows {
        let mut request = good().body(()).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        assert!(Handshake::check(&request).is_ok(), "{name}: {value}");
    }
    let split = good().header("connection", "keep-alive").body(()).unwrap();
    assert!(Handshake::check(&split).is_ok(), "connection given twice");
}

#[test]
fn wrong_header_is_refused_with_its_kind() {
    let rows = [
        ("connection", "keep-alive", Connection),
        ("connection", "upgraded", Connection),
        ("upgrade", "websockets", Upgrade),
        ("upgrade", "h2c", Upgrade),
        ("sec-websocket-version", "8", WebSocketVersion),
        ("sec-websocket-version", "13, 8", WebSocketVersion),
        ("sec-websocket-key", "", Key),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ", Key),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZSE=", Key),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZSEhIQ==", Key),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25j*Q==", Key),
        ("sec-websocket-extensions", "", Extensions),
        ("sec-websocket-extensions", "permessage-deflate; ;", Extensions),
    ];
    for (name, value, kind) in rows {
        let mut request = good().body(()).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(Handshake::check(&request).map_err(|error| error.kind()), Err(kind), "{name}: {value}");
    }
}

#[test]
fn missing_and_repeated_headers_are_refused() {
    let rows = [
        ("connection", Connection),
        ("upgrade", Upgrade),
        ("host", Host),
        ("sec-websocket-version", WebSocketVersion),
        ("sec-websocket-key", Key),
    ];
    for (name, kind) in rows {
        let mut request = good().body(()).unwrap();
        request.headers_mut().remove(name);
        assert_eq!(Handshake::check(&request).map_err(|error| error.kind()), Err(kind), "without {name}");
    }
    for (name, kind) in &rows[2..] {
        let mut request = good().body(()).unwrap();
        let value = request.headers()[*name].clone();
        request.headers_mut().append(*name, value);
        assert_eq!(Handshake::check(&request).map_err(|error| error.kind()), Err(*kind), "{name} twice");
    }
}

#[test]
fn method_and_http_version_are_checked() {
    let rows = [
        (Method::POST, Version::HTTP_11, Method),
        (Method::GET, Version::HTTP_10, HttpVersion),
        (Method::GET, Version::HTTP_2, HttpVersion),
    ];
    for (method, version, kind) in rows {
        let request = good().method(method).version(version).body(()).unwrap();
        assert_eq!(Handshake::check(&request).map_err(|error| error.kind()), Err(kind));
    }
}

#[test]
fn deflate_is_agreed_on_only_if_both_ends_ask_and_the_client_can_do_it() {
    const SAFARI: &str = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15";
    let offer = ("sec-websocket-extensions", "permessage-deflate; client_max_window_bits".to_owned());
    let user_agent = |minor| ("user-agent", format!("{SAFARI}.{minor} Safari/605.1.15"));
    let rows = [
        (vec![], false),
        (vec![offer.clone()], true),
        (vec![offer.clone(), user_agent("3")], false),
        (vec![offer.clone(), user_agent("4")], true),
    ];
    for (headers, expected) in rows {
        let request = headers.iter().fold(good(), |request, (name, value)| request.header(*name, value));
        let mut handshake = Handshake::check(&request.body(()).unwrap()).unwrap();
        assert!(!handshake.response::<()>().headers().contains_key("sec-websocket-extensions"));
        assert_eq!(handshake.accept_deflate().is_some(), expected, "{headers:?}");
        let response = handshake.response::<()>();
        let answer = response.headers().get("sec-websocket-extensions").map(|it| it.to_str().unwrap());
        let agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        assert_eq!(answer, expected.then_some(agreed), "{headers:?}");
    }
}

#[test]
fn refusals_say_what_would_be_right() {
    let old = good().method(Method::POST).body(()).unwrap();
    let response = Handshake::check(&old).unwrap_err().response::<()>();
    assert_eq!((response.status().as_u16(), &response.headers()["allow"]), (405, &"GET".parse().unwrap()));

    let mut old = good().body(()).unwrap();
    old.headers_mut().insert("sec-websocket-version", "8".parse().unwrap());
    let response = Handshake::check(&old).unwrap_err().response::<()>();
    assert_eq!(response.status(), 426);
    assert_eq!(response.headers()["sec-websocket-version"], "13");
}

#[test]
fn an_upgrade_needs_both_headers() {
    let rows = [
        (&[("connection", "keep-alive, Upgrade"), ("upgrade", "websocket")][..], true),
        (&[("connection", "Upgrade")], false),
        (&[("upgrade", "websocket"), ("connection", "keep-alive")], false),
    ];
    for (headers, expected) in rows {
        let headers: http::HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(Handshake::is_wanted(&headers), expected, "{headers:?}");
    }
}

/// The request of RFC 6455, 1.3.
fn good() -> request::Builder {
    Request::get("/chat")
        .header("Host", "server.example.com")
        .header("Upgrade", "websocket")
        .header("Connection", "Upgrade")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("Sec-WebSocket-Version", "13")
}
