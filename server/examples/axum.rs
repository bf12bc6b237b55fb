//! Socket.IO in front of an axum application, on one port: `cargo run -p parlor-server --example axum`.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use parlor_server::{Ack, Config, Payload, RemoteAddress, Server, Socket};
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
        let address = socket.handshake().address().map(|address| address.ip().to_string());
        let _ = socket.emit("welcome", &address);
    });
    let app = Router::new()
        .route("/", get(|| async { "the application's own page" }))
        .layer(io.layer())
        .layer(middleware::from_fn(tell_address));
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await
}

/// Tells the server who its clients are. Without this, `Handshake::address` is `None`.
async fn tell_address(
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(RemoteAddress(address));
    next.run(request).await
}
