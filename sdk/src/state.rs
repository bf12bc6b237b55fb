//! The state of a connection in the few words that a person wants to read.

use parlor_protocol::Reason;
use parlor_protocol::client::{Output, ReconnectionConfig};
use parlor_protocol::engine::TransportKind;
use parlor_protocol::engine::client::Details;
use parlor_protocol::socket::Codec;

/// The state of a client's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ConnectionState {
    /// Nobody wants a connection: no socket was connected yet, or all were disconnected.
    #[default]
    Idle,
    /// The first attempt is under way.
    Connecting,
    /// The connection is open. Each socket tells for itself whether the server has let it in.
    Connected {
        /// What it is carried by, now.
        transport: TransportKind,
    },
    /// The connection was lost or could not be made, and another attempt is planned or under way.
    Reconnecting {
        /// Which one, from 1.
        attempt: u32,
    },
    /// A connection is wanted and not sought: the browser says that there is no network, reconnection is off,
    /// or its attempts are used up.
    Offline,
}

/// Follows the state through what the driver tells.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    state: ConnectionState,
    /// The last attempt to reconnect, 0 when there was none since the last connection.
    attempt: u32,
    /// Whether another attempt comes by itself.
    again: bool,
}

impl Tracker {
    pub(crate) const fn state(&self) -> ConnectionState {
        self.state
    }

    /// A socket was told to connect.
    pub(crate) fn connect(&mut self) {
        let asleep = self.state == ConnectionState::Idle || self.state == ConnectionState::Offline;
        if asleep && !self.again {
            self.state = ConnectionState::Connecting;
        }
    }

    /// No socket wants a connection any more.
    pub(crate) fn unwanted(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn told<C: Codec>(&mut self, output: &Output<C>, config: &ReconnectionConfig) {
        match output {
            Output::Opened(_) => (self.attempt, self.again) = (0, false),
            Output::Upgraded(transport) => self.state = ConnectionState::Connected { transport: *transport },
            Output::Closed { reason: Reason::ForcedClose, .. } => self.unwanted(),
            Output::Closed { details, .. } => {
                self.next_attempt(config);
                if *details == Details::NetworkLost {
                    self.state = ConnectionState::Offline;
                }
            }
            Output::Failed(_) => self.next_attempt(config),
            Output::ReconnectAttempt(attempt) => {
                self.attempt = *attempt;
                self.state = ConnectionState::Reconnecting { attempt: *attempt };
            }
            Output::ReconnectFailed => {
                *self = Self { state: ConnectionState::Offline, attempt: 0, again: false };
            }
            _ => {}
        }
    }

    /// The connection is open, over that.
    pub(crate) fn opened(&mut self, transport: TransportKind) {
        self.state = ConnectionState::Connected { transport };
    }

    fn next_attempt(&mut self, config: &ReconnectionConfig) {
        self.again = config.enabled && config.max_attempts.is_none_or(|max| self.attempt < max);
        self.state = if self.again {
            ConnectionState::Reconnecting { attempt: self.attempt + 1 }
        } else {
            ConnectionState::Offline
        };
    }
}

#[cfg(test)]
mod tests;
