//! A connection's side towards the client, inwards: requests, WebSocket messages, silence.

use std::task::{Context, Poll};

use bytestring::ByteString;
use parlor_protocol::engine::TransportId;
use parlor_protocol::engine::server::{self as engine, RequestId};

use super::incoming::Batch;
use super::websockets::Received;
use super::{Command, Connection, incoming};

/// How many WebSocket messages, or packets of one request body, are taken in one turn: answers are not held back for
/// ever, and a body of half a million packets is never unpacked as a whole.
const MAX_RECEIVED: usize = 128;

impl Connection {
    /// What HTTP requests have for this connection.
    pub(super) fn take_commands(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        if !self.is_paused()
            && let Some((request, body)) = self.unread.take()
        {
            self.posted(request, body);
            self.settle(cx);
            any = true;
        }
        while !self.is_unreachable && !self.asleep.commands {
            match self.commands.poll_recv(cx) {
                Poll::Ready(Some(command)) => self.command(*command),
                Poll::Ready(None) => self.is_unreachable = true,
                Poll::Pending => {
                    self.asleep.commands = true;
                    break;
                }
            }
            self.settle(cx);
            any = true;
        }
        any
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Poll(request, responder) => {
                tracing::trace!(connection = self.link.number, "a GET came");
                self.requests.insert(request, responder);
                self.tell_engine(engine::Input::Poll(request));
            }
            Command::PostBegun(request, responder) => {
                tracing::trace!(connection = self.link.number, "a POST came");
                self.requests.insert(request, responder);
                self.tell_engine(engine::Input::PostBegun(request));
            }
            Command::Posted(request, body) => {
                self.tally.polling.bytes_received += body.as_ref().map_or(0, |body| body.len());
                self.unread = Some((request, body));
            }
            Command::PostRefused { request, fatal } => {
                self.requests.forget(request);
                self.tell_engine(engine::Input::PostRefused { request, fatal });
            }
            Command::WebSocket(websocket) => {
                let id = self.websockets.insert(*websocket);
                self.asleep.websockets = false;
                self.tell_engine(engine::Input::WebSocketOpened(id));
            }
        }
    }

    /// Reads a part of a body. What is left comes in the next turn, unless too much waits by then.
    fn posted(&mut self, request: RequestId, body: Option<ByteString>) {
        let batch = body.map(|body| incoming::packets(&body, MAX_RECEIVED));
        let Batch { packets, rest, is_broken } =
            batch.unwrap_or_else(|| Batch { is_broken: true, ..Batch::default() });
        if is_broken {
            tracing::warn!(connection = self.link.number, "a request body is not a payload: closing");
        }
        self.tally.packets_received += packets.len();
        if rest.is_some() {
            self.unread = Some((request, rest));
            self.tell_engine(engine::Input::Posting { request, packets });
        } else {
            self.tell_engine(engine::Input::Posted { request, packets, complete: !is_broken });
        }
    }

    /// Requests whose client hung up.
    pub(super) fn take_aborted(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while let Some(request) = self.requests.poll_aborted(cx) {
            self.tell_engine(engine::Input::Aborted(request));
            self.settle(cx);
            any = true;
        }
        any
    }

    /// What came on WebSockets. Gives whether there may be more: what follows in the turn sees to what came.
    pub(super) fn receive(&mut self, cx: &mut Context<'_>) -> bool {
        for count in 0..MAX_RECEIVED {
            if self.asleep.websockets {
                return false;
            }
            if self.is_paused() {
                return count > 0;
            }
            let Some((id, received)) = self.websockets.receive(cx) else {
                self.asleep.websockets = true;
                return false;
            };
            self.received(id, received);
            self.settle(cx);
        }
        true
    }

    fn received(&mut self, id: TransportId, received: Received) {
        let connection = self.link.number;
        let input = match received {
            Received::Packet(packet, bytes) => {
                self.tally.packets_received += 1;
                self.tally.websocket.bytes_received += bytes;
                engine::Input::Received(id, packet)
            }
            Received::Malformed => {
                tracing::warn!(connection, "a WebSocket message is not a packet: closing");
                engine::Input::Malformed(id)
            }
            Received::Ended => engine::Input::TransportClosed { transport: id, error: false },
            Received::Failed(error) => {
                let cause = std::error::Error::source(&error).map(tracing::field::display);
                tracing::warn!(connection, %error, cause, "a WebSocket failed: closing");
                engine::Input::TransportClosed { transport: id, error: true }
            }
        };
        self.tell_engine(input);
    }

    /// Lets time pass, and sets the alarm.
    pub(super) fn keep_time(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.machine.deadline() else { return false };
        if deadline <= self.now {
            self.machine.handle_timeout(self.now);
            self.link.queue.set_writable(self.is_writable());
            self.settle(cx);
            return true;
        }
        let alarm = self.next_event_at().map_or(deadline, |at| at.min(deadline));
        if self.sleeps_until == Some(alarm) && alarm > self.now {
            // It was asked when it was set, by this same task.
            return false;
        }
        self.sleep.as_mut().reset(self.shared.clock.at(alarm));
        self.sleeps_until = Some(alarm);
        self.sleep.as_mut().poll(cx).is_ready()
    }
}
