//! A WebSocket client that shows frames as they are.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::soon;

/// The headers by which a request asks for a WebSocket.
pub(crate) const UPGRADE: [&str; 4] = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

pub(crate) struct WebSocket {
    stream: WebSocketStream<TcpStream>,
    /// The id from the last answer to CONNECT.
    pub(crate) id: String,
}

impl WebSocket {
    /// Opens a session; gives its handshake too.
    pub(crate) async fn open(address: SocketAddr) -> (Self, String) {
        let mut client = Self::asking(address, "").await;
        let handshake = client.text().await;
        (client, handshake)
    }

    /// Opens a WebSocket for a session that is on polling.
    pub(crate) async fn beside(address: SocketAddr, sid: &str) -> Self {
        Self::asking(address, &format!("&sid={sid}")).await
    }

    /// Opens a WebSocket with more in its query.
    pub(crate) async fn asking(address: SocketAddr, query: &str) -> Self {
        Self::answered(address, query).await.0
    }

    /// The same; gives the headers of the answer too.
    pub(crate) async fn answered(address: SocketAddr, query: &str) -> (Self, http::HeaderMap) {
        let stream = TcpStream::connect(address).await.unwrap();
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket{query}");
        let (stream, response) = soon("the WebSocket", client_async(url, stream)).await.unwrap();
        (Self { stream, id: String::new() }, response.into_parts().0.headers)
    }

    /// Sends a CONNECT, `40` or `40/chat,`, and takes the answer.
    pub(crate) async fn join(&mut self, connect: &str) {
        self.send(connect).await;
        let reply = self.text().await;
        let sid = reply.strip_prefix(connect).and_then(|rest| rest.strip_prefix(r#"{"sid":""#));
        let sid = sid.unwrap_or_else(|| panic!("not let in: {reply}"));
        self.id = sid.strip_suffix(r#""}"#).unwrap().to_owned();
    }

    /// Cuts the connection, without a Close frame.
    pub(crate) async fn abandon(&mut self) {
        // It may be gone already.
        let _ = self.stream.get_mut().shutdown().await;
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn send_binary(&mut self, bytes: &[u8]) {
        self.stream.send(Message::binary(bytes.to_vec())).await.unwrap();
    }

    pub(crate) async fn message(&mut self) -> Option<Result<Message, tungstenite::Error>> {
        soon("a WebSocket message", self.stream.next()).await
    }

    pub(crate) async fn text(&mut self) -> String {
        match self.message().await {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("not a text: {other:?}"),
        }
    }

    pub(crate) async fn binary(&mut self) -> Vec<u8> {
        match self.message().await {
            Some(Ok(Message::Binary(bytes))) => bytes.to_vec(),
            other => panic!("not binary: {other:?}"),
        }
    }

    /// Sends a WebSocket ping and waits for its pong: the server has then read everything before it.
    pub(crate) async fn ping(&mut self) {
        self.stream.send(Message::Ping(b"p"[..].into())).await.unwrap();
        match self.message().await {
            Some(Ok(Message::Pong(_))) => {}
            other => panic!("not a pong: {other:?}"),
        }
    }

    /// What came before the answer to a question asked now: whatever was meant for this client is among it.
    pub(crate) async fn heard(&mut self) -> Vec<String> {
        self.send(r#"4299["echo"]"#).await;
        let mut heard = Vec::new();
        loop {
            let text = self.text().await;
            if text == "4399[]" {
                return heard;
            }
            heard.push(text);
        }
    }

    /// The server closes it: the code of its Close frame, 1005 if it gives none. The client answers as it should.
    pub(crate) async fn closed(&mut self) -> u16 {
        let mut code = None;
        loop {
            match self.message().await {
                Some(Ok(Message::Close(frame))) => code = Some(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(Message::Text(_) | Message::Binary(_))) => {}
                None => return code.expect("a Close frame before the end"),
                other => panic!("no Close frame: {other:?}"),
            }
        }
    }
}
