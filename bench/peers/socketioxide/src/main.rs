//! The crate socketioxide: what every fixture does, as its documentation has it.
//!
//! `--current-thread` gives it tokio's runtime of one thread in place of the default one.

use std::convert::Infallible;
use std::{env, io};

use axum::Router;
use axum::serve::ListenerExt;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::handler::ConnectHandler;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

/// Packets that may wait for one client; more are lost. This many in its documentation, 128 when nobody says.
const MAX_WAITING: usize = 10_000;

/// No arguments; a unit would be one, which is null.
const NOTHING: [(); 0] = [];

fn main() -> io::Result<()> {
    let mut runtime = Builder::new_multi_thread();
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "--current-thread" => runtime = Builder::new_current_thread(),
            "--deflate" => return Err(io::Error::other("socketioxide has no permessage-deflate")),
            other => return Err(io::Error::other(format!("there is no argument `{other}`"))),
        }
    }
    runtime.enable_all().build()?.block_on(serve())
}

async fn serve() -> io::Result<()> {
    let (layer, io) = SocketIo::builder().max_buffer_size(MAX_WAITING).build_layer();
    // A middleware is done before the client hears that it is connected; the handler of the connection may come after
    // the client's first event, which is then lost.
    io.ns("/", on_connected.with(install));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    // Where it cannot be set, the connection is gone.
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap_or_default());
    axum::serve(listener, Router::new().layer(layer)).await
}

async fn on_connected() {}

/// What cannot be sent is for a client that is gone.
async fn install(socket: SocketRef) -> Result<(), Infallible> {
    socket.on("join", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        socket.join(room);
        ack.send(&NOTHING).ok();
    });
    socket.on("leave", async |socket: SocketRef, Data::<String>(room), ack: AckSender| {
        socket.leave(room);
        ack.send(&NOTHING).ok();
    });
    socket.on("shout", async |io: SocketIo, Data::<(String, String)>((room, text))| {
        io.to(room).emit("shout", &text).await.ok();
    });
    socket.on("echo", async |Data::<String>(text), ack: AckSender| {
        ack.send(&text).ok();
    });
    Ok(())
}
