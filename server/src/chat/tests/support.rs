//! A server with the chat, and clients of our own that speak in frames.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::chat::{Chat, Database, install};
use crate::{Config, Server, serve};

/// A server with the chat on a free port, as long as this lives.
pub(super) struct House {
    pub(super) io: Server,
    pub(super) chat: Chat,
    address: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
}

impl House {
    /// With a database in memory.
    pub(super) async fn open() -> Self {
        Self::with("sqlite::memory:").await
    }

    pub(super) async fn with(database: &str) -> Self {
        Self::like(Config::default(), database).await
    }

    pub(super) async fn like(config: Config, database: &str) -> Self {
        Self::of(Server::new(config), database).await
    }

    /// The chat on this server, which may be one of a cluster.
    pub(super) async fn of(io: Server, database: &str) -> Self {
        let chat = install(&io, &database.parse::<Database>().unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self { address, serving: tokio::spawn(serve(listener, io.clone())), io, chat }
    }

    /// Somebody who comes for the first time, and is told who they are.
    pub(super) async fn newcomer(&self) -> Client {
        let mut client = self.knocks("").await;
        client.hears("40{").await;
        let identity = client.hears(r#"42["identity""#).await;
        client.id = field(&identity, "id");
        client.token = field(&identity, "token");
        client
    }

    /// The same person once more, from another tab or later.
    pub(super) async fn comes_back(&self, person: &Client) -> Client {
        let (id, token) = (person.id.clone(), person.token.clone());
        let mut client = self.knocks(&format!(r#"{{"id":"{id}","token":"{token}"}}"#)).await;
        client.hears("40{").await;
        Client { id, token, ..client }
    }

    /// Asks to be let into `/` with this `auth`, over a WebSocket from the start.
    pub(super) async fn knocks(&self, auth: &str) -> Client {
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", self.address);
        let (websocket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let (id, token) = Default::default();
        let mut client = Client { websocket, id, token, passed: Vec::new() };
        client.hears("0{").await;
        client.sends(&format!("40{auth}")).await;
        client
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub(super) struct Client {
    websocket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(super) id: String,
    pub(super) token: String,
    /// What came and was not waited for.
    pub(super) passed: Vec<String>,
}

impl Client {
    pub(super) async fn sends(&mut self, frame: &str) {
        self.websocket.send(Message::text(frame)).await.unwrap();
    }

    /// An attachment of the event before.
    pub(super) async fn sends_bytes(&mut self, bytes: &[u8]) {
        self.websocket.send(Message::binary(bytes.to_vec())).await.unwrap();
    }

    /// The next attachment.
    pub(super) async fn hears_bytes(&mut self) -> Vec<u8> {
        let next = async {
            loop {
                if let Message::Binary(bytes) =
                    self.websocket.next().await.expect("the server goes on").unwrap()
                {
                    return bytes.to_vec();
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), next).await.expect("an attachment comes")
    }

    /// The server may have closed the connection.
    pub(super) async fn tries_to_send(&mut self, frame: &str) {
        let _ = self.websocket.send(Message::text(frame)).await;
    }

    /// Waits until the server has ended the connection.
    pub(super) async fn ends(&mut self) {
        let limit = Duration::from_secs(30);
        let ended = async { while let Some(Ok(_)) = self.websocket.next().await {} };
        tokio::time::timeout(limit, ended).await.expect("the connection ends");
    }

    /// The next frame that begins like this; others pass by.
    pub(super) async fn hears(&mut self, start: &str) -> String {
        let limit = Duration::from_secs(30);
        let heard = tokio::time::timeout(limit, self.next_like(start)).await;
        heard.unwrap_or_else(|_| panic!("heard nothing like `{start}`"))
    }

    /// Enters a room, and answers with what it was told.
    pub(super) async fn joins(&mut self, room: &str, nickname: &str) -> String {
        self.sends(&format!(r#"4290["join",{{"room":"{room}","nickname":"{nickname}"}}]"#)).await;
        let joined = self.hears("4390").await;
        assert!(joined.starts_with(r#"4390[{"ok":"#), "{joined}");
        joined
    }

    /// Says something, and waits until it is stored.
    pub(super) async fn says(&mut self, room: &str, id: &str, text: &str) {
        self.sends(&format!(r#"4291["send",{{"room":"{room}","id":"{id}","text":"{text}"}}]"#)).await;
        let stored = self.hears("4391").await;
        assert!(stored.starts_with(r#"4391[{"ok":"#), "{stored}");
    }

    async fn next_like(&mut self, start: &str) -> String {
        loop {
            match self.websocket.next().await.expect("the server goes on").unwrap() {
                Message::Text(text) if text.starts_with(start) => return text.to_string(),
                Message::Text(text) => self.passed.push(text.to_string()),
                _ => {}
            }
        }
    }
}

/// The `seq` of every message in a frame.
pub(super) fn seqs(frame: &str) -> Vec<u64> {
    let numbers = frame.split(r#""seq":"#).skip(1);
    numbers.filter_map(|rest| rest.split(',').next()?.parse().ok()).collect()
}

/// The text under this key.
pub(super) fn field(frame: &str, key: &str) -> String {
    let (_, rest) = frame.split_once(&format!(r#""{key}":""#)).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// A database file of its own, gone with this.
pub(super) struct File(PathBuf);

impl File {
    pub(super) fn new() -> Self {
        Self(std::env::temp_dir().join(format!("parlor-{}.db", crate::id::random().unwrap())))
    }

    pub(super) fn url(&self) -> String {
        format!("sqlite://{}", self.0.display())
    }

    /// Another way into it, as an operator might take.
    pub(super) fn connection(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.0).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}
