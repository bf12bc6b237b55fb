//! How things end, and who is told what.

use std::sync::Arc;
use std::time::Duration;

use parlor_server::{Ack, Config, Reason, Server, Socket, serve};
use tokio::runtime::Builder;
use tokio::sync::mpsc;

use crate::http::{Reply, begin};
use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::WebSocket;

/// A server that tells who has left, and why.
async fn watched(config: Config) -> (Parlor, mpsc::UnboundedReceiver<(String, Reason)>) {
    let (left, leavers) = mpsc::unbounded_channel();
    let parlor = Parlor::empty(config).await;
    for name in ["/", "/custom"] {
        let left = left.clone();
        parlor.io.of(name).on_connection(move |socket: Socket| {
            let left = left.clone();
            async move {
                echo(&socket);
                socket.on("kick", |socket: Socket, close: bool, _: Ack| async move {
                    socket.emit("last words", &()).unwrap();
                    socket.disconnect(close);
                    assert!(socket.emit("too late", &()).is_err());
                    socket.join("too late");
                    socket.disconnect(close);
                });
                socket.on_disconnecting(|socket: Socket, _| async move {
                    assert!(!socket.is_connected());
                    assert_eq!(socket.rooms(), [Arc::from(socket.id())]);
                    socket.join("too late");
                    assert_eq!(socket.rooms().len(), 1);
                    socket.data().insert("was about to leave");
                    tokio::task::yield_now().await;
                    assert!(socket.rooms().is_empty());
                });
                socket.on_disconnect(move |socket: Socket, reason| {
                    let left = left.clone();
                    async move {
                        assert!(!socket.is_connected() && socket.rooms().is_empty());
                        assert!(socket.data().of::<&str>().is_some());
                        left.send((socket.namespace().name().to_owned(), reason)).unwrap();
                    }
                });
            }
        });
    }
    (parlor, leavers)
}

async fn left(leavers: &mut mpsc::UnboundedReceiver<(String, Reason)>) -> (String, Reason) {
    soon("a farewell", leavers.recv()).await.unwrap()
}

