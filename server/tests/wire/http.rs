//! HTTP by hand: the request as text, the answer in its parts.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::logs::Logs;
use crate::soon;

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Reads the answer on a connection that ends behind it.
    pub(crate) async fn read(mut stream: TcpStream) -> Self {
        let mut answer = Vec::new();
        soon("the answer", stream.read_to_end(&mut answer)).await.unwrap();
        Self::parse(&answer)
    }

    fn parse(answer: &[u8]) -> Self {
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no HTTP answer: {}", answer.escape_ascii()));
        let (head, bytes) = (str::from_utf8(&answer[..end]).unwrap(), answer[end + 4..].to_vec());
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(':').unwrap());
        let headers =
            headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
        Self { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }
}

/// Sends `GET /path` or the like, with more headers and a body, on a connection of its own.
pub(crate) async fn send(address: SocketAddr, line: &str, headers: &[&str], body: &[u8]) -> Reply {
    Reply::read(begin(address, line, headers, body.len(), body).await).await
}

/// Sends a request whose body is `length` bytes long, but only the first part of it.
pub(crate) async fn begin(
    address: SocketAddr,
    line: &str,
    headers: &[&str],
    length: usize,
    part: &[u8],
) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut request = format!("{line} HTTP/1.1\r\nHost: {address}\r\n");
    if !headers.iter().any(|header| header.starts_with("Connection:")) {
        request.push_str("Connection: close\r\n");
    }
    if length > 0 {
        request.push_str(&format!("Content-Length: {length}\r\n"));
    }
    for header in headers {
        request.push_str(&format!("{header}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(part).await.unwrap();
    stream
}

/// A client on polling.
#[derive(Clone)]
pub(crate) struct Polling {
    pub(crate) address: SocketAddr,
    pub(crate) sid: String,
    pub(crate) logs: Logs,
}

impl Polling {
    pub(crate) async fn open(address: SocketAddr, logs: Logs) -> Self {
        let reply = send(address, "GET /socket.io/?EIO=4&transport=polling", &[], b"").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let sid = reply.body.strip_prefix(r#"0{"sid":""#).unwrap().split('"').next().unwrap().to_owned();
        Self { address, sid, logs }
    }

    pub(crate) fn line(&self, method: &str) -> String {
        format!("{method} /socket.io/?EIO=4&transport=polling&sid={}", self.sid)
    }

    pub(crate) async fn get(&self) -> Reply {
        send(self.address, &self.line("GET"), &[], b"").await
    }

    pub(crate) async fn get_with(&self, headers: &[&str]) -> Reply {
        send(self.address, &self.line("GET"), headers, b"").await
    }

    /// A GET that the server has. It is answered later.
    pub(crate) async fn held(&self) -> JoinHandle<Reply> {
        let before = self.logs.count("a GET came");
        let client = self.clone();
        let held = tokio::spawn(async move { client.get().await });
        self.logs.nth_line("a GET came", before + 1).await;
        held
    }

    pub(crate) async fn post(&self, body: &str) -> Reply {
        self.post_with(&["Content-Type: text/plain;charset=UTF-8"], body.as_bytes()).await
    }

    pub(crate) async fn post_with(&self, headers: &[&str], body: &[u8]) -> Reply {
        send(self.address, &self.line("POST"), headers, body).await
    }

    /// The session has ended, and whoever asks hears so.
    pub(crate) async fn assert_gone(&self) {
        let reply = self.get().await;
        assert_eq!((reply.status, &*reply.body), (400, r#"{"code":1,"message":"Session ID unknown"}"#));
    }
}
