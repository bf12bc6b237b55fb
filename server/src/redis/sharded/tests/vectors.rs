//! What `createShardedAdapter` of `@socket.io/redis-adapter` 8.3.0 publishes: in the namespace `/chat`, with the adapter's
//! `uid` set to [`UID`] and, where it asks, its `requestId` to "b96c6074bf858ae9".

use std::time::Duration;

use crate::adapter::{BroadcastFlags, Message, Request, Response, SocketDetails};
use crate::redis::golden::{audience, broadcast, bytes, list, texts, value};
use crate::redis::sharded::{Channels, SubscriptionMode};
use bytes::Bytes;

pub(super) const UID: &str = "0123456789abcdef";
pub(super) const MINE: &str = "aaaaaaaabbbbbbbb";

/// A message, its channel and its body.
pub(super) fn messages() -> Vec<(Message, &'static str, Bytes)> {
    let main = "socket.io#/chat#";
    vec![
        // nsp.emit("say", "hello", 1)
        (
            broadcast(r#"["say","hello",1]"#, &[], &[], &[], BroadcastFlags::default()),
            main,
            r#"{"type":3,"data":{"packet":{"type":2,"data":["say","hello",1]},"opts":{"rooms":[],"except":[],"flags":{}}},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.to("r1").emit("say")
        (
            broadcast(r#"["say"]"#, &[], &["r1"], &[], BroadcastFlags::default()),
            "socket.io#/chat#r1#",
            r#"{"type":3,"data":{"packet":{"type":2,"data":["say"]},"opts":{"rooms":["r1"],"except":[],"flags":{}}},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
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
            main,
            r#"{"type":3,"data":{"packet":{"type":2,"data":["say",{"a":[1.5,null]}]},"opts":{"rooms":["r1","r2"],"except":["x"],"flags":{"volatile":true,"compress":false}}},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.to("aaaaaaaaaaaaaaaaaaaa").emit("say"): a socket's own room
        (
            broadcast(r#"["say"]"#, &[], &["aaaaaaaaaaaaaaaaaaaa"], &[], BroadcastFlags::default()),
            main,
            r#"{"type":3,"data":{"packet":{"type":2,"data":["say"]},"opts":{"rooms":["aaaaaaaaaaaaaaaaaaaa"],"except":[],"flags":{}}},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
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
            main,
            bytes(
                "84 a474797065 03 a464617461 82 a67061636b6574 82 a474797065 02 a464617461 93 a3706963 c403010203 81 a162 c400
                 a46f707473 83 a5726f6f6d73 90 a6657863657074 90 a5666c616773 80
                 a3756964 b030313233343536373839616263646566 a36e7370 a52f63686174",
            ),
        ),
        // nsp.to("r1").timeout(1500).emit("ask", "q", () => {})
        (
            Message::BroadcastWithAck {
                request: asked(),
                data: list(r#"["ask","q"]"#, &[]),
                audience: audience(&["r1"], &[]),
                flags: BroadcastFlags {
                    timeout: Some(Duration::from_millis(1500)),
                    ..BroadcastFlags::default()
                },
            },
            main,
            r#"{"type":3,"data":{"packet":{"type":2,"data":["ask","q"]},"requestId":"b96c6074bf858ae9","opts":{"rooms":["r1"],"except":[],"flags":{"timeout":1500}}},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.in("r1").socketsJoin(["a", "b"])
        (
            Message::SocketsJoin { audience: audience(&["r1"], &[]), rooms: texts(&["a", "b"]) },
            main,
            r#"{"type":4,"data":{"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["a","b"]},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.in("r1").except("r9").socketsLeave("a")
        (
            Message::SocketsLeave { audience: audience(&["r1"], &["r9"]), rooms: texts(&["a"]) },
            main,
            r#"{"type":5,"data":{"opts":{"rooms":["r1"],"except":["r9"],"flags":{}},"rooms":["a"]},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.in("r1").disconnectSockets(true)
        (
            Message::DisconnectSockets { audience: audience(&["r1"], &[]), close: true },
            main,
            r#"{"type":6,"data":{"opts":{"rooms":["r1"],"except":[],"flags":{}},"close":true},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.disconnectSockets()
        (
            Message::DisconnectSockets { audience: audience(&[], &[]), close: false },
            main,
            r#"{"type":6,"data":{"opts":{"rooms":[],"except":[],"flags":{}},"close":false},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.in("r1").fetchSockets()
        (
            Message::FetchSockets { request: asked(), audience: audience(&["r1"], &[]) },
            main,
            r#"{"type":7,"data":{"opts":{"rooms":["r1"],"except":[],"flags":{}},"requestId":"b96c6074bf858ae9"},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.serverSideEmit("ev", 1, "x")
        (
            Message::ServerSideEmit { data: list(r#"["ev",1,"x"]"#, &[]), request: None },
            main,
            r#"{"type":9,"data":{"packet":["ev",1,"x"]},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // nsp.serverSideEmit("ev", Buffer.from([7]))
        (
            Message::ServerSideEmit {
                data: list(r#"["ev",{"_placeholder":true,"num":0}]"#, &[&[7]]),
                request: None,
            },
            main,
            bytes(
                "84 a474797065 09 a464617461 81 a67061636b6574 92 a26576 c40107
                 a3756964 b030313233343536373839616263646566 a36e7370 a52f63686174",
            ),
        ),
        // nsp.serverSideEmit("ev", 1, () => {})
        (
            Message::ServerSideEmit { data: list(r#"["ev",1]"#, &[]), request: Some(asked()) },
            main,
            r#"{"type":9,"data":{"requestId":"b96c6074bf858ae9","packet":["ev",1]},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
    ]
}

/// What [`UID`] answers to the request "q3" of "fedcba9876543210".
pub(super) fn responses() -> Vec<(Response, Bytes)> {
    vec![
        (
            Response::Sockets(vec![details()]),
            r#"{"type":8,"data":{"requestId":"q3","sockets":[{"id":"S","handshake":{"headers":{"h":"1"},"time":"T","query":{},"address":"::1"},"rooms":["S","r1"],"data":{"n":1}}]},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        (
            Response::ServerAck(list(r#"["answer"]"#, &[])),
            r#"{"type":10,"data":{"requestId":"q3","packet":"answer"},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        (
            Response::ServerAck(list("[]", &[])),
            r#"{"type":10,"data":{"requestId":"q3"},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        (
            Response::ServerAck(list(r#"[{"_placeholder":true,"num":0}]"#, &[&[5]])),
            bytes(
                "84 a474797065 0a a464617461 82 a9726571756573744964 a27133 a67061636b6574 c40105
                 a3756964 b030313233343536373839616263646566 a36e7370 a52f63686174",
            ),
        ),
        (
            Response::ClientCount(2),
            r#"{"type":11,"data":{"requestId":"q3","clientCount":2},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        // socket.on("ask", (q, cb) => cb("yes")), cb(), cb(Buffer.from([9, 8])), cb({ deep: [1] })
        (
            Response::ClientAck(list(r#"["yes"]"#, &[])),
            r#"{"type":12,"data":{"requestId":"q3","packet":"yes"},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        (
            Response::ClientAck(list("[]", &[])),
            r#"{"type":12,"data":{"requestId":"q3"},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
        (
            Response::ClientAck(list(r#"[{"_placeholder":true,"num":0}]"#, &[&[9, 8]])),
            bytes(
                "84 a474797065 0c a464617461 82 a9726571756573744964 a27133 a67061636b6574 c4020908
                 a3756964 b030313233343536373839616263646566 a36e7370 a52f63686174",
            ),
        ),
        (
            Response::ClientAck(list(r#"[{"deep":[1]}]"#, &[])),
            r#"{"type":12,"data":{"requestId":"q3","packet":{"deep":[1]}},"uid":"0123456789abcdef","nsp":"/chat"}"#.into(),
        ),
    ]
}

pub(super) fn names(mode: SubscriptionMode) -> Channels {
    Channels::new("socket.io", "/chat", mode)
}

pub(super) fn asked() -> Request {
    Request { id: "b96c6074bf858ae9".into(), from: UID.into() }
}

pub(super) fn details() -> SocketDetails {
    SocketDetails {
        id: "S".into(),
        handshake: value(r#"{"headers":{"h":"1"},"time":"T","query":{},"address":"::1"}"#),
        rooms: texts(&["S", "r1"]),
        data: value(r#"{"n":1}"#),
    }
}
