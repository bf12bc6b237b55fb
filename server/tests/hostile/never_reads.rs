//! Clients that never read, among others that do.

use std::time::Duration;

use futures_util::future::join_all;

use crate::child::Process;
use crate::client::Client;
use crate::soon;

const READERS: usize = 100;
const STALLED: usize = 5;

/// One broadcast of so many events is read by everybody before the next begins: some 10 MB for each client, more than
/// its queue (4 MiB) and the kernel's buffers hold.
const ROUNDS: usize = 20;
const EVENTS: usize = 4;
const EVENT_BYTES: usize = 128 * 1024;

/// What is kept for those who do not read is kept once for all of them.
const MAX_GROWTH_KIB: u64 = 64 * 1024;

#[tokio::test]
async fn clients_that_never_read_are_cut_off_and_a_hundred_others_get_every_broadcast() {
    let server = Process::start(Duration::from_secs(60));
    let mut shouter = Client::joined(server.address).await;
    let (mut readers, mut stalled) = (Vec::new(), Vec::new());
    for _ in 0..READERS {
        readers.push(Client::joined(server.address).await);
    }
    for _ in 0..STALLED {
        stalled.push(Client::joined(server.address).await);
    }
    let before = server.memory_kib();
    let mut clients = usize::MAX;
    for _ in 0..ROUNDS {
        let shouted = format!(r#"["shout",{EVENTS},{EVENT_BYTES}]"#);
        let read = readers.iter_mut().map(read_events);
        let (answer, _) = tokio::join!(shouter.ask(&shouted), soon("every event", join_all(read)));
        assert_eq!(answer, "[]");
        clients = shouter.ask(r#"["count"]"#).await.trim_matches(['[', ']']).parse().unwrap();
    }
    let took = shouter.round_trip().await;
    let growth = server.most_memory_kib().saturating_sub(before);
    println!(
        "{STALLED} clients that never read, {READERS} that do, {} events of {EVENT_BYTES} bytes: {clients} clients are left, \
         the server grew by {growth} KiB at most, a round trip takes {took:?}",
        ROUNDS * EVENTS
    );
    assert_eq!(clients, READERS + 1, "those who never read are gone");
    assert!(growth < MAX_GROWTH_KIB, "{growth} KiB");
    drop(stalled);
}

async fn read_events(client: &mut Client) {
    for _ in 0..EVENTS {
        let (first, payload) = client.frame().await.unwrap();
        assert_eq!((first, payload.len()), (0x81, EVENT_BYTES + r#"42["news",""]"#.len()));
    }
}
