//! Being let in, or not.

use std::sync::Arc;

use parlor_server::{Ack, Config, Refusal, Server, Socket};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::WebSocket;

#[tokio::test]
async fn an_unknown_namespace_is_refused_and_the_connection_lives() {
    let parlor = Parlor::echo().await;
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/nope,").await;
    assert_eq!(client.text().await, r#"44/nope,{"message":"Invalid namespace"}"#);
    client.join("40").await;
    parlor.logs.line("was not let into a namespace").await;
}

#[tokio::test]
async fn refusals_of_one_client_are_one_line_of_its_own_in_the_log() {
    let parlor = Parlor::echo().await;
    let (mut client, _) = WebSocket::open(parlor.address).await;
    for _ in 0..3 {
        client.send("40/nope\nINFO forged\u{1b}[31m,").await;
        assert!(client.text().await.starts_with("44/nope"));
    }
    let line = parlor.logs.line("was not let into a namespace").await;
    assert!(line.contains(r#"namespace="/nope\nINFO forged\u{1b}[31m""#), "{line}");
    assert_eq!(parlor.logs.count("was not let into a namespace"), 1);
    assert_eq!(parlor.logs.count("was not let into one more namespace"), 2);
}

#[tokio::test]
async fn a_middleware_refuses_with_words_and_data_and_lets_in() {
    let parlor = Parlor::empty(Config::default()).await;
    let private = parlor.io.of("/private");
    private.middleware(|socket: Socket| async move {
        let auth: Value = socket.auth().unwrap();
        tokio::task::yield_now().await;
        if auth["token"] == "secret" {
            return Ok(());
        }
        Err(Refusal::new("not authorized").with_data(&json!({"code": 1})).unwrap())
    });
    private.on_connection(|socket: Socket| async move {
        socket.emit("auth", &socket.auth::<Value>().unwrap()).unwrap();
    });

    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/private,").await;
    assert_eq!(client.text().await, r#"44/private,{"message":"not authorized","data":{"code":1}}"#);
    client.send(r#"40/private,{"token":"secret"}"#).await;
    assert!(client.text().await.starts_with(r#"40/private,{"sid":""#));
    assert_eq!(client.text().await, r#"42/private,["auth",{"token":"secret"}]"#);
}

#[tokio::test]
async fn a_query_is_part_of_the_name() {
    let parlor = Parlor::empty(Config::default()).await;
    let _ = parlor.io.of("/private");
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/private?token=secret,").await;
    assert_eq!(client.text().await, r#"44/private?token=secret,{"message":"Invalid namespace"}"#);
    let _ = parlor.io.of("/private?token=secret");
    client.join("40/private?token=secret,").await;
}

#[tokio::test]
async fn a_client_that_says_nothing_about_itself_says_an_empty_object() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.emit("auth", &socket.auth::<Value>().unwrap()).unwrap();
    })
    .await;
    assert_eq!(parlor.websocket().await.text().await, r#"42["auth",{}]"#);
}

#[tokio::test]
async fn middlewares_run_in_order_until_the_first_refusal() {
    let (ran, mut runs) = mpsc::unbounded_channel();
    let parlor = Parlor::empty(Config::default()).await;
    for (name, verdict) in [("first", true), ("second", false), ("third", true)] {
        let ran = ran.clone();
        parlor.io.middleware(move |_| {
            ran.send(name).unwrap();
            async move { if verdict { Ok(()) } else { Err(Refusal::new("no")) } }
        });
    }
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40").await;
    assert_eq!(client.text().await, r#"44{"message":"no"}"#);
    assert_eq!([runs.try_recv(), runs.try_recv()], [Ok("first"), Ok("second")]);
    assert!(runs.try_recv().is_err());
}

#[tokio::test]
async fn nothing_overtakes_the_answer_to_connect() {
    let parlor = Parlor::empty(Config::default()).await;
    // A room that was joined in the middleware is heard only after the answer.
    parlor.io.middleware(|socket: Socket| async move {
        socket.join("early");
        assert!(socket.emit("too early", &()).is_err());
        Ok(())
    });
    let io: Server = parlor.io.clone();
    parlor.io.middleware(move |_| {
        io.to("early").emit("missed", &()).unwrap();
        async { Ok(()) }
    });
    let io = parlor.io.clone();
    parlor.io.on_connection(move |socket: Socket| {
        assert!(socket.is_connected());
        io.to("early").emit("one", &()).unwrap();
        io.to(socket.id()).emit("two", &()).unwrap();
        socket
            .emit("three", &socket.rooms().iter().map(|room| &**room == socket.id()).collect::<Vec<_>>())
            .unwrap();
        async {}
    });
    let mut client = parlor.websocket().await;
    let heard = [client.text().await, client.text().await, client.text().await];
    assert_eq!(heard, [r#"42["one"]"#, r#"42["two"]"#, r#"42["three",[false,true]]"#]);
}

#[tokio::test]
async fn the_handshake_is_what_the_first_request_said() {
    let (seen, mut requests) = mpsc::unbounded_channel();
    let began = std::time::SystemTime::now();
    let parlor = Parlor::with(Config::default(), move |socket| {
        let handshake = socket.handshake();
        let agent = handshake.headers().get("user-agent").map(|value| value.to_str().unwrap().to_owned());
        let pairs =
            handshake.query_pairs().map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>();
        assert_eq!(handshake.address().unwrap().ip(), std::net::Ipv4Addr::LOCALHOST);
        assert!(handshake.issued() >= began);
        assert!(!handshake.is_secure());
        seen.send((
            handshake.uri().to_string(),
            handshake.query("token"),
            pairs.join(" "),
            agent,
            handshake.is_cross_domain(),
        ))
        .unwrap();
    })
    .await;
    for (header, is_cross_domain) in [("Accept: */*", false), ("Origin: http://a.example", true)] {
        let path = "/socket.io/?EIO=4&transport=polling&token=a%20b&token=c&flag";
        let reply =
            crate::http::send(parlor.address, &format!("GET {path}"), &["User-Agent: test", header], b"")
                .await;
        let sid = reply.body.split('"').nth(3).unwrap();
        let line = format!("POST /socket.io/?EIO=4&transport=polling&sid={sid}");
        crate::http::send(parlor.address, &line, &["User-Agent: another"], b"40").await;
        let (uri, token, pairs, agent, cross_domain) = soon("the connection", requests.recv()).await.unwrap();
        assert_eq!(uri, path);
        assert_eq!(token.as_deref(), Some("a b"));
        assert_eq!(pairs, "EIO:4 transport:polling token:a b token:c flag:");
        assert_eq!(agent.as_deref(), Some("test"));
        assert_eq!(cross_domain, is_cross_domain);
    }
}

#[tokio::test]
async fn what_a_refused_client_has_joined_it_has_left() {
    let (refused, mut sockets) = mpsc::unbounded_channel();
    let parlor = Parlor::empty(Config::default()).await;
    parlor.io.middleware(move |socket: Socket| {
        socket.join(["early", "bird"]);
        assert_eq!(socket.rooms().len(), 2);
        assert!(!socket.is_connected());
        refused.send(socket).unwrap();
        async { Err(Refusal::new("no")) }
    });
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40").await;
    assert_eq!(client.text().await, r#"44{"message":"no"}"#);
    let socket = sockets.try_recv().unwrap();
    socket.join("late");
    assert!(socket.rooms().is_empty());
    assert!(!socket.is_connected());
    assert!(parlor.io.of("/").rooms().is_empty());
}

#[tokio::test]
async fn a_client_that_goes_while_it_is_judged_is_dropped_silently() {
    let (came, mut comers) = mpsc::unbounded_channel();
    let (judged, mut judgements) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let told = go_on.clone();
    let parlor = Parlor::with(Config::default(), move |socket| came.send(socket.clone()).unwrap()).await;
    parlor.io.middleware(move |socket: Socket| {
        let (judged, told) = (judged.clone(), told.clone());
        async move {
            socket.join("early");
            judged.send(socket).unwrap();
            told.notified().await;
            Ok(())
        }
    });
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40").await;
    let gone = soon("the judgement", judgements.recv()).await.unwrap();
    drop(client);
    parlor.logs.line("a connection was closed").await;
    go_on.notify_one();
    // Who comes next is the first to be let in.
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40").await;
    let next = soon("the judgement", judgements.recv()).await.unwrap();
    go_on.notify_one();
    assert_eq!(client.text().await, format!(r#"40{{"sid":"{}"}}"#, next.id()));
    assert!(soon("the connection", comers.recv()).await.unwrap() == next);
    assert!(comers.try_recv().is_err());
    assert!(!gone.is_connected() && gone.rooms().is_empty());
}

#[tokio::test]
async fn middlewares_of_the_root_judge_nobody_else() {
    let parlor = Parlor::empty(Config::default()).await;
    parlor.io.middleware(|_| async { Err(Refusal::new("no")) });
    let _ = parlor.io.of("/custom");
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40").await;
    assert_eq!(client.text().await, r#"44{"message":"no"}"#);
    client.join("40/custom,").await;
}

#[tokio::test]
async fn what_a_middleware_has_found_out_stays_with_the_socket() {
    struct User(String);
    let parlor = Parlor::empty(Config::default()).await;
    parlor.io.middleware(|socket: Socket| async move {
        let name = socket.auth::<Value>().unwrap()["name"].to_string();
        socket.data().insert(User(name));
        Ok(())
    });
    parlor.io.on_connection(|socket: Socket| async move {
        socket.on("who am i", |socket: Socket, (), ack: Ack| async move {
            ack.send(&socket.data().of::<User>().map(|user| user.0.clone()));
        });
    });
    let mut answers = Vec::new();
    for connect in [r#"40{"name":"ann"}"#, r#"40{"name":"bob"}"#] {
        let (mut client, _) = WebSocket::open(parlor.address).await;
        client.send(connect).await;
        client.text().await;
        client.send(r#"421["who am i"]"#).await;
        answers.push(client.text().await);
    }
    assert_eq!(answers, [r#"431["\"ann\""]"#, r#"431["\"bob\""]"#]);
}

#[tokio::test]
async fn two_namespaces_share_a_connection_and_nothing_else() {
    let parlor = Parlor::echo().await;
    parlor.io.of("/custom").on_connection(|socket: Socket| async move { echo(&socket) });
    let mut client = parlor.websocket().await;
    let root = client.id.clone();
    client.join("40/custom,").await;
    assert_ne!(client.id, root);
    client.send(r#"42/custom,["echo",1]"#).await;
    client.send(r#"42["echo",2]"#).await;
    assert_eq!([client.text().await, client.text().await], [r#"42/custom,["echo",1]"#, r#"42["echo",2]"#]);
    client.send("41/custom,").await;
    assert!(client.heard().await.is_empty());
}
