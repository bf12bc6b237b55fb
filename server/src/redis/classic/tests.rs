mod vectors;

use bytes::Bytes;
use parlor_protocol::json::Payload;

use self::vectors::*;
use super::*;
use crate::adapter::{BroadcastFlags, Request, Response};
use crate::redis::golden::{audience, broadcast, bytes, damaged, deep, hex, list, texts};

#[test]
fn broadcasts_are_written_as_node_writes_them() {
    for (message, channel, expected) in broadcasts() {
        let encoded = encode(&names(), "Uid123", &message);
        assert_eq!(encoded.channel, channel);
        assert_eq!(hex(&encoded.body), hex(&bytes(expected)), "{message:?}");
    }
}

#[test]
fn broadcasts_of_node_are_heard() {
    for (message, channel, hex) in broadcasts() {
        assert_eq!(hear(channel, &bytes(hex)), Some(message));
    }
}

#[test]
fn requests_are_written_as_node_writes_them() {
    for (message, json) in requests() {
        let encoded = encode(&names(), "Uid123", &message);
        assert_eq!(encoded.channel, "socket.io-request#/chat#");
        assert_eq!(String::from_utf8(encoded.body).unwrap(), json);
    }
    let (message, expected) = broadcast_with_ack();
    let encoded = encode(&names(), "Uid123", &message);
    assert_eq!(encoded.channel, "socket.io-request#/chat#");
    assert_eq!(hex(&encoded.body), hex(&bytes(expected)));
}

#[test]
fn requests_of_node_are_heard() {
    for (message, json) in requests() {
        assert_eq!(decode_request("Mine99", &json.into()).unwrap(), Some(message));
    }
    let (message, hex) = broadcast_with_ack();
    assert_eq!(decode_request("Mine99", &bytes(hex)).unwrap(), Some(message));
}

#[test]
fn responses_are_written_as_node_writes_them() {
    for (response, expected) in responses() {
        let encoded = encode_response(&names(), ResponseChannel::Shared, &asked(), &response);
        assert_eq!(encoded.channel, "socket.io-response#/chat#");
        assert_eq!(hex(&encoded.body), expected, "{response:?}");
        let encoded = encode_response(&names(), ResponseChannel::Specific, &asked(), &response);
        assert_eq!(encoded.channel, "socket.io-response#/chat#Uid123#");
    }
}

#[test]
fn responses_of_node_are_heard() {
    for (response, hex) in responses() {
        assert_eq!(decode_response(&bytes(&hex)).unwrap(), Some(("Req456".into(), response)));
    }
}

#[test]
fn a_server_does_not_hear_itself() {
    for (_, channel, hex) in broadcasts() {
        assert_eq!(decode_broadcast(&names(), "Uid123", channel, &bytes(hex), |_| true).unwrap(), None);
    }
    for (_, json) in requests() {
        assert_eq!(decode_request("Uid123", &json.into()).unwrap(), None);
    }
    assert_eq!(decode_request("Uid123", &bytes(broadcast_with_ack().1)).unwrap(), None);
}

#[test]
fn an_event_for_a_room_in_which_nobody_is_is_not_even_read() {
    let decode = |channel, body: &Bytes, room| {
        decode_broadcast(&names(), "Mine99", channel, body, |asked| asked == room)
    };
    let nonsense = bytes("c1");
    assert_eq!(decode("socket.io#/chat#r1#", &nonsense, "r2").unwrap(), None);
    assert!(decode("socket.io#/chat#r1#", &nonsense, "r1").is_err());
    assert!(decode("socket.io#/chat#", &nonsense, "r2").is_err());
}

