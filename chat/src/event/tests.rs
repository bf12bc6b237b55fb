//! The wire text is the contract: a page of yesterday talks to the server of today.

use alloc::borrow::ToOwned;
use alloc::vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::{Reason, Refusal, Reply};

fn is_written<T: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug>(value: &T, text: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), text);
    assert_eq!(serde_json::from_str::<T>(text).unwrap(), *value);
}

#[test]
fn requests_are_flat_objects() {
    is_written(&Rooms {}, "{}");
    is_written(
        &Join { room: "lobby".to_owned(), nickname: "Ada".to_owned() },
        r#"{"room":"lobby","nickname":"Ada"}"#,
    );
    is_written(&Leave { room: "lobby".to_owned() }, r#"{"room":"lobby"}"#);
    is_written(
        &Send { room: "lobby".to_owned(), id: "a-1".to_owned(), text: "hi".to_owned() },
        r#"{"room":"lobby","id":"a-1","text":"hi"}"#,
    );
    is_written(&Typing { room: "lobby".to_owned() }, r#"{"room":"lobby"}"#);
    is_written(
        &React { room: "lobby".to_owned(), reaction: "🎉".to_owned() },
        r#"{"room":"lobby","reaction":"🎉"}"#,
    );
    is_written(
        &Older { room: "lobby".to_owned(), before: 7, limit: 50 },
        r#"{"room":"lobby","before":7,"limit":50}"#,
    );
    is_written(
        &Revise { room: "lobby".to_owned(), id: "a-1".to_owned(), text: Some("ho".to_owned()) },
        r#"{"room":"lobby","id":"a-1","text":"ho"}"#,
    );
    is_written(
        &Revise { room: "lobby".to_owned(), id: "a-1".to_owned(), text: None },
        r#"{"room":"lobby","id":"a-1"}"#,
    );
    is_written(&Seen { room: "lobby".to_owned(), seq: 7 }, r#"{"room":"lobby","seq":7}"#);
    is_written(&Conversations {}, "{}");
    is_written(&Pulse {}, "{}");
}

#[test]
fn message_carries_its_place_and_its_author() {
    let message = Message {
        room: "lobby".to_owned(),
        epoch: 9,
        seq: 2,
        time: 1_000,
        id: "a-1".to_owned(),
        user: "u1".to_owned(),
        author: "Ada".to_owned(),
        text: "hi".to_owned(),
        revision: 0,
        file: None,
    };
    let text =
        r#"{"room":"lobby","epoch":9,"seq":2,"time":1000,"id":"a-1","user":"u1","author":"Ada","text":"hi"}"#;
    is_written(&message, text);
    let changed = text.replace("\"hi\"}", "\"hi\",\"revision\":3}");
    is_written(&Message { revision: 3, ..message.clone() }, &changed);
    let file = File { name: "a.png".to_owned(), size: 7 };
    let with_file = text.replace("\"hi\"}", "\"hi\",\"file\":{\"name\":\"a.png\",\"size\":7}}");
    is_written(&Message { file: Some(file), ..message }, &with_file);
}

#[test]
fn answers_are_ok_or_refused() {
    is_written(&Reply::Ok(Stored { epoch: 9, seq: 2, time: 1 }), r#"{"ok":{"epoch":9,"seq":2,"time":1}}"#);
    is_written(&Reply::Ok(()), r#"{"ok":null}"#);
    is_written(
        &Reply::<()>::Refused(Refusal::new(Reason::NotInRoom, "join the room first")),
        r#"{"refused":{"reason":"not-in-room","message":"join the room first"}}"#,
    );
}

#[test]
fn joined_shows_the_room_as_it_is() {
    let joined = Joined {
        room: "lobby".to_owned(),
        you: "s1".to_owned(),
        members: vec![Member { id: "s1".to_owned(), nickname: "Ada".to_owned() }],
        history: History { epoch: 9, messages: vec![], more: true },
        seen: 3,
        marks: vec![Mark { user: "s2".to_owned(), seq: 4 }],
    };
    let text = concat!(
        r#"{"room":"lobby","you":"s1","members":[{"id":"s1","nickname":"Ada"}],"#,
        r#""history":{"epoch":9,"messages":[],"more":true},"seen":3,"marks":[{"user":"s2","seq":4}]}"#
    );
    is_written(&joined, text);
}

#[test]
fn what_the_room_hears_names_who_did_it() {
    let member = Member { id: "s1".to_owned(), nickname: "Ada".to_owned() };
    is_written(
        &Presence { room: "lobby".to_owned(), member, change: Change::Left },
        r#"{"room":"lobby","member":{"id":"s1","nickname":"Ada"},"change":"left"}"#,
    );
    is_written(
        &TypingBy { room: "lobby".to_owned(), member: "s1".to_owned() },
        r#"{"room":"lobby","member":"s1"}"#,
    );
    is_written(
        &ReactBy { room: "lobby".to_owned(), member: "s1".to_owned(), reaction: "🎉".to_owned() },
        r#"{"room":"lobby","member":"s1","reaction":"🎉"}"#,
    );
    is_written(
        &SeenBy { room: "lobby".to_owned(), user: "s1".to_owned(), seq: 7 },
        r#"{"room":"lobby","user":"s1","seq":7}"#,
    );
    is_written(
        &Revised { room: "lobby".to_owned(), id: "a-1".to_owned(), revision: 1, text: "ho".to_owned() },
        r#"{"room":"lobby","id":"a-1","revision":1,"text":"ho"}"#,
    );
    is_written(
        &Listing { rooms: vec![RoomSummary { name: "lobby".to_owned(), members: 1 }] },
        r#"{"rooms":[{"name":"lobby","members":1}]}"#,
    );
}

#[test]
fn reason_of_a_newer_server_is_still_read() {
    let reason: Reason = serde_json::from_str(r#""too-clever""#).unwrap();
    assert_eq!(reason, Reason::Other);
}

#[test]
fn identity_is_what_auth_gives_back_and_neither_shows_its_token() {
    let (id, token) = ("u1".to_owned(), "secret".to_owned());
    let identity = Identity { id: id.clone(), token: token.clone() };
    is_written(&identity, r#"{"id":"u1","token":"secret"}"#);
    let auth = Auth { id: Some(id), token: Some(token) };
    is_written(&auth, r#"{"id":"u1","token":"secret"}"#);
    is_written(&Auth::default(), "{}");
    assert_eq!(alloc::format!("{identity:?} {auth:?}").matches("secret").count(), 0);
}

#[test]
fn conversation_names_the_other_one() {
    let partner = Member { id: "u2".to_owned(), nickname: "Bob".to_owned() };
    let conversation = Conversation { room: "@u1+u2".to_owned(), partner, last: 5, seen: 3 };
    let text = r#"{"room":"@u1+u2","partner":{"id":"u2","nickname":"Bob"},"last":5,"seen":3}"#;
    is_written(
        &Talks { conversations: vec![conversation] },
        &alloc::format!(r#"{{"conversations":[{text}]}}"#),
    );
}
