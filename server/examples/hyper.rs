//! Socket.IO in front of a plain hyper service, on one port: `cargo run -p parlor-server --example hyper`.

use std::convert::Infallible;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parlor_server::{Ack, Config, Payload, Server, Socket};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    run(listener).await
}

/// Serves until the listener fails.
pub async fn run(listener: TcpListener) -> std::io::Result<()> {
    let io = Server::new(Config::default());
    io.on_connection(|socket: Socket| async move {
        socket.on("echo", |_, args: Payload, ack: Ack| async move { ack.send(&args) });
        let _ = socket.emit("welcome", &());
    });
    loop {
        let (stream, _) = listener.accept().await?;
        let service = io.service().with_fallback(service_fn(page));
        tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades();
            if let Err(error) = connection.await {
                eprintln!("a connection failed: {error}");
            }
        });
    }
}

async fn page(_: Request<Incoming>) -> Result<Response<String>, Infallible> {
    Ok(Response::new("the application's own page".to_owned()))
}
