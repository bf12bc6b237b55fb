//! One Socket.IO packet (Socket.IO protocol v5, "Packet encoding").

use super::Namespace;

/// The event names that belong to the library: neither side may emit them, and a peer that sends one is refused.
pub const RESERVED_EVENTS: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// What a packet is for. On the wire an event or ack with attachments has a digit of its own (5 and 6); here it
/// is an event or ack whose data carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `0`: a client asks to join a namespace, or the server lets it.
    Connect,
    /// `1`: either side leaves a namespace.
    Disconnect,
    /// `2` or `5`: an event.
    Event,
    /// `3` or `6`: the answer to an event that asked for one.
    Ack,
    /// `4`: the server does not let the client join.
    ConnectError,
}

/// One Socket.IO packet. `D` is the user's data, whose form the edge chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet<D> {
    /// What it is for.
    pub kind: Kind,
    /// The namespace it belongs to.
    pub namespace: Namespace,
    /// For an event the id under which an answer is wanted, for an ack the id it answers.
    pub id: Option<u64>,
    /// The user's data. A peer may leave it out; such an event has no name and reaches nobody.
    pub data: Option<D>,
}

impl<D> Packet<D> {
    /// A packet without id.
    pub const fn new(kind: Kind, namespace: Namespace, data: Option<D>) -> Self {
        Self { kind, namespace, id: None, data }
    }
}
