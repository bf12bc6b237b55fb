//! What is compressed on a WebSocket, as the bytes show it.

use std::time::Duration;

use bytes::Bytes;
use parlor_server::{Config, PerMessageDeflate, Socket};
use serde_json::json;

use crate::parlor::{Parlor, echo};
use crate::raw::{CLOSE, DEFLATED_BINARY, DEFLATED_TEXT, Frame, PLAIN_BINARY, PLAIN_TEXT, Raw, deflated};

const OFFER: &str = "permessage-deflate; client_max_window_bits";

#[tokio::test]
async fn nothing_is_compressed_unless_the_server_is_told_to() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    assert_eq!(client.extensions, None);
    parlor.io.emit("news", &"x".repeat(9000)).unwrap();
    assert_eq!(client.frame().await.first, PLAIN_TEXT);
}

#[tokio::test]
async fn a_broadcast_is_compressed_once_for_all_who_agreed_to_it() {
    let parlor = deflating(Config::default()).await;
    let mut plain = parlor.websocket().await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(Raw::joined(parlor.address, OFFER).await);
    }
    let agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    assert_eq!(clients[0].extensions.as_deref(), Some(agreed));

    for round in 1..=2 {
        parlor.io.emit("news", &"x".repeat(9000)).unwrap();
        let expected = format!(r#"42["news","{}"]"#, "x".repeat(9000));
        let mut frames = Vec::new();
        for client in &mut clients {
            frames.push(client.frame().await);
        }
        assert_eq!(frames[0].first, DEFLATED_TEXT);
        assert!(frames[0].payload.len() < 100);
        assert_eq!(frames[0].inflated(), expected);
        assert!(frames.iter().all(|frame| *frame == frames[0]));
        assert_eq!(plain.text().await, expected);
        assert_eq!(compressions(&parlor), round);
    }
}

