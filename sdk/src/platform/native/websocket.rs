//! A WebSocket (Engine.IO v4, "WebSocket"): one packet a frame, text as it is, binary without a type digit.

use std::rc::Rc;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use parlor_protocol::engine::client::{Failure, Input};
use parlor_protocol::engine::{Malformed, Packet, TransportKind};
use reqwest::Url;
use reqwest::header::{COOKIE, HeaderName, HeaderValue};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Utf8Bytes};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use super::network;
use super::request::MAX_INCOMING_BYTES;
use crate::endpoint::Endpoint;
use crate::transport::Reporter;
use crate::transport::frame::{self, Message};

/// The writes that may wait. The core has one under way at a time, and one more when a transport takes over.
const MAX_WRITES: usize = 2;

/// How long what was written last, and the closing frame, may take to leave a WebSocket that nobody needs any more.
const FAREWELL: Duration = Duration::from_secs(5);

/// A write: packets that leave together.
type Write = Vec<Packet<Message>>;

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// An open or opening WebSocket. Dropping it closes it.
#[derive(Debug)]
pub(crate) struct WebSocket {
    writes: mpsc::Sender<Write>,
    reading: JoinHandle<()>,
    /// Gone when this is.
    _here: oneshot::Sender<()>,
}

impl WebSocket {
    pub(crate) fn open(endpoint: &Rc<Endpoint>, sid: Option<&str>, reporter: Reporter) -> Self {
        let url = endpoint.url(TransportKind::WebSocket, None, sid);
        let (writes, waiting) = mpsc::channel(MAX_WRITES);
        let (here, gone) = oneshot::channel();
        let endpoint = Rc::clone(endpoint);
        let reading = tokio::task::spawn_local(async move {
            match connect(&endpoint, &url).await {
                Ok(stream) => live(stream, waiting, gone, &reporter).await,
                Err(error) => {
                    tracing::debug!(target: "parlor_client", "no websocket at {url}: {error}");
                    reporter.tell(|id| Input::Failed(id, Failure::WebSocket));
                }
            }
        });
        Self { writes, reading, _here: here }
    }

    pub(crate) fn write(&self, packets: Write) {
        // Full only if the core asked for more than it may, gone only if the peer is: that is reported already.
        let _ = self.writes.try_send(packets);
    }
}

impl Drop for WebSocket {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn connect(endpoint: &Endpoint, url: &str) -> Result<Stream, tungstenite::Error> {
    let mut request = url.into_client_request()?;
    let own = request.headers_mut();
    for (name, value) in &endpoint.network.headers {
        // What is no header is left out, as requests do.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            own.append(name, value);
        }
    }
    // Cookies belong to http and https, which WebSockets are other names of.
    let page = Url::parse(&url.replacen("ws", "http", 1)).ok();
    if let Some(cookies) = page.and_then(|page| endpoint.network.cookies(&page)) {
        own.append(COOKIE, cookies);
    }
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_INCOMING_BYTES))
        .max_frame_size(Some(MAX_INCOMING_BYTES));
    let connector = Connector::Rustls(network::tls());
    let (stream, _) = connect_async_tls_with_config(request, Some(config), true, Some(connector)).await?;
    Ok(stream)
}

/// Reports what comes, until the end. Writing goes on by itself: it outlives the reading by a farewell.
async fn live(
    stream: Stream,
    waiting: mpsc::Receiver<Write>,
    gone: oneshot::Receiver<()>,
    reporter: &Reporter,
) {
    let (sink, stream) = stream.split();
    let writer = reporter.clone();
    tokio::task::spawn_local(async move {
        tokio::select! {
            () = write(sink, waiting, writer) => {}
            () = after(gone) => {}
        }
    });
    reporter.tell(Input::Opened);
    read(stream, reporter).await;
    reporter.tell(Input::Closed);
}

async fn read(mut stream: SplitStream<Stream>, reporter: &Reporter) {
    while let Some(Ok(message)) = stream.next().await {
        let packet = match message {
            tungstenite::Message::Text(text) => frame::decode(&text),
            tungstenite::Message::Binary(bytes) => Ok(Packet::Message(Message::Binary(bytes))),
            // Tungstenite answers these by itself.
            _ => continue,
        };
        reporter.tell(|id| match packet {
            Ok(packet) => Input::Received(id, packet),
            Err(Malformed) => Input::Malformed(id),
        });
    }
}

/// Writes until nobody has anything more to write, then closes.
async fn write(
    mut sink: SplitSink<Stream, tungstenite::Message>,
    mut waiting: mpsc::Receiver<Write>,
    reporter: Reporter,
) {
    while let Some(packets) = waiting.recv().await {
        for packet in packets {
            // One that is closing refuses; that is reported where it is read.
            let _ = sink.feed(encode(packet)).await;
        }
        let _ = sink.flush().await;
        reporter.tell(Input::Sent);
    }
    let _ = sink.close().await;
}

/// The end of a farewell's time.
async fn after(gone: oneshot::Receiver<()>) {
    // It is never sent, only dropped.
    let _ = gone.await;
    tokio::time::sleep(FAREWELL).await;
}

fn encode(packet: Packet<Message>) -> tungstenite::Message {
    match frame::encode(packet) {
        Message::Text(text) => tungstenite::Message::Text(Utf8Bytes::from(&*text)),
        Message::Binary(bytes) => tungstenite::Message::Binary(bytes),
    }
}
