//! Clients that mean harm, or are broken. The server runs in a process of its own, so that its memory can be measured:
//! it stays bounded, a well-behaved client is served all the while, and the figures are printed (`--nocapture`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod bomb;
mod child;
mod client;
mod flood;
mod garbage;
mod half_done;
mod half_open;
mod never_reads;
mod silence;

use std::time::Duration;

use tokio::time;

/// How long anything may take before a test fails. It is never waited for when all is well.
const DEADLINE: Duration = Duration::from_secs(60);

/// Waits for what must come.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let came = time::timeout(DEADLINE, future).await;
    came.unwrap_or_else(|_| panic!("{what} did not come in {DEADLINE:?}"))
}
