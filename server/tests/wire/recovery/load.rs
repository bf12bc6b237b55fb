//! Coming back under load: cut anywhere, nothing is lost, nothing doubled, and all of it in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use futures_util::future::join_all;
use parlor_server::{Config, ConnectionStateRecovery, Server};

use super::House;
use super::client::Client;
use crate::parlor::{Parlor, echo};

#[tokio::test]
async fn a_replay_larger_than_the_queue_does_not_cut_the_client_off() {
    const QUEUE_BYTES: usize = 64 * 1024;
    let config = Config {
        max_queue_bytes: QUEUE_BYTES,
        connection_state_recovery: Some(ConnectionStateRecovery::default()),
        ..Config::default()
    };
    let mut house = House::with(config).await;
    let mut client = Client::join(&house.parlor).await;
    house.came().await;
    client.abandon().await;
    house.left().await;
    let long = "x".repeat(QUEUE_BYTES / 2);
    for number in 0..400 {
        house.parlor.io.emit("missed", &(number, &long)).unwrap();
    }
    let (mut client, recovered) = client.back(&house.parlor).await;
    assert!(recovered);
    let socket = house.came().await;
    // It has not read a byte of it, and far more waits than the kernel's buffers hold.
    socket.emit("behind it", &()).unwrap();
    for number in 0..400 {
        assert!(client.event().await.starts_with(&format!(r#"42["missed",{number},"xxx"#)));
        assert!(house.parlor.io.metrics().value("parlor_queue_bytes", "").unwrap() < QUEUE_BYTES as u64);
    }
    assert_eq!(client.event().await, r#"42["behind it"]"#);
}

#[tokio::test]
async fn a_client_that_was_cut_off_because_it_was_slow_gets_the_rest() {
    let config = Config {
        max_queue_bytes: 64 * 1024,
        connection_state_recovery: Some(ConnectionStateRecovery {
            max_buffer_bytes: 512 * 1024 * 1024,
            ..ConnectionStateRecovery::default()
        }),
        ..Config::default()
    };
    let mut house = House::with(config).await;
    let mut client = Client::join(&house.parlor).await;
    let socket = house.came().await;
    let long = "x".repeat(32 * 1024);
    let mut emitted = 0;
    while socket.emit("news", &(emitted, &long)).is_ok() {
        emitted += 1;
        assert!(emitted < 16 * 1024, "nothing stops it");
        tokio::task::yield_now().await;
    }
    house.left().await;
    // What it has in its own buffers it reads; then it knows that it was cut off.
    let mut received = 0;
    let mut came_back = 0;
    while received < emitted {
        let expected = format!(r#"42["news",{received},"#);
        match client.next().await {
            Some(event) => {
                assert!(event.starts_with(&expected), "{expected} and not {}", &event[..40]);
                received += 1;
            }
            None => {
                let (back, recovered) = client.back(&house.parlor).await;
                assert!(recovered);
                client = back;
                came_back += 1;
            }
        }
    }
    assert!(came_back > 0);
    assert_eq!(received, emitted);
}

const CLIENTS: usize = 4;
/// How many numbered events each of the streams has.
const EVENTS: u32 = 1500;
/// How far the streams run ahead of the slowest client: enough that there is always something on its way.
const AHEAD: u32 = 100;

/// Four clients get three streams of numbered events, emitted by three threads: to all, to a room, to each alone. They
/// are cut again and again, and the server may or may not know it when they come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_or_overtaken_wherever_connections_are_cut() {
    let config =
        Config { connection_state_recovery: Some(ConnectionStateRecovery::default()), ..Config::default() };
    let parlor = Arc::new(
        Parlor::with(config, |socket| {
            echo(socket);
            if !socket.recovered() {
                socket.join("room");
            }
        })
        .await,
    );
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(Client::join(&parlor).await);
    }
    let ids: Vec<_> = clients.iter().map(|client| client.sid.clone()).collect();
    let received: Arc<Vec<_>> = Arc::new((0..CLIENTS).map(|_| AtomicU32::new(0)).collect());
    let streams: Vec<_> = (0..3)
        .map(|stream| {
            let (io, ids, received) = (parlor.io.clone(), ids.clone(), received.clone());
            thread::spawn(move || talk(&io, stream, &ids, &received))
        })
        .collect();
    let clients = clients.into_iter().enumerate().map(|(at, client)| {
        let (parlor, received) = (parlor.clone(), received.clone());
        async move { listen(&parlor, client, Random(at as u64), &received[at]).await }
    });
    let cuts: u32 = join_all(clients).await.into_iter().sum();
    streams.into_iter().for_each(|stream| stream.join().unwrap());
    assert!(cuts > 200, "only {cuts} cuts");
    assert_eq!(parlor.io.metrics().value("parlor_recoveries_total", "success"), Some(u64::from(cuts)));
}

/// Emits one stream, and volatile events among it that may be lost.
fn talk(io: &Server, stream: u32, ids: &[String], received: &[AtomicU32]) {
    for number in 0..EVENTS {
        while received.iter().any(|received| received.load(Ordering::Relaxed) + AHEAD < number) {
            thread::yield_now();
        }
        match stream {
            0 => io.emit("n", &(stream, number)).unwrap(),
            1 => io.to(["room", "nowhere"]).except("elsewhere").emit("n", &(stream, number)).unwrap(),
            _ => ids.iter().for_each(|id| io.to(id).emit("n", &(stream, number)).unwrap()),
        }
        io.to("elsewhere").emit("not for it", &()).unwrap();
        io.volatile().emit("perhaps", &"text").unwrap();
    }
}

/// Listens until all streams are through, and is cut off again and again. Gives how often.
async fn listen(parlor: &Parlor, mut client: Client, mut random: Random, received: &AtomicU32) -> u32 {
    let mut next = [0; 3];
    let mut cuts = 0;
    let mut half_dead = Vec::new();
    while next != [EVENTS; 3] {
        for _ in 0..random.below(100) {
            let event = client.event().await;
            let Some(numbers) = event.strip_prefix(r#"42["n","#) else {
                assert_eq!(event, r#"42["perhaps","text"]"#);
                continue;
            };
            let (stream, number) = numbers.strip_suffix(']').unwrap().split_once(',').unwrap();
            let expected = &mut next[stream.parse::<usize>().unwrap()];
            assert_eq!(number, expected.to_string(), "stream {stream} after {cuts} cuts");
            *expected += 1;
            received.store(*next.iter().min().unwrap(), Ordering::Relaxed);
            if next == [EVENTS; 3] {
                break;
            }
        }
        if random.below(2) == 0 {
            client.abandon().await;
        }
        let (back, recovered) = client.back(parlor).await;
        assert!(recovered, "after {cuts} cuts");
        half_dead.push(std::mem::replace(&mut client, back));
        cuts += 1;
    }
    cuts
}

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap() % bound
    }
}
