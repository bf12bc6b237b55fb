//! What waits to be written.

use alloc::vec::Vec;
use core::convert::Infallible;

use super::{Host, Packet, Size, TransportId};

/// What a session has to write, in the order in which it was sent. [`Packets`] keeps it; a host that keeps it itself
/// puts something here that asks for it.
pub trait Outbox: Default {
    /// What a message is when it is sent.
    type Out;

    /// Whether nothing waits.
    fn is_empty(&self) -> bool;

    /// Puts a packet behind the others. The session lives on that transport.
    fn push(&mut self, transport: TransportId, packet: Packet<Self::Out, Infallible>);

    /// The session is over: nothing is written any more.
    fn clear(&mut self);

    /// Writes what may leave together, and flushes it. Where there is a limit to the bytes of one write, the first packet
    /// goes all the same: cutting it is not ours to do, and the server says what it thinks of it.
    fn write(&mut self, transport: TransportId, limit: Option<usize>, host: &mut impl Host<Self::Out>);
}

/// An [`Outbox`] that keeps the packets.
#[derive(Debug)]
pub struct Packets<Out>(Vec<Packet<Out, Infallible>>);

impl<Out> Default for Packets<Out> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Out: Size> Outbox for Packets<Out> {
    type Out = Out;

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn push(&mut self, _: TransportId, packet: Packet<Out, Infallible>) {
        self.0.push(packet);
    }

    fn clear(&mut self) {
        self.0.clear();
    }

    fn write(&mut self, transport: TransportId, limit: Option<usize>, host: &mut impl Host<Out>) {
        let batch = limit.map_or(self.0.len(), |limit| self.fitting(limit));
        for packet in self.0.drain(..batch) {
            host.write(transport, packet);
        }
        host.flush(transport);
    }
}

impl<Out: Size> Packets<Out> {
    /// How many packets fit into one payload.
    fn fitting(&self, limit: usize) -> usize {
        let mut total = 0;
        let fits = self.0.iter().take_while(|packet| {
            let separator = usize::from(total > 0);
            total += separator + packet_bytes(packet);
            total <= limit
        });
        fits.count().max(1)
    }
}

fn packet_bytes<Out: Size>(packet: &Packet<Out, Infallible>) -> usize {
    match packet {
        Packet::Message(message) => message.payload_bytes(),
        control => control.control_text().map_or(0, str::len),
    }
}
