//! Bad input: a clear answer to the sender, a line in the log, and nobody else notices.

use parlor_server::Config;

use crate::http::{Reply, begin, send};
use crate::parlor::{Parlor, echo};
use crate::ws::{UPGRADE, WebSocket};

#[tokio::test]
async fn a_request_that_reaches_no_session_is_refused_with_its_code() {
    let parlor = Parlor::echo().await;
    let mut bystander = parlor.websocket().await;
    let live = parlor.polling().await;
    let rows = [
        ("GET", "transport=polling", 400, r#"{"code":5,"message":"Unsupported protocol version"}"#),
        ("GET", "EIO=3&transport=polling", 400, r#"{"code":5,"message":"Unsupported protocol version"}"#),
        ("GET", "EIO=4", 400, r#"{"code":0,"message":"Transport unknown"}"#),
        ("GET", "EIO=4&transport=pigeon", 400, r#"{"code":0,"message":"Transport unknown"}"#),
        ("GET", "EIO=4&transport=__proto__", 400, r#"{"code":0,"message":"Transport unknown"}"#),
        ("GET", "EIO=4&transport=polling&sid=nobody", 400, r#"{"code":1,"message":"Session ID unknown"}"#),
        ("POST", "EIO=4&transport=polling&sid=nobody", 400, r#"{"code":1,"message":"Session ID unknown"}"#),
        ("POST", "EIO=4&transport=polling", 400, r#"{"code":2,"message":"Bad handshake method"}"#),
        ("GET", "EIO=4&transport=websocket", 400, r#"{"code":3,"message":"Bad request"}"#),
        ("GET", "EIO=3&transport=polling&sid=LIVE", 400, r#"{"code":3,"message":"Bad request"}"#),
        ("GET", "EIO=4&transport=websocket&sid=LIVE", 400, r#"{"code":3,"message":"Bad request"}"#),
        ("PUT", "EIO=4&transport=polling&sid=LIVE", 500, ""),
    ];
    for (method, query, status, body) in rows {
        let before = parlor.logs.count("a request was refused");
        let line = format!("{method} /socket.io/?{}", query.replace("LIVE", &live.sid));
        let reply = send(parlor.address, &line, &[], b"").await;
        assert_eq!((reply.status, &*reply.body), (status, body), "{method} {query}");
        let json = (!body.is_empty()).then_some("application/json");
        assert_eq!(reply.header("content-type"), json, "{method} {query}");
        assert_eq!(parlor.logs.count("a request was refused"), before + 1, "{method} {query}");
    }
    assert_eq!(live.post("40").await.body, "ok", "the session lives on");
    assert!(bystander.heard().await.is_empty());
}

#[tokio::test]
async fn a_refused_upgrade_gets_the_message_as_text() {
    let parlor = Parlor::echo().await;
    let rows = [
        ("EIO=4&transport=websocket&sid=nobody", &UPGRADE[..], "Session ID unknown"),
        ("EIO=3&transport=websocket", &UPGRADE, "Unsupported protocol version"),
        ("EIO=4&transport=polling", &UPGRADE, "Bad request"),
        ("EIO=4&transport=websocket", &UPGRADE[..3], ""),
    ];
    for (query, headers, body) in rows {
        let reply = send(parlor.address, &format!("GET /socket.io/?{query}"), headers, b"").await;
        assert_eq!((reply.status, &*reply.body), (400, body), "{query}");
        assert_eq!(reply.header("connection"), Some("close"), "{query}");
    }
    assert_eq!(parlor.logs.count("was refused"), 4);
}

#[tokio::test]
async fn an_origin_that_no_header_may_hold_is_refused_by_the_http_parser() {
    let parlor = Parlor::echo().await;
    let line = "GET /socket.io/?EIO=4&transport=polling";
    for origin in ["Origin: http://a\u{1}b", "Origin: http://a\u{7f}"] {
        let reply = send(parlor.address, line, &[origin], b"").await;
        assert_eq!((reply.status, &*reply.body), (400, ""), "{origin:?}");
    }
    assert_eq!(send(parlor.address, line, &["Origin: http://\u{e9}"], b"").await.status, 200);
}

#[tokio::test]
async fn a_bad_packet_ends_its_session_and_no_other() {
    let parlor = Parlor::echo().await;
    let mut bystander = parlor.websocket().await;
    // Joined to `/` before?; what is sent; what the log says.
    let rows = [
        (true, "x", "is not a"),
        (true, "", "is not a"),
        (true, "4", "a client broke the protocol"),
        (true, "49", "a client broke the protocol"),
        (true, "42[", "a client broke the protocol"),
        (true, "42{}", "a client broke the protocol"),
        (true, r#"42["disconnect"]"#, "a client broke the protocol"),
        (true, r#"450-["a"]"#, "a client broke the protocol"),
        (true, r#"4511-["a"]"#, "a client broke the protocol"),
        (true, "40", "second CONNECT"),
        (true, "44{}", "CONNECT_ERROR from a client"),
        (true, r#"42/other,["a"]"#, "was not joined"),
        (false, r#"42["early"]"#, "was not joined"),
        (false, "41", "was not joined"),
        (true, "2", "transport error"),
    ];
    for (join, sent, log) in rows {
        let before = parlor.logs.count(log);
        let mut client =
            if join { parlor.websocket().await } else { WebSocket::open(parlor.address).await.0 };
        client.send(sent).await;
        client.closed().await;
        assert_eq!(parlor.logs.count(log), before + 1, "WebSocket: {sent:?}: {}", parlor.logs.text());

        let client = if join { parlor.joined_polling().await } else { parlor.polling().await };
        let (held, reply) = (client.held().await, client.post(sent).await);
        assert_eq!((reply.status, &*reply.body), (200, "ok"), "polling: {sent:?}");
        assert_eq!(held.await.unwrap().body, "1", "polling: {sent:?}");
        client.assert_gone().await;
        assert_eq!(parlor.logs.count(log), before + 2, "polling: {sent:?}");
    }
    assert!(bystander.heard().await.is_empty());
    assert!(!parlor.logs.text().contains("panicked"));
}

#[tokio::test]
async fn binary_that_nobody_announced_ends_the_session() {
    let parlor = Parlor::echo().await;
    let mut client = parlor.websocket().await;
    client.send_binary(&[1, 2, 3]).await;
    client.closed().await;
    parlor.logs.line("a client broke the protocol").await;

    let mut client = parlor.websocket().await;
    client.send(r#"451-["a",{"_placeholder":true,"num":0}]"#).await;
    client.send(r#"42["instead of binary"]"#).await;
    client.closed().await;
    assert_eq!(parlor.logs.count("a client broke the protocol"), 2);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_and_the_session_lives() {
    let config = Config { max_http_buffer_bytes: 1000, ..Config::default() };
    let parlor = Parlor::with(config, echo).await;
    let client = parlor.joined_polling().await;
    let fits = format!(r#"420["echo","{}"]"#, "x".repeat(1000 - 15));
    assert_eq!(client.post(&fits).await.status, 200);
    assert_eq!(client.get().await.body, format!(r#"430["{}"]"#, "x".repeat(1000 - 15)));

    for chunked in [false, true] {
        let long = "x".repeat(1001);
        let reply = if chunked {
            let body = format!("3e9\r\n{long}\r\n0\r\n\r\n");
            let chunked = ["Transfer-Encoding: chunked"];
            Reply::read(begin(parlor.address, &client.line("POST"), &chunked, 0, body.as_bytes()).await).await
        } else {
            client.post(&long).await
        };
        assert_eq!((reply.status, &*reply.body), (413, ""), "chunked: {chunked}");
    }
    assert_eq!(parlor.logs.count("longer than max_http_buffer_bytes"), 2);
    assert_eq!(client.post(r#"421["echo"]"#).await.status, 200);
    assert_eq!(client.get().await.body, "431[]");
}

#[tokio::test]
async fn a_websocket_message_over_the_limit_is_closed_with_1009() {
    let config = Config { max_http_buffer_bytes: 1000, ..Config::default() };
    let parlor = Parlor::with(config, echo).await;
    let mut client = parlor.websocket().await;
    client.send(&"x".repeat(1001)).await;
    assert_eq!(client.closed().await, 1009);
    parlor.logs.line("message too big").await;
}

#[tokio::test]
async fn a_body_that_is_not_text_is_400_and_ends_the_session() {
    let parlor = Parlor::echo().await;
    let rows: [(&[&str], &[u8], &str); 2] = [
        (&["Content-Type: application/octet-stream"], b"40", "application/octet-stream"),
        (&["Content-Type: text/plain"], b"4\xff\xfe", "is not a payload"),
    ];
    for (headers, body, log) in rows {
        let client = parlor.polling().await;
        let reply = client.post_with(headers, body).await;
        assert_eq!((reply.status, &*reply.body), (400, ""), "{headers:?}");
        client.assert_gone().await;
        assert_eq!(parlor.logs.count(log), 1, "{headers:?}");
    }
}

#[tokio::test]
async fn what_stands_before_the_first_bad_packet_of_a_body_is_handled() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let held = client.held().await;
    assert_eq!(client.post("42[\"echo\",1]\u{1e}x\u{1e}42[\"echo\",2]").await.body, "ok");
    assert!([r#"42["echo",1]"#, "1"].contains(&&*held.await.unwrap().body));
    client.assert_gone().await;
}

#[tokio::test]
async fn a_second_get_is_refused_and_ends_the_session() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let (one, other) = (client.held().await, client.get().await);
    assert_eq!((other.status, &*other.body), (400, ""));
    assert_eq!(one.await.unwrap().body, "1");
    client.assert_gone().await;
    parlor.logs.line("a request does not fit its session").await;
}

#[tokio::test]
async fn a_second_post_is_refused_and_ends_the_session() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let first = begin(client.address, &client.line("POST"), &[], 10, b"42[").await;
    parlor.logs.nth_line("a POST came", 2).await;
    // The answer does not wait for the body.
    let second = begin(client.address, &client.line("POST"), &[], 10, b"42[").await;
    let second = Reply::read(second).await;
    assert_eq!((second.status, &*second.body), (400, ""));
    client.assert_gone().await;
    drop(first);
}

#[tokio::test]
async fn a_client_that_hangs_up_on_its_poll_is_gone() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let stream = begin(client.address, &client.line("GET"), &[], 0, b"").await;
    parlor.logs.nth_line("a GET came", 2).await;
    drop(stream);
    assert!(parlor.logs.line("a connection was closed").await.contains("transport error"));
    client.assert_gone().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_in_a_body_is_gone() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let stream = begin(client.address, &client.line("POST"), &[], 10, b"42[").await;
    parlor.logs.nth_line("a POST came", 2).await;
    drop(stream);
    assert!(parlor.logs.line("a connection was closed").await.contains("transport error"));
}

#[tokio::test]
async fn a_websocket_that_is_cut_is_a_transport_close() {
    let parlor = Parlor::echo().await;
    drop(parlor.websocket().await);
    assert!(parlor.logs.line("a connection was closed").await.contains("transport close"));
}
