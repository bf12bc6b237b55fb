//! Sends every WebSocket message back as it came: the frame layer on its own, without Engine.IO or Socket.IO.
//!
//! Text stays text and binary stays binary, up to 16 MiB; answers are compressed for clients that agree to it.

use std::{convert::Infallible, io};

use http::{Request, Response, StatusCode};
use http_body_util::Empty;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use parlor_server::websocket::{Error, Frame, Handshake, Message, Options, WebSocket};
use tokio::net::TcpListener;

const MAX_MESSAGE_BYTES: usize = 16 << 20;

type Body = Empty<bytes::Bytes>;

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:9001".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection.with_upgrades());
    }
}

async fn answer(mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    if !Handshake::is_wanted(request.headers()) {
        let mut response = Response::new(Body::new());
        *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
        return Ok(response);
    }
    let mut handshake = match Handshake::check(&request) {
        Ok(handshake) => handshake,
        Err(error) => return Ok(error.response()),
    };
    let options = Options { max_message_bytes: MAX_MESSAGE_BYTES, deflate: handshake.accept_deflate() };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(stream) = upgrade.await {
            // Whatever ends the connection, there is nobody left to tell.
            let _ = echo(WebSocket::new(TokioIo::new(stream), options)).await;
        }
    });
    Ok(handshake.response())
}

async fn echo(mut websocket: WebSocket<TokioIo<hyper::upgrade::Upgraded>>) -> Result<(), Error> {
    while let Some(Ok(message)) = websocket.receive().await {
        let frame = match message {
            Message::Text(text) => Frame::text(&text),
            Message::Binary(bytes) => Frame::binary(&bytes),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => continue,
        };
        // It was the last thing to be said if a Close came right behind it.
        let _ = websocket.queue(frame.compressible());
        // A client that does not read is not read either: nothing piles up.
        websocket.flush().await.map_err(Error::Io)?;
    }
    websocket.finish().await.map_err(Error::Io)
}
