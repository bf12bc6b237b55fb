//! A program: where the server is, how a test is run, and how long it waits.

use std::env;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio::time::timeout;

/// How long a test waits for anything. Only a test that fails gets that far.
const DEADLINE: Duration = Duration::from_secs(8);

/// The server that the test command started.
pub(crate) fn server() -> String {
    env::var("PARLOR_TEST_SERVER").unwrap_or_else(|_| {
        panic!("set PARLOR_TEST_SERVER to the address of a running test server, as `cargo xtask test` does")
    })
}

/// Runs a scenario on this thread.
pub(crate) fn run(scenario: impl Future<Output = ()>) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, scenario);
}

/// Waits for it, but not for ever.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("waited too long for {what}"))
}
