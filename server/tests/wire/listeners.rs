//! Who hears what: handlers of one event, and of all of them, in and out.

use std::sync::{Arc, Mutex};

use parlor_server::{Ack, Config, Event, Socket};

use crate::parlor::{Parlor, echo};

#[tokio::test]
async fn a_handler_hears_until_it_is_off_and_one_for_once_hears_once() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        let often = socket.on("a", |socket: Socket, (), _: Ack| async move { reply(&socket, "often") });
        socket.once("a", |socket: Socket, (), _: Ack| async move { reply(&socket, "once") });
        socket.on("off", move |_, (), _: Ack| {
            often.off();
            often.off();
            async {}
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    for event in [r#"42["a"]"#, r#"42["a"]"#, r#"42["off"]"#, r#"42["a"]"#] {
        client.send(event).await;
    }
    assert_eq!(client.heard().await, [r#"42["often"]"#, r#"42["once"]"#, r#"42["often"]"#]);
}

#[tokio::test]
async fn a_catch_all_hears_every_event_before_its_handlers_and_the_prepended_one_before_the_others() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("known", |socket: Socket, (), _: Ack| async move { reply(&socket, "handled") });
        socket.on_any(|socket, event, _| async move { heard(&socket, "second", &event) });
        socket.prepend_any(|socket, event, ack| async move {
            heard(&socket, "first", &event);
            if event.name() == "unknown" {
                ack.send(&"for want of a handler");
            }
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["known"]"#).await;
    client.send(r#"427["unknown",[1]]"#).await;
    let expected = [
        r#"42["first","known",["known"]]"#,
        r#"42["second","known",["known"]]"#,
        r#"42["handled"]"#,
        r#"42["first","unknown",["unknown",[1]]]"#,
        r#"437["for want of a handler"]"#,
        r#"42["second","unknown",["unknown",[1]]]"#,
    ];
    for expected in expected {
        assert_eq!(client.text().await, expected);
    }
}

#[tokio::test]
async fn an_answer_is_no_event_to_a_catch_all() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("ask", |socket: Socket, (), _: Ack| async move {
            let answer: u32 = socket.emit_with_ack("question", &()).await.unwrap();
            socket.emit("answered", &answer).unwrap();
        });
        let listener = socket.on_any(|socket, event, _| async move { reply(&socket, &event.name()) });
        socket.on("off", move |_, (), _: Ack| {
            listener.off();
            async {}
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["ask"]"#).await;
    assert_eq!([client.text().await, client.text().await], [r#"42["ask"]"#, r#"420["question"]"#]);
    client.send("430[5]").await;
    assert_eq!(client.text().await, r#"42["answered",5]"#);
    client.send(r#"42["off"]"#).await;
    assert_eq!(client.heard().await, [r#"42["off"]"#]);
}

#[tokio::test]
async fn an_outgoing_catch_all_hears_what_its_own_client_gets_however_it_is_sent() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let parlor = Parlor::with(Config::default(), {
        let log = log.clone();
        move |socket| {
            echo(socket);
            socket.on("watch", watcher(log.clone()));
        }
    })
    .await;
    let (mut watched, mut other) = (parlor.websocket().await, parlor.websocket().await);
    watched.send(r#"421["watch"]"#).await;
    assert_eq!(watched.text().await, "431[]");
    let take = || std::mem::take(&mut *log.lock().unwrap());
    assert!(take().is_empty(), "an answer is no event");

    parlor.io.to(&*watched.id).volatile().emit("to one", &1).unwrap();
    parlor.io.emit("to all", &2).unwrap();
    parlor.io.to(&*other.id).emit("to the other", &3).unwrap();
    other.send(r#"42["echo","to oneself"]"#).await;
    watched.send(r#"42["echo",4]"#).await;
    let heard = watched.heard().await;
    assert_eq!(heard, [r#"42["to one",1]"#, r#"42["to all",2]"#, r#"42["echo",4]"#]);
    let expected = [
        r#"first ["to one",1]"#,
        r#"second ["to one",1]"#,
        r#"first ["to all",2]"#,
        r#"second ["to all",2]"#,
        r#"first ["echo",4]"#,
        r#"second ["echo",4]"#,
    ];
    assert_eq!(take(), expected);
    let heard = other.heard().await;
    assert_eq!(heard, [r#"42["to all",2]"#, r#"42["to the other",3]"#, r#"42["echo","to oneself"]"#]);
}

/// Registers two catch-alls, the second one first.
fn watcher(
    log: Arc<Mutex<Vec<String>>>,
) -> impl Fn(Socket, (), Ack) -> std::future::Ready<()> + Send + Sync + 'static {
    move |socket, (), ack| {
        for (name, first) in [("second", false), ("first", true)] {
            let log = log.clone();
            let write = move |_: &Socket, event: &Event| {
                log.lock().unwrap().push(format!("{name} {}", event.payload().json()));
            };
            if first {
                socket.prepend_any_outgoing(write)
            } else {
                socket.on_any_outgoing(write)
            };
        }
        ack.send(&());
        std::future::ready(())
    }
}

#[tokio::test]
async fn an_outgoing_catch_all_that_panics_keeps_nothing_from_anybody() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on_any_outgoing(|_, _| panic!("on purpose"));
    })
    .await;
    let (mut one, mut two) = (parlor.websocket().await, parlor.websocket().await);
    parlor.io.emit("news", &()).unwrap();
    assert_eq!([one.text().await, two.text().await], [r#"42["news"]"#, r#"42["news"]"#]);
    assert_eq!(parlor.logs.count("on purpose"), 2);
}

fn reply(socket: &Socket, event: &str) {
    socket.emit(event, &()).unwrap();
}

fn heard(socket: &Socket, who: &str, event: &Event) {
    if event.name() != "echo" {
        socket
            .emit(who, &(event.name(), event.payload().json().parse::<serde_json::Value>().unwrap()))
            .unwrap();
    }
}
