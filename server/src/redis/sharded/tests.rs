mod vectors;

use bytes::Bytes;
use parlor_protocol::json::Payload;

use self::vectors::*;
use super::*;
use crate::adapter::{BroadcastFlags, Message, Request, Response, SocketDetails};
use crate::redis::golden::{audience, bytes, damaged, deep, hex, list, value};
use crate::redis::{Encoded, Heard};

#[test]
fn messages_are_written_as_node_writes_them() {
    for (message, channel, expected) in messages() {
        let encoded = encode(&names(SubscriptionMode::Dynamic), UID, &message).unwrap();
        assert_eq!(encoded.channel, channel);
        assert_eq!(hex(&encoded.body), hex(&expected), "{message:?}");
    }
}

#[test]
fn messages_of_node_are_heard() {
    for (message, _, body) in messages() {
        assert_eq!(hear(&body), Some(Heard::Message(message)));
    }
}

#[test]
fn responses_are_written_as_node_writes_them() {
    for (response, expected) in responses() {
        let encoded = respond(&response);
        assert_eq!(encoded.channel, "socket.io#/chat#fedcba9876543210#");
        assert_eq!(hex(&encoded.body), hex(&expected), "{response:?}");
    }
}

#[test]
fn responses_of_node_are_heard() {
    for (response, body) in responses() {
        assert_eq!(hear(&body), Some(Heard::Response { request: "q3".into(), response }));
    }
}

#[test]
fn a_server_does_not_hear_itself_or_another_namespace() {
    let other = Channels::new("socket.io", "/", SubscriptionMode::Dynamic);
    let bodies = messages().into_iter().map(|(_, _, body)| body);
    for body in bodies.chain(responses().into_iter().map(|(_, body)| body)) {
        assert_eq!(decode(&names(SubscriptionMode::Dynamic), UID, &body).unwrap(), None);
        assert_eq!(decode(&other, MINE, &body).unwrap(), None);
    }
}

#[test]
fn what_only_looks_like_its_own_words_is_heard() {
    // The end of what "aaaaaaaabbbbbbbb" writes, as the text of another.
    let said = r#"{"packet":["ev","},\"uid\":\"aaaaaaaabbbbbbbb\",\"nsp\":\"/chat\"}"]}"#;
    assert!(hear(&message(9, said)).is_some());
    // Its own, in an order that is not its own.
    let own = r#"{"uid":"aaaaaaaabbbbbbbb","nsp":"/chat","type":9,"data":{"packet":["ev"]}}"#;
    assert_eq!(hear(&own.into()), None);
}

