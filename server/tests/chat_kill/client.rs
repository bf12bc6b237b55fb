//! Somebody with an outbox, who sends until it is acknowledged.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Messages that one client has on their way at the same time.
const WINDOW: usize = 8;

/// The ids of the acks that are no message's.
const JOIN: u64 = 1_000_000;
const HISTORY: u64 = 1_000_001;

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    epoch: u64,
    pub(crate) seq: u64,
    time: u64,
}

pub(crate) struct Client {
    number: usize,
    /// What it was told it is, as `auth`.
    identity: Option<Value>,
    /// How many messages it has written, and which are not acknowledged: the oldest first.
    written: u64,
    outbox: VecDeque<u64>,
    acknowledged: BTreeMap<String, Place>,
}

impl Client {
    pub(crate) fn new(number: usize) -> Self {
        let (identity, outbox, acknowledged) = Default::default();
        Self { number, identity, written: 0, outbox, acknowledged }
    }

    pub(crate) fn is_waiting(&self) -> bool {
        !self.outbox.is_empty()
    }

    pub(crate) fn acknowledged(&self) -> impl Iterator<Item = (&str, Place)> {
        self.acknowledged.iter().map(|(id, place)| (&**id, *place))
    }

    /// Writes so many messages more, and sends what is in the outbox until the connection ends.
    pub(crate) async fn bursts(&mut self, address: String, count: usize) {
        self.outbox.extend(self.written..self.written + count as u64);
        self.written += count as u64;
        // It ends by an error, because the server is killed.
        let _ = self.converses(&address, false).await;
    }

    /// Sends what is in the outbox, all of it.
    pub(crate) async fn sends_the_rest(&mut self, address: String) {
        let limit = Duration::from_secs(60);
        tokio::time::timeout(limit, self.converses(&address, true)).await.unwrap().unwrap();
        assert!(!self.is_waiting());
    }

    /// The whole history, page by page.
    pub(crate) async fn reads_everything(mut self, address: String) -> Vec<(String, Place)> {
        let mut line = self.arrives(&address).await.unwrap();
        let mut page =
            line.asks(JOIN, json!(["join", {"room": "lobby", "nickname": "Reader"}])).await.unwrap();
        let mut history = page["ok"]["history"].take();
        let mut all = Vec::new();
        loop {
            let messages = history["messages"].as_array().unwrap();
            let read = |message: &Value| (message["id"].as_str().unwrap().to_owned(), place(message));
            all.splice(0..0, messages.iter().map(read));
            if history["more"] == false {
                return all;
            }
            let older = json!(["history", {"room": "lobby", "before": messages[0]["seq"], "limit": 100}]);
            history = line.asks(HISTORY, older).await.unwrap()["ok"].take();
        }
    }

    async fn converses(&mut self, address: &str, ends: bool) -> Result<(), Error> {
        let mut line = self.arrives(address).await?;
        let nickname = format!("Client {}", self.number);
        line.asks(JOIN, json!(["join", {"room": "lobby", "nickname": nickname}])).await?;
        let (mut on_their_way, mut last_heard) = (0, 0);
        let mut unsent: VecDeque<u64> = self.outbox.iter().copied().collect();
        // One that was acknowledged long ago gets the same answer again.
        unsent.extend(self.first_acknowledged());
        while !(ends && unsent.is_empty() && on_their_way == 0) {
            while on_their_way < WINDOW
                && let Some(number) = unsent.pop_front()
            {
                let text = format!("text of {number}");
                let send = json!(["send", {"room": "lobby", "id": self.id(number), "text": text}]);
                line.sends(&format!("42{number}{send}")).await?;
                on_their_way += 1;
            }
            let frame = line.hears().await?;
            if let Some(acknowledged) = frame.strip_prefix("43") {
                on_their_way -= 1;
                let (number, answer) = acknowledged.split_once('[').unwrap();
                let answer: Value = serde_json::from_str(&format!("[{answer}")).unwrap();
                self.settles(number.parse().unwrap(), &answer[0], &mut unsent);
            } else if let Some(event) = frame.strip_prefix(r#"42["message","#) {
                let message: Value = serde_json::from_str(event.strip_suffix(']').unwrap()).unwrap();
                let seq = place(&message).seq;
                assert!(seq > last_heard, "{seq} was broadcast behind {last_heard}");
                last_heard = seq;
            }
        }
        Ok(())
    }

    fn settles(&mut self, number: u64, answer: &Value, unsent: &mut VecDeque<u64>) {
        if answer["refused"]["reason"] == "busy" {
            unsent.push_back(number);
            return;
        }
        assert!(answer["ok"].is_object(), "{answer}");
        let place = place(&answer["ok"]);
        let before = self.acknowledged.insert(self.id(number), place);
        assert!(before.is_none_or(|before| before == place), "{number}: first {before:?}, then {place:?}");
        self.outbox.retain(|waiting| *waiting != number);
    }

    fn id(&self, number: u64) -> String {
        format!("c{}-{number}", self.number)
    }

    fn first_acknowledged(&self) -> Option<u64> {
        self.acknowledged.keys().next()?.split_once('-')?.1.parse().ok()
    }

    /// Connects, and proves who it is or is told.
    async fn arrives(&mut self, address: &str) -> Result<Line, Error> {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let (websocket, _) = tokio_tungstenite::connect_async(url).await?;
        let mut line = Line(websocket);
        line.hears_like("0{").await?;
        let auth = self.identity.as_ref().map(Value::to_string).unwrap_or_default();
        line.sends(&format!("40{auth}")).await?;
        line.hears_like("40{").await?;
        if self.identity.is_none() {
            let identity = line.hears_like(r#"42["identity","#).await?;
            self.identity = serde_json::from_str(identity.strip_suffix(']').unwrap()).unwrap();
        }
        Ok(line)
    }
}

fn place(value: &Value) -> Place {
    let number = |name: &str| value[name].as_u64().unwrap();
    Place { epoch: number("epoch"), seq: number("seq"), time: number("time") }
}

struct Line(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Line {
    async fn sends(&mut self, frame: &str) -> Result<(), Error> {
        self.0.send(Message::text(frame)).await
    }

    async fn hears(&mut self) -> Result<String, Error> {
        let frame = self.0.next().await.unwrap_or(Err(Error::ConnectionClosed))?;
        match frame {
            Message::Close(_) => Err(Error::ConnectionClosed),
            frame => Ok(frame.to_text()?.to_owned()),
        }
    }

    /// What follows this in the next frame that begins with it.
    async fn hears_like(&mut self, start: &str) -> Result<String, Error> {
        loop {
            let frame = self.hears().await?;
            assert!(!frame.starts_with("44"), "{frame}");
            if let Some(rest) = frame.strip_prefix(start) {
                return Ok(rest.to_owned());
            }
        }
    }

    async fn asks(&mut self, ack: u64, event: Value) -> Result<Value, Error> {
        self.sends(&format!("42{ack}{event}")).await?;
        let answer = self.hears_like(&format!("43{ack}[")).await?;
        Ok(serde_json::from_str(answer.strip_suffix(']').unwrap()).unwrap())
    }
}
