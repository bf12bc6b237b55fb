//! How handlers run.

use std::sync::{Arc, Mutex};

use parlor_server::{Ack, Config, Socket};
use tokio::sync::{Notify, mpsc};

use crate::parlor::{Parlor, echo};
use crate::soon;

#[tokio::test]
async fn handlers_start_in_order_and_interleave_where_they_wait() {
    let (steps, order) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
    let (log, go_on) = (steps.clone(), order.clone());
    let parlor = Parlor::with(Config::default(), move |socket| {
        let (log, go_on) = (log.clone(), go_on.clone());
        socket.on("work", move |_, name: String, ack: Ack| {
            let (log, go_on) = (log.clone(), go_on.clone());
            async move {
                log.lock().unwrap().push(format!("{name} begins"));
                if name == "a" {
                    go_on.notified().await;
                } else {
                    go_on.notify_one();
                }
                log.lock().unwrap().push(format!("{name} ends"));
                ack.send(&());
            }
        });
    })
    .await;
    let client = parlor.joined_polling().await;
    client.post("420[\"work\",\"a\"]\u{1e}421[\"work\",\"b\"]").await;
    let body = client.get().await.body;
    let body = if body.contains("430[]") { body } else { format!("{body}\u{1e}{}", client.get().await.body) };
    assert_eq!(body, "431[]\u{1e}430[]");
    assert_eq!(*steps.lock().unwrap(), ["a begins", "b begins", "b ends", "a ends"]);
}

