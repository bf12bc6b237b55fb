//! A client that does not read.

use bytes::Bytes;
use parlor_server::{Config, EmitError, Reason, Socket};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::http::begin;
use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::UPGRADE;

const QUEUE_BYTES: usize = 256 * 1024;

/// More than the kernel's buffers on both sides could ever hold.
const ENOUGH_BYTES: usize = 256 * 1024 * 1024;

#[tokio::test]
async fn a_client_that_reads_too_slowly_is_cut_off_and_nobody_else_notices() {
    let (came, mut sockets) = mpsc::unbounded_channel();
    let (left, mut leavers) = mpsc::unbounded_channel();
    let config = Config { max_queue_bytes: QUEUE_BYTES, ..Config::default() };
    let parlor = Parlor::with(config, move |socket| {
        echo(socket);
        came.send(socket.clone()).unwrap();
        let left = left.clone();
        socket.on_disconnect(move |_, reason| {
            left.send(reason).unwrap();
            async {}
        });
    })
    .await;
    let mut bystander = parlor.websocket().await;
    let mut stalled = stalled(&parlor).await;
    soon("the bystander", sockets.recv()).await.unwrap();
    let socket: Socket = soon("the slow client", sockets.recv()).await.unwrap();

    let message = "x".repeat(16 * 1024);
    let mut sent_bytes = 0;
    let error = loop {
        match socket.emit("news", &message) {
            Ok(()) => sent_bytes += message.len(),
            Err(error) => break error,
        }
        assert!(sent_bytes < ENOUGH_BYTES, "nothing stops it");
        tokio::task::yield_now().await;
    };
    assert!(matches!(error, EmitError::NotConnected));
    assert_eq!(soon("the farewell", leavers.recv()).await, Some(Reason::ForcedServerClose));
    let line = parlor.logs.line("a client reads too slowly").await;
    let bytes: usize = line.split("bytes=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(bytes > QUEUE_BYTES && bytes <= QUEUE_BYTES + message.len() + 100, "{line}");
    assert_eq!(parlor.logs.count("a client reads too slowly"), 1);
    assert_eq!(parlor.io.metrics().value("parlor_slow_consumers_total", ""), Some(1));
    assert!(bystander.heard().await.is_empty());

    let mut wire = Vec::new();
    soon("the end of the stream", stalled.read_to_end(&mut wire)).await.unwrap();
    assert!(!wire.ends_with(b"\x88\x02\x03\xE8"), "what waited was not written, nor a Close frame behind it");
}

#[tokio::test]
async fn a_volatile_event_is_dropped_for_a_client_that_is_not_ready() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("go", |socket: Socket, (), _| async move {
            // It is idle now; behind the first, it is not.
            for number in 1..=3 {
                socket.volatile().emit("cursor", &number).unwrap();
            }
            socket.emit("kept", &()).unwrap();
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    assert!(client.heard().await.is_empty());
    client.send(r#"42["go"]"#).await;
    assert_eq!([client.text().await, client.text().await], [r#"42["cursor",1]"#, r#"42["kept"]"#]);

    let polling = parlor.joined_polling().await;
    polling.post(r#"42["go"]"#).await;
    assert_eq!(polling.get().await.body, r#"42["kept"]"#, "there was no poll to answer");
    // Two behind the first, and all three for who does not poll.
    assert_eq!(parlor.io.metrics().value("parlor_volatile_dropped_total", ""), Some(5));
}

#[tokio::test]
async fn a_volatile_event_is_dropped_with_all_its_attachments() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.on("go", |socket: Socket, (), _| async move {
            let (left, right) = (Bytes::from_static(b"left"), Bytes::from_static(b"right"));
            socket.volatile().emit("picture", &(&left, &right)).unwrap();
            socket.emit("kept", &left).unwrap();
        });
    })
    .await;
    let polling = parlor.joined_polling().await;
    polling.post(r#"42["go"]"#).await;
    let expected = "451-[\"kept\",{\"_placeholder\":true,\"num\":0}]\u{1e}bbGVmdA==";
    assert_eq!(polling.get().await.body, expected, "there was no poll to answer");
}

/// A client that has joined `/`, and then reads nothing.
async fn stalled(parlor: &Parlor) -> TcpStream {
    let mut stream =
        begin(parlor.address, "GET /socket.io/?EIO=4&transport=websocket", &UPGRADE, 0, b"").await;
    // "40" in a frame whose mask changes nothing.
    stream.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'4', b'0']).await.unwrap();
    stream
}
