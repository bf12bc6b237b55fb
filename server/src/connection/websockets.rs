//! The WebSockets of one connection: the one that it lives on, one that wants to take over, and those that are being
//! closed.

use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::engine::{Packet, TransportId};
use tokio::time;

use super::futures::Futures;
use super::incoming;
use crate::handler::Running;
use crate::metrics::Traffic;
use crate::outlet::Outlet;
use crate::prepared::{self, Prepared};
use crate::stream::Stream;
use crate::websocket::{self, Frame, WebSocket};
use crate::write_deadline::WriteDeadline;

/// How long a closing handshake may take. A client that is there answers within a round trip; the rest only hold a
/// file descriptor.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many closing handshakes one session may have under way; a WebSocket beyond is cut. An honest client has one:
/// more are for who offers WebSocket after WebSocket, and each holds a file descriptor.
const MAX_CLOSING: usize = 4;

/// A WebSocket whose handshake has been answered.
pub(crate) type AcceptedWebSocket = WebSocket<WriteDeadline<Stream>>;

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
    closing: Futures<Running>,
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
        Self { takes_base64, open: Vec::new(), closing: Futures::default(), next_id: 0, is_cut: false }
    }

    pub(super) fn insert(&mut self, websocket: AcceptedWebSocket) -> TransportId {
        let id = TransportId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        // Mostly there is one.
        self.open.reserve_exact(1);
        self.open.push(Open { id, websocket, is_writing: false, is_over: false });
        id
    }

    pub(super) const fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.closing.is_empty()
    }

    /// Whether everything that was queued has been written.
    pub(super) fn are_drained(&self) -> bool {
        self.open.iter().all(|open| open.websocket.is_idle())
    }

    /// Where others may write while nobody looks after them: when there is one and nothing is going on with it.
    pub(super) fn outlet(&self) -> Option<Outlet> {
        let [Open { websocket, is_writing: false, is_over: false, .. }] = &*self.open else { return None };
        if self.takes_base64 || !websocket.is_idle() || websocket.is_closing() {
            return None;
        }
        let stream = websocket.io().io().shared()?.clone();
        Some(Outlet { stream, deflate: websocket.deflate() })
    }

    /// Goes on where somebody else has stopped writing.
    pub(super) fn resume(&mut self, rest: Bytes) {
        if let [open] = &mut *self.open {
            open.websocket.resume(rest);
        }
    }

    /// The next thing that happened on any of them.
    pub(super) fn receive(&mut self, cx: &mut Context<'_>) -> Option<(TransportId, Received)> {
        self.open.iter_mut().find_map(|open| Some((open.id, open.receive(cx)?)))
    }

    /// Queues packets for one of them, and counts their frames.
    pub(super) fn write(&mut self, id: TransportId, packets: &[Packet<Prepared>], traffic: &mut Traffic) {
        let Some(open) = self.open.iter_mut().find(|open| open.id == id) else { return };
        open.is_writing = true;
        open.queue(packets.iter().map(|packet| prepared::frame(packet, self.takes_base64)), traffic);
    }

    /// Queues messages for the only one there is, past the machine, which need not hear of it: see
    /// [`Connection::send_messages`](super::Connection::send_messages). As [`WebSockets::write`].
    pub(super) fn send(&mut self, messages: Vec<Prepared>, traffic: &mut Traffic) {
        let takes_base64 = self.takes_base64;
        let frames =
            messages.into_iter().map(|message| prepared::frame(&Packet::Message(message), takes_base64));
        if let Some(open) = self.open.first_mut() {
            open.queue(frames, traffic);
        }
    }

    /// Writes what is queued. Gives one that has written everything it was asked to, or that failed.
    pub(super) fn flush(&mut self, cx: &mut Context<'_>) -> Option<(TransportId, io::Result<()>)> {
        while self.closing.poll_next(cx).is_some() {}
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
    fn queue(&mut self, frames: impl Iterator<Item = Frame>, traffic: &mut Traffic) {
        for frame in frames {
            traffic.add_frame(&frame, self.websocket.deflate());
            // One that is closing takes nothing more; that it is gone will be noticed when it is read.
            let _ = self.websocket.queue(frame);
        }
    }

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
