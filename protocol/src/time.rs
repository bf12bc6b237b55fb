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

/// A span of time as a client's machine counts it: `Duration`'s nanoseconds are of no use to it, and each step from one
/// to the other costs the npm package a division.
///
/// ```
/// use core::time::Duration;
/// use parlor_protocol::Millis;
///
/// assert_eq!(Millis::from(Duration::from_secs(2)), Millis::new(2_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(u64);

impl Millis {
    /// Longer than any other.
    pub const FOREVER: Self = Self(u64::MAX);

    /// So many milliseconds.
    pub const fn new(millis: u64) -> Self {
        Self(millis)
    }

    /// A duration, without what is less than a millisecond.
    pub const fn of(duration: Duration) -> Self {
        let seconds = duration.as_secs().saturating_mul(1000);
        Self(seconds.saturating_add(duration.subsec_millis() as u64))
    }

    /// How many milliseconds.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// Saturates: a wait so long that it does not fit never ends.
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl From<Duration> for Millis {
    fn from(duration: Duration) -> Self {
        Self::of(duration)
    }
}

impl From<Millis> for Duration {
    fn from(millis: Millis) -> Self {
        Self::from_millis(millis.0)
    }
}

impl Instant {
    /// Later than any other: the end of a wait that does not end.
    pub const NEVER: Self = Self(u64::MAX);

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
        self + Millis::from(wait)
    }
}

impl Add<Millis> for Instant {
    type Output = Self;

    /// Saturates: a wait so long that it does not fit never ends.
    fn add(self, wait: Millis) -> Self {
        Self(self.0.saturating_add(wait.0))
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}