#[test]
fn an_event_of_another_namespace_is_left_out() {
    // The room `x` of `/chat`, or all of `/chat#x`: both use this channel.
    let other = Channels::new("socket.io", "/chat#x");
    let message = broadcast(r#"["say"]"#, &[], &[], &[], BroadcastFlags::default());
    let encoded = encode(&other, "Uid123", &message);
    assert_eq!(encoded.channel, "socket.io#/chat#x#");
    assert_eq!(hear(&encoded.channel, &encoded.body.clone().into()), None);
    assert_eq!(
        decode_broadcast(&other, "Mine99", &encoded.channel, &encoded.body.into(), |_| true).unwrap(),
        Some(message)
    );
    assert_eq!(hear("other#/chat#", &bytes("c1")), None);
}

#[test]
fn a_packet_that_does_not_say_its_namespace_is_of_the_root() {
    // encode(["Uid123", { type: 2, data: ["say"] }, { rooms: [], except: [] }])
    let body = bytes("93a655696431323382a47479706502a46461746191a373617982a5726f6f6d7390a665786365707490");
    assert_eq!(hear("socket.io#/chat#", &body), None);
    let root = Channels::new("socket.io", "/");
    assert_eq!(
        decode_broadcast(&root, "Mine99", "socket.io#/#", &body, |_| true).unwrap(),
        Some(broadcast(r#"["say"]"#, &[], &[], &[], BroadcastFlags::default()))
    );
}

#[test]
fn emitters_are_heard() {
    // emitter.to("r1").except("r2").volatile.emit("say", Buffer.from([1]))
    let body = bytes(
        "93 a7656d6974746572 83 a474797065 02 a464617461 92 a3736179 c40101 a36e7370 a52f63686174
         83 a5726f6f6d73 91 a27231 a5666c616773 81 a8766f6c6174696c65 c3 a6657863657074 91 a27232",
    );
    let flags = BroadcastFlags { volatile: true, ..BroadcastFlags::default() };
    let data = r#"["say",{"_placeholder":true,"num":0}]"#;
    let expected = broadcast(data, &[&[1]], &["r1"], &["r2"], flags);
    assert_eq!(hear("socket.io#/chat#r1#", &body), Some(expected));
    for (json, expected) in [
        // emitter.in("r1").socketsJoin("a")
        (
            r#"{"type":2,"opts":{"rooms":["r1"],"except":[]},"rooms":["a"]}"#,
            Message::SocketsJoin { audience: audience(&["r1"], &[]), rooms: texts(&["a"]) },
        ),
        // emitter.in("r1").socketsLeave(["a"])
        (
            r#"{"type":3,"opts":{"rooms":["r1"],"except":[]},"rooms":["a"]}"#,
            Message::SocketsLeave { audience: audience(&["r1"], &[]), rooms: texts(&["a"]) },
        ),
        // emitter.in("r1").disconnectSockets(true)
        (
            r#"{"type":4,"opts":{"rooms":["r1"],"except":[]},"close":true}"#,
            Message::DisconnectSockets { audience: audience(&["r1"], &[]), close: true },
        ),
        // emitter.serverSideEmit("ev", 1)
        (
            r#"{"uid":"emitter","type":6,"data":["ev",1]}"#,
            Message::ServerSideEmit { data: list(r#"["ev",1]"#, &[]), request: None },
        ),
    ] {
        assert_eq!(decode_request("Mine99", &json.into()).unwrap(), Some(expected));
    }
}

#[test]
fn versions_of_old_name_one_socket_and_one_room() {
    for (json, expected) in [
        (
            r#"{"uid":"Uid123","requestId":"q","type":2,"sid":"S","room":"a"}"#,
            Some(Message::SocketsJoin { audience: audience(&["S"], &[]), rooms: texts(&["a"]) }),
        ),
        (
            r#"{"uid":"Uid123","requestId":"q","type":3,"sid":"S","room":"a"}"#,
            Some(Message::SocketsLeave { audience: audience(&["S"], &[]), rooms: texts(&["a"]) }),
        ),
        (
            r#"{"uid":"Uid123","requestId":"q","type":4,"sid":"S","close":true}"#,
            Some(Message::DisconnectSockets { audience: audience(&["S"], &[]), close: true }),
        ),
        // For nobody: it must not be for everybody.
        (r#"{"uid":"Uid123","type":4,"close":true}"#, None),
        (r#"{"uid":"Uid123","type":2,"room":"a"}"#, None),
    ] {
        assert_eq!(decode_request("Mine99", &json.into()).unwrap(), expected, "{json}");
    }
    // That it was done is not told to anybody here, and not heard.
    assert_eq!(decode_response(&r#"{"requestId":"Req456"}"#.into()).unwrap(), None);
}

#[test]
fn a_room_that_is_a_number_in_node_is_its_text() {
    // nsp.to(5).emit("say")
    let body = bytes(
        "93a655696431323383a47479706502a46461746191a3736179a36e7370a52f6368617483a5726f6f6d739105a665786365707490a5666c61677380",
    );
    let decoded = decode_broadcast(&names(), "Mine99", "socket.io#/chat#5#", &body, |room| room == "5");
    let expected = broadcast(r#"["say"]"#, &[], &["5"], &[], BroadcastFlags::default());
    assert_eq!(decoded.unwrap(), Some(expected));
    let json = r#"{"type":2,"opts":{"rooms":[-1,1.5],"except":[1e21]},"rooms":[18446744073709551615]}"#;
    let expected = Message::SocketsJoin {
        audience: audience(&["-1", "1.5"], &["1e+21"]),
        rooms: texts(&["18446744073709551615"]),
    };
    assert_eq!(decode_request("Mine99", &json.into()).unwrap(), Some(expected));
}

#[test]
fn bytes_in_a_message_that_is_json_are_what_node_makes_of_a_buffer() {
    // nsp.serverSideEmit("ev", Buffer.from([7]))
    let data = Payload::event("ev", &Bytes::from_static(&[7])).unwrap();
    let encoded = encode(&names(), "Uid123", &Message::ServerSideEmit { data, request: None });
    assert_eq!(encoded.body, br#"{"uid":"Uid123","type":6,"data":["ev",{"type":"Buffer","data":[7]}]}"#);
    let answer = Response::ServerAck(Payload::args(&Bytes::from_static(&[5])).unwrap());
    let encoded = encode_response(&names(), ResponseChannel::Shared, &asked(), &answer);
    assert_eq!(encoded.body, br#"{"type":6,"requestId":"Req456","data":{"type":"Buffer","data":[5]}}"#);
}

#[test]
fn of_an_answer_with_several_arguments_the_first_is_told() {
    let answer = Payload::args(&(1, Bytes::from_static(&[7]), "x")).unwrap();
    let encoded = encode_response(&names(), ResponseChannel::Shared, &asked(), &Response::ServerAck(answer));
    assert_eq!(encoded.body, br#"{"type":6,"requestId":"Req456","data":1}"#);
    let answer = Payload::args(&([Bytes::from_static(&[8])], Bytes::from_static(&[7]))).unwrap();
    let encoded = encode_response(&names(), ResponseChannel::Shared, &asked(), &Response::ClientAck(answer));
    assert_eq!(hex(&encoded.body), "83a47479706509a9726571756573744964a6526571343536a67061636b657491c40108");
}

#[test]
fn who_does_not_say_who_asks_is_answered_where_all_hear_it() {
    let json = r#"{"requestId":7,"type":1}"#;
    let request = Request { id: "7".into(), from: "".into() };
    assert_eq!(
        decode_request("Mine99", &json.into()).unwrap(),
        Some(Message::RoomNames { request: request.clone() })
    );
    let response = Response::RoomNames(Vec::new());
    let encoded = encode_response(&names(), ResponseChannel::Specific, &request, &response);
    assert_eq!(encoded.channel, "socket.io-response#/chat#");
}

#[test]
fn what_would_be_no_event_for_clients_is_refused() {
    for data in [r#"["disconnect"]"#, r#"["connect_error",1]"#, "[]", "[null]", "[[1]]", "{}", "1"] {
        for kind in [2, 5] {
            let body = message_with(kind, data);
            assert!(
                decode_broadcast(&names(), "Mine99", "socket.io#/chat#", &body, |_| true).is_err(),
                "{data}"
            );
        }
        let json = format!(
            r#"{{"uid":"Uid123","requestId":"q","type":7,"packet":{{"type":2,"data":{data}}},"opts":{{"rooms":[]}}}}"#
        );
        assert!(decode_request("Mine99", &json.into()).is_err(), "{data}");
    }
    // Packets that are no events are nobody's business.
    for kind in [0, 1, 3, 4, 6] {
        assert_eq!(hear("socket.io#/chat#", &message_with(kind, r#"["say"]"#)), None);
    }
    // Between servers names are free, but they must be there.
    let json = r#"{"uid":"Uid123","type":6,"data":["disconnect"]}"#;
    assert!(decode_request("Mine99", &json.into()).unwrap().is_some());
    assert!(decode_request("Mine99", &r#"{"uid":"Uid123","type":6,"data":[]}"#.into()).is_err());
}

#[test]
fn types_that_nobody_here_knows_are_left_out() {
    for json in [r#"{"type":10}"#, r#"{"type":1000000}"#, "{}", r#"{"uid":"Uid123"}"#] {
        assert_eq!(decode_request("Mine99", &json.into()).unwrap(), None, "{json}");
    }
    for json in ["{}", r#"{"requestId":"q","type":8}"#, r#"{"requestId":"q","type":77}"#, r#"{"sockets":[]}"#]
    {
        assert_eq!(decode_response(&json.into()).unwrap(), None, "{json}");
    }
}

#[test]
fn what_is_not_in_the_format_is_an_error() {
    for json in [
        "{",
        r#"{"type":"2"}"#,
        r#"{"type":-1}"#,
        r#"{"type":1}"#,
        r#"{"type":5,"requestId":"q"}"#,
        r#"{"type":7,"requestId":"q"}"#,
        r#"{"type":2,"opts":{"rooms":"r1"},"rooms":["a"]}"#,
        r#"{"type":2,"opts":{"rooms":[["r1"]]},"rooms":["a"]}"#,
        r#"{"type":6}"#,
    ] {
        assert!(decode_request("Mine99", &json.into()).is_err(), "{json}");
    }
    assert!(decode_request("Mine99", &Bytes::from_static(b"{\"uid\":\"\xff\"}")).is_err());
    for json in [r#"{"requestId":"q","sockets":[1,{}]}"#, r#"{"requestId":"q","sockets":[{}]}"#] {
        assert!(decode_response(&json.into()).is_err(), "{json}");
    }
    // [], [uid], [uid, {}], [uid, event, null], [uid, 1, {}]
    let no_options = "93a17883a47479706502a46461746191a3736179a36e7370a52f63686174c0";
    for hex in ["90", "91a178", "92a17880", no_options, "93a1780180"] {
        assert!(
            decode_broadcast(&names(), "Mine99", "socket.io#/chat#", &bytes(hex), |_| true).is_err(),
            "{hex}"
        );
    }
}

#[test]
fn what_damage_leaves_is_a_message_or_an_error() {
    let bodies = broadcasts().into_iter().map(|(_, _, hex)| bytes(hex));
    let requests = requests().into_iter().map(|(_, json)| Bytes::from(json));
    let responses = responses().into_iter().map(|(_, hex)| bytes(&hex));
    for body in bodies.chain(requests).chain(responses).chain([bytes(broadcast_with_ack().1)]) {
        damaged(&body).for_each(|body| any(&body));
    }
    deep().iter().for_each(any);
    any(&["{\"type\":6,\"data\":", &"[".repeat(100_000), &"]".repeat(100_000), "}"].concat().into());
}

/// Whatever a body is, it is read or refused.
fn any(body: &Bytes) {
    let _ = decode_broadcast(&names(), "Mine99", "socket.io#/chat#", body, |_| true);
    let _ = decode_request("Mine99", body);
    let _ = decode_response(body);
}

/// `[uid, packet, options]` with a packet of that type.
fn message_with(kind: u8, data: &str) -> Bytes {
    use crate::redis::sink::Sink;
    let mut writer = Writer::default();
    writer.raw(&format!(
        r#"["Uid123",{{"type":{kind},"data":{data},"nsp":"/chat"}},{{"rooms":[],"except":[]}}]"#
    ));
    writer.finish().into()
}

fn hear(channel: &str, body: &Bytes) -> Option<Message> {
    decode_broadcast(&names(), "Mine99", channel, body, |_| true).unwrap()
}
