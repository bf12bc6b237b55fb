//! The chat on the wire: raw packets over WebSockets, as a page sends and gets them.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::install;
use crate::{Config, Server, serve};

#[tokio::test]
async fn conversation_on_the_wire() {
    let room = Room::open().await;
    let (mut ada, mut bob) = (room.client().await, room.client().await);

    ada.sends(r#"420["join",{"room":"lobby","nickname":"Ada"}]"#).await;
    let joined = ada.hears("430").await;
    assert!(joined.starts_with(r#"430[{"ok":{"room":"lobby","you":""#), "{joined}");
    assert!(joined.ends_with(r#","messages":[]}}}]"#), "{joined}");
    bob.sends(r#"420["join",{"room":"lobby","nickname":"Bob"}]"#).await;
    bob.hears("430").await;
    let presence = ada.hears(r#"42["presence""#).await;
    assert!(presence.contains(r#""nickname":"Bob"},"change":"joined"}]"#), "{presence}");

    ada.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    let stored = ada.hears("431").await;
    assert!(stored.contains(r#","seq":1,"time":"#), "{stored}");
    let message = bob.hears(r#"42["message""#).await;
    assert!(message.starts_with(r#"42["message",{"room":"lobby","epoch":"#), "{message}");
    assert!(message.ends_with(r#","id":"a-1","author":"Ada","text":"hi"}]"#), "{message}");
    ada.sends(r#"42["typing",{"room":"lobby"}]"#).await;
    let typing = bob.hears(r#"42["typing""#).await;
    assert!(typing.starts_with(r#"42["typing",{"room":"lobby","member":""#), "{typing}");

    drop(ada);
    let presence = bob.hears(r#"42["presence""#).await;
    assert!(presence.contains(r#""nickname":"Ada"},"change":"left"}]"#), "{presence}");
}

#[tokio::test]
async fn repeated_id_gets_the_first_answer_and_is_not_broadcast_again() {
    let room = Room::open().await;
    let (mut ada, mut bob) = (room.client().await, room.client().await);
    for client in [&mut ada, &mut bob] {
        client.sends(r#"420["join",{"room":"lobby","nickname":"Somebody"}]"#).await;
        client.hears("430").await;
    }
    ada.sends(r#"421["send",{"room":"lobby","id":"same","text":"one"}]"#).await;
    let first = ada.hears("431").await;
    ada.sends(r#"422["send",{"room":"lobby","id":"same","text":"one"}]"#).await;
    let second = ada.hears("432").await;
    assert_eq!(first[3..], second[3..]);
    ada.sends(r#"423["send",{"room":"lobby","id":"other","text":"two"}]"#).await;
    bob.hears(r#"42["message""#).await;
    let next = bob.hears(r#"42["message""#).await;
    assert!(next.contains(r#""id":"other""#), "{next}");
}

#[tokio::test]
async fn bad_request_is_refused_with_a_reason_and_the_connection_goes_on() {
    const NOT_UNDERSTOOD: &str = r#"{"reason":"bad-request","message":"the server does not understand this request: load the page again"}"#;
    let room = Room::open().await;
    let mut client = room.client().await;
    let rows = [
        (r#"["join"]"#, NOT_UNDERSTOOD),
        (r#"["join",7]"#, NOT_UNDERSTOOD),
        (
            r#"["join",{"room":"a b","nickname":"Ada"}]"#,
            r#"{"reason":"bad-room-name","message":"a room name has letters, digits, `-` and `_` only"}"#,
        ),
        (
            r#"["join",{"room":"lobby","nickname":" "}]"#,
            r#"{"reason":"bad-nickname","message":"a nickname needs at least one character"}"#,
        ),
        (
            r#"["send",{"room":"lobby","id":"a","text":"hi"}]"#,
            r#"{"reason":"not-in-room","message":"you are not in this room: join it first"}"#,
        ),
        (
            r#"["send",{"room":"lobby","id":"a","text":"\n"}]"#,
            r#"{"reason":"bad-text","message":"a message needs a text"}"#,
        ),
    ];
    for (event, refusal) in rows {
        client.sends(&format!("427{event}")).await;
        assert_eq!(client.hears("437").await, format!(r#"437[{{"refused":{refusal}}}]"#), "{event}");
    }
    client.sends(r#"428["leave",{"room":"lobby"}]"#).await;
    assert_eq!(client.hears("438").await, r#"438[{"ok":null}]"#);
}

#[tokio::test]
async fn list_of_rooms_is_told_to_everybody_when_it_changes() {
    let room = Room::open().await;
    let (mut ada, mut bob) = (room.client().await, room.client().await);
    bob.sends(r#"420["rooms",{}]"#).await;
    let empty = r#"{"name":"lobby","members":0},{"name":"rust","members":0},{"name":"music","members":0},{"name":"random","members":0}"#;
    assert_eq!(bob.hears("430").await, format!(r#"430[{{"ok":{{"rooms":[{empty}]}}}}]"#));
    ada.sends(r#"420["join",{"room":"attic","nickname":"Ada"}]"#).await;
    let told = format!(r#"42["rooms",{{"rooms":[{empty},{{"name":"attic","members":1}}]}}]"#);
    assert_eq!(bob.hears(r#"42["rooms""#).await, told);
    assert_eq!(ada.hears(r#"42["rooms""#).await, told);
}

/// A server with the chat on a free port, as long as this lives.
struct Room {
    address: std::net::SocketAddr,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Room {
    async fn open() -> Self {
        let io = Server::new(Config::default());
        install(&io);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self { address, serving: tokio::spawn(serve(listener, io)) }
    }

    /// A client in `/`, over a WebSocket from the start.
    async fn client(&self) -> Client {
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", self.address);
        let (websocket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let mut client = Client { websocket };
        client.hears("0{").await;
        client.sends("40").await;
        client.hears("40{").await;
        client
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Client {
    websocket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    async fn sends(&mut self, frame: &str) {
        self.websocket.send(Message::text(frame)).await.unwrap();
    }

    /// The next frame that begins like this; others pass by.
    async fn hears(&mut self, start: &str) -> String {
        let next = async {
            loop {
                let frame = self.websocket.next().await.expect("the server goes on").unwrap();
                match frame {
                    Message::Text(text) if text.starts_with(start) => return text.to_string(),
                    _ => {}
                }
            }
        };
        let limit = std::time::Duration::from_secs(30);
        tokio::time::timeout(limit, next).await.unwrap_or_else(|_| panic!("heard nothing like `{start}`"))
    }
}
