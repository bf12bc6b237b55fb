//! A room server in a dozen lines: whoever says something is heard by the others in the lobby.

use parlor_server::{Ack, Config, Cors, Server, Socket, serve};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let io = Server::new(Config { cors: Some(Cors::any()), ..Config::default() });
    io.on_connection(|socket: Socket| async move {
        socket.join("lobby");
        socket.on("say", |socket: Socket, text: String, ack: Ack| async move {
            let _ = socket.to("lobby").emit("said", &(socket.id(), text));
            ack.send(&"delivered");
        });
    });
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener, io).await
}
