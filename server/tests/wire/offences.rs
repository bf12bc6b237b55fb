//! What a client must not say: how its connection ends, and who hears why.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parlor_server::{Config, Event, Reason, Refusal, Socket, SocketError};
use tokio::sync::mpsc;

use crate::parlor::{Parlor, echo};
use crate::soon;

/// A server with `/` and `/custom` that tells of errors and of who leaves.
async fn watched() -> (Parlor, mpsc::UnboundedReceiver<String>) {
    let (news, heard) = mpsc::unbounded_channel();
    let parlor = Parlor::empty(Config::default()).await;
    for name in ["/", "/custom"] {
        let news = news.clone();
        parlor.io.of(name).on_connection(move |socket: Socket| {
            echo(&socket);
            let tell = |news: &mpsc::UnboundedSender<String>, what: String| news.send(what).unwrap();
            let errors = news.clone();
            socket.on_error(move |socket: Socket, error| {
                assert!(socket.is_connected());
                let SocketError::Malformed(error) = &*error else { panic!("{error}") };
                tell(&errors, format!("{}: {error}", socket.namespace().name()));
                async {}
            });
            let reasons = news.clone();
            socket.on_disconnect(move |socket: Socket, reason: Reason| {
                tell(&reasons, format!("{}: {reason}", socket.namespace().name()));
                async {}
            });
            async {}
        });
    }
    (parlor, heard)
}

#[tokio::test]
async fn an_offence_ends_the_whole_connection_and_every_socket_hears_of_what_is_no_packet() {
    const FORCED: &[&str] = &["/: forced close", "/custom: forced close"];
    let rows: [(&str, &[&str]); 10] = [
        // A second CONNECT; packets for a namespace that was not joined; what only a server says.
        ("40", FORCED),
        ("40/custom,", FORCED),
        (r#"42/other,["echo"]"#, FORCED),
        ("41/other,", FORCED),
        ("43/other,0[]", FORCED),
        (r#"44{"message":"no"}"#, FORCED),
        // What is no packet of Socket.IO, in both namespaces.
        (
            "4{}",
            &[
                "/: unknown packet type: expected a digit from 0 to 6",
                "/custom: unknown packet type: expected a digit from 0 to 6",
                "/: forced close",
                "/custom: forced close",
            ],
        ),
        (
            r#"42["connect"]"#,
            &["/: invalid payload", "/custom: invalid payload", "/: forced close", "/custom: forced close"],
        ),
        // What is no packet of Engine.IO, or none that a client sends.
        ("x", &["/: parse error", "/custom: parse error"]),
        ("2", &["/: transport error", "/custom: transport error"]),
    ];
    for (text, expected) in rows {
        let (parlor, mut heard) = watched().await;
        let mut client = parlor.websocket().await;
        client.join("40/custom,").await;
        client.send(text).await;
        for expected in expected {
            assert_eq!(soon("the news", heard.recv()).await.unwrap(), *expected, "{text}");
        }
        client.closed().await;
        assert!(heard.try_recv().is_err(), "{text}");
    }
}

#[tokio::test]
async fn an_event_right_behind_its_connect_in_one_body_comes_too_early() {
    let (parlor, _) = watched().await;
    let client = parlor.polling().await;
    client.post("40\u{1e}42[\"echo\"]").await;
    assert!(parlor.logs.line("a client broke the protocol").await.contains("was not joined"));
    assert_eq!(client.get().await.body, "1");
    assert!(parlor.logs.line("a connection was closed").await.contains("forced close"));
}

#[tokio::test]
async fn a_name_that_is_too_long_is_no_name() {
    let (parlor, _) = watched().await;
    let (mut client, _) = crate::ws::WebSocket::open(parlor.address).await;
    client.send(&format!("40/{},", "x".repeat(511))).await;
    assert!(client.text().await.ends_with(r#",{"message":"Invalid namespace"}"#));
    client.send(&format!("40/{},", "x".repeat(512))).await;
    client.closed().await;
    assert!(parlor.logs.line("a client broke the protocol").await.contains("namespace too long"));
}

#[tokio::test]
async fn a_thousand_bad_events_are_one_line_in_the_log_and_all_of_them_are_counted() {
    let errors = Arc::new(AtomicU64::new(0));
    let heard = errors.clone();
    let parlor = Parlor::with(Config::default(), move |socket| {
        echo(socket);
        socket.on("number", |_, _: u32, _| async {});
        socket.middleware(|_, event: Event| async move {
            if event.name() == "admin\n" { Err(Refusal::new("not for you")) } else { Ok(event) }
        });
        let heard = heard.clone();
        socket.on_error(move |_, _| {
            heard.fetch_add(1, Ordering::Relaxed);
            async {}
        });
    })
    .await;
    let rows = [
        (r#"42["number","x"]"#, "do not have the expected form", 1000),
        (r#"42["admin\n"]"#, r"`admin\n` was refused: not for you", 1000),
        ("40/nowhere-#,", "was not let into a namespace", 10),
    ];
    let client = parlor.joined_polling().await;
    let reader = client.clone();
    let reading = tokio::spawn(async move {
        loop {
            if reader.get().await.body.contains(r#"42["echo","done"]"#) {
                return;
            }
        }
    });
    for (packet, _, times) in rows {
        let packets: Vec<_> = (0..times).map(|number| packet.replace('#', &number.to_string())).collect();
        assert_eq!(client.post(&packets.join("\u{1e}")).await.body, "ok", "{packet}");
    }
    assert_eq!(client.post(r#"42["echo","done"]"#).await.body, "ok");
    soon("the sentinel", reading).await.unwrap();
    for (packet, line, _) in rows {
        assert_eq!(parlor.logs.count(line), 1, "{packet}");
    }
    assert_eq!(parlor.io.metrics().value("parlor_event_errors_total", ""), Some(2000));
    assert_eq!(errors.load(Ordering::Relaxed), 2000);
}
