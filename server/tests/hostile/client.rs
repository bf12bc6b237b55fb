//! WebSocket clients made by hand, because no library sends what these do.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::soon;

pub(crate) const UPGRADE: &str = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n\
    Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A WebSocket that has read the answer 101, and nothing behind it.
pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::upgraded(address, UPGRADE).await
    }

    /// The same, and may send compressed messages.
    pub(crate) async fn deflating(address: SocketAddr) -> Self {
        let offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        Self::upgraded(address, &[UPGRADE.trim_end(), "\r\n", offer].concat()).await
    }

    async fn upgraded(address: SocketAddr, request: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(soon("the answer 101", stream.read_u8()).await.unwrap());
        }
        assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));
        Self(stream)
    }

    /// The same, joined to `/`.
    pub(crate) async fn joined(address: SocketAddr) -> Self {
        let mut client = Self::open(address).await;
        client.send("40").await;
        assert!(client.text().await.starts_with(r#"0{"sid":""#));
        assert!(client.text().await.starts_with(r#"40{"sid":""#));
        client
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.0.write_all(&frame(0x81, text.as_bytes())).await.unwrap();
    }

    /// The next frame: its first byte and what it carries.
    pub(crate) async fn frame(&mut self) -> std::io::Result<(u8, Vec<u8>)> {
        let first = self.0.read_u8().await?;
        let length = match self.0.read_u8().await? {
            126 => u64::from(self.0.read_u16().await?),
            127 => self.0.read_u64().await?,
            length => u64::from(length),
        };
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.0.read_exact(&mut payload).await?;
        Ok((first, payload))
    }

    pub(crate) async fn text(&mut self) -> String {
        let (first, payload) = soon("a text", self.frame()).await.unwrap();
        assert_eq!(first, 0x81, "{payload:?}");
        String::from_utf8(payload).unwrap()
    }

    /// Asks, and gives the answer. Pings are answered; what else comes is dropped.
    pub(crate) async fn ask(&mut self, event: &str) -> String {
        self.send(&format!("420{event}")).await;
        loop {
            let text = self.text().await;
            if let Some(answer) = text.strip_prefix("430") {
                return answer.to_owned();
            }
            if text == "2" {
                self.send("3").await;
            }
        }
    }

    /// How long it takes to be served.
    pub(crate) async fn round_trip(&mut self) -> Duration {
        let start = Instant::now();
        assert_eq!(self.ask(r#"["echo","hi"]"#).await, r#"["hi"]"#);
        start.elapsed()
    }

    /// The code of the Close frame with which the server ends it; `None` when it just ends.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        loop {
            match soon("the end", self.frame()).await {
                Ok((0x88, payload)) => return Some(u16::from_be_bytes([payload[0], payload[1]])),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }
}

/// A frame whose mask changes nothing.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..65536 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend(u64::try_from(length).unwrap().to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}
