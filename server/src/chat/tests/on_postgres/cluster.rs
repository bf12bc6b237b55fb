//! Two servers with one database: a person does not see which of them the others are at.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::support::{Client, House, seqs};
use super::ask;
use crate::adapter::{
    Adapter, AdapterError, AdapterFuture, InProcess, Message, Node, Request, Response, Status,
};
use crate::chat::postgres::Postgres;
use crate::{Config, Server};

/// Servers of one cluster, whose words to each other may be lost.
struct Two {
    url: String,
    one: House,
    other: House,
}

impl Two {
    async fn new() -> Self {
        Self::losing(|_| false).await
    }

    /// Loses each word whose number among all is chosen.
    async fn losing(is_lost: fn(u64) -> bool) -> Self {
        Self::with(Postgres::shared().database(), is_lost).await
    }

    async fn with(url: String, is_lost: fn(u64) -> bool) -> Self {
        let cluster = InProcess::default();
        let house = async |name: &str| {
            let adapter = Lossy { inner: Box::new(cluster.adapter(name)), is_lost, count: Arc::default() };
            House::of(Server::with_adapter(Config::default(), adapter), &url).await
        };
        let (one, other) = (house("one").await, house("other").await);
        Self { url, one, other }
    }
}

#[derive(Debug)]
struct Lossy {
    inner: Box<dyn Adapter>,
    is_lost: fn(u64) -> bool,
    count: Arc<AtomicU64>,
}

impl Adapter for Lossy {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn join(&self, node: Node) {
        self.inner.join(node);
    }

    fn leave(&self, namespace: &str) {
        self.inner.leave(namespace);
    }

    fn publish(&self, namespace: &str, message: Message) {
        if !(self.is_lost)(self.count.fetch_add(1, Ordering::Relaxed)) {
            self.inner.publish(namespace, message);
        }
    }

    fn respond(&self, namespace: &str, request: &Request, response: Response) {
        self.inner.respond(namespace, request, response);
    }

    fn server_count<'a>(&'a self, namespace: &'a str) -> AdapterFuture<'a, Result<usize, AdapterError>> {
        self.inner.server_count(namespace)
    }

    fn status(&self) -> Status {
        self.inner.status()
    }
}

