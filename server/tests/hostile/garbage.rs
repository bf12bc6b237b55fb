//! What is no frame, no packet, no request, or none that a client may send now.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::child::Process;
use crate::client::{Client, frame};
use crate::soon;

/// How often each kind of garbage is sent.
const ROUNDS: usize = 40;

/// By how much garbage may make the server grow. All of it together is some 50 MB.
const MAX_GROWTH_KIB: u64 = 24 * 1024;

#[tokio::test]
async fn garbage_ends_its_own_connection_and_leaves_nothing_behind() {
    let server = Process::start(Duration::from_secs(60));
    let mut bystander = Client::joined(server.address).await;
    let before = server.memory_kib();
    let oversize = frame(0x81, &vec![b'4'; 1_000_001]);
    let (joined, fresh) = (true, false);
    // What it is; whether `/` was joined before; what is sent; the code of the Close frame.
    let rows: [(&str, bool, Vec<u8>, Option<u16>); 16] = [
        ("an unmasked frame", joined, vec![0x81, 2, b'4', b'0'], Some(1002)),
        ("a reserved opcode", joined, frame(0x83, b"4"), Some(1002)),
        ("a reserved bit", joined, frame(0xC1, b"4"), Some(1002)),
        ("a fragmented ping", joined, frame(0x09, b""), Some(1002)),
        ("a continuation of nothing", joined, frame(0x80, b"4"), Some(1002)),
        ("a text that is not UTF-8", joined, frame(0x81, b"4\xff\xfe"), Some(1007)),
        (
            "a frame of 2^63 - 1 bytes",
            joined,
            [&[0x81, 0xFF, 0x7F], &[0xFF; 7][..], &[0; 4]].concat(),
            Some(1009),
        ),
        ("a frame over the limit", joined, oversize, Some(1009)),
        (
            "bytes at random",
            joined,
            (0..4096_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[1] | 0x70).collect(),
            Some(1002),
        ),
        ("no packet", joined, frame(0x81, b"x"), Some(1000)),
        ("an empty packet", joined, frame(0x81, b""), Some(1000)),
        ("binary that nobody announced", joined, frame(0x82, b"\x01\x02"), Some(1000)),
        ("10 000 attachments announced", joined, frame(0x81, br#"4510000-["a"]"#), Some(1000)),
        ("a second CONNECT", joined, frame(0x81, b"40"), Some(1000)),
        ("an event before CONNECT", fresh, frame(0x81, br#"42["early"]"#), Some(1000)),
        ("a ping of version 3", fresh, frame(0x81, b"2"), Some(1000)),
    ];
    for (name, joined, sent, code) in &rows {
        for _ in 0..ROUNDS {
            let mut client = if *joined {
                Client::joined(server.address).await
            } else {
                Client::open(server.address).await
            };
            // The server may have had enough before it has read everything.
            let _ = client.0.write_all(sent).await;
            assert_eq!(client.closed().await, *code, "{name}");
        }
        let took = bystander.round_trip().await;
        println!(
            "{name}: {ROUNDS} times; {} KiB; a round trip beside it takes {took:?}",
            server.memory_kib()
        );
    }
    let growth = server.memory_kib().saturating_sub(before);
    println!("garbage: the server had {before} KiB and grew by {growth} KiB");
    assert!(growth < MAX_GROWTH_KIB, "{growth} KiB");
}

#[tokio::test]
async fn garbage_instead_of_http_is_refused() {
    let server = Process::start(Duration::from_secs(60));
    let mut bystander = Client::joined(server.address).await;
    let before = server.memory_kib();
    let endless_header = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(1 << 20));
    let many_headers = format!("GET / HTTP/1.1\r\n{}", "X: y\r\n".repeat(100_000));
    let rows: [(&str, &[u8], &str); 5] = [
        ("bytes", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "HTTP/1.1 400 "),
        ("no method", b" / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "),
        (
            "two lengths",
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 400 ",
        ),
        ("an endless header", endless_header.as_bytes(), "HTTP/1.1 431 "),
        ("endless headers", many_headers.as_bytes(), "HTTP/1.1 431 "),
    ];
    for (name, sent, answer) in rows {
        for _ in 0..ROUNDS {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            let (mut reader, mut writer) = stream.split();
            let mut got = Vec::new();
            // The answer is lost when more was sent than the server cared to read: the kernel says so with a reset.
            let (_, ended) = tokio::join!(writer.write_all(sent), soon(name, reader.read_to_end(&mut got)));
            if ended.is_ok() {
                assert!(got.starts_with(answer.as_bytes()), "{name}: {}", String::from_utf8_lossy(&got));
            }
        }
        bystander.round_trip().await;
    }
    let growth = server.memory_kib().saturating_sub(before);
    println!("garbage instead of HTTP: the server had {before} KiB and grew by {growth} KiB");
    assert!(growth < MAX_GROWTH_KIB, "{growth} KiB");
}
