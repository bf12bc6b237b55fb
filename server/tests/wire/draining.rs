//! A server that goes down sends its clients elsewhere.

use std::time::Duration;

use parlor_server::{Config, Reason, Socket};
use tokio::sync::mpsc;

use crate::http::send;
use crate::parlor::{Parlor, echo};
use crate::soon;

const HANDSHAKE: &str = "GET /socket.io/?EIO=4&transport=polling";

#[tokio::test]
async fn who_is_there_gets_what_waits_and_is_closed_without_a_disconnect_packet() {
    let (left, mut leavers) = mpsc::unbounded_channel();
    let parlor = Parlor::with(Config::default(), move |socket| {
        let left = left.clone();
        socket.on_disconnect(move |_, reason| {
            left.send(reason).unwrap();
            async {}
        });
    })
    .await;
    let mut websocket = parlor.websocket().await;
    let polling = parlor.joined_polling().await;
    parlor.io.emit("last words", &()).unwrap();
    let draining = tokio::spawn({
        let io = parlor.io.clone();
        async move { io.drain(Duration::from_secs(5)).await }
    });

    assert_eq!(websocket.text().await, r#"42["last words"]"#);
    assert_eq!(websocket.closed().await, 1000);
    assert_eq!(polling.get().await.body, r#"42["last words"]"#);
    assert_eq!(polling.get().await.body, "1");
    soon("the end", draining).await.unwrap();
    for _ in 0..2 {
        assert_eq!(soon("a farewell", leavers.recv()).await, Some(Reason::ServerShuttingDown));
    }
}

#[tokio::test]
async fn nobody_is_let_in_any_more_while_others_are_still_served() {
    let parlor = Parlor::with(Config::default(), |socket: &Socket| echo(socket)).await;
    let polling = parlor.joined_polling().await;
    assert!(parlor.io.is_open());
    let draining = tokio::spawn({
        let io = parlor.io.clone();
        async move { io.drain(Duration::ZERO).await }
    });
    // It does not hear that it shall go before it asks.
    soon("the beginning", async {
        while parlor.io.is_open() {
            tokio::task::yield_now().await;
        }
    })
    .await;

    let reply = send(parlor.address, HANDSHAKE, &[], b"").await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("5")));
    assert_eq!(parlor.io.metrics().value("parlor_handshakes_refused_total", ""), Some(1));
    assert!(!draining.is_finished());
    assert_eq!(polling.get().await.body, "1");
    soon("the end", draining).await.unwrap();
    assert!(!parlor.io.is_open());
}
