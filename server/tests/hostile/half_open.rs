//! Clients whose network has gone: they joined, and then neither read, nor answer pings, nor close.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::child::Process;
use crate::client::Client;
use crate::soon;

const CLIENTS: usize = 500;

/// How often clients are pinged, and how long the answer may take.
const PING: Duration = Duration::from_secs(3);

/// What one of them may cost, in KiB. Measured: see what the test prints.
const MAX_KIB_EACH: u64 = 60;

#[tokio::test]
async fn clients_that_only_hold_their_connection_are_gone_when_they_miss_a_ping() {
    let server = Process::pinging(Duration::from_secs(60), PING);
    let before = server.memory_kib();
    let mut silent = Vec::with_capacity(CLIENTS);
    while silent.len() < CLIENTS {
        silent.extend(join_all((0..50).map(|_| Client::joined(server.address))).await);
    }
    let mut bystander = Client::joined(server.address).await;
    let start = Instant::now();
    let took = bystander.round_trip().await;
    soon("the end of them all", async { while bystander.ask(r#"["count"]"#).await != "[1]" {} }).await;
    let kib_each = server.most_memory_kib().saturating_sub(before) / CLIENTS as u64;
    println!(
        "{CLIENTS} clients that joined and fell silent: {kib_each} KiB each, all gone {:?} after the last came; a round \
         trip beside them takes {took:?}",
        start.elapsed()
    );
    assert!(kib_each <= MAX_KIB_EACH, "{kib_each} KiB each");
    // Each was pinged once, and then cut off.
    for mut client in silent {
        assert_eq!(client.text().await, "2");
        client.closed().await;
    }
    bystander.round_trip().await;
}
