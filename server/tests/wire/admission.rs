//! Who may open a session, and what the application may say about it.

use std::sync::{Arc, Mutex};

use parlor_server::{Config, Handshake, Refusal};
use tokio::sync::Notify;

use crate::http::{Polling, begin, send};
use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::{UPGRADE, WebSocket};

const POLLING: &str = "GET /socket.io/?EIO=4&transport=polling";
const WEBSOCKET: &str = "GET /socket.io/?EIO=4&transport=websocket";

#[tokio::test]
async fn the_first_broken_rule_is_told_in_the_order_of_engine_io() {
    let parlor = Parlor::echo().await;
    parlor.io.engine().allow_request(|handshake: Arc<Handshake>| async move {
        if handshake.query("ok").is_some() { Ok(()) } else { Err(Refusal::new("not you")) }
    });
    let open = send(parlor.address, &format!("{POLLING}&ok"), &[], b"").await;
    let live = open.body.split('"').nth(3).unwrap();
    // Each request breaks the rule that is named, and those below it as far as it can.
    let rows = [
        ("POST", "EIO=3&transport=pigeon&sid=nobody", 400, r#"{"code":0,"message":"Transport unknown"}"#),
        ("PUT", "EIO=3&transport=websocket&sid=nobody", 400, r#"{"code":1,"message":"Session ID unknown"}"#),
        ("PUT", "EIO=3&transport=websocket&sid=LIVE", 400, r#"{"code":3,"message":"Bad request"}"#),
        ("PUT", "EIO=4&transport=polling&sid=LIVE", 500, ""),
        ("POST", "EIO=3&transport=websocket", 400, r#"{"code":2,"message":"Bad handshake method"}"#),
        ("GET", "EIO=3&transport=websocket", 400, r#"{"code":3,"message":"Bad request"}"#),
        ("GET", "EIO=3&transport=polling", 403, r#"{"code":4,"message":"not you"}"#),
        ("GET", "EIO=3&transport=polling&ok", 400, r#"{"code":5,"message":"Unsupported protocol version"}"#),
    ];
    for (method, query, status, body) in rows {
        let line = format!("{method} /socket.io/?{}", query.replace("LIVE", live));
        let reply = send(parlor.address, &line, &[], b"").await;
        assert_eq!((reply.status, &*reply.body), (status, body), "{method} {query}");
    }
}

#[tokio::test]
async fn the_application_judges_handshakes_of_both_transports_and_nothing_else() {
    let parlor = Parlor::echo().await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    parlor.io.engine().allow_request(move |handshake: Arc<Handshake>| {
        let name = handshake.query("name").unwrap_or_default();
        heard.lock().unwrap().push(name.clone());
        async move {
            tokio::task::yield_now().await;
            assert!(handshake.address().is_some());
            if name == "ann" { Ok(()) } else { Err(Refusal::new("only ann")) }
        }
    });

    let refused = send(parlor.address, &format!("{POLLING}&name=bob"), &[], b"").await;
    assert_eq!((refused.status, &*refused.body), (403, r#"{"code":4,"message":"only ann"}"#));
    assert_eq!(refused.header("content-type"), Some("application/json"));
    let refused = send(parlor.address, &format!("{WEBSOCKET}&name=bob"), &UPGRADE, b"").await;
    assert_eq!((refused.status, &*refused.body), (400, "only ann"));
    assert_eq!(parlor.logs.count("only ann"), 2);

    let mut websocket = WebSocket::asking(parlor.address, "&name=ann").await;
    assert!(websocket.text().await.starts_with(r#"0{"sid":""#));
    let open = send(parlor.address, &format!("{POLLING}&name=ann"), &[], b"").await;
    let sid = open.body.split('"').nth(3).unwrap().to_owned();
    let client = Polling { address: parlor.address, sid, logs: parlor.logs.clone() };
    assert_eq!(client.post("40").await.body, "ok");
    assert!(client.get().await.body.starts_with("40"));
    let mut upgrade = WebSocket::beside(parlor.address, &client.sid).await;
    upgrade.send("2probe").await;
    assert_eq!(upgrade.text().await, "3probe");
    assert_eq!(*asked.lock().unwrap(), ["bob", "bob", "ann", "ann"]);
}

#[tokio::test]
async fn a_judge_that_panics_refuses() {
    let parlor = Parlor::echo().await;
    parlor.io.engine().allow_request(|_| async { panic!("no judge today") });
    let refused = send(parlor.address, POLLING, &[], b"").await;
    assert_eq!((refused.status, &*refused.body), (403, r#"{"code":4,"message":"Forbidden"}"#));
    assert!(parlor.logs.line("no judge today").await.contains("allow_request"));
}

#[tokio::test]
async fn the_application_may_make_the_ids_and_a_bad_one_is_a_bad_request() {
    let parlor = Parlor::echo().await;
    parlor.io.engine().generate_id(|handshake: Arc<Handshake>| async move {
        tokio::task::yield_now().await;
        handshake.query("id").ok_or("no id in the query")
    });
    let reply = send(parlor.address, &format!("{POLLING}&id=mine-1"), &[], b"").await;
    assert!(reply.body.starts_with(r#"0{"sid":"mine-1","#), "{reply:?}");
    let mut websocket = WebSocket::asking(parlor.address, "&id=mine-2").await;
    assert!(websocket.text().await.starts_with(r#"0{"sid":"mine-2","#));

    // What the id is; what the log says.
    let rows = [
        ("", "no id in the query"),
        ("&id=", "it is empty"),
        ("&id=a%3Bb", "may not stand in a URL"),
        ("&id=mine-1", "was made twice"),
    ];
    for (id, log) in rows {
        let reply = send(parlor.address, &format!("{POLLING}{id}"), &[], b"").await;
        assert_eq!((reply.status, &*reply.body), (400, r#"{"code":3,"message":"Bad request"}"#), "{id}");
        parlor.logs.line(log).await;
    }
    let refused = send(parlor.address, WEBSOCKET, &UPGRADE, b"").await;
    assert_eq!((refused.status, &*refused.body), (400, "Bad request"));
}

#[tokio::test]
async fn headers_are_added_to_the_first_answer_and_to_every_one() {
    let parlor = Parlor::echo().await;
    let value = http::HeaderValue::from_static;
    parlor.io.engine().on_initial_headers(move |headers, request| {
        assert!(request.uri().query().is_some_and(|query| !query.contains("sid=")));
        headers.insert("x-first", value("1"));
    });
    parlor.io.engine().on_headers(move |headers, _| drop(headers.insert("x-each", value("2"))));
    parlor.io.engine().on_headers(|_, _| panic!("a bad hook"));

    let open = send(parlor.address, POLLING, &[], b"").await;
    assert_eq!((open.header("x-first"), open.header("x-each")), (Some("1"), Some("2")));
    let sid = open.body.split('"').nth(3).unwrap().to_owned();
    let client = Polling { address: parlor.address, sid, logs: parlor.logs.clone() };
    for reply in [client.post("40").await, client.get().await] {
        assert_eq!((reply.header("x-first"), reply.header("x-each")), (None, Some("2")));
    }
    let refused = send(parlor.address, "GET /socket.io/?EIO=3&transport=polling", &[], b"").await;
    assert_eq!((refused.status, refused.header("x-each")), (400, None));

    let (_, response) = WebSocket::answered(parlor.address, "").await;
    assert_eq!((&response["x-first"], &response["x-each"]), (&value("1"), &value("2")));
    assert_eq!(parlor.logs.count("a handler panicked"), 4);
}

#[tokio::test]
async fn every_refusal_with_a_code_is_told() {
    let parlor = Parlor::echo().await;
    let errors = Arc::new(Mutex::new(Vec::new()));
    let heard = errors.clone();
    parlor.io.engine().on_connection_error(move |error| {
        let line = format!("{} {} {}", error.request().method(), error.code(), error.message());
        heard.lock().unwrap().push(line);
    });
    let live = parlor.polling().await;
    send(parlor.address, "GET /socket.io/?EIO=4", &[], b"").await;
    send(parlor.address, &live.line("PUT"), &[], b"").await;
    send(parlor.address, "POST /socket.io/?EIO=4&transport=polling", &[], b"").await;
    send(parlor.address, &format!("{WEBSOCKET}&sid=nobody"), &UPGRADE, b"").await;
    let expected = ["GET 0 Transport unknown", "POST 2 Bad handshake method", "GET 1 Session ID unknown"];
    assert_eq!(*errors.lock().unwrap(), expected);
}

#[tokio::test]
async fn beyond_max_connections_nobody_is_let_in_until_somebody_leaves() {
    let parlor = Parlor::with(Config { max_connections: Some(2), ..Config::default() }, echo).await;
    let (mut first, _second) = (parlor.websocket().await, parlor.polling().await);
    assert_eq!(parlor.io.engine().clients_count(), 2);
    let refused = send(parlor.address, POLLING, &[], b"").await;
    assert_eq!((refused.status, &*refused.body), (503, ""));
    assert_eq!(send(parlor.address, WEBSOCKET, &UPGRADE, b"").await.status, 503);
    assert_eq!(parlor.logs.count("there is no room for a connection"), 2);
    assert!(first.heard().await.is_empty());

    first.send("1").await;
    first.closed().await;
    parlor.logs.line("a connection was closed").await;
    assert_eq!(parlor.polling().await.post("40").await.body, "ok");
}

#[tokio::test]
async fn beyond_max_handshakes_nobody_is_asked_for() {
    let parlor = Parlor::with(Config { max_handshakes: 1, ..Config::default() }, echo).await;
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, held) = (begun.clone(), go.clone());
    parlor.io.engine().allow_request(move |_| {
        let (told, held) = (told.clone(), held.clone());
        async move {
            told.notify_one();
            held.notified().await;
            Ok(())
        }
    });
    let first = begin(parlor.address, POLLING, &[], 0, b"").await;
    soon("the first handshake", begun.notified()).await;
    assert_eq!(send(parlor.address, POLLING, &[], b"").await.status, 503);
    assert_eq!(parlor.logs.count("too many handshakes"), 1);

    // One whose client hangs up is under way no more.
    drop(first);
    let second = loop {
        let address = parlor.address;
        let mut second = tokio::spawn(async move { send(address, POLLING, &[], b"").await });
        tokio::select! {
            () = begun.notified() => break second,
            refused = &mut second => assert_eq!(refused.unwrap().status, 503),
        }
    };
    go.notify_one();
    assert_eq!(soon("the answer", second).await.unwrap().status, 200);
}
