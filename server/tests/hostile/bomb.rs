//! Little that unpacks to a lot, from many at the same time.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use futures_util::future::join_all;
use tokio::io::AsyncWriteExt;

use crate::child::Process;
use crate::client::{Client, frame};
use crate::flood::{polling, post_with};

/// How many come at the same time.
const BOMBS: usize = 50;

/// What each unpacks to, in megabytes; the server accepts one. All of them are 2.5 GB.
const MEGABYTES: usize = 50;

/// By how much they may make the server grow: their packed bytes (50 KB each), one megabyte and its buffers for those
/// that are unpacked at the same time, and some room.
const MAX_GROWTH_KIB: u64 = 32 * 1024;

#[tokio::test]
async fn websocket_messages_that_unpack_to_gigabytes_are_refused_at_the_limit() {
    let server = Process::start(Duration::from_secs(60));
    let mut bystander = Client::joined(server.address).await;
    let mut clients = join_all((0..BOMBS).map(|_| Client::deflating(server.address))).await;
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    fill(&mut packed);
    packed.flush().unwrap();
    // RFC 7692, section 7.2.1: what ends a flush is left out.
    let packed = packed.get_ref().strip_suffix(b"\x00\x00\xff\xff").unwrap();
    let bomb = frame(0xC1, packed);
    let before = server.memory_kib();
    let exploding = join_all(clients.iter_mut().map(async |client| {
        client.0.write_all(&bomb).await.unwrap();
        client.closed().await
    }));
    let (ends, beside) = tokio::join!(exploding, bystander.round_trip());
    assert_eq!(ends, [Some(1009); BOMBS]);
    bystander.round_trip().await;
    report("WebSocket messages", &server, before, bomb.len(), beside);
}

#[tokio::test]
async fn gzip_bodies_that_unpack_to_gigabytes_are_refused_at_the_limit() {
    let server = Process::start(Duration::from_secs(60));
    let mut bystander = Client::joined(server.address).await;
    let sids = join_all((0..BOMBS).map(|_| polling(server.address))).await;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    fill(&mut packed);
    let bomb = packed.finish().unwrap();
    let before = server.memory_kib();
    let posts = sids.iter().map(|sid| post_with(server.address, sid, "Content-Encoding: gzip\r\n", &bomb));
    let (answers, beside) = tokio::join!(join_all(posts), bystander.round_trip());
    for answer in answers {
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    }
    bystander.round_trip().await;
    report("gzip bodies", &server, before, bomb.len(), beside);
}

fn fill(packed: &mut impl Write) {
    let letters = vec![b'x'; 1_000_000];
    for _ in 0..MEGABYTES {
        packed.write_all(&letters).unwrap();
    }
}

fn report(what: &str, server: &Process, before: u64, length: usize, round_trip: Duration) {
    let growth = server.most_memory_kib().saturating_sub(before);
    println!(
        "{BOMBS} {what} of {length} bytes that unpack to {MEGABYTES} MB: the server grew by {growth} KiB at most, a \
         round trip beside them took {round_trip:?}"
    );
    assert!(growth < MAX_GROWTH_KIB, "{what}: {growth} KiB");
}
