//! A look at what passes: every packet of Engine.IO that is sent or received.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use bytes::Bytes;
use parlor_protocol::Instant;
use parlor_protocol::engine::{Packet, TransportId, TransportKind};

use crate::connection::{Codec, World};
use crate::driver::Platform;
use crate::listener::Listeners;
use crate::transport::frame::{self, Message};

/// Which way a packet went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the server.
    Sent,
    /// From the server.
    Received,
}

/// A packet of Engine.IO that has passed: what [`Client::on_packet`](crate::Client::on_packet) shows.
///
/// Mind what you do with it: the first one received holds the id of the session, and CONNECT what `auth` said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketSeen {
    direction: Direction,
    message: Message,
}

impl PacketSeen {
    /// Which way it went.
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// The packet as a WebSocket carries it, for example `42["say","hello"]`; `None` for binary.
    pub fn text(&self) -> Option<&str> {
        match &self.message {
            Message::Text(text) => Some(text),
            Message::Binary(_) => None,
        }
    }

    /// The bytes of a binary packet, which is an attachment of the one before; `None` for text.
    pub const fn binary(&self) -> Option<&Bytes> {
        match &self.message {
            Message::Text(_) => None,
            Message::Binary(bytes) => Some(bytes),
        }
    }

    /// Its size as a WebSocket carries it. Polling carries text as it is, and binary in a third more.
    pub fn size_bytes(&self) -> usize {
        match &self.message {
            Message::Text(text) => text.len(),
            Message::Binary(bytes) => bytes.len(),
        }
    }
}

/// Who looks at packets, and what they have not been shown yet.
#[derive(Debug)]
pub(crate) struct Tap {
    pub(crate) listeners: Rc<Listeners<PacketSeen>>,
    seen: RefCell<VecDeque<PacketSeen>>,
}

impl Tap {
    pub(crate) fn new() -> Self {
        Self { listeners: Listeners::new(), seen: RefCell::default() }
    }

    /// Costs nothing while nobody looks.
    pub(crate) fn see(&self, direction: Direction, packet: &Packet<Message>) {
        if !self.listeners.is_empty() {
            let message = frame::encode(packet.clone());
            self.seen.borrow_mut().push_back(PacketSeen { direction, message });
        }
    }

    /// The next one that nobody has been shown.
    pub(crate) fn next(&self) -> Option<PacketSeen> {
        self.seen.borrow_mut().pop_front()
    }
}

/// A world whose writes are seen.
pub(crate) struct Tapped {
    pub(crate) world: World,
    pub(crate) tap: Rc<Tap>,
}

impl Platform for Tapped {
    type Codec = Codec;

    fn now(&self) -> Instant {
        self.world.now()
    }

    fn open(&mut self, transport: TransportId, kind: TransportKind, sid: Option<&str>) {
        self.world.open(transport, kind, sid);
    }

    fn poll(&mut self, transport: TransportId) {
        self.world.poll(transport);
    }

    fn write(&mut self, transport: TransportId, packets: Vec<Packet<Message>>) {
        for packet in &packets {
            self.tap.see(Direction::Sent, packet);
        }
        self.world.write(transport, packets);
    }

    fn close(&mut self, transport: TransportId, farewell: bool) {
        self.world.close(transport, farewell);
    }

    fn wake_at(&mut self, deadline: Option<Instant>) {
        self.world.wake_at(deadline);
    }
}

#[cfg(test)]
mod tests;
