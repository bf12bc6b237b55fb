//! The server in front of other people's: axum and plain hyper, as their examples do it, and behind axum's routers.

use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use parlor_server::{Config, Cors, Server};
use tokio::net::TcpListener;

use crate::http::{Polling, Reply, send};
use crate::logs::Logs;
use crate::parlor::echo;
use crate::ws::WebSocket;

#[path = "../../examples/axum.rs"]
#[expect(dead_code, unreachable_pub, reason = "a program, of which the test takes the server")]
mod axum_example;

#[path = "../../examples/hyper.rs"]
#[expect(dead_code, unreachable_pub, reason = "a program, of which the test takes the server")]
mod hyper_example;

#[tokio::test]
async fn the_example_for_axum_serves_its_page_and_both_transports() {
    let (listener, address) = listener().await;
    tokio::spawn(axum_example::run(listener));
    serves_its_page_and_both_transports(address, r#"42["welcome","127.0.0.1"]"#).await;
}

#[tokio::test]
async fn the_example_for_hyper_serves_its_page_and_both_transports() {
    let (listener, address) = listener().await;
    tokio::spawn(hyper_example::run(listener));
    serves_its_page_and_both_transports(address, r#"42["welcome"]"#).await;
}

#[tokio::test]
async fn behind_a_router_the_path_is_what_the_router_leaves() {
    let nested = Server::new(Config { path: "/".into(), cors: Some(Cors::any()), ..Config::default() });
    let inner = Server::new(Config::default());
    let api =
        Router::new().route("/ping", get(|| async { "pong" })).route_service("/socket.io/", inner.service());
    let exact = Server::new(Config { path: "/exact/".into(), ..Config::default() });
    let app = Router::new()
        .nest_service("/nested", nested.service())
        .nest("/api", api)
        .route_service("/exact/", exact.service());
    let (listener, address) = listener().await;
    tokio::spawn(async move { axum::serve(listener, app).await });

    // What is asked for; the status; how the body begins.
    let rows = [
        ("/nested/?EIO=4&transport=polling", 200, r#"0{"sid":""#),
        ("/nested?EIO=4&transport=polling", 200, r#"0{"sid":""#),
        ("/nested/x?EIO=4&transport=polling", 404, ""),
        ("/api/socket.io/?EIO=4&transport=polling", 200, r#"0{"sid":""#),
        ("/api/ping", 200, "pong"),
        ("/exact/?EIO=4&transport=polling", 200, r#"0{"sid":""#),
        ("/socket.io/?EIO=4&transport=polling", 404, ""),
    ];
    for (path, status, body) in rows {
        let reply = send(address, &format!("GET {path}"), &["Origin: http://a.example"], b"").await;
        assert_eq!(reply.status, status, "{path}: {reply:?}");
        assert!(reply.body.starts_with(body), "{path}: {reply:?}");
        let allowed = (path.starts_with("/nested") && status == 200).then_some("http://a.example");
        assert_eq!(reply.header("access-control-allow-origin"), allowed, "{path}");
    }
}

#[tokio::test]
async fn a_layer_passes_on_what_is_not_its_own_untouched() {
    let io = Server::new(Config { cors: Some(Cors::any()), ..Config::default() });
    io.on_connection(|socket| {
        echo(&socket);
        async {}
    });
    let upload = axum::routing::post(|body: String| async move { body });
    let app = Router::new().route("/socket.io-admin/", upload).layer(io.layer());
    let (listener, address) = listener().await;
    tokio::spawn(async move { axum::serve(listener, app).await });

    let origin = ["Origin: http://a.example"];
    let reply = send(address, "POST /socket.io-admin/", &origin, b"hello").await;
    assert_eq!((reply.status, &*reply.body), (200, "hello"));
    assert_eq!(reply.header("access-control-allow-origin"), None);
    let reply = send(address, "GET /nowhere", &origin, b"").await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (404, None));

    io.close().await;
    let reply = send(address, "GET /socket.io/?EIO=4&transport=polling", &[], b"").await;
    assert_eq!(reply.status, 503);
    let reply: Reply = send(address, "POST /socket.io-admin/", &[], b"still there").await;
    assert_eq!(&*reply.body, "still there");
}

async fn serves_its_page_and_both_transports(address: SocketAddr, welcome: &str) {
    let page = send(address, "GET /", &[], b"").await;
    assert_eq!((page.status, &*page.body), (200, "the application's own page"));

    let client = Polling::open(address, Logs::default()).await;
    assert_eq!(client.post("40").await.body, "ok");
    assert!(client.get().await.body.starts_with(r#"40{"sid":""#));
    assert_eq!(client.get().await.body, welcome);
    assert_eq!(client.post(r#"420["echo",1]"#).await.body, "ok");
    assert_eq!(client.get().await.body, "430[1]");

    let (mut client, _) = WebSocket::open(address).await;
    client.join("40").await;
    assert_eq!(client.text().await, welcome);
    client.send(r#"420["echo",1]"#).await;
    assert_eq!(client.text().await, "430[1]");
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}
