//! The server over real sockets: what clients send and get, byte for byte.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod acks;
mod admission;
mod bad_input;
mod binary;
mod broadcast_acks;
mod broadcasting;
mod cluster;
mod coding;
mod deflate;
mod draining;
mod dynamic;
mod endings;
mod event_middlewares;
mod handlers;
mod handshake;
mod http;
mod limits;
mod listeners;
mod logs;
mod members;
mod metrics;
mod namespaces;
mod offences;
mod pace;
mod parlor;
mod plugs;
mod raw;
mod recovery;
mod room_events;
mod rooms;
mod slow;
mod typed;
mod upgrade;
mod ws;

use std::time::Duration;

use tokio::time;

/// How long anything may take before a test fails. It is never waited for when all is well.
const DEADLINE: Duration = Duration::from_secs(10);

/// Waits for what must come.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let came = time::timeout(DEADLINE, future).await;
    came.unwrap_or_else(|_| panic!("{what} did not come in {DEADLINE:?}"))
}
