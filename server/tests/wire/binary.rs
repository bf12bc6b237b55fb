//! Bytes, both ways.

use bytes::Bytes;
use parlor_server::{Ack, Config, Socket};

use crate::parlor::Parlor;

async fn reversing() -> Parlor {
    Parlor::with(Config::default(), |socket| {
        socket.on("reverse", |socket: Socket, (name, bytes): (String, Bytes), ack: Ack| async move {
            let reversed: Bytes = bytes.iter().rev().copied().collect();
            ack.send(&(&name, &reversed));
            socket.emit("reversed", &(&name, &reversed)).unwrap();
        });
    })
    .await
}

#[tokio::test]
async fn bytes_travel_as_frames_on_a_websocket() {
    let mut client = reversing().await.websocket().await;
    client.send(r#"451-7["reverse","x",{"_placeholder":true,"num":0}]"#).await;
    client.send_binary(&[1, 2, 3]).await;
    assert_eq!(client.text().await, r#"461-7["x",{"_placeholder":true,"num":0}]"#);
    assert_eq!(client.binary().await, [3, 2, 1]);
    assert_eq!(client.text().await, r#"451-["reversed","x",{"_placeholder":true,"num":0}]"#);
    assert_eq!(client.binary().await, [3, 2, 1]);
}

#[tokio::test]
async fn bytes_travel_as_base64_on_polling() {
    let client = reversing().await.joined_polling().await;
    let body = "451-7[\"reverse\",\"x\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQID";
    assert_eq!(client.post(body).await.body, "ok");
    let expected = [
        r#"461-7["x",{"_placeholder":true,"num":0}]"#,
        "bAwIB",
        r#"451-["reversed","x",{"_placeholder":true,"num":0}]"#,
        "bAwIB",
    ];
    assert_eq!(client.get().await.body, expected.join("\u{1e}"));
}

#[tokio::test]
async fn an_attachment_may_come_in_a_later_request_and_be_empty() {
    let client = reversing().await.joined_polling().await;
    client.post(r#"451-7["reverse","x",{"_placeholder":true,"num":0}]"#).await;
    client.post("b").await;
    let body = client.get().await.body;
    assert!(body.starts_with("461-7[\"x\",{\"_placeholder\":true,\"num\":0}]\u{1e}b\u{1e}"), "{body}");
}

#[tokio::test]
async fn a_websocket_that_asks_for_text_gets_base64() {
    let parlor = reversing().await;
    let mut client = crate::ws::WebSocket::asking(parlor.address, "&b64=1").await;
    assert!(client.text().await.starts_with("0{"));
    client.join("40").await;
    client.send(r#"451-7["reverse","x",{"_placeholder":true,"num":0}]"#).await;
    client.send("bAQID").await;
    assert_eq!(client.text().await, r#"461-7["x",{"_placeholder":true,"num":0}]"#);
    assert_eq!(client.text().await, "bAwIB");
}
