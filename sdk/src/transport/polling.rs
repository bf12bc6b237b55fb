//! HTTP long polling (Engine.IO v4, "HTTP long-polling"): one GET that the server holds, POSTs beside it.
//!
//! When to poll and what to write is the core's business; this keeps at most one request of each kind because the
//! core asks for no more.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use parlor_protocol::engine::client::{Failure, Input};
use parlor_protocol::engine::{Malformed, Packet, TransportKind};

use super::Reporter;
use super::frame::{self, Message};
use crate::endpoint::Endpoint;
use crate::platform::{self, Requests};

/// A polling transport. Dropping it aborts its requests.
#[derive(Debug)]
pub(crate) struct Polling {
    line: Rc<Line>,
}

/// What requests under way share with the transport that made them.
#[derive(Debug)]
struct Line {
    endpoint: Rc<Endpoint>,
    reporter: Reporter,
    sid: RefCell<Option<String>>,
    requests: Requests,
    writing: Cell<bool>,
    /// Only the farewell is still to be said. Until it is, the held GET stays: a server takes its end for an error.
    parting: Cell<bool>,
}

impl Polling {
    pub(crate) fn new(endpoint: Rc<Endpoint>, sid: Option<&str>, reporter: Reporter) -> Self {
        let line = Line {
            requests: Requests::new(&endpoint),
            endpoint,
            reporter,
            sid: RefCell::new(sid.map(Into::into)),
            writing: Cell::new(false),
            parting: Cell::new(false),
        };
        Self { line: Rc::new(line) }
    }

    pub(crate) fn poll(&self) {
        let line = Rc::clone(&self.line);
        platform::spawn(async move { line.get().await });
    }

    pub(crate) fn write(&self, packets: Vec<Packet<Message>>) {
        let line = Rc::clone(&self.line);
        line.writing.set(true);
        platform::spawn(async move { line.post(packets).await });
    }

    pub(crate) fn close(self, farewell: bool) {
        if !farewell {
            return;
        }
        self.line.parting.set(true);
        // The server allows no second POST beside the one under way: that one says farewell when it is done.
        if !self.line.writing.get() {
            let line = Rc::clone(&self.line);
            platform::spawn(async move { line.farewell().await });
        }
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        if !self.line.parting.get() {
            self.line.requests.abort();
        }
    }
}

impl Line {
    async fn get(&self) {
        match self.requests.get(&self.url()).await {
            Ok(body) => self.received(&body),
            Err(status) => self.failed(Failure::Poll(status.into())),
        }
    }

    fn received(&self, body: &str) {
        for packet in frame::decode_body(body) {
            match packet {
                Ok(packet) => {
                    if let Packet::Open(handshake) = &packet {
                        *self.sid.borrow_mut() = Some(handshake.sid.clone());
                    }
                    self.reporter.tell(|id| Input::Received(id, packet));
                }
                Err(Malformed) => return self.reporter.tell(Input::Malformed),
            }
        }
        self.reporter.tell(Input::Polled);
    }

    async fn post(&self, packets: Vec<Packet<Message>>) {
        let body = frame::encode_body(packets);
        let outcome = self.requests.post(&self.url(), body).await;
        self.writing.set(false);
        if self.parting.get() {
            return self.farewell().await;
        }
        match outcome {
            Ok(()) => self.reporter.tell(Input::Sent),
            Err(status) => self.failed(Failure::Post(status.into())),
        }
    }

    async fn farewell(&self) {
        self.requests.farewell(&self.url()).await;
        self.requests.abort();
    }

    fn failed(&self, failure: Failure) {
        self.reporter.tell(|id| Input::Failed(id, failure));
    }

    fn url(&self) -> String {
        let sid = self.sid.borrow();
        self.endpoint.url(TransportKind::Polling, Some(&cache_buster()), sid.as_deref())
    }
}

/// Eight characters that no earlier request had.
fn cache_buster() -> String {
    const DIGITS: [char; 36] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j',
        'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    ];
    let mut random = platform::random();
    let mut text = String::with_capacity(8);
    for _ in 0..8 {
        let digit = usize::try_from(random % 36).unwrap_or_default();
        text.extend(DIGITS.get(digit));
        random /= 36;
    }
    text
}
