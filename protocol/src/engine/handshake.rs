//! What the server says when it opens a session (Engine.IO v4, "Handshake").

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use super::TransportKind;
use crate::{Millis, limits};

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

/// What a session has to know of a [`Handshake`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The transports that the client may upgrade to.
    pub upgrades: &'a [TransportKind],
    /// How often the server pings; at most [`limits::MAX_HEARTBEAT`] of it is believed.
    pub ping_interval: Millis,
    /// How long after that the session counts as dead; believed as far as the interval.
    pub ping_timeout: Millis,
    /// The longest polling payload the server accepts, in bytes.
    pub max_payload_bytes: usize,
}

impl Handshake {
    /// What a session has to know of it. `None` when the session id is empty or absurdly long: there is no talking to
    /// such a server.
    pub fn terms(&self) -> Option<Terms<'_>> {
        let Self { sid, upgrades, ping_interval, ping_timeout, max_payload_bytes } = self;
        let legal = !sid.is_empty() && sid.len() <= limits::MAX_SID_BYTES;
        legal.then_some(Terms {
            upgrades,
            ping_interval: (*ping_interval).into(),
            ping_timeout: (*ping_timeout).into(),
            max_payload_bytes: *max_payload_bytes,
        })
    }
}
