//! What a server may be told about recovery.

use std::time::Duration;

/// The default of [`ConnectionStateRecovery::max_disconnection_duration`]: Socket.IO's own.
const MAX_DISCONNECTION_DURATION: Duration = Duration::from_secs(120);

/// The default of [`ConnectionStateRecovery::max_buffer_bytes`].
///
/// Two minutes of five hundred short events a second.
const MAX_BUFFER_BYTES: usize = 16 * 1024 * 1024;

/// The default of [`ConnectionStateRecovery::max_sessions`].
///
/// All clients of a large server may be gone at once, when its network is. A session is about a kilobyte, and what the
/// application keeps with its socket.
const MAX_SESSIONS: usize = 50_000;

/// Whether and how clients get back what they missed while they were away: Socket.IO's `connectionStateRecovery`.
///
/// `docs/RECOVERY.md` tells what is guaranteed.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use parlor_server::{Config, ConnectionStateRecovery, Server, Socket};
///
/// let recovery = ConnectionStateRecovery {
///     max_disconnection_duration: Duration::from_secs(60),
///     ..ConnectionStateRecovery::default()
/// };
/// let io = Server::new(Config { connection_state_recovery: Some(recovery), ..Config::default() });
/// io.on_connection(|socket: Socket| async move {
///     if !socket.recovered() {
///         socket.join("lobby");
///     }
/// });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionStateRecovery {
    /// How long a client may be away. Default 2 minutes.
    ///
    /// What was sent is kept for as long as a heartbeat may take beyond that: a client is away before the server
    /// notices.
    pub max_disconnection_duration: Duration,
    /// Whether a client that is recovered passes by the middlewares of its namespace. Default true.
    pub skip_middlewares: bool,
    /// How much of what was sent is kept, in bytes, for each namespace. Default 16 MiB.
    ///
    /// Each event counts 128 bytes more than its packet and the names of its rooms; one that may be compressed counts
    /// four times, once for each form that it may have. The oldest goes first; a client that needs it then gets a new
    /// session. There is no bound on all namespaces together: where clients can make some, it is this much times
    /// [`Config::max_dynamic_namespaces`](crate::Config::max_dynamic_namespaces).
    pub max_buffer_bytes: usize,
    /// How many sessions are kept for clients that are away, for each namespace. Default 50 000. The one whose client
    /// left first goes first.
    pub max_sessions: usize,
}

impl Default for ConnectionStateRecovery {
    fn default() -> Self {
        Self {
            max_disconnection_duration: MAX_DISCONNECTION_DURATION,
            skip_middlewares: true,
            max_buffer_bytes: MAX_BUFFER_BYTES,
            max_sessions: MAX_SESSIONS,
        }
    }
}