#[tokio::test]
async fn each_size_of_window_has_its_own_compressed_form() {
    let parlor = deflating(Config::default()).await;
    let offers = [
        ("permessage-deflate; server_max_window_bits=9", "; server_max_window_bits=9"),
        ("permessage-deflate; server_max_window_bits=9", "; server_max_window_bits=9"),
        ("permessage-deflate; server_max_window_bits=15", "; server_max_window_bits=15"),
        (OFFER, ""),
    ];
    let mut clients = Vec::new();
    for (offer, window) in offers {
        let client = Raw::joined(parlor.address, offer).await;
        let agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        assert_eq!(client.extensions, Some([agreed, window].concat()));
        clients.push(client);
    }
    // What repeats lies 600 bytes back: within one window, beyond the other.
    let noise: String =
        (0..600_u64).map(|it| char::from(b'#' + u8::try_from(it * it * it * 7 % 53).unwrap())).collect();
    let text = noise.repeat(4).replace('\\', "/");
    parlor.io.emit("news", &text).unwrap();
    let mut frames = Vec::new();
    for client in &mut clients {
        let frame = client.frame().await;
        assert_eq!(frame.inflated(), format!(r#"42["news","{text}"]"#));
        frames.push(frame);
    }
    assert_eq!((&frames[0], &frames[2]), (&frames[1], &frames[3]));
    assert!(frames[0].payload.len() > 2 * frames[2].payload.len(), "{frames:?}");
    assert_eq!(compressions(&parlor), 2);
}

#[tokio::test]
async fn a_message_is_compressed_from_the_threshold_on() {
    let parlor = deflating(Config::default()).await;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    // `42["news",""]` is 13 bytes.
    for (letters, first) in [(1024 - 13, DEFLATED_TEXT), (1023 - 13, PLAIN_TEXT)] {
        parlor.io.emit("news", &"x".repeat(letters)).unwrap();
        assert_eq!(client.frame().await.first, first, "{letters}");
    }
}

#[tokio::test]
async fn what_does_not_get_shorter_is_sent_as_it_is() {
    let per_message_deflate = Some(PerMessageDeflate { threshold_bytes: 0 });
    let parlor = Parlor::with(Config { per_message_deflate, ..Config::default() }, echo).await;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    parlor.io.emit("a", &()).unwrap();
    assert_eq!(client.frame().await.text(), r#"42["a"]"#);
    parlor.io.emit("aaaaaaaaaaaaaaaaaaaaaaaa", &()).unwrap();
    assert_eq!(client.frame().await.inflated(), r#"42["aaaaaaaaaaaaaaaaaaaaaaaa"]"#);
}

#[tokio::test]
async fn each_emit_says_whether_it_is_compressed() {
    let parlor = deflating(Config::default()).await;
    let io = &parlor.io;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    let long = &"x".repeat(9000);
    let rows: [(&str, &dyn Fn() -> bool, u8); 8] = [
        ("as it is", &|| io.emit("news", long).is_ok(), DEFLATED_TEXT),
        ("compress(false)", &|| io.compress(false).emit("news", long).is_ok(), PLAIN_TEXT),
        ("compress(true)", &|| io.compress(true).emit("news", long).is_ok(), DEFLATED_TEXT),
        ("volatile", &|| io.volatile().emit("news", long).is_ok(), DEFLATED_TEXT),
        (
            "volatile, compress(true)",
            &|| io.volatile().compress(true).emit("news", long).is_ok(),
            DEFLATED_TEXT,
        ),
        (
            "volatile, compress(false)",
            &|| io.volatile().compress(false).emit("news", long).is_ok(),
            PLAIN_TEXT,
        ),
        (
            "room, compress(false)",
            &|| io.except("red").compress(false).emit("news", long).is_ok(),
            PLAIN_TEXT,
        ),
        ("short, compress(true)", &|| io.compress(true).emit("news", "x").is_ok(), PLAIN_TEXT),
    ];
    for (name, emit, first) in rows {
        assert!(emit(), "{name}");
        assert_eq!(client.frame().await.first, first, "{name}");
    }
    assert_eq!(compressions(&parlor), 4);
}

#[tokio::test]
async fn a_socket_and_an_answer_are_compressed_as_a_broadcast_is() {
    let config = Config { per_message_deflate: Some(PerMessageDeflate::default()), ..Config::default() };
    let parlor = Parlor::with(config, |socket| {
        echo(socket);
        socket.on("plainly", |socket: Socket, (), _| async move {
            let _ = socket.compress(false).emit("news", &"x".repeat(9000));
            let _ = socket.emit("news", &"x".repeat(9000));
        });
    })
    .await;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    client.send(PLAIN_TEXT, br#"42["plainly"]"#).await;
    assert_eq!(client.frame().await.first, PLAIN_TEXT);
    assert_eq!(client.frame().await.first, DEFLATED_TEXT);
    let question = format!(r#"427["echo","{}"]"#, "x".repeat(2000));
    client.send(PLAIN_TEXT, question.as_bytes()).await;
    assert_eq!(client.frame().await.inflated(), format!(r#"437["{}"]"#, "x".repeat(2000)));
}

#[tokio::test]
async fn each_attachment_is_a_message_of_its_own() {
    let parlor = deflating(Config::default()).await;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    let (long, short) = (Bytes::from(vec![b'a'; 5000]), Bytes::from_static(b"short"));
    parlor.io.emit("files", &(long, short)).unwrap();
    assert!(client.frame().await.text().starts_with(r#"452-["files""#));
    let frame = client.frame().await;
    assert_eq!(frame.first, DEFLATED_BINARY);
    assert_eq!(frame.inflated(), "a".repeat(5000));
    assert_eq!(client.frame().await, Frame { first: PLAIN_BINARY, payload: b"short".to_vec() });
}

#[tokio::test]
async fn what_is_not_emitted_goes_plain() {
    let config = Config {
        per_message_deflate: Some(PerMessageDeflate { threshold_bytes: 0 }),
        ping_interval: Duration::from_millis(50),
        ..Config::default()
    };
    let parlor = Parlor::with(config, echo).await;
    // The open packet and the answer to CONNECT, each of more than 20 bytes, are looked at in `joined`.
    let mut client = Raw::joined(parlor.address, OFFER).await;
    assert_eq!(client.frame().await.text(), "2");
}

#[tokio::test]
async fn a_session_that_moves_from_polling_is_compressed_too() {
    let parlor = deflating(Config::default()).await;
    let polling = parlor.joined_polling().await;
    let mut client = Raw::open(parlor.address, &format!("&sid={}", polling.sid), OFFER).await;
    assert!(client.extensions.is_some());
    client.send(PLAIN_TEXT, b"2probe").await;
    assert_eq!(client.frame().await.text(), "3probe");
    client.send(PLAIN_TEXT, b"5").await;
    parlor.io.emit("news", &"x".repeat(9000)).unwrap();
    assert_eq!(client.frame().await.first, DEFLATED_TEXT);
}

#[tokio::test]
async fn clients_may_compress_each_message_or_not() {
    let parlor = deflating(Config::default()).await;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    let event = br#"42["echo","Hello, hello, hello"]"#;
    for (first, payload) in [(DEFLATED_TEXT, deflated(event)), (PLAIN_TEXT, event.to_vec())] {
        client.send(first, &payload).await;
        assert_eq!(client.frame().await.text(), r#"42["echo","Hello, hello, hello"]"#);
    }
    client.send(PLAIN_TEXT, br#"451-["echo",{"_placeholder":true,"num":0}]"#).await;
    client.send(DEFLATED_BINARY, &deflated(b"hello hello hello")).await;
    assert_eq!(client.frame().await.text(), r#"451-["echo",{"_placeholder":true,"num":0}]"#);
    assert_eq!(client.frame().await.payload, b"hello hello hello");
}

#[tokio::test]
async fn a_bomb_is_refused_and_the_others_notice_nothing() {
    let parlor = deflating(Config::default()).await;
    let mut other = parlor.websocket().await;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    let bomb = deflated(json!(["echo", "x".repeat(20_000_000)]).to_string().as_bytes());
    assert!(bomb.len() < 25_000);
    client.send(DEFLATED_TEXT, &bomb).await;
    let farewell = client.frame().await;
    assert_eq!((farewell.first, &farewell.payload[..2]), (CLOSE, &1009_u16.to_be_bytes()[..]));
    other.send(r#"42["echo",1]"#).await;
    assert_eq!(other.text().await, r#"42["echo",1]"#);
}

#[tokio::test]
async fn damaged_data_is_refused() {
    let parlor = deflating(Config::default()).await;
    let mut client = Raw::joined(parlor.address, OFFER).await;
    client.send(DEFLATED_TEXT, b"\x07\x07\x07").await;
    let farewell = client.frame().await;
    assert_eq!((farewell.first, &farewell.payload[..2]), (CLOSE, &1007_u16.to_be_bytes()[..]));
}

/// A server that compresses by default, with `echo`.
async fn deflating(config: Config) -> Parlor {
    let per_message_deflate = Some(PerMessageDeflate::default());
    Parlor::with(Config { per_message_deflate, ..config }, echo).await
}

fn compressions(parlor: &Parlor) -> u64 {
    parlor.io.metrics().value("parlor_compressions_total", "websocket").unwrap()
}
