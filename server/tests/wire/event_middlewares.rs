//! Middlewares of events: they see each before its handlers do, may change it, and may refuse it.

use std::sync::Arc;

use parlor_server::{Ack, Config, Event, Payload, Reason, Refusal, Socket, SocketError};
use tokio::sync::{Notify, mpsc};

use crate::parlor::{Parlor, echo};
use crate::soon;

#[tokio::test]
async fn each_middleware_gets_what_the_one_before_gave_and_the_handlers_what_the_last_did() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.middleware(|_, event: Event| async move {
            tokio::task::yield_now().await;
            Ok(if event.name() == "old" {
                Event::new("middle", &event.args::<u32>().unwrap()).unwrap()
            } else {
                event
            })
        });
        socket.middleware(|_, event: Event| async move {
            Ok(if event.name() == "middle" {
                Event::new("new", &("x", event.args::<u32>().unwrap())).unwrap()
            } else {
                event
            })
        });
        for name in ["old", "middle", "new"] {
            socket.on(name, move |_, args: Payload, ack: Ack| async move {
                ack.send(&(name, args.json()));
            });
        }
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"421["old",5]"#).await;
    assert_eq!(client.text().await, r#"431["new","[\"x\",5]"]"#);
}

#[tokio::test]
async fn a_refused_event_is_reported_and_neither_handled_nor_answered() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("forbidden", |_, (), ack: Ack| async move { ack.send(&"handled") });
        socket.middleware(|_, event: Event| async move {
            match &*event.name() {
                "forbidden" => Err(Refusal::new("not for you").with_data(&7).unwrap()),
                "panic" => panic!("on purpose"),
                _ => Ok(event),
            }
        });
        socket.middleware(|socket, event: Event| async move {
            socket.emit("passed", &event.name()).unwrap();
            Ok(event)
        });
        socket.on_error(|socket: Socket, error| async move {
            let SocketError::Refused { event, refusal, .. } = &*error else { panic!("{error}") };
            socket.emit("refused", &(event, refusal.message())).unwrap();
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"421["forbidden"]"#).await;
    client.send(r#"422["panic"]"#).await;
    client.send(r#"423["echo"]"#).await;
    let heard = [client.text().await, client.text().await, client.text().await, client.text().await];
    let expected = [
        r#"42["refused","forbidden","not for you"]"#,
        r#"42["refused","panic","internal server error"]"#,
        r#"42["passed","echo"]"#,
        "433[]",
    ];
    assert_eq!(heard, expected);
}

/// A server whose middleware of `/` holds every `slow` event until it is told to go on, and tells of both.
async fn holding(config: Config) -> (Parlor, mpsc::UnboundedReceiver<&'static str>, Arc<Notify>) {
    let (held, holds) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let told = go_on.clone();
    let parlor = Parlor::with(config, move |socket| {
        echo(socket);
        let (held, told) = (held.clone(), told.clone());
        socket.middleware(move |_, event: Event| {
            let (held, told) = (held.clone(), told.clone());
            async move {
                if event.args::<String>().is_ok_and(|arg| arg == "slow") {
                    held.send("held").unwrap();
                    told.notified().await;
                    held.send("goes on").unwrap();
                }
                Ok(event)
            }
        });
    })
    .await;
    (parlor, holds, go_on)
}

#[tokio::test]
async fn events_of_a_socket_keep_their_order_and_those_of_another_do_not_wait() {
    let (parlor, mut holds, go_on) = holding(Config::default()).await;
    parlor.io.of("/other").on_connection(|socket: Socket| async move { echo(&socket) });
    let mut client = parlor.websocket().await;
    client.join("40/other,").await;
    client.send(r#"421["echo","slow"]"#).await;
    client.send(r#"422["echo","fast"]"#).await;
    client.send(r#"423["echo","slow"]"#).await;
    client.send(r#"42/other,4["echo","free"]"#).await;
    assert_eq!(client.text().await, r#"43/other,4["free"]"#);
    assert_eq!(soon("the first", holds.recv()).await, Some("held"));
    assert!(holds.try_recv().is_err());
    go_on.notify_one();
    assert_eq!([client.text().await, client.text().await], [r#"431["slow"]"#, r#"432["fast"]"#]);
    go_on.notify_one();
    assert_eq!(client.text().await, r#"433["slow"]"#);
}

#[tokio::test]
async fn an_event_whose_client_leaves_while_it_is_judged_is_not_handled() {
    let (parlor, mut holds, go_on) = holding(Config::default()).await;
    let mut client = parlor.websocket().await;
    client.send(r#"421["echo","slow"]"#).await;
    client.send(r#"422["echo","behind it"]"#).await;
    client.send("41").await;
    client.join("40").await;
    soon("the first", holds.recv()).await;
    go_on.notify_one();
    assert!(client.heard().await.is_empty());
}

#[tokio::test]
async fn events_behind_a_slow_middleware_count_and_hold_the_client_back() {
    let config = Config { max_backlog_bytes: 1000, ..Config::default() };
    let (parlor, mut holds, go_on) = holding(config).await;
    let client = parlor.joined_polling().await;
    client.post(r#"42["echo","slow"]"#).await;
    soon("the first", holds.recv()).await;
    client.post(&format!(r#"421["echo","{}"]"#, "x".repeat(1000))).await;
    let late = tokio::spawn({
        let client = client.clone();
        async move { client.post(r#"422["echo","late"]"#).await }
    });
    parlor.logs.nth_line("a POST came", 4).await;
    parlor.io.emit("news", &()).unwrap();
    assert_eq!(client.get().await.body, r#"42["news"]"#);
    assert!(!late.is_finished());
    go_on.notify_one();
    assert_eq!(soon("the answer", late).await.unwrap().body, "ok");
}

#[tokio::test]
async fn a_connection_that_ends_while_an_event_is_judged_leaves_nothing_behind() {
    let (parlor, mut holds, go_on) = holding(Config::default()).await;
    parlor.io.of("/other").on_connection(|socket: Socket| async move { echo(&socket) });
    // Its task lives on until this has been said, unless it panics.
    let farewell = Arc::new(Notify::new());
    let (left, mut leavers) = mpsc::unbounded_channel();
    parlor.io.on_connection({
        let farewell = farewell.clone();
        move |socket: Socket| {
            let (farewell, left) = (farewell.clone(), left.clone());
            socket.on_disconnect(move |_, reason| {
                let (farewell, left) = (farewell.clone(), left.clone());
                async move {
                    farewell.notified().await;
                    left.send(reason).unwrap();
                }
            });
            async {}
        }
    });
    let backlog = || parlor.io.metrics().value("parlor_backlog_bytes", "");
    let mut client = parlor.websocket().await;
    client.join("40/other,").await;
    client.send(r#"421["echo","slow"]"#).await;
    client.send(r#"422["echo","behind it"]"#).await;
    client.send(r#"42/other,3["echo"]"#).await;
    assert_eq!(client.text().await, "43/other,3[]");
    assert_eq!(soon("the first", holds.recv()).await, Some("held"));
    assert_eq!(backlog(), Some(128 + r#"["echo","behind it"]"#.len() as u64));
    drop(client);
    parlor.logs.line("a connection was closed").await;
    assert_eq!(backlog(), Some(0));
    go_on.notify_one();
    assert_eq!(soon("the first", holds.recv()).await, Some("goes on"));
    farewell.notify_one();
    assert_eq!(soon("the farewell", leavers.recv()).await, Some(Reason::TransportClose));
    soon("the end", parlor.io.close()).await;
}

#[tokio::test]
async fn a_middleware_that_is_off_is_asked_no_more() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        let refusing = socket.middleware(|_, _| async { Err(Refusal::new("no")) });
        socket.on_error(move |_, _| {
            refusing.off();
            async {}
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"421["echo"]"#).await;
    client.send(r#"422["echo"]"#).await;
    assert_eq!(client.text().await, "432[]");
}
