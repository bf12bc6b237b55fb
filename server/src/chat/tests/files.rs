//! Files: brought in pieces, attached to their message, read by the room, and bounded.

use parlor_chat::bounds::MAX_PIECE_BYTES;

use super::support::{Client, File, House};

#[tokio::test]
async fn file_that_is_brought_in_pieces_comes_with_its_message_and_is_fetched_as_it_was() {
    let file = File::new();
    {
        let house = House::with(&file.url()).await;
        let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
        ada.joins("lobby", "Ada").await;
        bob.joins("lobby", "Bob").await;
        assert_eq!(ada.brings("f1", "a.png", 5).await, r#"[{"ok":{"bytes":0}}]"#);
        assert_eq!(ada.pieces("f1", 0, b"\0\xff\x01").await, r#"[{"ok":{"bytes":3}}]"#);
        // It is asked again, and sent again, after an interruption.
        assert_eq!(ada.brings("f1", "a.png", 5).await, r#"[{"ok":{"bytes":3}}]"#);
        assert_eq!(ada.pieces("f1", 0, b"\0\xff\x01").await, r#"[{"ok":{"bytes":3}}]"#);
        assert_eq!(ada.pieces("f1", 3, b"ab").await, r#"[{"ok":{"bytes":5}}]"#);
        ada.says("lobby", "f1", "look").await;
        let message = bob.hears(r#"42["message""#).await;
        assert!(message.ends_with(r#""text":"look","file":{"name":"a.png","size":5}}]"#), "{message}");
    }
    let house = House::with(&file.url()).await;
    let mut cleo = house.newcomer().await;
    let joined = cleo.joins("lobby", "Cleo").await;
    assert!(joined.contains(r#""file":{"name":"a.png","size":5}"#), "{joined}");
    assert_eq!(cleo.fetches("lobby", "f1", 0).await, b"\0\xff\x01");
    assert_eq!(cleo.fetches("lobby", "f1", 3).await, b"ab");
}

#[tokio::test]
async fn file_that_is_not_as_it_was_told_is_refused() {
    let house = House::open().await;
    let (mut ada, mut eve) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    eve.joins("lobby", "Eve").await;
    let refused = |reason: &str| format!(r#"[{{"refused":{{"reason":"{reason}""#);
    for (name, size) in [("a.png", 0), ("a.png", 1024 * 1024 + 1), ("../a", 5), ("", 5)] {
        let answer = ada.brings("f1", name, size).await;
        assert!(answer.starts_with(&refused("bad-file")), "{name} {size}: {answer}");
    }
    assert!(ada.pieces("f1", 0, b"ab").await.starts_with(&refused("bad-file")), "nobody told of it");
    ada.brings("f1", "a.png", 5).await;
    assert!(ada.brings("f1", "b.png", 5).await.starts_with(&refused("bad-file")), "it is another one");
    assert!(eve.brings("f1", "a.png", 5).await.starts_with(&refused("bad-file")), "it is somebody else's");
    assert!(eve.pieces("f1", 0, b"ab").await.starts_with(&refused("bad-file")));
    let long = vec![0; MAX_PIECE_BYTES + 1];
    assert!(ada.pieces("f1", 0, &long).await.starts_with(&refused("bad-file")));
    for (at, bytes) in [(1, &b"ab"[..]), (0, b"abcdef"), (0, b"")] {
        assert_eq!(ada.pieces("f1", at, bytes).await, r#"[{"ok":{"bytes":0}}]"#, "{at} {bytes:?}");
    }
    // Half a file is none.
    ada.pieces("f1", 0, b"abc").await;
    ada.says("lobby", "f1", "look").await;
    let message = eve.hears(r#"42["message""#).await;
    assert!(message.ends_with(r#""text":"look"}]"#), "{message}");
}

#[tokio::test]
async fn file_is_read_only_in_its_room_and_goes_with_its_message() {
    let house = House::open().await;
    let (mut ada, mut eve) = (house.newcomer().await, house.newcomer().await);
    ada.joins("attic", "Ada").await;
    eve.joins("lobby", "Eve").await;
    ada.sends(r#"427["bring",{"room":"attic","id":"f1","file":{"name":"a","size":2}}]"#).await;
    ada.hears("437").await;
    ada.sends(r#"451-7["piece",{"room":"attic","id":"f1","at":0,"bytes":{"_placeholder":true,"num":0}}]"#)
        .await;
    ada.sends_bytes(b"ab").await;
    ada.hears("437").await;
    ada.says("attic", "f1", "look").await;
    eve.sends(r#"427["fetch",{"room":"attic","id":"f1","at":0}]"#).await;
    assert!(eve.hears("437").await.contains("not-in-room"));
    assert_eq!(ada.fetches("attic", "f1", 0).await, b"ab");
    ada.sends(r#"427["revise",{"room":"attic","id":"f1"}]"#).await;
    ada.hears("437").await;
    ada.sends(r#"427["fetch",{"room":"attic","id":"f1","at":0}]"#).await;
    assert!(ada.hears("437").await.contains("no-such-message"));
    let joined = eve.joins("attic", "Eve").await;
    assert!(!joined.contains("file"), "{joined}");
}

impl Client {
    async fn brings(&mut self, id: &str, name: &str, size: u32) -> String {
        let file = format!(r#"{{"name":"{name}","size":{size}}}"#);
        self.sends(&format!(r#"427["bring",{{"room":"lobby","id":"{id}","file":{file}}}]"#)).await;
        self.hears("437").await[3..].to_owned()
    }

    async fn pieces(&mut self, id: &str, at: u32, bytes: &[u8]) -> String {
        let placeholder = r#"{"_placeholder":true,"num":0}"#;
        let piece = format!(r#"{{"room":"lobby","id":"{id}","at":{at},"bytes":{placeholder}}}"#);
        self.sends(&format!(r#"451-7["piece",{piece}]"#)).await;
        self.sends_bytes(bytes).await;
        self.hears("437").await[3..].to_owned()
    }

    async fn fetches(&mut self, room: &str, id: &str, at: u32) -> Vec<u8> {
        self.sends(&format!(r#"427["fetch",{{"room":"{room}","id":"{id}","at":{at}}}]"#)).await;
        let answer = self.hears("461-7").await;
        assert_eq!(answer, r#"461-7[{"ok":{"bytes":{"_placeholder":true,"num":0}}}]"#);
        self.hears_bytes().await
    }
}
