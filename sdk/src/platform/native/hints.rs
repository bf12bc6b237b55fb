//! Nobody tells a program about its network: timeouts and heartbeats do.

use crate::connection::Report;

/// No hints at all.
pub(crate) struct Hints;

impl Hints {
    pub(crate) const fn new(_: &Report, _is_loopback: bool) -> Self {
        Self
    }
}
