//! The chat on a database that is another program: it may be slow, or away, or its answers may be lost.

use std::error::Error;
use std::time::Duration;

use tokio::time::timeout;
use wire::Wire;

use super::support::{Client, House, seqs};
use crate::chat::postgres::{GUARDED, Postgres, ask};
use crate::chat::{Database, install};
use crate::{Config, Server};

mod cluster;
mod wire;

const NOT_STORED: &str =
    r#"431[{"refused":{"reason":"not-stored","message":"the server could not store this: try again"}}]"#;

#[tokio::test]
async fn conversation_is_there_again_after_a_restart() {
    let url = Postgres::shared().database();
    let (ada, before) = {
        let house = House::with(&url).await;
        let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
        ada.joins("attic", "Ada").await;
        bob.joins("attic", "Bob").await;
        ada.sends(r#"421["send",{"room":"attic","id":"a-1","text":"hi"}]"#).await;
        assert!(bob.hears(r#"42["message""#).await.contains(r#""seq":1"#));
        let stored = ada.hears("431").await;
        (ada, stored)
    };
    let house = House::with(&url).await;
    let mut again = house.comes_back(&ada).await;
    let joined = again.joins("attic", "Ada").await;
    assert!(joined.contains(r#""id":"a-1""#), "{joined}");
    again.sends(r#"421["send",{"room":"attic","id":"a-1","text":"hi"}]"#).await;
    assert_eq!(again.hears("431").await, before);
}

#[tokio::test]
async fn ack_and_broadcast_wait_for_the_turn_of_another_server() {
    let url = Postgres::shared().database();
    let house = House::with(&url).await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    let (other, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    other.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(7236827)").await.unwrap();
    ada.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    // What is not stored overtakes it, in both directions.
    ada.sends(r#"42["typing",{"room":"lobby"}]"#).await;
    bob.hears(r#"42["typing""#).await;
    bob.sends(r#"42["typing",{"room":"lobby"}]"#).await;
    ada.hears(r#"42["typing""#).await;
    let early = |client: &Client| client.passed.iter().filter(|frame| frame.contains("a-1")).count();
    assert_eq!((early(&ada), early(&bob)), (0, 0));
    other.batch_execute("COMMIT").await.unwrap();
    assert!(ada.hears("431").await.contains(r#""seq":1"#));
    assert!(bob.hears(r#"42["message""#).await.contains(r#""seq":1"#));
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused_and_its_number_is_not_used_up() {
    let url = Postgres::shared().database();
    let house = House::with(&url).await;
    let mut ada = house.newcomer().await;
    ada.joins("lobby", "Ada").await;
    ask(&url, "ALTER TABLE messages RENAME TO gone");
    ada.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    assert_eq!(ada.hears("431").await, NOT_STORED);
    assert!(house.chat.is_reachable(), "it answers");
    ask(&url, "ALTER TABLE gone RENAME TO messages");
    ada.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    assert!(ada.hears("431").await.contains(r#""seq":1"#));
}

#[tokio::test]
async fn database_that_is_killed_and_comes_back_has_all_that_was_acknowledged_once() {
    let mut postgres = Postgres::start();
    let url = postgres.database();
    let house = House::with(&url).await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    for round in 1..=3 {
        ada.says("lobby", &format!("before-{round}"), "hi").await;
        postgres.crashes();
        ada.sends(&format!(r#"421["send",{{"room":"lobby","id":"during-{round}","text":"hi"}}]"#)).await;
        assert_eq!(ada.hears("431").await, NOT_STORED);
        // The refusal comes first: then the chat says what it has found out.
        ada.sends(r#"421["rooms",{}]"#).await;
        ada.hears("431").await;
        assert!(!house.chat.is_reachable());
        assert!(house.chat.is_running());
        postgres.goes_on();
        ada.sends_until_stored("lobby", &format!("during-{round}")).await;
        assert!(house.chat.is_reachable());
    }
    let mut heard = Vec::new();
    while heard.len() < 6 {
        heard.extend(seqs(&bob.hears(r#"42["message""#).await));
    }
    assert_eq!(heard, [1, 2, 3, 4, 5, 6]);
    let stored = ask(&url, "SELECT seq, id FROM messages ORDER BY seq");
    assert_eq!(stored, "1|before-1\n2|during-1\n3|before-2\n4|during-2\n5|before-3\n6|during-3");
}

// Opening the database waits for it, and the wire to it is ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn message_whose_commit_was_not_heard_of_is_refused_then_stored_once() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let wire = Wire::to(postgres).await;
    let house = House::with(&wire.url(&url)).await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    ada.says("lobby", "a-1", "one").await;
    wire.swallow_the_next_commit();
    ada.sends(r#"421["send",{"room":"lobby","id":"a-2","text":"two"}]"#).await;
    assert_eq!(ada.hears("431").await, NOT_STORED);
    assert_eq!(ask(&url, "SELECT seq, id FROM messages ORDER BY seq"), "1|a-1\n2|a-2", "it was stored");
    let stored = ada.sends_until_stored("lobby", "a-2").await;
    assert!(stored.contains(r#""seq":2"#), "{stored}");
    ada.says("lobby", "a-3", "three").await;
    assert_eq!(ask(&url, "SELECT seq, id FROM messages ORDER BY seq"), "1|a-1\n2|a-2\n3|a-3");
    let mut heard = Vec::new();
    while heard.last() != Some(&3) {
        heard.extend(seqs(&bob.hears(r#"42["message""#).await));
    }
    assert_eq!(heard, [1, 2, 3], "nobody but the sender was told of the outage");
}

#[tokio::test]
async fn what_is_stored_behind_an_end_that_was_lost_is_told() {
    let url = Postgres::shared().database();
    let house = House::with(&url).await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    ada.says("lobby", "a-0", "hi").await;
    bob.hears(r#"42["message""#).await;
    ask(&url, "INSERT INTO news VALUES (1000, 0, 'lobby', 'a-0')");
    bob.hears(r#"42["message""#).await;
    ask(&url, "DELETE FROM news WHERE number = 1000");
    // Sooner or later the server looks, long before the numbers are there again.
    for number in 1..300 {
        ada.says("lobby", &format!("a-{number}"), "hi").await;
        let told = timeout(Duration::from_millis(100), bob.hears(r#"42["message""#)).await;
        if told.is_ok() {
            return;
        }
    }
    panic!("nobody is told anything");
}

#[tokio::test]
async fn commit_is_flushed_whatever_the_role_is_used_to() {
    let url = Postgres::shared().database();
    let name = ask(&url, "SELECT current_database()");
    ask(&url, &format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    ask(&url, "CREATE TABLE seen_setting (value TEXT)");
    let house = House::with(&url).await;
    ask(
        &url,
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         INSERT INTO seen_setting VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$; \
         CREATE TRIGGER note AFTER INSERT ON messages FOR EACH ROW EXECUTE FUNCTION note()",
    );
    let mut ada = house.newcomer().await;
    ada.joins("lobby", "Ada").await;
    ada.says("lobby", "a-1", "one").await;
    assert_eq!(ask(&url, "SELECT value FROM seen_setting"), "on");
}

#[tokio::test]
async fn database_of_another_encoding_is_refused() {
    let url = Postgres::shared().database();
    ask(&url, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    let name = ask(&url, "SELECT current_database()");
    let latin: Database = url.replace(&name, "latin").parse().unwrap();
    let error = install(&Server::new(Config::default()), &latin).unwrap_err();
    let sentence = format!("the database {latin} has the encoding LATIN1: make one that has UTF8");
    assert_eq!(error.to_string(), sentence);
}

#[tokio::test]
async fn password_is_in_no_error() {
    let url = Postgres::shared().database();
    ask(&url, &format!("CREATE ROLE {GUARDED} LOGIN PASSWORD 'open sesame'"));
    let host = url.split_once('?').unwrap().1;
    let urls = [
        format!("postgres://{GUARDED}:not-this-one@/postgres?{host}"),
        "postgres://me:not-this-one@127.0.0.1:1/chat".to_owned(),
        "postgres://me:not-this-one@no.such.host.invalid/chat".to_owned(),
    ];
    for url in urls {
        let database: Database = url.parse().unwrap();
        let error = install(&Server::new(Config::default()), &database).unwrap_err();
        let mut said = format!("{error} {error:?}");
        let mut cause: Option<&dyn Error> = Some(&error);
        while let Some(error) = cause {
            said += &format!(": {error} {error:?}");
            cause = error.source();
        }
        assert!(!said.contains("not-this-one"), "{said}");
    }
}

impl Client {
    /// As an outbox does: the same message until it is stored. Answers with where.
    async fn sends_until_stored(&mut self, room: &str, id: &str) -> String {
        loop {
            self.sends(&format!(r#"4292["send",{{"room":"{room}","id":"{id}","text":"hi"}}]"#)).await;
            let answer = self.hears("4392").await;
            if answer.starts_with(r#"4392[{"ok":"#) {
                return answer;
            }
            assert!(answer.contains("not-stored"), "{answer}");
        }
    }
}
