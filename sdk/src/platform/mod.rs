//! The world as the driver needs it: a clock, a timer, chance, hints about the network, and what carries bytes.
//!
//! There are two of them, which offer the same names: `browser`, and for programs `native`.

#[cfg(not(all(feature = "native", not(target_arch = "wasm32"))))]
mod browser;
mod clock;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod native;
mod real;

#[cfg(not(all(feature = "native", not(target_arch = "wasm32"))))]
use self::browser as here;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
use self::native as here;

pub(crate) use self::here::{Network, Requests, WebSocket, page, random, spawn, warn};
use self::real::Real;
use crate::connection::{Report, World};
use crate::endpoint::Endpoint;

/// The real world, for one connection.
pub(crate) fn world(endpoint: Endpoint, report: Report) -> World {
    Box::new(Real::new(endpoint, report))
}
