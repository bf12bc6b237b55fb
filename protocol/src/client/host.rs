//! What a client needs of the world.

use super::{AttemptError, SocketId};
use crate::Reason;
use crate::engine::client::{self as engine, Details};

/// The world of a client: the one of its sessions, and whoever hears of what happens.
///
/// The order of calls is the order in which socket.io-client does these things; what is told must be told in it. A
/// client calls its host while it takes something in; an implementation never calls back from there.
pub trait Host<Out>: engine::Host<Out> {
    /// A number from 0 (included) to 1 (excluded), drawn by chance: it spreads reconnections, and nothing else.
    fn random(&mut self) -> f64;

    /// The connection is open; namespaces are joined next.
    fn opened(&mut self);

    /// The server pinged.
    fn pinged(&mut self);

    /// The open connection is gone.
    fn closed(&mut self, reason: Reason, details: Details);

    /// An attempt to connect has failed.
    fn failed(&mut self, error: AttemptError);

    /// An attempt to reconnect begins, the how manieth.
    fn reconnect_attempt(&mut self, attempts: u32);

    /// An attempt to reconnect has failed.
    fn reconnect_error(&mut self, error: AttemptError);

    /// The attempts are used up.
    fn reconnect_failed(&mut self);

    /// Connected again, after that many attempts.
    fn reconnected(&mut self, attempts: u32);

    /// Asks the user what to say in CONNECT. When he has said it, now or later, [`super::Machine::authenticated`] tells
    /// whether to send it.
    fn authenticate(&mut self, socket: SocketId);

    /// Tells the user of a socket `connect_error`: there is no connection.
    fn connect_error(&mut self, socket: SocketId, error: AttemptError);

    /// Tells the user of a socket `disconnect`. Answers to what was sent can no longer come.
    fn disconnected(&mut self, socket: SocketId, reason: Reason, details: Details);
}