#[tokio::test]
async fn a_client_that_leaves_a_namespace_keeps_its_connection() {
    let (parlor, mut leavers) = watched(Config::default()).await;
    let mut client = parlor.websocket().await;
    client.join("40/custom,").await;
    client.send("41").await;
    assert_eq!(left(&mut leavers).await, ("/".to_owned(), Reason::ClientNamespaceDisconnect));
    client.send(r#"42/custom,1["echo"]"#).await;
    assert_eq!(client.text().await, "43/custom,1[]");
}

#[tokio::test]
async fn who_is_sent_out_hears_everything_said_before() {
    let (parlor, mut leavers) = watched(Config::default()).await;
    let mut client = parlor.websocket().await;
    client.join("40/custom,").await;
    client.send(r#"42["kick",false]"#).await;
    assert_eq!([client.text().await, client.text().await], [r#"42["last words"]"#, "41"]);
    assert_eq!(left(&mut leavers).await, ("/".to_owned(), Reason::ServerNamespaceDisconnect));
    client.send(r#"42/custom,1["echo"]"#).await;
    assert_eq!(client.text().await, "43/custom,1[]");
    client.join("40").await;
}

#[tokio::test]
async fn who_is_sent_out_of_everything_hears_it_everywhere_and_is_closed() {
    let (parlor, mut leavers) = watched(Config::default()).await;
    let mut client = parlor.websocket().await;
    client.join("40/custom,").await;
    client.send(r#"42["kick",true]"#).await;
    let heard = [client.text().await, client.text().await, client.text().await];
    assert_eq!(heard, [r#"42["last words"]"#, "41", "41/custom,"]);
    client.closed().await;
    assert_eq!(left(&mut leavers).await, ("/".to_owned(), Reason::ServerNamespaceDisconnect));
    assert_eq!(left(&mut leavers).await, ("/custom".to_owned(), Reason::ServerNamespaceDisconnect));
}

#[tokio::test]
async fn a_client_without_a_poll_is_sent_out_at_once_and_told_later() {
    let (parlor, mut leavers) = watched(Config::default()).await;
    let client = parlor.joined_polling().await;
    client.post(r#"42["kick",true]"#).await;
    assert_eq!(left(&mut leavers).await, ("/".to_owned(), Reason::ServerNamespaceDisconnect));
    assert_eq!(client.get().await.body, "42[\"last words\"]\u{1e}41");
    assert_eq!(client.get().await.body, "1");
    client.assert_gone().await;
}

#[tokio::test]
async fn what_a_client_said_before_it_heard_that_it_is_out_is_dropped() {
    let (parlor, mut leavers) = watched(Config::default()).await;
    let client = parlor.joined_polling().await;
    client.post("42[\"kick\",false]\u{1e}420[\"echo\",1]\u{1e}42[\"echo\",2]").await;
    left(&mut leavers).await;
    assert_eq!(client.get().await.body, "42[\"last words\"]\u{1e}41");
    assert!(!parlor.logs.text().contains("panicked"), "a handler ran");
}

#[tokio::test]
async fn a_client_that_closes_leaves_all_its_namespaces() {
    let (parlor, mut leavers) = watched(Config::default()).await;
    let client = parlor.joined_polling().await;
    let held = client.held().await;
    assert_eq!(client.post("1").await.body, "ok");
    assert_eq!(held.await.unwrap().body, "6");
    assert_eq!(left(&mut leavers).await, ("/".to_owned(), Reason::TransportClose));
    client.assert_gone().await;

    let mut client = parlor.websocket().await;
    client.join("40/custom,").await;
    client.send("1").await;
    client.closed().await;
    assert_eq!(left(&mut leavers).await, ("/".to_owned(), Reason::TransportClose));
    assert_eq!(left(&mut leavers).await, ("/custom".to_owned(), Reason::TransportClose));
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_gone() {
    let config = Config {
        ping_interval: Duration::from_millis(20),
        ping_timeout: Duration::from_millis(500),
        ..Config::default()
    };
    let (parlor, mut leavers) = watched(config).await;
    let mut client = parlor.websocket().await;
    assert_eq!(client.text().await, "2");
    client.send("3").await;
    assert_eq!(client.text().await, "2");
    client.closed().await;
    assert_eq!(left(&mut leavers).await, ("/".to_owned(), Reason::PingTimeout));
}

#[tokio::test]
async fn a_post_that_is_half_sent_does_not_outlive_its_session() {
    let config = Config {
        ping_interval: Duration::from_millis(20),
        ping_timeout: Duration::from_millis(100),
        ..Config::default()
    };
    let parlor = Parlor::with(config, echo).await;
    let client = parlor.joined_polling().await;
    let post = begin(parlor.address, &client.line("POST"), &[], 10, b"42[").await;
    assert_eq!(Reply::read(post).await.status, 400);
    assert!(parlor.logs.line("a connection was closed").await.contains("ping timeout"));
}

#[tokio::test]
async fn a_client_that_joins_nothing_is_closed() {
    let config = Config { connect_timeout: Duration::from_millis(20), ..Config::default() };
    let parlor = Parlor::with(config, |_| {}).await;
    WebSocket::open(parlor.address).await.0.closed().await;
    assert!(parlor.logs.line("a connection was closed").await.contains("forced server close"));
}

#[tokio::test]
async fn a_server_that_closes_tells_its_application_and_cuts_its_clients_off() {
    let (parlor, mut leavers) = watched(Config::default()).await;
    let mut websocket = parlor.websocket().await;
    let polling = parlor.joined_polling().await;
    let held = polling.held().await;
    polling.post(r#"420["echo"]"#).await;
    assert_eq!(held.await.unwrap().body, "430[]");
    let held = polling.held().await;

    let closing = tokio::spawn({
        let io = parlor.io.clone();
        async move { io.close().await }
    });
    websocket.closed().await;
    assert_eq!(held.await.unwrap().body, "1");
    soon("the end", closing).await.unwrap();
    for _ in 0..2 {
        assert_eq!(left(&mut leavers).await.1, Reason::ServerShuttingDown);
    }
}

#[tokio::test]
async fn serving_ends_with_the_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let io = Server::new(Config::default());
    let serving = tokio::spawn(serve(listener, io.clone()));
    io.close().await;
    soon("the end", serving).await.unwrap().unwrap();
}

#[test]
fn a_runtime_that_ends_closes_its_connections_though_the_server_is_still_held() {
    let runtime = || Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (servers, clients) = (runtime(), runtime());
    let parlor = servers.block_on(Parlor::echo());
    let mut client = clients.block_on(parlor.websocket());
    // Its task sleeps, or will in a moment.
    parlor.io.emit("news", &()).unwrap();
    assert_eq!(clients.block_on(client.text()), r#"42["news"]"#);
    drop(servers);
    let end = clients.block_on(client.message());
    assert!(!matches!(end, Some(Ok(_))), "it is not cut: {end:?}");
    // Nobody is there to send it.
    parlor.io.emit("news", &()).unwrap();
    assert_eq!(parlor.io.metrics().value("parlor_queue_bytes", ""), Some(0));
}
