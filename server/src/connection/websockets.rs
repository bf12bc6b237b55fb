//! The WebSockets of one connection: the one that it lives on, one that wants to take over, and those that are being
//! closed.

use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use bytestring::ByteString;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use parlor_protocol::engine::{Packet, TransportId};
use tokio::time;

use super::incoming;
use crate::handler::Running;
use crate::prepared::{self, Prepared};
use crate::websocket::{self, WebSocket};
use crate::write_deadline::WriteDeadline;

/// How long a closing handshake may take. A client that is there answers within a round trip; the rest only hold a
/// file descriptor.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many closing handshakes one session may have under way; a WebSocket beyond is cut. An honest client has one:
/// more are for who offers WebSocket after WebSocket, and each holds a file descriptor.
const MAX_CLOSING: usize = 4;

/// A WebSocket whose handshake has been answered.
pub(crate) type AcceptedWebSocket = WebSocket<WriteDeadline<TokioIo<Upgraded>>>;

/// What happened on a WebSocket.
pub(super) enum Received {
    /// A packet, and the length of its message.
    Packet(Packet<incoming::Message>, usize),
    /// A message that is no packet.
    Malformed,
    /// The client closed it, or is gone.
    Ended,
    Failed(websocket::Error),
}

pub(super) struct WebSockets {
    /// The client asked for text only.
    takes_base64: bool,
    open: Vec<Open>,
    closing: FuturesUnordered<Running>,
    next_id: u32,
    /// Nobody waits for closing handshakes any more.
    is_cut: bool,
}

struct Open {
    id: TransportId,
    websocket: AcceptedWebSocket,
    /// The machine waits to hear that everything was written.
    is_writing: bool,
    /// Nothing more comes from it.
    is_over: bool,
}

impl WebSockets {
    pub(super) fn new(takes_base64: bool) -> Self {
        Self { takes_base64, open: Vec::new(), closing: FuturesUnordered::new(), next_id: 0, is_cut: false }
    }

    pub(super) fn insert(&mut self, websocket: AcceptedWebSocket) -> TransportId {
        let id = TransportId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        self.open.push(Open { id, websocket, is_writing: false, is_over: false });
        id
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.closing.is_empty()
    }

    /// The next thing that happened on any of them.
    pub(super) fn receive(&mut self, cx: &mut Context<'_>) -> Option<(TransportId, Received)> {
        self.open.iter_mut().find_map(|open| Some((open.id, open.receive(cx)?)))
    }

    /// Queues packets for one of them. Gives their length as plain frames, and how many were compressed for the first
    /// time.
    pub(super) fn write(&mut self, id: TransportId, packets: &[Packet<Prepared>]) -> (usize, usize) {
        let Some(open) = self.open.iter_mut().find(|open| open.id == id) else { return (0, 0) };
        open.is_writing = true;
        let (mut bytes, mut compressions) = (0, 0);
        for packet in packets {
            let frame = prepared::frame(packet, self.takes_base64);
            bytes += frame.wire_bytes();
            let deflated = open.websocket.deflate().is_some_and(|deflate| frame.deflate_for(deflate));
            compressions += usize::from(deflated);
            // One that is closing takes nothing more; that it is gone will be noticed when it is read.
            let _ = open.websocket.queue(frame);
        }
        (bytes, compressions)
    }

    /// Writes what is queued. Gives one that has written everything it was asked to, or that failed.
    pub(super) fn flush(&mut self, cx: &mut Context<'_>) -> Option<(TransportId, io::Result<()>)> {
        while let Poll::Ready(Some(())) = self.closing.poll_next_unpin(cx) {}
        self.open.iter_mut().find_map(|open| Some((open.id, open.flush(cx)?)))
    }

    /// Says goodbye to one of them, in the background.
    pub(super) fn close(&mut self, id: TransportId) {
        let Some(at) = self.open.iter().position(|open| open.id == id) else { return };
        let mut websocket = self.open.swap_remove(at).websocket;
        if !self.is_cut && self.closing.len() < MAX_CLOSING {
            self.closing.push(Box::pin(async move {
                // Whatever goes wrong now, it is over.
                let _ = time::timeout(CLOSE_TIMEOUT, websocket.finish()).await;
            }));
        }
    }

    /// From now on nobody says goodbye: what is closed is dropped, with all that waits to be written.
    pub(super) fn cut(&mut self) {
        self.is_cut = true;
    }
}

impl Open {
    fn receive(&mut self, cx: &mut Context<'_>) -> Option<Received> {
        use websocket::Message;
        while !self.is_over {
            let Poll::Ready(message) = self.websocket.poll_receive(cx) else { return None };
            let received = match message {
                Some(Ok(Message::Text(text))) => {
                    let length = text.len();
                    let packet = incoming::packet(&ByteString::from(text));
                    packet.map_or(Received::Malformed, |packet| Received::Packet(packet, length))
                }
                Some(Ok(Message::Binary(bytes))) => {
                    let length = bytes.len();
                    Received::Packet(Packet::Message(incoming::Message::Binary(bytes)), length)
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Close(_))) | None => Received::Ended,
                Some(Err(error)) => Received::Failed(error),
            };
            self.is_over = matches!(received, Received::Ended | Received::Failed(_));
            return Some(received);
        }
        None
    }

    fn flush(&mut self, cx: &mut Context<'_>) -> Option<io::Result<()>> {
        match self.websocket.poll_flush(cx) {
            Poll::Ready(Ok(())) if self.is_writing => {
                self.is_writing = false;
                Some(Ok(()))
            }
            Poll::Ready(Err(error)) if !self.is_over => {
                self.is_over = true;
                Some(Err(error))
            }
            Poll::Ready(_) | Poll::Pending => None,
        }
    }
}
