//! The chat on the wire: raw packets over WebSockets, as pages send and get them.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use support::{Client, House};

use crate::adapter::InProcess;
use crate::{Config, Server};

mod files;
mod identities;
#[cfg(feature = "postgres-tests")]
mod on_postgres;
mod privately;
mod recovered;
mod revisions;
mod rooms;
mod storing;
mod support;

#[tokio::test]
async fn conversation_on_the_wire() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);

    ada.sends(r#"420["join",{"room":"lobby","nickname":"Ada"}]"#).await;
    let joined = ada.hears("430").await;
    let start = format!(r#"430[{{"ok":{{"room":"lobby","you":"{0}","members":[{{"id":"{0}""#, ada.id);
    assert!(joined.starts_with(&start), "{joined}");
    assert!(joined.ends_with(r#","messages":[],"more":false},"seen":0,"marks":[]}}]"#), "{joined}");
    bob.joins("lobby", "Bob").await;
    let presence = ada.hears(r#"42["presence""#).await;
    assert!(presence.contains(r#""nickname":"Bob"},"change":"joined"}]"#), "{presence}");

    ada.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    let stored = ada.hears("431").await;
    assert!(stored.contains(r#","seq":1,"time":"#), "{stored}");
    let message = bob.hears(r#"42["message""#).await;
    assert!(message.starts_with(r#"42["message",{"room":"lobby","epoch":"#), "{message}");
    let end = format!(r#","id":"a-1","user":"{}","author":"Ada","text":"hi"}}]"#, ada.id);
    assert!(message.ends_with(&end), "{message}");

    ada.sends(r#"42["typing",{"room":"lobby"}]"#).await;
    let typing = format!(r#"42["typing",{{"room":"lobby","member":"{}"}}]"#, ada.id);
    assert_eq!(bob.hears(r#"42["typing""#).await, typing);
    bob.sends(r#"422["seen",{"room":"lobby","seq":7}]"#).await;
    assert_eq!(bob.hears("432").await, r#"432[{"ok":null}]"#);
    // Nobody has seen what was not said.
    let seen = format!(r#"42["seen",{{"room":"lobby","user":"{}","seq":1}}]"#, bob.id);
    assert_eq!(ada.hears(r#"42["seen""#).await, seen);

    drop(ada);
    let presence = bob.hears(r#"42["presence""#).await;
    assert!(presence.contains(r#""nickname":"Ada"},"change":"left"}]"#), "{presence}");
}

#[tokio::test]
async fn presence_counts_a_user_with_two_tabs_once() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    let mut second_tab = house.comes_back(&bob).await;
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    ada.hears(r#"42["presence""#).await;

    let joined = second_tab.joins("lobby", "Bob").await;
    assert_eq!(joined.matches(r#""nickname":"Bob""#).count(), 1, "{joined}");
    bob.sends(r#"425["leave",{"room":"lobby"}]"#).await;
    bob.hears("435").await;
    // Had anything been told of the second tab's coming or the first one's going, it would have come before this.
    second_tab.says("lobby", "m1", "still here").await;
    ada.hears(r#"42["message""#).await;
    assert_eq!(ada.passed_like("presence"), 0, "{:?}", ada.passed);

    drop(second_tab);
    let presence = ada.hears(r#"42["presence""#).await;
    assert!(presence.ends_with(r#""nickname":"Bob"},"change":"left"}]"#), "{presence}");
}

#[tokio::test]
async fn reaction_reaches_the_others_in_the_room_if_it_is_one() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.sends(r#"42["react",{"room":"lobby","reaction":"🎉"}]"#).await;
    bob.joins("lobby", "Bob").await;
    bob.sends(r#"42["react",{"room":"lobby","reaction":"<img>"}]"#).await;
    bob.sends(r#"42["react",{"room":"lobby","reaction":"🚀"}]"#).await;
    let reaction = format!(r#"42["react",{{"room":"lobby","member":"{}","reaction":"🚀"}}]"#, bob.id);
    assert_eq!(ada.hears(r#"42["react""#).await, reaction, "neither from outside, nor any other picture");
}

#[tokio::test]
async fn pulse_is_answered_to_who_is_in_no_room() {
    let house = House::open().await;
    let mut ada = house.newcomer().await;
    ada.sends(r#"427["pulse",{}]"#).await;
    assert_eq!(ada.hears("437").await, r#"437[{"ok":null}]"#);
}

#[tokio::test]
async fn typing_is_heard_only_of_who_is_in_the_room() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("attic", "Bob").await;
    bob.sends(r#"42["typing",{"room":"lobby"}]"#).await;
    bob.joins("lobby", "Bob").await;
    bob.says("lobby", "m1", "hi").await;
    ada.hears(r#"42["message""#).await;
    assert_eq!(ada.passed_like("typing"), 0, "{:?}", ada.passed);
}

#[tokio::test]
async fn bad_request_is_refused_with_a_reason_and_the_connection_goes_on() {
    const NOT_UNDERSTOOD: &str = r#"{"reason":"bad-request","message":"the server does not understand this request: load the page again"}"#;
    let house = House::open().await;
    let mut client = house.newcomer().await;
    let rows = [
        (r#"["join"]"#, NOT_UNDERSTOOD),
        (r#"["join",7]"#, NOT_UNDERSTOOD),
        (r#"["seen",{"room":"lobby","seq":-1}]"#, NOT_UNDERSTOOD),
        (
            r#"["join",{"room":"a b","nickname":"Ada"}]"#,
            r#"{"reason":"bad-room-name","message":"a room name has letters, digits, `-` and `_` only"}"#,
        ),
        (
            r#"["join",{"room":"@a","nickname":"Ada"}]"#,
            r#"{"reason":"bad-room-name","message":"a private room is named by two users' ids in order"}"#,
        ),
        (
            r#"["join",{"room":"lobby","nickname":" "}]"#,
            r#"{"reason":"bad-nickname","message":"a nickname needs at least one character"}"#,
        ),
        (
            r#"["send",{"room":"lobby","id":"a","text":"hi"}]"#,
            r#"{"reason":"not-in-room","message":"you are not in this room: join it first"}"#,
        ),
        (
            r#"["send",{"room":"lobby","id":"a","text":"\n"}]"#,
            r#"{"reason":"bad-text","message":"a message needs a text"}"#,
        ),
        (
            r#"["history",{"room":"lobby","before":9,"limit":9}]"#,
            r#"{"reason":"not-in-room","message":"you are not in this room: join it first"}"#,
        ),
    ];
    for (event, refusal) in rows {
        client.sends(&format!("427{event}")).await;
        assert_eq!(client.hears("437").await, format!(r#"437[{{"refused":{refusal}}}]"#), "{event}");
    }
    client.sends(r#"428["leave",{"room":"lobby"}]"#).await;
    assert_eq!(client.hears("438").await, r#"438[{"ok":null}]"#);
}

#[tokio::test]
async fn refused_requests_do_not_fill_the_log() {
    let log = Log::default();
    let to = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(move || to.clone())
        .finish();
    // Everything but the clerk runs on this thread, and the clerk does not even see these.
    let _guard = tracing::subscriber::set_default(subscriber);
    let house = House::open().await;
    let mut client = house.newcomer().await;
    tracing::info!("sentinel");
    for _ in 0..10 {
        client.sends(r#"427["join"]"#).await;
        client.hears("437").await;
    }
    let lines = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!((lines.matches("sentinel").count(), lines.matches("refused").count()), (1, 0), "{lines}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn list_of_rooms_is_told_to_everybody_when_it_changes() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    bob.sends(r#"420["rooms",{}]"#).await;
    let empty = r#"{"name":"lobby","members":0},{"name":"rust","members":0},{"name":"music","members":0},{"name":"random","members":0}"#;
    assert_eq!(bob.hears("430").await, format!(r#"430[{{"ok":{{"rooms":[{empty}]}}}}]"#));
    ada.sends(r#"420["join",{"room":"attic","nickname":"Ada"}]"#).await;
    let told = format!(r#"42["rooms",{{"rooms":[{empty},{{"name":"attic","members":1}}]}}]"#);
    assert_eq!(bob.hears(r#"42["rooms""#).await, told);
    assert_eq!(ada.hears(r#"42["rooms""#).await, told);
}

#[tokio::test]
async fn room_that_was_left_is_heard_of_no_more() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    for client in [&mut ada, &mut bob] {
        client.joins("lobby", "Somebody").await;
        client.joins("attic", "Somebody").await;
    }
    bob.sends(r#"425["leave",{"room":"lobby"}]"#).await;
    bob.hears("435").await;
    ada.says("lobby", "m1", "are you still here?").await;
    ada.says("attic", "m2", "or here?").await;
    let message = bob.hears(r#"42["message""#).await;
    assert!(message.contains(r#""text":"or here?""#), "{message}");
}

#[tokio::test]
async fn servers_of_a_cluster_that_share_no_database_have_each_a_chat_of_their_own() {
    let cluster = InProcess::default();
    let house = async |name: &str| {
        let io = Server::with_adapter(Config::default(), cluster.adapter(name));
        House::of(io, "sqlite::memory:").await
    };
    let (one, other) = (house("one").await, house("other").await);
    let (mut ada, mut ann, mut bob) = (one.newcomer().await, one.newcomer().await, other.newcomer().await);
    for client in [&mut ada, &mut ann, &mut bob] {
        client.joins("lobby", "Somebody").await;
    }
    ada.says("lobby", "m1", "hi").await;
    ada.sends(r#"42["typing",{"room":"lobby"}]"#).await;
    ada.sends(r#"42["react",{"room":"lobby","reaction":"🎉"}]"#).await;
    ann.sends(r#"422["seen",{"room":"lobby","seq":1}]"#).await;
    ann.hears(r#"42["react""#).await;
    ada.hears(r#"42["seen""#).await;
    one.io.emit("sentinel", &()).unwrap();
    bob.hears(r#"42["sentinel""#).await;
    let crossed = ["typing", "react", "seen"].map(|event| bob.passed_like(event));
    assert_eq!(crossed, [0, 0, 0], "{:?}", bob.passed);
}

impl Client {
    /// How many of the frames that passed by are this event.
    fn passed_like(&self, event: &str) -> usize {
        self.passed.iter().filter(|frame| frame.starts_with(&format!(r#"42["{event}""#))).count()
    }
}
