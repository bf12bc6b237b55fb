//! Bodies full of tiny packets, and bodies without an end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::child::Process;
use crate::client::Client;
use crate::soon;

/// By how much a flood may make the server grow: the body, what waits for handlers (`max_backlog_bytes`), what waits for
/// the client (`max_queue_bytes`), and some room. Unpacked as a whole, such a body takes 18 to 27 MB.
const MAX_GROWTH_KIB: u64 = 12 * 1024;

#[tokio::test]
async fn a_body_of_half_a_million_packets_is_never_unpacked_as_a_whole() {
    let rows = [
        ("500 000 noops", "6", 500_000),
        ("333 000 events without a name", "42", 333_000),
        ("111 000 events", r#"42["a"]"#, 111_000),
        ("62 500 questions", r#"420["echo",1]"#, 62_500),
    ];
    for (name, packet, count) in rows {
        let server = Process::start(Duration::from_secs(60));
        let mut bystander = Client::joined(server.address).await;
        let sid = polling(server.address).await;
        let before = server.memory_kib();
        let body = vec![packet; count].join("\u{1e}");
        assert!(body.len() <= 1_000_000, "{name}: {}", body.len());
        let address = server.address;
        let posted = async {
            tokio::select! {
                answer = post(address, &sid, &body) => answer,
                // Without that the server would stop reading, because its answers pile up.
                () = poll(address, &sid) => unreachable!("it polls for ever"),
            }
        };
        let served = async { (bystander.round_trip().await, bystander.round_trip().await) };
        let (posting, beside) = tokio::join!(posted, served);
        assert!(posting.starts_with("HTTP/1.1 200 "), "{name}: {posting}");
        let growth = server.most_memory_kib().saturating_sub(before);
        println!(
            "{name} in one body: the server grew by {growth} KiB at most; round trips beside it took {beside:?}"
        );
        assert!(growth < MAX_GROWTH_KIB, "{name}: {growth} KiB");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_kept() {
    let server = Process::start(Duration::from_secs(60));
    let mut bystander = Client::joined(server.address).await;
    let before = server.memory_kib();
    for _ in 0..20 {
        let sid = polling(server.address).await;
        let answer = post(server.address, &sid, &"4".repeat(20_000_000)).await;
        // The answer may be lost, because the server does not read to the end.
        assert!(answer.starts_with("HTTP/1.1 413 ") || answer.is_empty(), "{answer}");
    }
    bystander.round_trip().await;
    let growth = server.most_memory_kib().saturating_sub(before);
    println!("20 bodies of 20 MB: the server grew by {growth} KiB at most");
    assert!(growth < MAX_GROWTH_KIB, "{growth} KiB");
}

/// The id of a session on polling that has joined `/`.
pub(crate) async fn polling(address: SocketAddr) -> String {
    let request = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let opened = exchange(address, request.as_bytes()).await;
    let sid = opened.split(r#"0{"sid":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(post(address, &sid, "40").await.ends_with("\r\n\r\nok"));
    sid
}

async fn poll(address: SocketAddr, sid: &str) {
    let line = format!("GET /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1");
    loop {
        exchange(address, format!("{line}\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await;
    }
}

async fn post(address: SocketAddr, sid: &str, body: &str) -> String {
    post_with(address, sid, "", body.as_bytes()).await
}

/// The same, with one more header, which ends its line.
pub(crate) async fn post_with(address: SocketAddr, sid: &str, header: &str, body: &[u8]) -> String {
    let line = format!("POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1");
    let length = body.len();
    let head = format!("{line}\r\nHost: x\r\nConnection: close\r\n{header}Content-Length: {length}\r\n\r\n");
    exchange(address, &[head.as_bytes(), body].concat()).await
}

async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let (_, _) = tokio::join!(writer.write_all(request), soon("the answer", reader.read_to_end(&mut answer)));
    String::from_utf8(answer).unwrap()
}
