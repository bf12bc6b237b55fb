//! The HTTP side of a server, whole: a polling session under any headers and bodies, compressed ones among them.
//!
//! What must hold: each request is answered, by one of the statuses that there are, and a session that has ended is
//! unknown.

use std::time::Duration;

use arbitrary::Arbitrary;
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ORIGIN};
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::service::Service as _;
use parlor_server::{Config, Cors, Payload, Server, Service, Socket};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::input::operations;

/// Small, so that inputs pass it.
const MAX_BODY_BYTES: usize = 2000;

/// Longer than any answer takes that is not held back on purpose.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Debug, Arbitrary)]
enum Operation<'a> {
    Post { coding: Coding<'a>, body: &'a [u8] },
    PostText(&'a str),
    Join,
    Get { accepts: &'a [u8] },
    Ask { method: u8, query: &'a str, header: u8, value: &'a [u8] },
}

#[derive(Debug, Arbitrary)]
enum Coding<'a> {
    None,
    Gzip,
    OctetStream,
    Any(&'a [u8]),
}

const HEADERS: [HeaderName; 4] = [ORIGIN, ACCEPT_ENCODING, CONTENT_TYPE, CONTENT_ENCODING];
const METHODS: [Method; 4] = [Method::GET, Method::POST, Method::OPTIONS, Method::PUT];

pub(crate) fn run(data: &[u8]) {
    thread_local! {
        // Time stands still, and moves on when everybody waits: what is held back is waited for in no time.
        static RUNTIME: Runtime =
            Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(play(data)));
}

async fn play(data: &[u8]) {
    let config = Config {
        max_http_buffer_bytes: MAX_BODY_BYTES,
        cors: Some(Cors::origins(["https://a.example"])),
        ..Config::default()
    };
    let io = Server::new(config);
    io.on_connection(|socket: Socket| async move {
        socket.on("say", |socket: Socket, args: Payload, ack: parlor_server::Ack| async move {
            ack.send(&args);
            // It may have left.
            let _ = socket.emit("said", &"x".repeat(2000));
        });
    });
    let service = io.service();
    let opened = send(&service, Method::GET, "", None, b"").await;
    let sid = opened.1.split('"').nth(3).unwrap_or_default().to_owned();
    let session = format!("&sid={sid}");
    for operation in operations::<Operation<'_>>(data) {
        operate(&service, &session, operation).await;
    }
    io.close().await;
}

async fn operate(service: &Service, session: &str, operation: Operation<'_>) {
    let header =
        |name: HeaderName, value: &[u8]| HeaderValue::from_bytes(value).ok().map(|value| (name, value));
    match operation {
        Operation::Post { coding, body } => {
            let header = match coding {
                Coding::None => None,
                Coding::Gzip => header(CONTENT_ENCODING, b"gzip"),
                Coding::OctetStream => header(CONTENT_TYPE, b"application/octet-stream"),
                Coding::Any(value) => header(CONTENT_ENCODING, value),
            };
            expect(&send(service, Method::POST, session, header, body).await, &[200, 400, 413, 415]);
        }
        Operation::PostText(text) => {
            expect(&send(service, Method::POST, session, None, text.as_bytes()).await, &[200, 400, 413]);
        }
        Operation::Join => {
            expect(&send(service, Method::POST, session, None, b"40").await, &[200, 400]);
        }
        Operation::Get { accepts } => {
            let header = header(ACCEPT_ENCODING, accepts);
            expect(&send(service, Method::GET, session, header, b"").await, &[200, 400]);
        }
        Operation::Ask { method, query, header: name, value } => {
            let method = METHODS[usize::from(method) % METHODS.len()].clone();
            let name = HEADERS[usize::from(name) % HEADERS.len()].clone();
            let header = header(name, value);
            send(service, method, query, header, b"").await;
        }
    }
}

fn expect((status, body): &(u16, String), allowed: &[u16]) {
    assert!(allowed.contains(status), "{status} {body}");
}

async fn send(
    service: &Service,
    method: Method,
    query: &str,
    header: Option<(HeaderName, HeaderValue)>,
    body: &[u8],
) -> (u16, String) {
    let uri = format!("/socket.io/?EIO=4&transport=polling{query}");
    let body = Full::new(Bytes::copy_from_slice(body));
    // What is no URI reaches no server.
    let Ok(mut request) = Request::builder().method(method).uri(uri).body(body) else {
        return (400, String::new());
    };
    request.headers_mut().extend(header.map(|(name, value)| (Some(name), value)));
    let answer = timeout(ANSWER_TIMEOUT, service.call(request)).await;
    // A poll is held as long as there is nothing to say.
    let Ok(Ok(answer)) = answer else { return (200, String::new()) };
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("a body in memory").to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}
