//! The guide's first server: everybody hears what anybody says.

use parlor_server::{Config, Cors, Server, Socket, serve};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let io = Server::new(Config { cors: Some(Cors::any()), ..Config::default() });
    io.on_connection(|socket: Socket| async move {
        socket.on("say", |socket: Socket, text: String, _| async move {
            let _ = socket.namespace().emit("said", &(socket.id(), text));
        });
    });
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener, io).await
}
