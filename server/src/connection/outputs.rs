//! A connection's side towards the client, outwards: the queue, farewells, writing.

use std::io;
use std::task::Context;

use parlor_protocol::Reason;
use parlor_protocol::engine::TransportKind;
use parlor_protocol::engine::server as engine;
use parlor_protocol::server::Input;

use super::Connection;
use crate::outlet::Outlet;
use crate::prepared::Prepared;
use crate::queue::{Farewell, MAX_BATCH_BYTES, Next};
use crate::recovery::Replay;

impl Connection {
    /// Sends what waits in the queue, as far as it can be sent.
    pub(super) fn send(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = self.flush_queue();
        loop {
            match self.link.queue.next(self.is_writable()) {
                Next::Nothing => return any,
                Next::Send(messages) => self.send_messages(messages),
                Next::Replay(replay) => self.replay(&replay),
                Next::Farewell(farewell) => self.bid(farewell),
                Next::Overflow { bytes } => {
                    self.link.metrics.slow_consumers.add(1);
                    let (connection, bound) = (self.link.number, self.shared.config.max_queue_bytes);
                    tracing::warn!(
                        connection,
                        bytes,
                        max_queue_bytes = bound,
                        "a client reads too slowly: closing"
                    );
                    self.websockets.cut();
                    self.tell(Input::Discard(Reason::ForcedServerClose));
                }
            }
            self.settle(cx);
            any = true;
        }
    }

    /// Where what is sent now leaves at once, past the machine: the WebSocket that the session lives on, and not one that
    /// has not taken over yet.
    pub(super) fn outlet(&self) -> Option<Outlet> {
        let is_websocket = self.machine.transport_kind() == TransportKind::WebSocket;
        if is_websocket && self.machine.is_writable() { self.websockets.outlet() } else { None }
    }

    /// Writes what waits straight to a WebSocket that is ready: the machine's own packets come before or behind it, but
    /// it has no part in this. Gives whether there is more to do now.
    fn flush_queue(&mut self) -> bool {
        let Some(outlet) = self.outlet() else { return false };
        let Some(flushed) = self.link.queue.flush_awake(&outlet, &mut self.tally) else { return false };
        if let Some(rest) = flushed.rest {
            self.websockets.resume(rest);
            self.link.queue.set_writable(false);
        }
        // Those may have waited for room in the queue.
        !self.backlog.is_empty() || !self.lanes.is_empty() || self.unread.is_some()
    }

    /// On a WebSocket that is ready they go straight to it: the machine's own packets come before them or behind them, but
    /// it has no part in them. Everything else the machine keeps in order, and what goes before a farewell to a client
    /// that is behind: until that is written the machine does not end the session.
    fn send_messages(&mut self, messages: Vec<Prepared>) {
        let is_direct = self.machine.transport_kind() == TransportKind::WebSocket
            && self.is_writable()
            && self.websockets.len() == 1;
        if !is_direct {
            return self.tell(Input::Send(messages));
        }
        self.tally.packets_sent += messages.len();
        self.websockets.send(messages, &mut self.tally.websocket);
        self.link.queue.set_writable(false);
    }

    /// Sends on what the client missed.
    fn replay(&mut self, replay: &Replay) {
        let Ok(packets) = replay.next(MAX_BATCH_BYTES) else {
            let connection = self.link.number;
            tracing::warn!(connection, "a client reads what it missed too slowly: closing");
            self.websockets.cut();
            return self.tell(Input::Discard(Reason::ForcedServerClose));
        };
        if replay.is_done() {
            self.link.queue.end_replay();
        }
        let mut messages = Vec::new();
        for packet in packets {
            packet.push_to(&mut messages);
        }
        if !messages.is_empty() {
            self.send_messages(messages);
        }
    }

    fn bid(&mut self, farewell: Farewell) {
        match farewell {
            Farewell::Namespace(namespace) => self.tell(Input::Disconnect(namespace)),
            Farewell::Connection => {
                let namespaces: Vec<_> = self.sockets.iter().map(|it| it.namespace_name().clone()).collect();
                for namespace in namespaces {
                    self.tell(Input::Disconnect(namespace));
                }
                self.tell(Input::Close(Reason::ForcedServerClose));
            }
            Farewell::GoAway => self.tell(Input::Close(Reason::ServerShuttingDown)),
            Farewell::Replaced => {
                self.websockets.cut();
                self.tell(Input::Discard(Reason::TransportClose));
            }
            Farewell::Shutdown => self.tell(Input::Discard(Reason::ServerShuttingDown)),
        }
    }

    /// Writes what the WebSockets have to write.
    pub(super) fn flush(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        let waited = !self.websockets.are_drained();
        while let Some((id, flushed)) = self.websockets.flush(cx) {
            if let Err(error) = &flushed {
                self.unwritable(error);
            }
            self.tell_engine(match flushed {
                Ok(()) => engine::Input::Sent(id),
                Err(_) => engine::Input::TransportClosed { transport: id, error: true },
            });
            self.settle(cx);
            any = true;
        }
        if self.is_closed && self.websockets.is_empty() {
            self.counted = None;
        }
        if waited && self.websockets.are_drained() {
            self.link.queue.set_writable(self.is_writable());
            any = true;
        }
        any
    }

    fn unwritable(&mut self, error: &io::Error) {
        let connection = self.link.number;
        if error.kind() != io::ErrorKind::TimedOut {
            tracing::debug!(connection, %error, "a WebSocket cannot be written");
            return;
        }
        let write_timeout = self.shared.config.write_timeout;
        tracing::warn!(connection, ?write_timeout, "a client takes nothing: closing");
        self.link.metrics.write_timeouts.add(1);
        self.websockets.cut();
    }
}