#[tokio::test]
async fn all_handlers_of_an_event_run_and_none_of_another() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("a", |socket: Socket, (), _| async move { socket.emit("first", &()).unwrap() });
        socket.on("a", |socket: Socket, (), _| async move { socket.emit("second", &()).unwrap() });
        socket.on("b", |socket: Socket, (), _| async move { socket.emit("never", &()).unwrap() });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["a"]"#).await;
    client.send(r#"42["unknown"]"#).await;
    assert_eq!(client.heard().await, [r#"42["first"]"#, r#"42["second"]"#]);
}

#[tokio::test]
async fn a_panic_is_logged_and_the_connection_goes_on() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("panic", |_, at: String, _: Ack| {
            assert!(at != "once", "on purpose: at once");
            async move {
                tokio::task::yield_now().await;
                panic!("on purpose: later");
            }
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    for (at, log) in [("once", "on purpose: at once"), ("later", "on purpose: later")] {
        client.send(&format!(r#"420["panic","{at}"]"#)).await;
        parlor.logs.line(log).await;
    }
    assert!(client.heard().await.is_empty());
}

#[tokio::test]
async fn a_middleware_that_panics_lets_nobody_in() {
    let parlor = Parlor::echo().await;
    parlor.io.middleware(|_| async { panic!("on purpose") });
    let (mut client, _) = crate::ws::WebSocket::open(parlor.address).await;
    client.send("40").await;
    assert_eq!(client.text().await, r#"44{"message":"internal server error"}"#);
}

#[tokio::test]
async fn arguments_of_another_form_are_logged_and_reported() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("number", |_, _: u32, ack: Ack| async move { ack.send(&()) });
        socket.on_error(|socket: Socket, error| async move {
            socket.emit("mistake", &error.to_string()).unwrap();
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"420["number","three"]"#).await;
    let mistake = r#"42["mistake","the arguments of event `number` do not have the expected form"]"#;
    // There is no answer.
    assert_eq!(client.heard().await, [mistake]);
    parlor.logs.line("an event was not handled").await;
}

#[tokio::test]
async fn too_many_handlers_make_the_next_events_wait() {
    let (started, mut starts) = mpsc::unbounded_channel();
    let finish = Arc::new(Notify::new());
    let go_on = finish.clone();
    let config = Config { max_handlers: 2, ..Config::default() };
    let parlor = Parlor::with(config, move |socket| {
        let (started, go_on) = (started.clone(), go_on.clone());
        socket.on("work", move |_, number: u32, ack: Ack| {
            let (started, go_on) = (started.clone(), go_on.clone());
            async move {
                started.send(number).unwrap();
                go_on.notified().await;
                ack.send(&number);
            }
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    for number in 0..4 {
        client.send(&format!(r#"42{number}["work",{number}]"#)).await;
    }
    assert_eq!(
        [soon("a start", starts.recv()).await, soon("a start", starts.recv()).await],
        [Some(0), Some(1)]
    );
    // The server has read the fourth once it answers a WebSocket ping behind it.
    client.ping().await;
    assert!(starts.try_recv().is_err());
    finish.notify_one();
    assert_eq!(client.text().await, "430[0]");
    assert_eq!(soon("a start", starts.recv()).await, Some(2));
}

#[tokio::test]
async fn an_answer_reaches_a_handler_while_events_wait() {
    let config = Config { max_handlers: 1, ..Config::default() };
    let parlor = Parlor::with(config, |socket| {
        echo(socket);
        socket.on("ask", |socket: Socket, (), ack: Ack| async move {
            ack.send(&socket.emit_with_ack::<u32>("question", &()).await.unwrap());
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"421["ask"]"#).await;
    client.send(r#"422["echo","waits"]"#).await;
    assert_eq!(client.text().await, r#"420["question"]"#);
    client.send("430[5]").await;
    assert_eq!([client.text().await, client.text().await], ["431[5]", r#"432["waits"]"#]);
}

#[tokio::test]
async fn a_client_too_far_ahead_of_its_handlers_is_not_read_until_they_catch_up() {
    let finish = Arc::new(Notify::new());
    let go_on = finish.clone();
    let config = Config { max_handlers: 1, max_backlog_bytes: 1000, ..Config::default() };
    let parlor = Parlor::with(config, move |socket| {
        echo(socket);
        let go_on = go_on.clone();
        socket.on("work", move |_, (), _: Ack| {
            let go_on = go_on.clone();
            async move { go_on.notified().await }
        });
    })
    .await;
    let client = parlor.joined_polling().await;
    client.post(r#"42["work"]"#).await;
    client.post(&format!(r#"421["echo","{}"]"#, "x".repeat(1000))).await;
    let late = tokio::spawn({
        let client = client.clone();
        async move { client.post(r#"422["echo","late"]"#).await }
    });
    parlor.logs.nth_line("a POST came", 4).await;
    // A poll is still served, and everything goes on when the handler ends.
    parlor.io.emit("news", &()).unwrap();
    assert_eq!(client.get().await.body, r#"42["news"]"#);
    assert!(!late.is_finished());
    finish.notify_one();
    assert_eq!(soon("the answer", late).await.unwrap().body, "ok");
    let mut body = client.get().await.body;
    if !body.contains("432") {
        body = format!("{body}\u{1e}{}", client.get().await.body);
    }
    assert_eq!(body, format!("431[\"{}\"]\u{1e}432[\"late\"]", "x".repeat(1000)));
}

#[tokio::test]
async fn an_event_that_waits_is_not_handled_for_who_joins_after_its_sender_left() {
    let finish = Arc::new(Notify::new());
    let go_on = finish.clone();
    let config = Config { max_handlers: 1, ..Config::default() };
    let parlor = Parlor::with(config, move |socket| {
        echo(socket);
        let go_on = go_on.clone();
        socket.on("work", move |_, (), _: Ack| {
            let go_on = go_on.clone();
            async move { go_on.notified().await }
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["work"]"#).await;
    client.send(r#"421["echo","of the first"]"#).await;
    client.send("41").await;
    client.join("40").await;
    finish.notify_one();
    assert!(client.heard().await.is_empty());
}

#[tokio::test]
async fn handlers_are_dropped_when_their_client_has_left_though_they_hold_its_socket() {
    let held = Arc::new(());
    let token = held.clone();
    let parlor = Parlor::with(Config::default(), move |socket| {
        let (itself, token) = (socket.clone(), token.clone());
        socket.on("x", move |_, (), _| {
            let _ = (&itself, &token);
            async {}
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    assert_eq!(Arc::strong_count(&held), 3, "here, in the server, in the handler");
    client.send("41").await;
    client.ping().await;
    assert_eq!(Arc::strong_count(&held), 2);
}
