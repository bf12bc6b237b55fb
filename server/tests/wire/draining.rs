//! A server that goes down sends its clients elsewhere.

use std::time::Duration;

use parlor_server::{Config, Reason, Socket};
use tokio::sync::mpsc;

use crate::http::send;
use crate::parlor::{Parlor, echo};
use crate::soon;

/// More than the kernel's buffers of one connection hold, on both sides.
const ENOUGH_BYTES: usize = 20 * 1024 * 1024;

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
async fn who_is_slow_to_read_what_waits_gets_all_of_it_before_the_end() {
    let (left, mut leavers) = mpsc::unbounded_channel();
    let config = Config { max_queue_bytes: 2 * ENOUGH_BYTES, ..Config::default() };
    let parlor = Parlor::with(config, move |socket| {
        let left = left.clone();
        socket.on_disconnect(move |_, reason| {
            left.send(reason).unwrap();
            async {}
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    let message = "x".repeat(8000);
    let count = ENOUGH_BYTES / message.len();
    for _ in 0..count {
        parlor.io.emit("news", &message).unwrap();
    }
    let draining = tokio::spawn({
        let io = parlor.io.clone();
        async move { io.drain(Duration::ZERO).await }
    });
    soon("its farewell", async {
        while parlor.io.metrics().value("parlor_queue_bytes", "") != Some(0) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(leavers.try_recv().is_err(), "it has not left yet");

    for _ in 0..count {
        assert_eq!(client.text().await, format!(r#"42["news","{message}"]"#));
    }
    assert_eq!(client.closed().await, 1000);
    soon("the end", draining).await.unwrap();
    assert_eq!(soon("a farewell", leavers.recv()).await, Some(Reason::ServerShuttingDown));
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
