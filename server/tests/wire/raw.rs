//! A WebSocket client that shows the bytes of each frame and offers what it is told: for compression, which the other
//! client does not have.

use std::net::SocketAddr;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::soon;

/// The first byte of a whole message: FIN, RSV1 if it is compressed, and the opcode.
pub(crate) const PLAIN_TEXT: u8 = 0x81;
pub(crate) const DEFLATED_TEXT: u8 = 0xC1;
pub(crate) const PLAIN_BINARY: u8 = 0x82;
pub(crate) const DEFLATED_BINARY: u8 = 0xC2;
pub(crate) const CLOSE: u8 = 0x88;

pub(crate) struct Raw {
    stream: TcpStream,
    /// What the server answered about extensions.
    pub(crate) extensions: Option<String>,
}

/// A frame as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) first: u8,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    pub(crate) fn text(&self) -> &str {
        assert_eq!(self.first, PLAIN_TEXT, "{self:?}");
        str::from_utf8(&self.payload).unwrap()
    }

    /// What a compressed frame says.
    pub(crate) fn inflated(&self) -> String {
        assert_eq!(self.first & 0x40, 0x40, "RSV1: {self:?}");
        let deflated = [&self.payload[..], b"\0\0\xFF\xFF"].concat();
        let mut inflated = Vec::with_capacity(1 << 20);
        Decompress::new(false).decompress_vec(&deflated, &mut inflated, FlushDecompress::None).unwrap();
        String::from_utf8(inflated).unwrap()
    }
}

impl Raw {
    /// Opens a session on a WebSocket, or for `query` a WebSocket beside one.
    pub(crate) async fn open(address: SocketAddr, query: &str, offer: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /socket.io/?EIO=4&transport=websocket{query} HTTP/1.1\r\nHost: {address}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: {offer}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(soon("the 101", stream.read_u8()).await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 101 "), "{head}");
        let mut lines = head.lines();
        let extensions = lines.find_map(|line| line.strip_prefix("sec-websocket-extensions: "));
        Self { stream, extensions: extensions.map(str::to_owned) }
    }

    /// The same, joined to `/`.
    pub(crate) async fn joined(address: SocketAddr, offer: &str) -> Self {
        let mut client = Self::open(address, "", offer).await;
        assert!(client.frame().await.text().starts_with(r#"0{"sid":"#));
        client.send(PLAIN_TEXT, b"40").await;
        assert!(client.frame().await.text().starts_with(r#"40{"sid":"#));
        client
    }

    /// The next frame.
    pub(crate) async fn frame(&mut self) -> Frame {
        soon("a frame", async {
            let first = self.stream.read_u8().await.unwrap();
            let length = match self.stream.read_u8().await.unwrap() {
                126 => u64::from(self.stream.read_u16().await.unwrap()),
                127 => self.stream.read_u64().await.unwrap(),
                length => length.into(),
            };
            let mut payload = vec![0; length.try_into().unwrap()];
            self.stream.read_exact(&mut payload).await.unwrap();
            Frame { first, payload }
        })
        .await
    }

    /// Sends a frame, masked with zeroes.
    pub(crate) async fn send(&mut self, first: u8, payload: &[u8]) {
        let mut frame = vec![first];
        match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
            (Ok(length @ 0..126), _) => frame.push(0x80 | length),
            (_, Ok(length)) => frame.extend([&[0xFE][..], &length.to_be_bytes()].concat()),
            (_, Err(_)) => frame.extend([&[0xFF][..], &(payload.len() as u64).to_be_bytes()].concat()),
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.stream.write_all(&frame).await.unwrap();
    }
}

/// A message's payload, as a client with permessage-deflate sends it.
pub(crate) fn deflated(payload: &[u8]) -> Vec<u8> {
    let mut deflated = Vec::with_capacity(payload.len() + 64);
    let mut compressor = Compress::new(Compression::best(), false);
    compressor.compress_vec(payload, &mut deflated, FlushCompress::Sync).unwrap();
    deflated.truncate(deflated.len() - 4);
    deflated
}
