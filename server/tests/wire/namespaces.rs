//! Being let in, or not.

use parlor_server::{Config, Refusal, Server, Socket};
use serde_json::{Value, json};
use tokio::sync::mpsc;

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
    let parlor = Parlor::with(Config::default(), move |socket| {
        let handshake = socket.handshake();
        let agent = handshake.headers().get("user-agent").map(|value| value.to_str().unwrap().to_owned());
        seen.send((handshake.query("token"), agent, handshake.address().map(|address| address.ip())))
            .unwrap();
    })
    .await;
    let line = "GET /socket.io/?EIO=4&transport=polling&token=a%20b";
    let reply = crate::http::send(parlor.address, line, &["User-Agent: test"], b"").await;
    let sid = reply.body.split('"').nth(3).unwrap();
    let line = format!("POST /socket.io/?EIO=4&transport=polling&sid={sid}");
    crate::http::send(parlor.address, &line, &[], b"40").await;
    let expected = (Some("a b".to_owned()), Some("test".to_owned()), Some([127, 0, 0, 1].into()));
    assert_eq!(soon("the connection", requests.recv()).await, Some(expected));
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
