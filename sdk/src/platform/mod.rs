//! The browser as the driver's world: a clock, a timer, chance, the network's hints, and the transports.

mod browser;
mod clock;
mod globals;
mod network;
mod timer;

pub(crate) use self::browser::Browser;
pub(crate) use self::globals::{cache_buster, page, random, warn};
use crate::connection::{Report, World};
use crate::endpoint::Endpoint;

/// The browser, for one connection.
pub(crate) fn world(endpoint: Endpoint, report: Report) -> World {
    Box::new(Browser::new(endpoint, report))
}
