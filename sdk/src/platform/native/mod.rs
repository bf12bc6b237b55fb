//! A program: tokio's timers and tasks, tokio-tungstenite's WebSocket and reqwest's requests.
//!
//! Everything runs on the thread that made the client, in its [`tokio::task::LocalSet`].

mod globals;
mod hints;
mod network;
mod request;
mod timer;
mod websocket;

pub(crate) use self::globals::{page, random, steady_millis, wall_millis, warn};
pub(crate) use self::hints::Hints;
pub(crate) use self::network::Network;
pub(crate) use self::request::Requests;
pub(crate) use self::timer::Timer;
pub(crate) use self::websocket::WebSocket;

/// Has it run by the `LocalSet`, not at once.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    tokio::task::spawn_local(future);
}
