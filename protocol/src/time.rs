//! A point in time that the driver names. `core` has no clock, and std's panics on wasm32.

use core::ops::{Add, Sub};
use core::time::Duration;

/// A point in time: milliseconds since an epoch that the driver chose, and keeps for a machine's whole life.
///
/// The driver must never pass an earlier `now` than the last one it passed.
///
/// ```
/// use core::time::Duration;
/// use parlor_protocol::Instant;
///
/// let opened = Instant::from_millis(1_000);
/// assert_eq!((opened + Duration::from_secs(25)).as_millis(), 26_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(u64);

impl Instant {
    /// The point `millis` milliseconds after the driver's epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the driver's epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to here; zero when `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    /// Saturates: a wait so long that it does not fit never ends.
    fn add(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}
