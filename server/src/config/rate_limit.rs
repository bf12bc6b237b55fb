//! How many events a client may send.

use std::num::NonZeroU32;
use std::time::Duration;

/// How many events one client may send, over all its namespaces.
///
/// A token bucket: `events` at once, and as many in each further `per`, evenly spread. Answers to the server's own
/// events, and joining, are not counted; those have bounds of their own.
///
/// What is over the limit waits by default: events are handled later, in their order, and when
/// [`Config::max_backlog_bytes`](crate::Config::max_backlog_bytes) of them wait, the connection is not read. An honest
/// client with a burst loses nothing, a flood slows down nobody but itself, and one that never ends leaves its pongs
/// unread, so that the ping timeout ends it. [`RateLimit::disconnect`] closes the connection instead.
///
/// # Examples
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use parlor_server::{Config, RateLimit};
///
/// let limit = RateLimit::new(NonZeroU32::new(100).unwrap(), Duration::from_secs(10));
/// let strict = limit.disconnect();
/// assert_ne!(limit, strict);
/// let config = Config { rate_limit: Some(limit), ..Config::default() };
/// # let _ = config;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    events: NonZeroU32,
    per: Duration,
    disconnects: bool,
}

impl RateLimit {
    /// So many events in that time; what is over it waits.
    #[must_use]
    pub const fn new(events: NonZeroU32, per: Duration) -> Self {
        Self { events, per, disconnects: false }
    }

    /// A client that sends more is disconnected, with `forced server close`. Its first event over the limit, and all
    /// behind it, are not handled.
    #[must_use]
    pub const fn disconnect(mut self) -> Self {
        self.disconnects = true;
        self
    }

    pub(crate) const fn disconnects(&self) -> bool {
        self.disconnects
    }

    /// How long it takes until one more event is allowed; a millisecond's fraction counts.
    pub(crate) fn interval(&self) -> Duration {
        self.per / self.events.get()
    }

    pub(crate) const fn per(&self) -> Duration {
        self.per
    }
}
