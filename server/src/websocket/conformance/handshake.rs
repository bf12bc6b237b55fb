//! The opening handshake, as text over a real HTTP server: RFC 6455, 4.2, 4.4 and 11.3.
//!
//! A row is one change to the request that RFC 6455, 1.3 gives as its example.

use std::{convert::Infallible, future::ready};

use http::{Request, Response};
use http_body_util::Empty;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::Handshake;

pub(super) const REQUEST: &str = "GET /chat HTTP/1.1\r\n\
                       Host: server.example.com\r\n\
                       Upgrade: websocket\r\n\
                       Connection: Upgrade\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                       Origin: http://example.com\r\n\
                       Sec-WebSocket-Version: 13\r\n\r\n";

pub(super) const ACCEPTED: &str = "HTTP/1.1 101 Switching Protocols\r\n\
                        connection: Upgrade\r\n\
                        upgrade: websocket\r\n\
                        sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

struct Row {
    name: &'static str,
    /// This part of the request becomes that.
    change: (&'static str, &'static str),
    answer: Answer,
}

enum Answer {
    /// The whole answer is [`ACCEPTED`].
    Accepts,
    /// The whole answer is this.
    Is(&'static str),
    /// The answer has this status and these lines.
    Refuses(&'static str, &'static [&'static str]),
}
use Answer::{Accepts, Is, Refuses};

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const VERSION: &str = "Sec-WebSocket-Version: 13";

const ROWS: &[Row] = &[
    row("1.3 the RFC's own example", ("", ""), Accepts),
    row("4.2.1 the method is GET", ("GET", "POST"), Refuses("405", &["allow: GET"])),
    row("4.2.1 HTTP 1.0 cannot upgrade", ("HTTP/1.1", "HTTP/1.0"), Refuses("400", &[])),
    row("4.2.1 there is a Host", ("Host: server.example.com\r\n", ""), Refuses("400", &[])),
    row("4.2.1 there is one Host", ("Origin: ", "Host: "), Refuses("400", &[])),
    row("4.2.1 there is an Upgrade", ("Upgrade: websocket\r\n", ""), Refuses("400", &[])),
    row("4.2.1 the Upgrade is to websocket", ("Upgrade: websocket", "Upgrade: h2c"), Refuses("400", &[])),
    row(
        "4.2.1 the Upgrade is not to part of a word",
        ("Upgrade: websocket", "Upgrade: websockets"),
        Refuses("400", &[]),
    ),
    row("4.2.1 websocket in any case", ("Upgrade: websocket", "Upgrade: WebSocket"), Accepts),
    row("4.2.1 websocket among others", ("Upgrade: websocket", "Upgrade: h2c, websocket"), Accepts),
    row("4.2.1 there is a Connection", ("Connection: Upgrade\r\n", ""), Refuses("400", &[])),
    row(
        "4.2.1 the Connection names Upgrade",
        ("Connection: Upgrade", "Connection: keep-alive"),
        Refuses("400", &[]),
    ),
    row(
        "4.2.1 Connection is a list of tokens",
        ("Connection: Upgrade", "Connection: keep-alive,uPGRADE"),
        Accepts,
    ),
    row("4.2.1 Connection may come twice", ("Origin: http://example.com", "Connection: keep-alive"), Accepts),
    row("4.2.1 there is a key", ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""), Refuses("400", &[])),
    row("4.2.1 an empty key is none", (KEY, ""), Refuses("400", &[])),
    row("4.2.1 a key of 15 bytes", (KEY, "dGhlIHNhbXBsZSBub25j"), Refuses("400", &[])),
    row("4.2.1 a key of 17 bytes", (KEY, "dGhlIHNhbXBsZSBub25jZSE="), Refuses("400", &[])),
    row("4.2.1 a key without padding", (KEY, "dGhlIHNhbXBsZSBub25jZQ"), Refuses("400", &[])),
    row("4.2.1 a key that is not base64", (KEY, "dGhlIHNhbXBsZSBub25j*Q=="), Refuses("400", &[])),
    row(
        "4.4 version 8 is told of 13",
        (VERSION, "Sec-WebSocket-Version: 8"),
        Refuses("426", &["sec-websocket-version: 13", "upgrade: websocket"]),
    ),
    row(
        "4.4 version 14 is told of 13",
        (VERSION, "Sec-WebSocket-Version: 14"),
        Refuses("426", &["sec-websocket-version: 13"]),
    ),
    row(
        "4.4 no version is told of 13",
        ("Sec-WebSocket-Version: 13\r\n", ""),
        Refuses("426", &["sec-websocket-version: 13"]),
    ),
    row(
        "4.4 a version is not a list",
        (VERSION, "Sec-WebSocket-Version: 8, 13"),
        Refuses("426", &["sec-websocket-version: 13"]),
    ),
    row(
        "4.2.2 no subprotocol is agreed to",
        (VERSION, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat, superchat"),
        Accepts,
    ),
    row(
        "4.2.2 an unknown extension is not agreed to",
        (VERSION, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: x-unknown; a=1, mux"),
        Accepts,
    ),
    row(
        "4.2.2 the answer is made of the key",
        (KEY, "x3JJHMbDL1EzLkh9GBhXDw=="),
        Is("HTTP/1.1 101 Switching Protocols\r\n\
            connection: Upgrade\r\n\
            upgrade: websocket\r\n\
            sec-websocket-accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n\r\n"),
    ),
    row(
        "11.3.1 one key",
        ("Origin: http://example.com", "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw=="),
        Refuses("400", &[]),
    ),
    row(
        "11.3.5 one version",
        ("Origin: http://example.com", VERSION),
        Refuses("426", &["sec-websocket-version: 13"]),
    ),
];

#[tokio::test]
async fn every_handshake_is_granted_or_refused_by_the_book() {
    for Row { name, change: (from, to), answer } in ROWS {
        assert!(REQUEST.contains(from), "{name}");
        let response = ask(&REQUEST.replacen(from, to, 1)).await;
        match answer {
            Accepts => assert_eq!(response, ACCEPTED, "{name}"),
            Is(expected) => assert_eq!(response, *expected, "{name}"),
            Refuses(status, lines) => {
                assert_eq!(response.split(' ').nth(1), Some(*status), "{name}: {response}");
                for line in *lines {
                    assert!(response.contains(&format!("\r\n{line}\r\n")), "{name}: {response}");
                }
            }
        }
    }
}

const fn row(name: &'static str, change: (&'static str, &'static str), answer: Answer) -> Row {
    Row { name, change, answer }
}

/// Sends the request to an HTTP server that grants what can be granted, and gives its whole answer.
pub(super) async fn ask(request: &str) -> String {
    let (io, mut client) = tokio::io::duplex(64 * 1024);
    client.write_all(request.as_bytes()).await.unwrap();
    client.shutdown().await.unwrap();
    let service = service_fn(|request: Request<Incoming>| ready(Ok::<_, Infallible>(answer(&request))));
    let mut server = http1::Builder::new();
    let served = server.auto_date_header(false).half_close(true).serve_connection(TokioIo::new(io), service);
    served.with_upgrades().await.unwrap();
    let mut response = String::new();
    client.read_to_string(&mut response).await.unwrap();
    response
}

fn answer(request: &Request<Incoming>) -> Response<Empty<bytes::Bytes>> {
    match Handshake::check(request) {
        Ok(mut handshake) => {
            handshake.accept_deflate();
            handshake.response()
        }
        Err(error) => error.response(),
    }
}
