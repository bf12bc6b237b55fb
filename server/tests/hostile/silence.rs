//! Thousands of connections that never say a word.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::child::Process;
use crate::client::Client;
use crate::soon;

const CONNECTIONS: usize = 5000;

/// How many are opened at the same time.
const AT_ONCE: usize = 100;

/// How long the server lets them be silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// What one of them may cost, in KiB. Measured: see what the tests print.
const MAX_KIB_EACH: u64 = 40;

#[tokio::test]
async fn five_thousand_connections_without_a_request_are_cheap_and_go_away() {
    let server = Process::start(PATIENCE);
    let mut bystander = Client::joined(server.address).await;
    let before = server.memory_kib();
    let mut silent = Vec::with_capacity(CONNECTIONS);
    while silent.len() < CONNECTIONS {
        let opened = join_all((0..AT_ONCE).map(|_| TcpStream::connect(server.address))).await;
        silent.extend(opened.into_iter().map(Result::unwrap));
    }
    // Every other one begins a request and leaves it at that.
    for stream in silent.iter_mut().step_by(2) {
        stream.write_all(b"GET /socket.io/?EIO=4&transp").await.unwrap();
    }
    let took = bystander.round_trip().await;
    report("connections without a request", &server, before, took);

    let start = Instant::now();
    for stream in &mut silent {
        let mut answer = Vec::new();
        soon("the end of a silent connection", stream.read_to_end(&mut answer)).await.unwrap();
    }
    println!("all are gone; waiting for that took {:?}", start.elapsed());
    bystander.round_trip().await;
}

#[tokio::test]
async fn five_thousand_sessions_that_join_nothing_are_cheap_and_go_away() {
    let server = Process::start(PATIENCE);
    let mut bystander = Client::joined(server.address).await;
    let before = server.memory_kib();
    let mut silent = Vec::with_capacity(CONNECTIONS);
    while silent.len() < CONNECTIONS {
        silent.extend(join_all((0..AT_ONCE).map(|_| Client::open(server.address))).await);
    }
    let open = bystander.ask(r#"["count"]"#).await;
    let took = bystander.round_trip().await;
    println!("{open} sessions are open");
    report("sessions that join nothing", &server, before, took);

    let start = Instant::now();
    for client in &mut silent {
        let handshake = soon("the handshake", client.frame()).await.unwrap();
        assert_eq!(handshake.0, 0x81);
        assert_eq!(client.closed().await, Some(1000));
    }
    println!("all are gone; waiting for that took {:?}", start.elapsed());
    assert_eq!(bystander.ask(r#"["count"]"#).await, "[1]");
}

fn report(what: &str, server: &Process, before: u64, round_trip: Duration) {
    let kib_each = server.most_memory_kib().saturating_sub(before) / CONNECTIONS as u64;
    println!("{CONNECTIONS} {what}: {kib_each} KiB each; a round trip beside them takes {round_trip:?}");
    assert!(kib_each <= MAX_KIB_EACH, "{kib_each} KiB each");
}
