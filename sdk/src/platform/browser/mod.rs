//! The browser: its timers, its WebSocket and `fetch`, and what it knows of the page and the network.

mod globals;
mod hints;
mod request;
mod timer;
mod websocket;

pub(crate) use self::globals::{page, random, steady_millis, wall_millis, warn};
pub(crate) use self::hints::Hints;
pub(crate) use self::request::{Network, Requests};
pub(crate) use self::timer::Timer;
pub(crate) use self::websocket::WebSocket;

/// Has it run by the browser, at the earliest from a microtask.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}