#[tokio::test]
async fn message_reaches_the_other_server_once_with_its_place() {
    let two = Two::new().await;
    let (mut ada, mut bob) = (two.one.newcomer().await, two.other.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    ada.says("lobby", "a-1", "hi").await;
    let message = bob.hears(r#"42["message""#).await;
    assert!(message.contains(r#""seq":1"#) && message.contains(r#""author":"Ada""#), "{message}");
    bob.says("lobby", "b-1", "ho").await;
    let message = ada.hears(r#"42["message""#).await;
    assert!(message.contains(r#""seq":2"#) && message.contains(r#""id":"b-1""#), "{message}");
    ada.sends(r#"421["revise",{"room":"lobby","id":"a-1","text":"hello"}]"#).await;
    let revised = bob.hears(r#"42["revised""#).await;
    assert!(revised.contains(r#""revision":1,"text":"hello""#), "{revised}");
    // Had anything been told twice, it would have come before this.
    ada.says("lobby", "a-2", "bye").await;
    assert!(bob.hears(r#"42["message""#).await.contains(r#""seq":3"#));
    let twice = bob.passed.iter().filter(|frame| frame.contains("message\"") || frame.contains("revised"));
    assert_eq!(twice.count(), 0, "{:?}", bob.passed);
}

#[tokio::test]
async fn everybody_on_both_servers_hears_everything_once_and_in_order() {
    hear_everything(&Two::new().await).await;
}

#[tokio::test]
async fn everybody_hears_everything_once_and_in_order_though_every_second_word_is_lost() {
    hear_everything(&Two::losing(|number| number % 2 == 1).await).await;
}

#[tokio::test]
async fn everybody_hears_everything_once_and_in_order_though_no_server_hears_the_other() {
    hear_everything(&Two::losing(|_| true).await).await;
}

/// Speakers on both servers speak at once; listeners join meanwhile, and read on from their history.
async fn hear_everything(two: &Two) {
    const EACH: u64 = 20;
    const SAID: u64 = 4 * EACH;
    let mut speakers = Vec::new();
    for house in [&two.one, &two.other, &two.one, &two.other] {
        speakers.push(house.newcomer().await);
    }
    for speaker in &mut speakers {
        speaker.joins("lobby", "Speaker").await;
    }
    let speaking = speakers.into_iter().enumerate().map(|(at, mut speaker)| async move {
        for number in 0..EACH {
            speaker.says("lobby", &format!("s{at}-{number}"), "blah").await;
        }
        speaker
    });
    let listening = [&two.one, &two.other, &two.one, &two.other, &two.other].map(async |house: &House| {
        let mut listener = house.newcomer().await;
        let mut heard = seqs(&listener.joins("lobby", "Listener").await);
        while heard.last() != Some(&SAID) {
            heard.extend(seqs(&listener.hears(r#"42["message""#).await));
        }
        heard
    });
    let (_speakers, heard) = futures_util::future::join(
        futures_util::future::join_all(speaking),
        futures_util::future::join_all(listening),
    )
    .await;
    for heard in heard {
        assert_eq!(heard, (1..=SAID).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn database_that_is_killed_and_comes_back_keeps_both_servers_in_order() {
    let mut postgres = Postgres::start();
    let two = Two::with(postgres.database(), |number| number % 3 == 0).await;
    let (mut ada, mut bob) = (two.one.newcomer().await, two.other.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    for round in 0..3 {
        ada.sends_until_stored("lobby", &format!("a-{round}")).await;
        postgres.crashes();
        postgres.goes_on();
        bob.sends_until_stored("lobby", &format!("b-{round}")).await;
    }
    // What one says is answered, and not told to oneself.
    for (client, theirs) in [(&mut ada, [2, 4, 6]), (&mut bob, [1, 3, 5])] {
        let passed = client.passed.iter().filter(|frame| frame.starts_with(r#"42["message""#));
        let mut heard: Vec<u64> = passed.flat_map(|frame| seqs(frame)).collect();
        while heard.len() < 3 {
            heard.extend(seqs(&client.hears(r#"42["message""#).await));
        }
        assert_eq!(heard, theirs);
    }
    assert_eq!(ask(&two.url, "SELECT count(*), max(seq) FROM messages"), "6|6");
}

#[tokio::test]
async fn server_that_has_missed_more_than_is_kept_tells_the_last_message_so_that_the_hole_is_seen() {
    let two = Two::new().await;
    let mut ada = two.one.newcomer().await;
    ada.joins("lobby", "Ada").await;
    ada.says("lobby", "a-1", "hi").await;
    ask(
        &two.url,
        "BEGIN; UPDATE rooms SET last_seq = 3 WHERE name = 'lobby';
        INSERT INTO messages (room, seq, id, user_id, author, text, time)
        VALUES ('lobby', 2, 'x-2', 'x', 'X', 'two', 0), ('lobby', 3, 'x-3', 'x', 'X', 'three', 0);
        INSERT INTO news VALUES (100, 0, 'lobby', 'x-2'), (101, 0, 'lobby', 'x-3'); COMMIT",
    );
    assert_eq!(seqs(&ada.hears(r#"42["message""#).await), [3]);
    ada.sends(r#"421["history",{"room":"lobby","before":3,"limit":1}]"#).await;
    assert_eq!(seqs(&ada.hears("431").await), [2], "and can be asked for");
    let mut bob = two.other.newcomer().await;
    bob.joins("lobby", "Bob").await;
    bob.says("lobby", "b-1", "and on").await;
    assert_eq!(seqs(&ada.hears(r#"42["message""#).await), [4]);
}

#[tokio::test]
async fn id_that_is_sent_to_both_servers_is_stored_and_told_once() {
    let two = Two::new().await;
    let (mut ada, mut bob) = (two.one.newcomer().await, two.other.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    ada.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    let first = ada.hears("431").await;
    let mut again = two.other.comes_back(&ada).await;
    again.joins("lobby", "Ada").await;
    again.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    assert_eq!(again.hears("431").await, first);
    again.says("lobby", "a-2", "ho").await;
    assert_eq!(seqs(&bob.hears(r#"42["message""#).await), [1]);
    assert_eq!(seqs(&bob.hears(r#"42["message""#).await), [2]);
    assert_eq!(ask(&two.url, "SELECT count(*) FROM messages"), "2");
}

#[tokio::test]
async fn private_message_reaches_both_users_on_both_servers_and_nobody_else() {
    let two = Two::new().await;
    let (mut ada, mut bob) = (two.one.newcomer().await, two.other.newcomer().await);
    let (mut adas_phone, mut bobs_phone) = (two.other.comes_back(&ada).await, two.one.comes_back(&bob).await);
    let mut eve = two.other.newcomer().await;
    eve.joins("lobby", "Eve").await;
    let (first, last) = if ada.id < bob.id { (&ada.id, &bob.id) } else { (&bob.id, &ada.id) };
    let room = format!("@{first}+{last}");
    ada.joins(&room, "Ada").await;
    ada.joins("lobby", "Ada").await;
    ada.says(&room, "m1", "psst").await;
    // None of them has joined the room.
    for client in [&mut bob, &mut adas_phone, &mut bobs_phone] {
        assert!(client.hears(r#"42["message""#).await.contains(r#""text":"psst""#));
    }
    ada.says("lobby", "m2", "hello everybody").await;
    assert!(eve.hears(r#"42["message""#).await.contains("hello everybody"));
    assert!(!eve.passed.iter().any(|frame| frame.contains(&room)), "{:?}", eve.passed);
}

#[tokio::test]
async fn members_and_counts_are_of_both_servers() {
    let two = Two::new().await;
    let (mut ada, mut bob) = (two.one.newcomer().await, two.other.newcomer().await);
    ada.joins("attic", "Ada").await;
    bob.joins("attic", "Bob").await;
    let presence = ada.hears(r#"42["presence""#).await;
    assert!(presence.contains(r#""nickname":"Bob"},"change":"joined"}]"#), "{presence}");
    let mut eve = two.one.newcomer().await;
    let joined = eve.joins("attic", "Eve").await;
    for member in [&ada.id, &bob.id, &eve.id] {
        assert_eq!(joined.matches(&format!(r#"{{"id":"{member}","nickname""#)).count(), 1, "{joined}");
    }
    while !bob.hears(r#"42["rooms""#).await.contains(r#"{"name":"attic","members":3}"#) {}
    bob.sends(r#"42["typing",{"room":"attic"}]"#).await;
    ada.hears(r#"42["typing""#).await;
    drop(bob);
    let left = ada.hears_like(r#"42["presence""#, r#""change":"left""#).await;
    assert!(left.contains(r#""nickname":"Bob""#), "{left}");
}

#[tokio::test]
async fn people_of_a_server_that_ends_have_left_the_others() {
    let two = Two::new().await;
    let (mut ada, mut bob) = (two.one.newcomer().await, two.other.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    two.other.chat.part().await;
    let left = ada.hears_like(r#"42["presence""#, r#""change":"left""#).await;
    assert!(left.contains(r#""nickname":"Bob""#), "{left}");
}

#[tokio::test]
async fn room_of_another_server_is_in_the_list_though_its_words_are_lost() {
    let two = Two::losing(|_| true).await;
    let (mut ada, mut bob) = (two.one.newcomer().await, two.other.newcomer().await);
    ada.joins("attic", "Ada").await;
    while !bob.hears(r#"42["rooms""#).await.contains(r#"{"name":"attic","members":0}"#) {}
}

impl Client {
    /// The next frame that begins like this and has that in it; others pass by.
    async fn hears_like(&mut self, start: &str, part: &str) -> String {
        loop {
            let frame = self.hears(start).await;
            if frame.contains(part) {
                return frame;
            }
        }
    }
}
