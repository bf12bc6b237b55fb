//! Questions to many: one frame for all, and who answered what.

use std::time::{Duration, Instant};

use parlor_server::{AckError, BroadcastAckError, BroadcastAckFuture, Config, Server, Socket, Unanswered};

use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::WebSocket;

/// Longer than a test may take: what ends before it has not waited for it.
const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(20);

/// Three clients of a server, all in the room "all".
async fn three() -> (Parlor, [WebSocket; 3]) {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.join("all");
    })
    .await;
    let clients = [parlor.websocket().await, parlor.websocket().await, parlor.websocket().await];
    (parlor, clients)
}

/// Asks everybody, and lets each client hear it.
async fn ask(io: &Server, timeout: Duration, clients: &mut [WebSocket]) -> BroadcastAckFuture<u32> {
    let asked = io.timeout(timeout).to("all").emit_with_ack::<u32>("question", &"?");
    for client in clients {
        assert_eq!(client.text().await, r#"420["question","?"]"#);
    }
    asked
}

fn unanswered<T: std::fmt::Debug>(outcome: Result<Vec<T>, BroadcastAckError<T>>) -> Unanswered<T> {
    match outcome {
        Err(BroadcastAckError::Unanswered(unanswered)) => unanswered,
        other => panic!("nothing is missing: {other:?}"),
    }
}

#[tokio::test]
async fn everybody_is_asked_under_one_id_and_all_answers_come() {
    let (parlor, mut clients) = three().await;
    let answers = ask(&parlor.io, LONG, &mut clients).await;
    for (client, answer) in clients.iter_mut().zip(["430[1]", "430[2]", "430[3]"]) {
        // A second answer concerns nobody.
        client.send(answer).await;
        client.send("430[99]").await;
        assert!(client.heard().await.is_empty());
    }
    assert_eq!(soon("the answers", answers).await.unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn who_does_not_answer_in_time_is_named_beside_the_answers_that_came() {
    let (parlor, mut clients) = three().await;
    let answers = ask(&parlor.io, SHORT, &mut clients).await;
    clients[2].send("430[3]").await;
    assert!(clients[2].heard().await.is_empty());
    let unanswered = unanswered(soon("the answers", answers).await);
    assert_eq!(unanswered.answers(), [3]);
    assert_eq!((unanswered.event(), unanswered.timeout()), ("question", SHORT));
    let mut silent: Vec<&str> = unanswered.missing().iter().map(|missing| missing.socket()).collect();
    silent.sort_unstable();
    let mut expected = [&*clients[0].id, &*clients[1].id];
    expected.sort_unstable();
    assert_eq!(silent, expected);
    for missing in unanswered.missing() {
        assert!(
            matches!(missing.error(), AckError::TimedOut { event, timeout: SHORT } if &**event == "question"),
            "{missing:?}"
        );
    }
    // Its answer comes too late, and the next question has another id.
    clients[0].send("430[1]").await;
    let again = parlor.io.timeout(LONG).to(&clients[0].id).emit_with_ack::<u32>("again", &());
    assert_eq!(clients[0].text().await, r#"421["again"]"#);
    clients[0].send("431[11]").await;
    assert_eq!(soon("the answer", again).await.unwrap(), [11]);
}

#[tokio::test]
async fn who_leaves_is_not_waited_for() {
    let (parlor, mut clients) = three().await;
    let answers = ask(&parlor.io, LONG, &mut clients).await;
    let [mut one, mut two, three] = clients;
    one.send("430[1]").await;
    two.send("41").await;
    let (leaver, dropped) = (two.id.clone(), three.id.clone());
    drop(three);
    let unanswered = unanswered(soon("the answers", answers).await);
    assert_eq!(unanswered.answers(), [1]);
    assert_eq!(unanswered.missing().len(), 2);
    for missing in unanswered.missing() {
        assert!([&*leaver, &*dropped].contains(&missing.socket()));
        assert!(matches!(missing.error(), AckError::Disconnected), "{missing:?}");
    }
}

#[tokio::test]
async fn an_answer_of_another_form_is_reported_with_its_socket() {
    let (parlor, mut clients) = three().await;
    let answers = ask(&parlor.io, LONG, &mut clients).await;
    for (client, answer) in clients.iter_mut().zip(["430[1]", r#"430["two"]"#, "430[]"]) {
        client.send(answer).await;
        assert!(client.heard().await.is_empty());
    }
    let unanswered = unanswered(soon("the answers", answers).await);
    assert_eq!(unanswered.answers(), [1]);
    let odd: Vec<_> = unanswered.missing().iter().map(|missing| missing.socket()).collect();
    assert_eq!(odd, [&*clients[1].id, &*clients[2].id]);
    assert!(unanswered.missing().iter().all(|missing| matches!(missing.error(), AckError::Args(_))));
    assert_eq!(unanswered.into_answers(), [1]);
}

#[tokio::test]
async fn nobody_answers_at_once() {
    let parlor = Parlor::echo().await;
    let nobody = parlor.io.to("nobody is here").timeout(LONG).emit_with_ack::<u32>("question", &());
    assert!(soon("nothing", nobody).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_reserved_name_is_sent_to_nobody() {
    let parlor = Parlor::echo().await;
    let refused = parlor.io.timeout(LONG).emit_with_ack::<u32>("disconnect", &()).await;
    assert!(matches!(refused, Err(BroadcastAckError::Emit(_))), "{refused:?}");
}

#[tokio::test]
async fn a_socket_asks_the_others() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.on("ask", |socket: Socket, (), ack| async move {
            let answers = socket.timeout(LONG).broadcast().emit_with_ack::<String>("question", &()).await;
            ack.send(&answers.unwrap());
        });
    })
    .await;
    let mut clients = [parlor.websocket().await, parlor.websocket().await];
    clients[0].send(r#"429["ask"]"#).await;
    assert_eq!(clients[1].text().await, r#"420["question"]"#);
    clients[1].send(r#"430["fine"]"#).await;
    assert_eq!(clients[0].text().await, r#"439[["fine"]]"#);
}

#[tokio::test]
async fn a_volatile_question_that_cannot_leave_is_answered_at_once_with_that() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.on("ask", |socket: Socket, (), ack| async move {
            let asked = socket.volatile().emit_with_ack::<()>("question", &()).await;
            ack.send(&asked.unwrap_err().to_string());
        });
    })
    .await;
    // Without a poll there is no way to a client.
    let client = parlor.joined_polling().await;
    let begin = Instant::now();
    let asked = parlor.io.volatile().timeout(LONG).emit_with_ack::<()>("question", &());
    let unanswered = unanswered(soon("the answers", asked).await);
    assert!(matches!(unanswered.missing(), [missing] if matches!(missing.error(), AckError::Dropped)));

    client.post(r#"427["ask"]"#).await;
    assert_eq!(client.get().await.body, r#"437["the volatile event was dropped"]"#);
    assert!(begin.elapsed() < LONG);
}
