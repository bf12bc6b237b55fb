//! The chat's promise: what was acknowledged is stored, once, whatever happens to the server.
//!
//! Clients burst messages, and the server is killed at a random moment and started again on the same database, twenty
//! times. What is not acknowledged is sent again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../support/command.rs"]
mod command;

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use chance::Chance;
use client::{Client, Place};
use process::{Database, Process};

mod chance;
mod client;
mod process;

const ROUNDS: usize = 20;
const CLIENTS: usize = 4;
/// Messages of one client in one round. All of them together are fewer than the room keeps.
const BURST: usize = 100;
/// Milliseconds: shorter than a burst takes on a quick disk.
const LATEST_KILL: u64 = 60;

#[tokio::test]
async fn acknowledged_message_is_in_the_history_exactly_once_after_twenty_kills() {
    let mut chance = Chance::new();
    let database = Database::new();
    let mut clients: Vec<Client> = (0..CLIENTS).map(Client::new).collect();
    let mut killed_busy = 0;
    for _ in 0..ROUNDS {
        let mut server = Process::start(&database);
        let moment = Duration::from_millis(chance.below(LATEST_KILL));
        burst_until(moment, &mut server, &mut clients).await;
        killed_busy += usize::from(clients.iter().any(Client::is_waiting));
    }
    let early = clients.iter().flat_map(Client::acknowledged).count();

    let server = Process::start(&database);
    for client in &mut clients {
        client.sends_the_rest(server.address()).await;
    }
    let history = Client::new(CLIENTS).reads_everything(server.address()).await;
    let seqs: Vec<u64> = history.iter().map(|(_, place)| place.seq).collect();
    assert_eq!(seqs, (1..=history.len() as u64).collect::<Vec<_>>(), "numbered without a hole");
    let stored: BTreeMap<&str, Place> = history.iter().map(|(id, place)| (&**id, *place)).collect();
    assert_eq!(stored.len(), history.len(), "each id is there once");
    let acknowledged: BTreeMap<&str, Place> = clients.iter().flat_map(Client::acknowledged).collect();
    assert_eq!(stored, acknowledged, "what is there is what was acknowledged, in its place");
    println!(
        "{} messages, {early} acknowledged between kills, {killed_busy} of {ROUNDS} kills while some were on their way",
        history.len()
    );
    assert!(killed_busy > ROUNDS / 2 && early > ROUNDS * CLIENTS, "the kills hit something");
}

/// All write a burst, and send until the server is killed.
async fn burst_until(moment: Duration, server: &mut Process, clients: &mut [Client]) {
    let address = server.address();
    let bursts = clients.iter_mut().map(|client| client.bursts(address.clone(), BURST));
    let mut bursts = pin!(futures_util::future::join_all(bursts));
    let ended = tokio::time::timeout(moment, &mut bursts).await;
    assert!(ended.is_err(), "a connection ended by itself");
    server.kill();
    bursts.await;
}
