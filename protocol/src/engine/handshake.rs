//! What the server says when it opens a session (Engine.IO v4, "Handshake").

use alloc::{boxed::Box, string::String, vec::Vec};
use core::time::Duration;

use super::TransportKind;
use crate::limits;

/// What the server says when it opens a session: a plain struct that the edge reads from JSON, or writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// The session's id. It is a secret: whoever knows it can speak in the session.
    pub sid: String,
    /// The transports that the client may upgrade to.
    pub upgrades: Vec<TransportKind>,
    /// How often the server pings.
    pub ping_interval: Duration,
    /// How long after that the session counts as dead.
    pub ping_timeout: Duration,
    /// The longest polling payload the server accepts, in bytes.
    pub max_payload_bytes: usize,
}

impl Handshake {
    /// Checks what a server said against [`limits`], and caps what would switch a heartbeat off.
    ///
    /// `None` when the session id is empty or absurdly long: there is no talking to such a server.
    pub fn checked(mut self: Box<Self>) -> Option<Box<Self>> {
        if self.sid.is_empty() || self.sid.len() > limits::MAX_SID_BYTES {
            return None;
        }
        self.ping_interval = self.ping_interval.min(limits::MAX_HEARTBEAT);
        self.ping_timeout = self.ping_timeout.min(limits::MAX_HEARTBEAT);
        Some(self)
    }
}
