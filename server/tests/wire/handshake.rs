//! How a session begins, and the answers to requests that are not for it.

use std::time::Duration;

use parlor_server::{Config, Cookie, Cors, TransportKind};

use crate::http::{Polling, send};
use crate::parlor::Parlor;
use crate::ws::WebSocket;

const POLLING: &str = "GET /socket.io/?EIO=4&transport=polling";

#[tokio::test]
async fn polling_begins_with_the_handshake_as_text() {
    let parlor = Parlor::echo().await;
    let reply = send(parlor.address, POLLING, &[], b"").await;
    let sid = reply.body.split('"').nth(3).unwrap().to_owned();
    assert_eq!(sid.len(), 20);
    let handshake = r#"0{"sid":"SID","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
    assert_eq!((reply.status, reply.body.replace(&sid, "SID").as_str()), (200, handshake));
    assert_eq!(reply.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn an_empty_session_id_is_none() {
    let parlor = Parlor::echo().await;
    let reply = send(parlor.address, &format!("{POLLING}&sid="), &[], b"").await;
    assert_eq!((reply.status, &reply.body[..8]), (200, r#"0{"sid":"#));
}

#[tokio::test]
async fn a_websocket_begins_with_a_handshake_that_offers_no_upgrade() {
    let config =
        Config { ping_interval: Duration::from_secs(5), max_http_buffer_bytes: 2000, ..Config::default() };
    let parlor = Parlor::with(config, |_| {}).await;
    let (_client, handshake) = WebSocket::open(parlor.address).await;
    let sid = handshake.split('"').nth(3).unwrap().to_owned();
    let expected =
        r#"0{"sid":"SID","upgrades":[],"pingInterval":5000,"pingTimeout":20000,"maxPayload":2000}"#;
    assert_eq!(handshake.replace(&sid, "SID"), expected);
}

#[tokio::test]
async fn a_post_is_answered_with_ok() {
    let parlor = Parlor::echo().await;
    let client = parlor.polling().await;
    let reply = client.post("40").await;
    assert_eq!((reply.status, &*reply.body), (200, "ok"));
    assert_eq!(reply.header("content-type"), Some("text/html"));
    assert_eq!(reply.header("content-length"), Some("2"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn the_public_id_is_not_the_secret_one() {
    let parlor = Parlor::echo().await;
    let client = parlor.polling().await;
    client.post("40").await;
    let joined = client.get().await.body;
    let id = joined.strip_prefix(r#"40{"sid":""#).unwrap().strip_suffix(r#""}"#).unwrap();
    assert_eq!(id.len(), 20);
    assert_ne!(id, client.sid);
    assert!(!parlor.logs.text().contains(&client.sid), "a secret in the log");
}

#[tokio::test]
async fn only_the_exact_path_is_served() {
    let parlor = Parlor::echo().await;
    for path in ["/", "/socket.io", "/socket.io/x", "/socket.io-admin/", "/x/socket.io/"] {
        let reply = send(parlor.address, &format!("GET {path}?EIO=4&transport=polling"), &[], b"").await;
        assert_eq!((reply.status, &*reply.body), (404, ""), "{path}");
    }
}

#[tokio::test]
async fn the_slash_behind_the_path_can_be_made_optional_and_a_router_may_take_the_path_off() {
    let rows = [("/socket.io", "/socket.io"), ("/socket.io", "/socket.io/"), ("/", "/")];
    for (path, asked) in rows {
        let config = Config { path: path.into(), add_trailing_slash: false, ..Config::default() };
        let parlor = Parlor::with(config, |_| {}).await;
        let reply = send(parlor.address, &format!("GET {asked}?EIO=4&transport=polling"), &[], b"").await;
        assert_eq!(reply.status, 200, "{asked}");
        let reply = send(parlor.address, "GET /socket.io-admin?EIO=4&transport=polling", &[], b"").await;
        assert_eq!(reply.status, 404, "{asked}");
    }
}

#[tokio::test]
async fn a_polling_handshake_sets_the_cookie_and_nothing_else_does() {
    let parlor = Parlor::with(Config { cookie: Some(Cookie::default()), ..Config::default() }, |_| {}).await;
    let reply = send(parlor.address, POLLING, &[], b"").await;
    let sid = reply.body.split('"').nth(3).unwrap().to_owned();
    let expected = format!("io={sid}; Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(reply.header("set-cookie"), Some(&*expected));

    let client = Polling { address: parlor.address, sid, logs: parlor.logs.clone() };
    for reply in [client.post("40").await, client.get().await] {
        assert_eq!((reply.status, reply.header("set-cookie")), (200, None));
    }
    let (_, headers) = WebSocket::answered(parlor.address, "").await;
    assert!(!headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn a_disabled_transport_or_upgrade_is_not_offered() {
    let config = Config { transports: vec![TransportKind::Polling], ..Config::default() };
    let parlor = Parlor::with(config, |_| {}).await;
    assert!(send(parlor.address, POLLING, &[], b"").await.body.contains(r#""upgrades":[]"#));
    let refused = send(parlor.address, "GET /socket.io/?EIO=4&transport=websocket", &[], b"").await;
    assert_eq!((refused.status, &*refused.body), (400, r#"{"code":0,"message":"Transport unknown"}"#));

    let parlor = Parlor::with(Config { allow_upgrades: false, ..Config::default() }, |_| {}).await;
    assert!(send(parlor.address, POLLING, &[], b"").await.body.contains(r#""upgrades":[]"#));
}

#[tokio::test]
async fn a_page_of_a_listed_origin_may_ask_and_another_is_named_in_the_log() {
    let cors = Cors::origins(["http://a.example"]).credentials(true);
    let parlor = Parlor::with(Config { cors: Some(cors), ..Config::default() }, |_| {}).await;

    let reply = send(parlor.address, POLLING, &["Origin: http://a.example"], b"").await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("http://a.example"));
    assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(reply.header("vary"), Some("Origin"));

    // A refusal can be read by the page too.
    let refused =
        send(parlor.address, "GET /socket.io/?EIO=3&transport=polling", &["Origin: http://a.example"], b"")
            .await;
    assert_eq!(
        (refused.status, refused.header("access-control-allow-origin")),
        (400, Some("http://a.example"))
    );

    let other = send(parlor.address, POLLING, &["Origin: http://b.example"], b"").await;
    assert_eq!((other.status, other.header("access-control-allow-origin")), (200, None));
    parlor.logs.line("http://b.example").await;
}

#[tokio::test]
async fn a_preflight_is_answered_with_what_is_allowed() {
    let parlor = Parlor::with(Config { cors: Some(Cors::any()), ..Config::default() }, |_| {}).await;
    let preflight = "OPTIONS /socket.io/?EIO=4&transport=polling";
    let headers = [
        "Origin: http://a.example",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: x-token",
    ];
    let reply = send(parlor.address, preflight, &headers, b"").await;
    assert_eq!((reply.status, &*reply.body), (204, ""));
    assert_eq!(reply.header("access-control-allow-origin"), Some("http://a.example"));
    assert_eq!(reply.header("access-control-allow-methods"), Some("GET,POST"));
    assert_eq!(reply.header("access-control-allow-headers"), Some("x-token"));
    assert_eq!(reply.header("access-control-allow-credentials"), None);

    let cors = Cors::matching(|origin| origin == "http://a.example")
        .credentials(true)
        .methods([http::Method::POST])
        .allowed_headers([http::header::AUTHORIZATION, http::header::CONTENT_TYPE])
        .exposed_headers([http::header::DATE])
        .max_age(Duration::from_secs(600));
    let parlor = Parlor::with(Config { cors: Some(cors), ..Config::default() }, |_| {}).await;
    let reply = send(parlor.address, preflight, &headers, b"").await;
    assert_eq!((reply.status, &*reply.body), (204, ""));
    assert_eq!(reply.header("access-control-allow-origin"), Some("http://a.example"));
    assert_eq!(reply.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(
        reply.header("access-control-allow-headers"),
        Some("authorization,content-type,content-encoding")
    );
    assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(reply.header("access-control-max-age"), Some("600"));
    let reply = send(parlor.address, POLLING, &headers[..1], b"").await;
    assert_eq!(reply.header("access-control-expose-headers"), Some("date"));

    let closed = Parlor::echo().await;
    let reply = send(closed.address, preflight, &headers, b"").await;
    assert_eq!((reply.status, &*reply.body), (400, r#"{"code":2,"message":"Bad handshake method"}"#));
}
