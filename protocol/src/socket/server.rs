//! The server's half of the namespaces on one connection: who may say what, and when
//! (Socket.IO protocol v5, "Connection to a namespace").

use alloc::vec::Vec;

use super::{Kind, Namespace, Packet};
use crate::limits;

/// The namespaces that one client has asked for.
#[derive(Debug, Default)]
pub struct Namespaces {
    entries: Vec<(Namespace, State)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Asked for; the application has not decided.
    Pending,
    Connected,
}

/// What a packet means for the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received<D> {
    /// The client wants to join.
    Connect {
        /// Which namespace.
        namespace: Namespace,
        /// What it says about itself.
        auth: Option<D>,
    },
    /// The client has left.
    Disconnect(Namespace),
    /// An event; with an id, an answer is wanted.
    Event {
        /// Of which namespace.
        namespace: Namespace,
        /// Its name and arguments.
        data: D,
        /// The id to answer under.
        ack: Option<u64>,
    },
    /// The answer to an event.
    Ack {
        /// Of which namespace.
        namespace: Namespace,
        /// The id it answers.
        id: u64,
        /// Its arguments.
        data: D,
    },
    /// A packet that says nothing: an event without a name, an ack without an id.
    Nothing,
}

/// The client did what none may do; the connection is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offence {
    /// A second CONNECT to the same namespace.
    AlreadyConnected,
    /// A packet for a namespace that has not been joined.
    NotConnected,
    /// A packet that only a server may send.
    ServerPacket,
    /// More namespaces than [`limits::MAX_NAMESPACES`].
    TooManyNamespaces,
}

impl Offence {
    /// What was wrong, in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::AlreadyConnected => "second CONNECT to the same namespace",
            Self::NotConnected => "packet for a namespace that was not joined",
            Self::ServerPacket => "CONNECT_ERROR from a client",
            Self::TooManyNamespaces => "too many namespaces on one connection",
        }
    }
}

impl Namespaces {
    /// Judges a packet.
    ///
    /// # Errors
    ///
    /// The client must not send this now.
    pub fn receive<D>(&mut self, packet: Packet<D>) -> Result<Received<D>, Offence> {
        let Packet { kind, namespace, id, data } = packet;
        match kind {
            Kind::ConnectError => return Err(Offence::ServerPacket),
            Kind::Connect => {
                self.ask(&namespace)?;
                return Ok(Received::Connect { namespace, auth: data });
            }
            _ if !self.is_connected(&namespace) => return Err(Offence::NotConnected),
            Kind::Disconnect | Kind::Event | Kind::Ack => {}
        }
        Ok(match (kind, data, id) {
            (Kind::Disconnect, ..) => {
                self.leave(&namespace);
                Received::Disconnect(namespace)
            }
            (Kind::Event, Some(data), ack) => Received::Event { namespace, data, ack },
            (Kind::Ack, Some(data), Some(id)) => Received::Ack { namespace, id, data },
            _ => Received::Nothing,
        })
    }

    fn ask(&mut self, namespace: &Namespace) -> Result<(), Offence> {
        if self.entries.iter().any(|(name, _)| name == namespace) {
            return Err(Offence::AlreadyConnected);
        }
        if self.entries.len() >= limits::MAX_NAMESPACES {
            return Err(Offence::TooManyNamespaces);
        }
        self.entries.push((namespace.clone(), State::Pending));
        Ok(())
    }

    /// The application lets the client in. Gives false when nobody asked, or has left meanwhile.
    pub fn accept(&mut self, namespace: &Namespace) -> bool {
        let entry =
            self.entries.iter_mut().find(|(name, state)| name == namespace && *state == State::Pending);
        entry.map(|(_, state)| *state = State::Connected).is_some()
    }

    /// The client is out: it left, was refused, or was sent away. Gives whether it was in or had asked.
    pub fn leave(&mut self, namespace: &Namespace) -> bool {
        let before = self.entries.len();
        self.entries.retain(|(name, _)| name != namespace);
        self.entries.len() < before
    }

    /// Whether the client is in.
    pub fn is_connected(&self, namespace: &Namespace) -> bool {
        self.entries.iter().any(|(name, state)| name == namespace && *state == State::Connected)
    }

    /// Empties the table and gives the namespaces that the client was in.
    pub fn drain_connected(&mut self) -> impl Iterator<Item = Namespace> {
        let entries = core::mem::take(&mut self.entries);
        entries.into_iter().filter(|(_, state)| *state == State::Connected).map(|(name, _)| name)
    }
}
