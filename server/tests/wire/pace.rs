//! How fast a client may be: one that reads is slowed down and never cut off, one that only sends is not read.

use std::sync::Arc;
use std::time::Duration;

use parlor_server::{Ack, Config, Reason, Socket};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::http::{Polling, Reply};
use crate::parlor::{Parlor, echo};
use crate::soon;

/// Sends a POST that the server has, and does not read.
async fn unread(parlor: &Parlor, client: &Polling, body: &'static str) -> JoinHandle<Reply> {
    let before = parlor.logs.count("a POST came");
    let client = client.clone();
    let late = tokio::spawn(async move { client.post(body).await });
    parlor.logs.nth_line("a POST came", before + 1).await;
    late
}

#[tokio::test]
async fn a_client_that_asks_faster_than_it_reads_gets_every_answer() {
    let config = Config { max_queue_bytes: 256 * 1024, ..Config::default() };
    let parlor = Parlor::with(config, echo).await;
    let long = "x".repeat(20_000);
    let echoed = |number: usize| format!(r#"43{number}["{long}"]"#);

    let mut client = parlor.websocket().await;
    for number in 0..100 {
        client.send(&format!(r#"42{number}["echo","{long}"]"#)).await;
    }
    for number in 0..100 {
        assert_eq!(client.text().await, echoed(number));
    }

    let client = parlor.joined_polling().await;
    let questions: Vec<_> = (0..40).map(|number| format!(r#"42{number}["echo","{long}"]"#)).collect();
    assert_eq!(client.post(&questions.join("\u{1e}")).await.body, "ok");
    let mut answers = Vec::new();
    while answers.len() < 40 {
        answers.extend(client.get().await.body.split('\u{1e}').map(str::to_owned));
    }
    assert_eq!(answers, (0..40).map(echoed).collect::<Vec<_>>());
    assert_eq!(parlor.logs.count("reads too slowly"), 0);
}

#[tokio::test]
async fn a_client_that_reads_its_answers_late_gets_all_of_them() {
    let config = Config { max_queue_bytes: 256 * 1024, ..Config::default() };
    let parlor = Parlor::with(config, |socket| {
        socket.on("page", |_, number: usize, ack: Ack| async move { ack.send(&(number, "x".repeat(8000))) });
    })
    .await;
    let mut client = parlor.websocket().await;
    // Far more than the kernel's buffers hold: most questions wait for the answers before theirs.
    for number in 0..2000 {
        client.send(&format!(r#"42{number}["page",{number}]"#)).await;
    }
    for number in 0..2000 {
        assert_eq!(client.text().await, format!(r#"43{number}[{number},"{}"]"#, "x".repeat(8000)));
    }
}

#[tokio::test]
async fn one_handler_may_emit_several_of_the_longest_messages_at_once() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.on("history", |socket: Socket, (), _| async move {
            for _ in 0..4 {
                socket.emit("page", &"x".repeat(990_000)).unwrap();
            }
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["history"]"#).await;
    for _ in 0..4 {
        assert_eq!(client.text().await.len(), r#"42["page",""]"#.len() + 990_000);
    }
}

#[tokio::test]
async fn a_client_that_takes_no_answers_to_connect_is_not_read_until_it_does() {
    let parlor = Parlor::echo().await;
    let client = parlor.joined_polling().await;
    let refused = |number: usize| format!(r#"44/{number},{{"message":"Invalid namespace"}}"#);
    for number in 0..129 {
        assert_eq!(client.post(&format!("40/{number}")).await.body, "ok");
    }
    let late = unread(&parlor, &client, "40/129").await;
    assert_eq!(client.get().await.body, (0..129).map(refused).collect::<Vec<_>>().join("\u{1e}"));
    assert_eq!(soon("the answer", late).await.unwrap().body, "ok");
    assert_eq!(client.get().await.body, refused(129));
}

#[tokio::test]
async fn a_client_that_comes_and_goes_faster_than_handlers_end_is_not_read_until_they_do() {
    let parlor = Parlor::with(Config { max_handlers: 1, ..Config::default() }, echo).await;
    let open = Arc::new(Semaphore::new(0));
    let gate = open.clone();
    parlor.io.of("/busy").on_connection(move |_| {
        let gate = gate.clone();
        async move { drop(gate.acquire().await) }
    });
    let client = parlor.polling().await;
    for coming in 1..=130 {
        assert_eq!(client.post("40/busy,").await.body, "ok");
        assert!(client.get().await.body.starts_with(r#"40/busy,{"sid":"#));
        if coming < 130 {
            assert_eq!(client.post("41/busy,").await.body, "ok");
        }
    }
    let late = unread(&parlor, &client, "41/busy,").await;
    assert!(parlor.websocket().await.heard().await.is_empty(), "others are read");
    assert!(!late.is_finished());
    open.close();
    assert_eq!(soon("the answer", late).await.unwrap().body, "ok");
}

#[tokio::test]
async fn a_client_that_goes_while_its_handlers_are_behind_is_noticed() {
    let (left, mut leavers) = mpsc::unbounded_channel();
    let config = Config {
        max_handlers: 1,
        max_backlog_bytes: 1000,
        ping_interval: Duration::from_millis(50),
        ping_timeout: Duration::from_millis(200),
        ..Config::default()
    };
    let parlor = Parlor::with(config, move |socket| {
        socket.on("ask", |socket: Socket, (), _: Ack| async move {
            // The answer would stand behind the flood.
            assert!(socket.emit_with_ack::<u32>("question", &()).await.is_err());
        });
        let left = left.clone();
        socket.on_disconnect(move |_, reason| {
            left.send(reason).unwrap();
            async {}
        });
    })
    .await;
    let flood = format!(r#"42["flood","{}"]"#, "x".repeat(1000));

    let mut client = parlor.websocket().await;
    client.send(r#"42["ask"]"#).await;
    client.send(&flood).await;
    assert_eq!(soon("the farewell", leavers.recv()).await, Some(Reason::PingTimeout));

    let client = parlor.joined_polling().await;
    client.post(&format!("42[\"ask\"]\u{1e}{flood}")).await;
    assert_eq!(soon("the farewell", leavers.recv()).await, Some(Reason::PingTimeout));
    assert_eq!(parlor.logs.count("a client was not read"), 2);
}
