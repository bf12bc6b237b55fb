//! The bytes are what `@socket.io/redis-adapter` 8.3.0 and `@socket.io/redis-emitter` 5.1.0 publish: in the namespace
//! `/chat`, with the adapter's `uid` set to "Uid123" and, where it asks, its `requestId` to "Req456".

use std::time::Duration;

use crate::adapter::{BroadcastFlags, Message, Request, Response, SocketDetails};
use crate::redis::classic::Channels;
use crate::redis::golden::{audience, broadcast, hex, list, texts, value};

/// A message, its channel and its body in hex.
pub(super) fn broadcasts() -> Vec<(Message, &'static str, &'static str)> {
    vec![
        // nsp.emit("say", "hello", 1)
        (
            broadcast(r#"["say","hello",1]"#, &[], &[], &[], BroadcastFlags::default()),
            "socket.io#/chat#",
            "93 a6556964313233 83 a474797065 02 a464617461 93 a3736179 a568656c6c6f 01 a36e7370 a52f63686174
             83 a5726f6f6d73 90 a6657863657074 90 a5666c616773 80",
        ),
        // nsp.to("r1").emit("say")
        (
            broadcast(r#"["say"]"#, &[], &["r1"], &[], BroadcastFlags::default()),
            "socket.io#/chat#r1#",
            "93 a6556964313233 83 a474797065 02 a464617461 91 a3736179 a36e7370 a52f63686174
             83 a5726f6f6d73 91 a27231 a6657863657074 90 a5666c616773 80",
        ),
        // nsp.to(["r1", "r2"]).except("x").volatile.compress(false).emit("say", { a: [1.5, null] })
        (
            broadcast(
                r#"["say",{"a":[1.5,null]}]"#,
                &[],
                &["r1", "r2"],
                &["x"],
                BroadcastFlags { volatile: true, compress: false, timeout: None },
            ),
            "socket.io#/chat#",
            "93 a6556964313233 83 a474797065 02 a464617461 92 a3736179 81 a161 92 cb3ff8000000000000 c0
             a36e7370 a52f63686174 83 a5726f6f6d73 92 a27231 a27232 a6657863657074 91 a178
             a5666c616773 82 a8766f6c6174696c65 c3 a8636f6d7072657373 c2",
        ),
        // nsp.to("aaaaaaaaaaaaaaaaaaaa").emit("say"): a socket's own room
        (
            broadcast(r#"["say"]"#, &[], &["aaaaaaaaaaaaaaaaaaaa"], &[], BroadcastFlags::default()),
            "socket.io#/chat#aaaaaaaaaaaaaaaaaaaa#",
            "93 a6556964313233 83 a474797065 02 a464617461 91 a3736179 a36e7370 a52f63686174
             83 a5726f6f6d73 91 b46161616161616161616161616161616161616161 a6657863657074 90 a5666c616773 80",
        ),
        // nsp.emit("pic", Buffer.from([1, 2, 3]), { b: Buffer.alloc(0) })
        (
            broadcast(
                r#"["pic",{"_placeholder":true,"num":0},{"b":{"_placeholder":true,"num":1}}]"#,
                &[&[1, 2, 3], &[]],
                &[],
                &[],
                BroadcastFlags::default(),
            ),
            "socket.io#/chat#",
            "93 a6556964313233 83 a474797065 02 a464617461 93 a3706963 c403010203 81 a162 c400
             a36e7370 a52f63686174 83 a5726f6f6d73 90 a6657863657074 90 a5666c616773 80",
        ),
    ]
}

/// Requests of "Uid123" in JSON.
pub(super) fn requests() -> Vec<(Message, &'static str)> {
    vec![
        // nsp.in("r1").socketsJoin(["a", "b"])
        (
            Message::SocketsJoin { audience: audience(&["r1"], &[]), rooms: texts(&["a", "b"]) },
            r#"{"uid":"Uid123","type":2,"opts":{"rooms":["r1"],"except":[]},"rooms":["a","b"]}"#,
        ),
        // nsp.in("r1").except("r9").socketsLeave("a")
        (
            Message::SocketsLeave { audience: audience(&["r1"], &["r9"]), rooms: texts(&["a"]) },
            r#"{"uid":"Uid123","type":3,"opts":{"rooms":["r1"],"except":["r9"]},"rooms":["a"]}"#,
        ),
        // nsp.in("r1").disconnectSockets(true)
        (
            Message::DisconnectSockets { audience: audience(&["r1"], &[]), close: true },
            r#"{"uid":"Uid123","type":4,"opts":{"rooms":["r1"],"except":[]},"close":true}"#,
        ),
        // nsp.disconnectSockets()
        (
            Message::DisconnectSockets { audience: audience(&[], &[]), close: false },
            r#"{"uid":"Uid123","type":4,"opts":{"rooms":[],"except":[]},"close":false}"#,
        ),
        // nsp.in("r1").fetchSockets()
        (
            Message::FetchSockets { request: asked(), audience: audience(&["r1"], &[]) },
            r#"{"uid":"Uid123","requestId":"Req456","type":5,"opts":{"rooms":["r1"],"except":[]}}"#,
        ),
        // nsp.serverSideEmit("ev", 1, "x")
        (
            Message::ServerSideEmit { data: list(r#"["ev",1,"x"]"#, &[]), request: None },
            r#"{"uid":"Uid123","type":6,"data":["ev",1,"x"]}"#,
        ),
        // nsp.serverSideEmit("ev", 1, () => {})
        (
            Message::ServerSideEmit { data: list(r#"["ev",1]"#, &[]), request: Some(asked()) },
            r#"{"uid":"Uid123","requestId":"Req456","type":6,"data":["ev",1]}"#,
        ),
        // nsp.adapter.sockets(new Set(["r1"]))
        (
            Message::SocketIds { request: asked(), rooms: texts(&["r1"]) },
            r#"{"uid":"Uid123","requestId":"Req456","type":0,"rooms":["r1"]}"#,
        ),
        // nsp.adapter.allRooms()
        (Message::RoomNames { request: asked() }, r#"{"uid":"Uid123","requestId":"Req456","type":1}"#),
    ]
}

/// nsp.to("r1").timeout(1500).emit("ask", "q", () => {})
pub(super) fn broadcast_with_ack() -> (Message, &'static str) {
    let message = Message::BroadcastWithAck {
        request: asked(),
        data: list(r#"["ask","q"]"#, &[]),
        audience: audience(&["r1"], &[]),
        flags: BroadcastFlags { timeout: Some(Duration::from_millis(1500)), ..BroadcastFlags::default() },
    };
    let hex = "85 a3756964 a6556964313233 a9726571756573744964 a6526571343536 a474797065 07
        a67061636b6574 83 a474797065 02 a464617461 92 a361736b a171 a36e7370 a52f63686174
        a46f707473 83 a5726f6f6d73 91 a27231 a6657863657074 90 a5666c616773 81 a774696d656f7574 cd05dc";
    (message, hex)
}

/// What is answered to "Req456", in JSON; and in msgpack, as hex.
pub(super) fn responses() -> Vec<(Response, String)> {
    let details = SocketDetails {
        id: "S".into(),
        handshake: value(r#"{"headers":{"h":"1"},"time":"T","query":{},"address":"::1"}"#),
        rooms: texts(&["S", "r1"]),
        data: value(r#"{"n":1}"#),
    };
    let json = |json: &str| hex(json.as_bytes());
    vec![
        (
            Response::Sockets(vec![details]),
            json(
                r#"{"requestId":"Req456","sockets":[{"id":"S","handshake":{"headers":{"h":"1"},"time":"T","query":{},"address":"::1"},"rooms":["S","r1"],"data":{"n":1}}]}"#,
            ),
        ),
        (Response::Sockets(Vec::new()), json(r#"{"requestId":"Req456","sockets":[]}"#)),
        (Response::SocketIds(texts(&["S"])), json(r#"{"requestId":"Req456","sockets":["S"]}"#)),
        (Response::RoomNames(texts(&["a", "b"])), json(r#"{"requestId":"Req456","rooms":["a","b"]}"#)),
        (Response::RoomNames(Vec::new()), json(r#"{"requestId":"Req456","rooms":[]}"#)),
        (Response::ClientCount(2), json(r#"{"type":8,"requestId":"Req456","clientCount":2}"#)),
        (
            Response::ServerAck(list(r#"["answer"]"#, &[])),
            json(r#"{"type":6,"requestId":"Req456","data":"answer"}"#),
        ),
        (Response::ServerAck(list("[]", &[])), json(r#"{"type":6,"requestId":"Req456"}"#)),
        (Response::ServerAck(list("[null]", &[])), json(r#"{"type":6,"requestId":"Req456","data":null}"#)),
        // socket.on("ask", (q, cb) => cb("yes")), cb(), cb(Buffer.from([9, 8])), cb({ deep: [1] })
        (
            Response::ClientAck(list(r#"["yes"]"#, &[])),
            "83a47479706509a9726571756573744964a6526571343536a67061636b6574a3796573".into(),
        ),
        (Response::ClientAck(list("[]", &[])), "82a47479706509a9726571756573744964a6526571343536".into()),
        (
            Response::ClientAck(list(r#"[{"_placeholder":true,"num":0}]"#, &[&[9, 8]])),
            "83a47479706509a9726571756573744964a6526571343536a67061636b6574c4020908".into(),
        ),
        (
            Response::ClientAck(list(r#"[{"deep":[1]}]"#, &[])),
            "83a47479706509a9726571756573744964a6526571343536a67061636b657481a4646565709101".into(),
        ),
    ]
}

pub(super) fn names() -> Channels {
    Channels::new("socket.io", "/chat")
}

pub(super) fn asked() -> Request {
    Request { id: "Req456".into(), from: "Uid123".into() }
}
