//! A server of the test's own, on a free port, with its log at hand.

use std::net::SocketAddr;

use parlor_server::{Ack, Config, Payload, Server, Socket, serve};
use tokio::net::TcpListener;
use tracing::subscriber::DefaultGuard;

use crate::http::Polling;
use crate::logs::Logs;
use crate::ws::WebSocket;

/// A running server. The test's runtime has one thread, so the log of the thread is the log of the server.
pub(crate) struct Parlor {
    pub(crate) io: Server,
    pub(crate) address: SocketAddr,
    pub(crate) logs: Logs,
    _guard: DefaultGuard,
}

impl Parlor {
    /// A server where `echo` answers, and sends back what wants no answer.
    pub(crate) async fn echo() -> Self {
        Self::with(Config::default(), echo).await
    }

    /// A server with these handlers in `/`.
    pub(crate) async fn with(config: Config, install: impl Fn(&Socket) + Send + Sync + 'static) -> Self {
        let parlor = Self::empty(config).await;
        parlor.io.on_connection(move |socket: Socket| {
            install(&socket);
            async {}
        });
        parlor
    }

    pub(crate) async fn empty(config: Config) -> Self {
        Self::serving(Server::new(config)).await
    }

    pub(crate) async fn serving(io: Server) -> Self {
        let (logs, guard) = Logs::of_this_thread();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, io.clone()));
        Self { io, address, logs, _guard: guard }
    }

    /// A client on a WebSocket, joined to `/`.
    pub(crate) async fn websocket(&self) -> WebSocket {
        let (mut client, _) = WebSocket::open(self.address).await;
        client.join("40").await;
        client
    }

    /// A client on polling that has joined nothing.
    pub(crate) async fn polling(&self) -> Polling {
        Polling::open(self.address, self.logs.clone()).await
    }

    /// A client on polling, joined to `/`.
    pub(crate) async fn joined_polling(&self) -> Polling {
        let client = self.polling().await;
        assert_eq!(client.post("40").await.body, "ok");
        assert!(client.get().await.body.starts_with(r#"40{"sid":""#));
        client
    }
}

pub(crate) fn echo(socket: &Socket) {
    socket.on("echo", |socket: Socket, args: Payload, ack: Ack| async move {
        if ack.is_wanted() {
            ack.send(&args);
        } else {
            socket.emit("echo", &args).unwrap();
        }
    });
}