#[test]
fn only_a_broadcast_to_one_room_that_wants_no_answers_uses_the_channel_of_the_room() {
    use SubscriptionMode::{Dynamic, DynamicPrivate, Static};
    let id = "aaaaaaaaaaaaaaaaaaaa";
    let data = list(r#"["say"]"#, &[]);
    let flags = BroadcastFlags::default();
    for (mode, rooms, expected) in [
        (Dynamic, &["r1"][..], "socket.io#/chat#r1#"),
        (Dynamic, &["r1", "r1"], "socket.io#/chat#r1#"),
        (Dynamic, &[], "socket.io#/chat#"),
        (Dynamic, &["r1", "r2"], "socket.io#/chat#"),
        (Dynamic, &[id], "socket.io#/chat#"),
        (DynamicPrivate, &["r1"], "socket.io#/chat#r1#"),
        (DynamicPrivate, &[id], "socket.io#/chat#aaaaaaaaaaaaaaaaaaaa#"),
        (DynamicPrivate, &["r1", "r2"], "socket.io#/chat#"),
        (Static, &["r1"], "socket.io#/chat#"),
    ] {
        let audience = audience(rooms, &[]);
        let message = Message::Broadcast { data: data.clone(), audience: audience.clone(), flags };
        assert_eq!(encode(&names(mode), UID, &message).unwrap().channel, expected, "{mode:?} {rooms:?}");
        let message = Message::BroadcastWithAck { request: asked(), data: data.clone(), audience, flags };
        assert_eq!(encode(&names(mode), UID, &message).unwrap().channel, "socket.io#/chat#");
    }
}

#[test]
fn bytes_in_what_is_told_of_a_socket_are_what_node_makes_of_a_buffer() {
    // adapter.publishResponse(uid, …) where socket.data is { b: Buffer.from([1]) }
    let body = bytes(
        "84a47479706508a46461746182a9726571756573744964a27133a7736f636b6574739184a26964a153a968616e647368616b6584a76865616465727381a168a131a474696d65a154a5717565727980a761646472657373a33a3a31a5726f6f6d7392a153a27231a46461746181a162c40101a3756964b030313233343536373839616263646566a36e7370a52f63686174",
    );
    let details = SocketDetails { data: value(r#"{"b":{"type":"Buffer","data":[1]}}"#), ..details() };
    let response = Response::Sockets(vec![details]);
    assert_eq!(hear(&body), Some(Heard::Response { request: "q3".into(), response }));
}

#[test]
fn of_an_answer_with_several_arguments_the_first_is_told() {
    let answer = |args| hex(&respond(&Response::ClientAck(args)).body);
    let json = r#"{"type":12,"data":{"requestId":"q3","packet":1},"uid":"0123456789abcdef","nsp":"/chat"}"#;
    assert_eq!(answer(Payload::args(&(1, Bytes::from_static(&[7]))).unwrap()), hex(json.as_bytes()));
}

#[test]
fn what_this_format_has_no_form_for_is_not_written() {
    let names = names(SubscriptionMode::Dynamic);
    assert_eq!(encode(&names, UID, &Message::RoomNames { request: asked() }), None);
    assert_eq!(encode(&names, UID, &Message::SocketIds { request: asked(), rooms: Vec::new() }), None);
    assert_eq!(encode_response(&names, UID, &asked(), &Response::RoomNames(Vec::new())), None);
    assert_eq!(encode_response(&names, UID, &asked(), &Response::SocketIds(Vec::new())), None);
}

#[test]
fn what_would_be_no_event_for_clients_is_refused() {
    for data in [r#"["disconnect"]"#, r#"["\u0063onnect"]"#, "[]", "[null]", "{}", "1"] {
        let said = format!(r#"{{"packet":{{"type":2,"data":{data}}},"opts":{{"rooms":[]}}}}"#);
        assert!(decode(&names(SubscriptionMode::Dynamic), MINE, &message(3, &said)).is_err(), "{data}");
    }
    // Packets that are no events are nobody's business.
    assert_eq!(hear(&message(3, r#"{"packet":{"type":4,"data":["x"]},"opts":{}}"#)), None);
    // Between servers names are free, but they must be there.
    assert!(hear(&message(9, r#"{"packet":["disconnect"]}"#)).is_some());
    assert!(decode(&names(SubscriptionMode::Dynamic), MINE, &message(9, r#"{"packet":[]}"#)).is_err());
}

#[test]
fn types_that_nobody_here_knows_are_left_out() {
    // Heartbeats, farewells, and what may come yet.
    for kind in [0, 1, 2, 13, 14, 1_000_000] {
        assert_eq!(hear(&message(kind, "{}")), None, "{kind}");
    }
    for json in ["{}", r#"{"type":1,"uid":"x","nsp":"/chat"}"#, r#"{"uid":"x","nsp":"/chat","data":{}}"#] {
        assert_eq!(hear(&json.into()), None, "{json}");
    }
}

#[test]
fn what_is_not_in_the_format_is_an_error() {
    let bodies = [
        "".into(),
        "{".into(),
        message(3, "{}"),
        message(3, r#"{"packet":{"type":2,"data":["x"]}}"#),
        message(3, r#"{"opts":{"rooms":[]}}"#),
        message(4, r#"{"rooms":["a"]}"#),
        message(4, r#"{"opts":{"rooms":"a"},"rooms":["a"]}"#),
        message(7, r#"{"opts":{}}"#),
        message(8, r#"{"sockets":[]}"#),
        message(8, r#"{"requestId":"q","sockets":[1]}"#),
        message(3, "[]"),
    ];
    for body in bodies {
        assert!(decode(&names(SubscriptionMode::Dynamic), MINE, &body).is_err(), "{body:?}");
    }
}

#[test]
fn what_damage_leaves_is_a_message_or_an_error() {
    let any = |body: &Bytes| drop(decode(&names(SubscriptionMode::Dynamic), MINE, body));
    let bodies = messages().into_iter().map(|(_, _, body)| body);
    for body in bodies.chain(responses().into_iter().map(|(_, body)| body)) {
        damaged(&body).for_each(|body| any(&body));
    }
    deep().iter().for_each(any);
    any(&message(9, &["{\"packet\":[\"x\",", &"[".repeat(100_000), &"]".repeat(100_000), "]}"].concat()));
}

fn hear(body: &Bytes) -> Option<Heard> {
    decode(&names(SubscriptionMode::Dynamic), MINE, body).unwrap()
}

fn respond(response: &Response) -> Encoded {
    let to = Request { id: "q3".into(), from: "fedcba9876543210".into() };
    encode_response(&names(SubscriptionMode::Dynamic), UID, &to, response).unwrap()
}

/// A message of another server, in JSON.
fn message(kind: u64, data: &str) -> Bytes {
    format!(r#"{{"type":{kind},"data":{data},"uid":"{UID}","nsp":"/chat"}}"#).into()
}
