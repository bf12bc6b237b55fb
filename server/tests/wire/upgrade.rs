//! From polling to a WebSocket, with a poll held as browsers hold it.

use std::time::Duration;

use parlor_server::{Config, Socket, TransportKind};
use tokio::sync::mpsc;

use crate::parlor::Parlor;
use crate::soon;
use crate::ws::WebSocket;

#[tokio::test]
async fn a_session_moves_to_its_websocket_and_loses_nothing() {
    let parlor = Parlor::with(Config::default(), |socket| {
        crate::parlor::echo(socket);
        socket.on("transport", |socket, (), ack| async move { ack.send(socket.transport().as_str()) });
    })
    .await;
    let client = parlor.joined_polling().await;
    let held = client.held().await;
    client.post(r#"420["transport"]"#).await;
    assert_eq!(held.await.unwrap().body, r#"430["polling"]"#);

    let held = client.held().await;
    let mut websocket = WebSocket::beside(parlor.address, &client.sid).await;
    websocket.send("2probe").await;
    assert_eq!(websocket.text().await, "3probe");
    assert_eq!(held.await.unwrap().body, "6", "the poll is released");

    // While it moves, nothing is polling: what is said meanwhile waits.
    parlor.io.emit("meanwhile", &()).unwrap();
    websocket.send("5").await;
    websocket.send(r#"421["transport"]"#).await;
    assert_eq!(websocket.text().await, r#"42["meanwhile"]"#);
    assert_eq!(websocket.text().await, r#"431["websocket"]"#);

    let reply = client.get().await;
    assert_eq!((reply.status, &*reply.body), (400, r#"{"code":3,"message":"Bad request"}"#));
    parlor.logs.line("moved to its WebSocket").await;
}

#[tokio::test]
async fn a_poll_that_comes_during_the_move_is_released_too() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let mut websocket = WebSocket::beside(parlor.address, &client.sid).await;
    websocket.send("2probe").await;
    assert_eq!(websocket.text().await, "3probe");
    assert_eq!(client.get().await.body, "6");
}

#[tokio::test]
async fn a_websocket_that_has_not_taken_over_hears_nothing_but_the_answer_to_its_probe() {
    let (came, mut sockets) = mpsc::unbounded_channel();
    let parlor = Parlor::with(Config::default(), move |socket| came.send(socket.clone()).unwrap()).await;
    let client = parlor.joined_polling().await;
    let socket: Socket = soon("the socket", sockets.recv()).await.unwrap();
    let mut websocket = WebSocket::beside(parlor.address, &client.sid).await;
    // The server has it.
    websocket.ping().await;

    let held = client.held().await;
    parlor.io.emit("news", &1).unwrap();
    websocket.ping().await;
    assert_eq!(soon("a broadcast", held).await.unwrap().body, r#"42["news",1]"#);
    let held = client.held().await;
    socket.emit("news", &2).unwrap();
    websocket.ping().await;
    assert_eq!(soon("an event", held).await.unwrap().body, r#"42["news",2]"#);

    websocket.send("2probe").await;
    assert_eq!(websocket.text().await, "3probe");
    // A poll that comes now is released soon, with the event or without it.
    let held = client.held().await;
    parlor.io.emit("news", &3).unwrap();
    websocket.ping().await;
    let body = soon("the last poll", held).await.unwrap().body;
    websocket.send("5").await;
    parlor.io.emit("news", &4).unwrap();
    if body != r#"42["news",3]"# {
        assert_eq!(body, "6");
        assert_eq!(websocket.text().await, r#"42["news",3]"#);
    }
    assert_eq!(websocket.text().await, r#"42["news",4]"#);
}

#[tokio::test]
async fn a_websocket_that_fails_its_probe_leaves_the_session_on_polling() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    for first in ["5", "4hello", "x", "2"] {
        let mut websocket = WebSocket::beside(parlor.address, &client.sid).await;
        websocket.send(first).await;
        websocket.closed().await;
    }
    let mut websocket = WebSocket::beside(parlor.address, &client.sid).await;
    websocket.send("2probe").await;
    assert_eq!(websocket.text().await, "3probe");
    drop(websocket);
    client.post(r#"420["echo"]"#).await;
    let mut body = client.get().await.body;
    if body == "6" {
        // The poll came before the server noticed that the WebSocket is gone.
        body = client.get().await.body;
    }
    assert_eq!(body, "430[]");
}

#[tokio::test]
async fn a_second_websocket_is_closed_and_so_is_one_that_takes_too_long() {
    let config = Config { upgrade_timeout: Duration::from_millis(300), ..Config::default() };
    let parlor = Parlor::with(config, crate::parlor::echo).await;
    let client = parlor.joined_polling().await;
    let mut slow = WebSocket::beside(parlor.address, &client.sid).await;
    slow.closed().await;
    assert_eq!(client.post("3").await.body, "ok");

    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let mut first = WebSocket::beside(parlor.address, &client.sid).await;
    first.send("2probe").await;
    assert_eq!(first.text().await, "3probe");
    WebSocket::beside(parlor.address, &client.sid).await.closed().await;
    first.send("5").await;
    first.send(r#"420["echo"]"#).await;
    assert_eq!(first.text().await, "430[]");
}

#[tokio::test]
async fn only_a_few_refused_websockets_of_a_session_may_take_their_time_to_close() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let mut first = WebSocket::beside(parlor.address, &client.sid).await;
    first.send("2probe").await;
    assert_eq!(first.text().await, "3probe");
    let mut polite = Vec::new();
    for _ in 0..4 {
        // They are told, and do not answer.
        polite.push(WebSocket::beside(parlor.address, &client.sid).await);
    }
    let cut = WebSocket::beside(parlor.address, &client.sid).await.message().await;
    assert!(!matches!(cut, Some(Ok(_))), "it is cut without a word: {cut:?}");
    for mut websocket in polite {
        websocket.closed().await;
    }
}

#[tokio::test]
async fn a_server_without_websockets_upgrades_nobody() {
    let config = Config { transports: vec![TransportKind::Polling], ..Config::default() };
    let parlor = Parlor::with(config, |_| {}).await;
    let client = parlor.polling().await;
    let line = format!("GET /socket.io/?EIO=4&transport=websocket&sid={}", client.sid);
    let reply =
        crate::http::send(parlor.address, &line, &["Connection: Upgrade", "Upgrade: websocket"], b"").await;
    assert_eq!((reply.status, &*reply.body), (400, "Transport unknown"));
}
