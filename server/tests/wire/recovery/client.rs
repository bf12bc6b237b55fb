//! A client that keeps what a stock client keeps: its private id and the last offset.

use std::collections::VecDeque;

use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use crate::parlor::Parlor;
use crate::ws::WebSocket;

pub(crate) struct Client {
    pub(crate) websocket: WebSocket,
    pub(crate) sid: String,
    pub(crate) pid: String,
    pub(crate) offset: Option<String>,
    early: VecDeque<String>,
}

impl Client {
    /// Joins `/`.
    pub(crate) async fn join(parlor: &Parlor) -> Self {
        Self::saying(parlor, "40").await
    }

    /// Joins `/` with that packet.
    pub(crate) async fn saying(parlor: &Parlor, connect: &str) -> Self {
        let (mut websocket, _) = WebSocket::open(parlor.address).await;
        websocket.send(connect).await;
        let reply = websocket.text().await;
        let json = reply.strip_prefix("40").unwrap_or_else(|| panic!("not let in: {reply}"));
        let reply: Value = serde_json::from_str(json).unwrap();
        let text = |key: &str| reply[key].as_str().unwrap_or_else(|| panic!("no {key}: {reply}")).to_owned();
        Self { websocket, sid: text("sid"), pid: text("pid"), offset: None, early: VecDeque::new() }
    }

    /// Comes back with what this one has. The old connection stays as it is. Gives whether it was recovered.
    pub(crate) async fn back(&self, parlor: &Parlor) -> (Self, bool) {
        let mut auth = serde_json::json!({"pid": self.pid});
        if let Some(offset) = &self.offset {
            auth["offset"] = offset.as_str().into();
        }
        let client = Self::saying(parlor, &format!("40{auth}")).await;
        let recovered = client.pid == self.pid;
        assert_eq!(recovered, client.sid == self.sid, "the ids come and go together");
        (Self { offset: self.offset.clone(), ..client }, recovered)
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.websocket.send(text).await;
    }

    /// Lets go of its connection without a word.
    pub(crate) async fn abandon(&mut self) {
        self.websocket.abandon().await;
    }

    /// The next event, without its offset.
    pub(crate) async fn event(&mut self) -> String {
        self.next().await.expect("the connection lives")
    }

    /// The next event, or `None` when the connection has ended.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let text = match self.early.pop_front() {
            Some(text) => text,
            None => match self.websocket.message().await {
                Some(Ok(Message::Text(text))) => text.to_string(),
                _ => return None,
            },
        };
        let Some(args) = text.strip_prefix("42[") else { return Some(text) };
        let (args, offset) = args.rsplit_once(",\"").unwrap_or_else(|| panic!("no offset: {text}"));
        self.offset = Some(offset.strip_suffix("\"]").unwrap().to_owned());
        Some(format!("42[{args}]"))
    }

    /// What came before the answer to a question asked now.
    pub(crate) async fn heard(&mut self) -> Vec<String> {
        let texts = self.websocket.heard().await;
        self.early.extend(texts);
        let mut events = Vec::new();
        while !self.early.is_empty() {
            events.push(self.event().await);
        }
        events
    }
}
