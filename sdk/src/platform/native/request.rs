//! The HTTP requests of a polling transport.

use std::rc::Rc;

use reqwest::{RequestBuilder, Response};
use tokio::sync::watch;

use crate::endpoint::Endpoint;

/// The most that is read of one answer, in bytes. As much as a WebSocket of this client takes in one message.
pub(super) const MAX_INCOMING_BYTES: usize = 64 * 1024 * 1024;

/// The HTTP status of a request that failed, 0 when there was no answer.
type Status = u16;

/// The requests of one polling transport.
#[derive(Debug)]
pub(crate) struct Requests {
    endpoint: Rc<Endpoint>,
    stop: watch::Sender<bool>,
}

impl Requests {
    pub(crate) fn new(endpoint: &Rc<Endpoint>) -> Self {
        Self { endpoint: Rc::clone(endpoint), stop: watch::Sender::new(false) }
    }

    pub(crate) async fn get(&self, url: &str) -> Result<String, Status> {
        self.unless_stopped(self.send(|http| http.get(url))).await
    }

    pub(crate) async fn post(&self, url: &str, body: String) -> Result<(), Status> {
        self.unless_stopped(self.send_text(url, body)).await.map(drop)
    }

    /// A POST whose outcome nobody waits for.
    pub(crate) async fn farewell(&self, url: &str) {
        let _ = self.send_text(url, "1".into()).await;
    }

    /// Abandons those under way, but for a farewell.
    pub(crate) fn abort(&self) {
        self.stop.send_replace(true);
    }

    async fn unless_stopped<T>(&self, request: impl Future<Output = Result<T, Status>>) -> Result<T, Status> {
        let mut stop = self.stop.subscribe();
        tokio::select! {
            answer = request => answer,
            _ = stop.wait_for(|stopped| *stopped) => Err(0),
        }
    }

    async fn send_text(&self, url: &str, body: String) -> Result<String, Status> {
        self.send(|http| http.post(url).header("Content-Type", "text/plain;charset=UTF-8").body(body)).await
    }

    async fn send(&self, request: impl FnOnce(&reqwest::Client) -> RequestBuilder) -> Result<String, Status> {
        let network = &self.endpoint.network;
        let mut request = request(network.http().ok_or(0_u16)?).header("Accept", "*/*");
        for (name, value) in &network.headers {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|_| 0_u16)?;
        match response.status().as_u16() {
            200 => read(response).await.ok_or(0),
            status => Err(status),
        }
    }
}

/// The text of an answer, unless it is too long or not text.
async fn read(mut response: Response) -> Option<String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > MAX_INCOMING_BYTES {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    String::from_utf8(body).ok()
}
