//! What the server counts.

use parlor_server::{Config, Refusal, Socket};
use serde_json::Value;

use crate::http::send;
use crate::parlor::{Parlor, echo};

#[tokio::test]
async fn what_clients_do_is_counted() {
    let parlor = Parlor::echo().await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["echo",1]"#).await;
    assert_eq!(client.text().await, r#"42["echo",1]"#);
    let polling = parlor.joined_polling().await;

    let metrics = parlor.io.metrics();
    let rows = [
        ("parlor_connections", "websocket", 1),
        ("parlor_connections", "polling", 1),
        ("parlor_sockets", "/", 2),
        ("parlor_rooms", "/", 2),
        ("parlor_queue_bytes", "", 0),
        ("parlor_backlog_bytes", "", 0),
        ("parlor_acks_pending", "", 0),
        ("parlor_connections_opened_total", "websocket", 1),
        ("parlor_connections_opened_total", "polling", 1),
        // `40` of each, and the event.
        ("parlor_packets_received_total", "", 3),
        // The handshake and the answer to CONNECT of each, and the event.
        ("parlor_packets_sent_total", "", 5),
        ("parlor_events_received_total", "", 1),
        ("parlor_events_sent_total", "", 1),
        ("parlor_received_bytes_total", "websocket", 14),
        ("parlor_received_bytes_total", "polling", 2),
        // 107 and 118 for the handshake, 32 for the answer to CONNECT, 12 for the event; each frame has 2 more.
        ("parlor_sent_bytes_total", "websocket", 157),
        ("parlor_sent_bytes_total", "polling", 150),
        ("parlor_upgrades_total", "", 0),
    ];
    for (name, label, value) in rows {
        assert_eq!(metrics.value(name, label), Some(value), "{name} {label}");
    }
    drop(polling);
}

#[tokio::test]
async fn ends_are_counted_by_reason() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.on("leave", |socket: Socket, (), _| async move { socket.disconnect(true) });
    })
    .await;
    let mut client = parlor.websocket().await;
    client.send(r#"42["leave"]"#).await;
    assert_eq!(client.text().await, "41");
    client.closed().await;
    let metrics = parlor.io.metrics();
    assert_eq!(metrics.value("parlor_connections_closed_total", "forced server close"), Some(1));
    assert_eq!(metrics.value("parlor_connections", "websocket"), Some(0));
    assert_eq!(metrics.value("parlor_sockets", "/"), Some(0));
}

#[tokio::test]
async fn refusals_are_counted_by_code() {
    let parlor = Parlor::empty(Config::default()).await;
    for target in [
        "/socket.io/?EIO=4&transport=smoke",
        "/socket.io/?EIO=3&transport=polling",
        "/socket.io/?EIO=4&transport=polling&sid=x",
    ] {
        send(parlor.address, &format!("GET {target}"), &[], b"").await;
    }
    let metrics = parlor.io.metrics();
    let codes = ["0", "1", "2", "3", "4", "5", "none"];
    let counted = codes.map(|code| metrics.value("parlor_requests_refused_total", code).unwrap());
    assert_eq!(counted, [1, 1, 0, 0, 0, 1, 0]);
    assert_eq!(metrics.value("parlor_handshakes_refused_total", ""), Some(2));
}

#[tokio::test]
async fn what_goes_wrong_in_the_application_is_counted() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        socket.on("number", |_, _: u32, _| async {});
        socket.on("panic", |_, (), _| async { panic!("on purpose") });
        socket.on("ask", |socket: Socket, (), _| async move {
            let _ = socket.emit_with_ack::<Value>("why", &()).await;
        });
    })
    .await;
    parlor.io.of("/closed").middleware(|_| async { Err(Refusal::new("no")) });
    let mut client = parlor.websocket().await;
    for packet in [r#"42["number","x"]"#, r#"42["panic"]"#, r#"42["ask"]"#, "40/closed,"] {
        client.send(packet).await;
    }
    let mut answers = [client.text().await, client.text().await];
    answers.sort_unstable();
    assert_eq!(answers, [r#"420["why"]"#, r#"44/closed,{"message":"no"}"#]);
    let metrics = parlor.io.metrics();
    for name in [
        "parlor_event_errors_total",
        "parlor_handler_panics_total",
        "parlor_acks_pending",
        "parlor_middleware_refusals_total",
    ] {
        assert_eq!(metrics.value(name, ""), Some(1), "{name}");
    }
}

#[tokio::test]
async fn namespaces_made_for_clients_share_one_label() {
    let parlor = Parlor::empty(Config::default()).await;
    let _ = parlor.io.of("/ours");
    parlor.io.of_pattern("^/room-").unwrap();
    let mut client = parlor.websocket().await;
    for name in ["40/room-1,", "40/room-2,", "40/ours,"] {
        client.join(name).await;
    }
    let metrics = parlor.io.metrics();
    let sockets = ["/", "/ours", "(others)", "/room-1"].map(|name| metrics.value("parlor_sockets", name));
    assert_eq!(sockets, [Some(1), Some(1), Some(2), None]);
}
