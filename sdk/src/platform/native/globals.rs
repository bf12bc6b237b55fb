//! What a program has of what a page has as globals.

use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::url::Page;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

pub(crate) fn wall_millis() -> f64 {
    // A clock before 1970 stands still until it is set.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

pub(crate) fn steady_millis() -> f64 {
    START.elapsed().as_secs_f64() * 1000.0
}

/// There is no page: an address has to be whole.
pub(crate) const fn page() -> Option<Page> {
    None
}

/// Tells whoever develops the program.
pub(crate) fn warn(text: &str) {
    tracing::warn!(target: "parlor_client", "{text}");
}

/// Chance that nobody can guess.
pub(crate) fn random() -> u64 {
    // Where the system has none, what the clock says spreads reconnections well enough.
    getrandom::u64().unwrap_or_else(|_| wall_millis().to_bits())
}
