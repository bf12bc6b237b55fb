//! The policies of a server towards clients that are slow, idle, or too eager, each with its bound.

use std::future;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use parlor_server::{Ack, Config, RateLimit, Reason, Socket};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::http::{Reply, begin, send};
use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::UPGRADE;

const THREE: NonZeroU32 = NonZeroU32::new(3).unwrap();

/// More than the kernel's buffers of one connection hold, on both sides.
const ENOUGH_BYTES: usize = 20 * 1024 * 1024;

#[tokio::test]
async fn events_over_the_rate_limit_wait_and_all_are_handled_in_order() {
    let limit = RateLimit::new(THREE, Duration::from_millis(300));
    let parlor = Parlor::with(Config { rate_limit: Some(limit), ..Config::default() }, echo).await;
    let mut client = parlor.websocket().await;
    let start = Instant::now();
    for number in 0..5 {
        client.send(&format!(r#"42{number}["echo"]"#)).await;
    }
    for number in 0..5 {
        assert_eq!(client.text().await, format!("43{number}[]"));
    }
    assert!(start.elapsed() >= Duration::from_millis(200), "the fourth and the fifth waited 100 ms each");
    assert_eq!(parlor.logs.count("too many events: they wait"), 1);
    assert_eq!(parlor.io.metrics().value("parlor_rate_limited_events_total", ""), Some(2));
}

#[tokio::test]
async fn a_client_over_the_rate_limit_may_be_disconnected_instead() {
    let limit = RateLimit::new(THREE, Duration::from_secs(3600)).disconnect();
    let (left, mut leavers) = mpsc::unbounded_channel();
    let parlor = Parlor::with(Config { rate_limit: Some(limit), ..Config::default() }, move |socket| {
        echo(socket);
        let left = left.clone();
        socket.on_disconnect(move |_, reason| {
            left.send(reason).unwrap();
            async {}
        });
    })
    .await;
    let (mut bystander, client) = (parlor.websocket().await, parlor.joined_polling().await);
    let events: Vec<_> = (0..5).map(|number| format!(r#"42{number}["echo"]"#)).collect();
    assert_eq!(client.post(&events.join("\u{1e}")).await.status, 200);
    assert_eq!(soon("the end", leavers.recv()).await, Some(Reason::ForcedServerClose));
    client.assert_gone().await;
    assert_eq!(parlor.logs.count("too many events: closing"), 1);
    assert!(bystander.heard().await.is_empty());
}

#[tokio::test]
async fn events_that_wait_for_handlers_count_for_a_limit_that_disconnects() {
    let limit = RateLimit::new(THREE, Duration::from_secs(3600)).disconnect();
    let config = Config { rate_limit: Some(limit), max_handlers: 1, ..Config::default() };
    let parlor = Parlor::with(config, |socket| {
        socket.on("work", |_, (), _: Ack| future::pending());
    })
    .await;
    let mut client = parlor.websocket().await;
    for _ in 0..4 {
        client.send(r#"42["work"]"#).await;
    }
    client.closed().await;
    assert_eq!(parlor.io.metrics().value("parlor_rate_limited_events_total", ""), Some(1));
}

#[tokio::test]
async fn an_event_that_waits_for_a_handler_and_not_for_the_limit_costs_no_time() {
    let limit = RateLimit::new(NonZeroU32::new(1000).unwrap(), Duration::from_secs(1));
    let ping_interval = Duration::from_secs(1);
    let config = Config { rate_limit: Some(limit), max_handlers: 1, ping_interval, ..Config::default() };
    let parlor = Parlor::with(config, |socket| {
        socket.on("work", |_, (), _: Ack| future::pending());
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["work"]"#).await;
    client.send(r#"42["work"]"#).await;
    client.ping().await;
    let busy = || Handle::current().metrics().worker_total_busy_duration(0);
    let before = busy();
    assert_eq!(client.message().await.unwrap().unwrap().into_text().unwrap(), "2", "a second later");
    assert!(busy() - before < ping_interval / 2, "the task does not sleep: {:?}", busy() - before);
}

#[tokio::test]
async fn a_websocket_that_takes_nothing_is_cut_off_though_its_queue_has_room() {
    let (came, mut sockets) = mpsc::unbounded_channel();
    let (left, mut leavers) = mpsc::unbounded_channel();
    let config = Config {
        write_timeout: Duration::from_millis(300),
        max_queue_bytes: 2 * ENOUGH_BYTES,
        ..Config::default()
    };
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
    soon("the bystander", sockets.recv()).await.unwrap();
    let mut stalled =
        begin(parlor.address, "GET /socket.io/?EIO=4&transport=websocket", &UPGRADE, 0, b"").await;
    // "40" in a frame whose mask changes nothing.
    stalled.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'4', b'0']).await.unwrap();
    let socket: Socket = soon("the slow client", sockets.recv()).await.unwrap();
    let message = "x".repeat(64 * 1024);
    for _ in 0..ENOUGH_BYTES / message.len() {
        socket.emit("news", &message).unwrap();
    }
    assert_eq!(soon("the end", leavers.recv()).await, Some(Reason::TransportError));
    parlor.logs.line("a client takes nothing: closing").await;
    let metrics = parlor.io.metrics();
    assert_eq!(metrics.value("parlor_write_timeouts_total", ""), Some(1));
    assert_eq!(metrics.value("parlor_slow_consumers_total", ""), Some(0));
    assert!(bystander.heard().await.is_empty());
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_not_kept() {
    let config = Config { write_timeout: Duration::from_millis(300), ..Config::default() };
    let parlor = Parlor::with(config, echo).await;
    let client = parlor.joined_polling().await;
    parlor.io.emit("news", &"x".repeat(ENOUGH_BYTES)).unwrap();
    let mut unread = begin(client.address, &client.line("GET"), &[], 0, b"").await;
    parlor.logs.line("a client takes nothing of an answer").await;
    assert_eq!(parlor.io.metrics().value("parlor_write_timeouts_total", ""), Some(1));
    let mut got = Vec::new();
    let _ = soon("the end of the stream", unread.read_to_end(&mut got)).await;
    assert!(got.len() < ENOUGH_BYTES, "the rest was dropped");
}

#[tokio::test]
async fn a_request_that_does_not_come_is_not_waited_for() {
    let config = Config { request_timeout: Duration::from_millis(300), ..Config::default() };
    let parlor = Parlor::with(config, echo).await;
    let mut bystander = parlor.websocket().await;
    let rows = [
        ("nothing", ""),
        ("half a line", "GET /socket.io/?EIO=4&transpo"),
        ("half the headers", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n"),
        (
            "no next request",
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
        ),
    ];
    for (name, sent) in rows {
        let mut stream = TcpStream::connect(parlor.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let start = Instant::now();
        soon(name, stream.read_to_end(&mut answer)).await.unwrap();
        assert!(start.elapsed() >= Duration::from_millis(250), "{name}: {:?}", start.elapsed());
    }

    let client = parlor.joined_polling().await;
    let half = begin(client.address, &client.line("POST"), &[], 10, b"42[").await;
    assert_eq!(Reply::read(half).await.status, 408);
    parlor.logs.line("a request body takes too long").await;
    client.assert_gone().await;
    assert!(bystander.heard().await.is_empty());
}

#[tokio::test]
async fn headers_have_bounds_in_bytes_and_number() {
    let parlor = Parlor::echo().await;
    let (long, short) = (format!("X-A: {}", "a".repeat(140_000)), format!("X-A: {}", "a".repeat(50_000)));
    let many: Vec<_> = (0..120).map(|number| format!("X-{number}: a")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let line = "GET /socket.io/?EIO=4&transport=polling";
    let rows: [(&str, &[&str], u16); 4] = [
        ("long", &[&long], 431),
        ("short enough", &[&short], 200),
        ("many", &many, 431),
        ("few enough", &many[..90], 200),
    ];
    for (name, headers, status) in rows {
        assert_eq!(send(parlor.address, line, headers, b"").await.status, status, "{name}");
    }
}
