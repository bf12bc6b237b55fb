//! Answers, both ways.

use std::time::Duration;

use parlor_server::{Ack, AckError, Config, Socket};
use tokio::sync::mpsc;

use crate::parlor::{Parlor, echo};
use crate::soon;

#[tokio::test]
async fn an_event_is_answered_under_its_id_with_any_number_of_arguments() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.on("none", |_, (), ack: Ack| async move { ack.send(&()) });
        socket.on("one", |_, number: f64, ack: Ack| async move { ack.send(&(number * 2.0)) });
        socket.on("two", |_, (a, b): (String, Option<u32>), ack: Ack| async move { ack.send(&(b, a)) });
    })
    .await;
    let mut client = parlor.websocket().await;
    let rows = [
        (r#"420["none"]"#, "430[]"),
        (r#"421["one",1.5]"#, "431[3.0]"),
        (r#"4212["two","x"]"#, r#"4312[null,"x"]"#),
        (r#"4213["two","x",7,"more"]"#, r#"4313[7,"x"]"#),
    ];
    for (event, answer) in rows {
        client.send(event).await;
        assert_eq!(client.text().await, answer);
    }
}

#[tokio::test]
async fn an_event_is_answered_once_and_only_if_an_answer_is_wanted() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("thrice", |_, (), ack: Ack| async move {
            let wanted = [ack.is_wanted(), {
                ack.send(&1);
                ack.is_wanted()
            }];
            ack.send(&wanted);
            ack.clone().send(&3);
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"425["thrice"]"#).await;
    client.send(r#"42["thrice"]"#).await;
    assert_eq!(client.heard().await, ["435[1]"]);
}

#[tokio::test]
async fn a_question_of_the_server_is_answered_even_inside_a_handler() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.on("ask", |socket: Socket, (), ack: Ack| async move {
            let answer: Result<(u32, String), _> = socket.emit_with_ack("question", &"how many?").await;
            ack.send(&answer.unwrap());
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"427["ask"]"#).await;
    assert_eq!(client.text().await, r#"420["question","how many?"]"#);
    // Unknown, late and repeated answers concern nobody.
    for answer in ["4399[1]", r#"430[3,"apples"]"#, "430[4]"] {
        client.send(answer).await;
    }
    assert_eq!(client.text().await, r#"437[3,"apples"]"#);
}

#[tokio::test]
async fn ids_are_counted_per_namespace_not_per_socket() {
    let parlor = Parlor::empty(Config::default()).await;
    for name in ["/", "/other"] {
        parlor.io.of(name).on_connection(|socket: Socket| async move {
            let _ = socket.emit_with_ack::<()>("question", &()).await;
        });
    }
    let (mut one, mut other) = (parlor.websocket().await, parlor.websocket().await);
    assert_eq!([one.text().await, other.text().await], [r#"420["question"]"#, r#"421["question"]"#]);
    one.join("40/other,").await;
    assert_eq!(one.text().await, r#"42/other,0["question"]"#);
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_an_error_of_its_kind() {
    let (errors, mut received) = mpsc::unbounded_channel::<(&str, AckError)>();
    let parlor = Parlor::with(Config::default(), move |socket| {
        let errors = errors.clone();
        socket.on("ask", move |socket: Socket, name: String, _: Ack| {
            let errors = errors.clone();
            async move {
                let (name, error) = match &*name {
                    "late" => {
                        let asked = socket.timeout(Duration::from_millis(1));
                        ("late", asked.emit_with_ack::<()>("question", &()).await)
                    }
                    "odd" => ("odd", socket.emit_with_ack::<u32>("question", &()).await.map(drop)),
                    _ => ("gone", socket.emit_with_ack::<()>("question", &()).await),
                };
                errors.send((name, error.unwrap_err())).unwrap();
            }
        });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["ask","late"]"#).await;
    let late = soon("an error", received.recv()).await.unwrap();
    assert_eq!((late.0, &*late.1.to_string()), ("late", "event `question` was not answered within 1ms"));
    client.send("430[]").await;

    client.send(r#"42["ask","odd"]"#).await;
    client.send(r#"431["not a number"]"#).await;
    assert!(matches!(soon("an error", received.recv()).await, Some(("odd", AckError::Args(_)))));

    client.send(r#"42["ask","gone"]"#).await;
    client.send("41").await;
    assert!(matches!(soon("an error", received.recv()).await, Some(("gone", AckError::Disconnected))));
}
