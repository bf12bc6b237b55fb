//! The operator's namespace on the wire, beside the chat on the same connection.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::{MAX_KNOCKING, Passphrase, install};
use crate::{Config, Server, chat, serve};

const RIGHT: &str = "correct horse battery";
const ENTER: &str = r#"40/admin,{"passphrase":"correct horse battery"}"#;

#[tokio::test]
async fn operator_with_the_passphrase_sees_the_numbers_and_nobody_else_does() {
    let house = House::open(Some(RIGHT)).await;
    let mut ada = house.chatter("lobby").await;
    ada.sends(ENTER).await;
    ada.hears("40/admin,").await;
    ada.sends(r#"42/admin,1["numbers",{}]"#).await;
    let numbers = ada.hears("43/admin,1").await;
    assert!(numbers.starts_with(r#"43/admin,1[{"ok":{"connections":1,"events_in":1,"#), "{numbers}");
    assert!(numbers.contains(r#""rooms":[{"name":"lobby","sockets":1}],"sockets":[{"id":""#), "{numbers}");
    assert!(numbers.ends_with(r#"","transport":"websocket"}]}}]"#), "{numbers}");
    // Who is not in the namespace is not heard in it.
    let mut bob = house.chatter("lobby").await;
    bob.tries_to_send(r#"42/admin,1["numbers",{}]"#).await;
    assert!(bob.ends_without("43/admin").await);
}

#[tokio::test]
async fn wrong_passphrase_is_refused_in_words_whatever_it_is() {
    let house = House::open(Some(RIGHT)).await;
    let long = format!(r#"{{"passphrase":"{}"}}"#, "x".repeat(1_025));
    let rows = [
        ("", "the passphrase, please"),
        (r#"{"passphrase":7}"#, "the passphrase, please"),
        (&*long, "the passphrase, please"),
        (r#"{"passphrase":""}"#, "this is not the passphrase"),
        (r#"{"passphrase":"correct horse batterY"}"#, "this is not the passphrase"),
        (r#"{"passphrase":"correct horse battery "}"#, "this is not the passphrase"),
    ];
    let mut client = house.client().await;
    for (auth, words) in rows {
        client.sends(&format!("40/admin,{auth}")).await;
        assert_eq!(client.hears("44/admin").await, format!(r#"44/admin,{{"message":"{words}"}}"#), "{auth}");
    }
    client.sends(ENTER).await;
    client.hears("40/admin,").await;
}

#[tokio::test]
async fn guesses_are_tried_one_after_the_other_and_each_wrong_one_takes_its_time() {
    let house = House::open(Some(RIGHT)).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(house.client().await);
    }
    let began = Instant::now();
    for client in &mut clients {
        client.sends(r#"40/admin,{"passphrase":"password1234"}"#).await;
    }
    for client in &mut clients {
        client.hears(r#"44/admin,{"message":"this is not"#).await;
    }
    assert!(began.elapsed() >= Duration::from_millis(1_500), "{:?}", began.elapsed());
}

#[tokio::test]
async fn no_more_wait_at_the_door_than_its_bound() {
    let house = House::open(Some(RIGHT)).await;
    let mut clients = Vec::new();
    for _ in 0..=MAX_KNOCKING {
        let mut client = house.client().await;
        client.sends(r#"40/admin,{"passphrase":"password1234"}"#).await;
        clients.push(client);
    }
    let last = clients.iter_mut().map(|client| client.hears("44/admin"));
    let heard = futures_util::future::join_all(last).await;
    let refused = heard.iter().filter(|words| words.contains("too many are trying")).count();
    assert_eq!(refused, 1, "{heard:?}");
}

#[tokio::test]
async fn without_a_passphrase_there_is_no_such_namespace() {
    let house = House::open(None).await;
    let mut client = house.client().await;
    client.sends(ENTER).await;
    assert_eq!(client.hears("44/admin").await, r#"44/admin,{"message":"Invalid namespace"}"#);
}

#[tokio::test]
async fn operator_closes_a_room_and_sends_a_socket_away_and_others_stay() {
    let house = House::open(Some(RIGHT)).await;
    let (ada, bob) = (house.chatter("attic").await, house.chatter("attic").await);
    let (mut cleo, mut dora) = (house.chatter("lobby").await, house.chatter("lobby").await);
    let mut operator = house.client().await;
    operator.sends(ENTER).await;
    operator.hears("40/admin,").await;
    operator.sends(r#"42/admin,1["close-room",{"room":"attic"}]"#).await;
    assert_eq!(operator.hears("43/admin,1").await, r#"43/admin,1[{"ok":2}]"#);
    for mut gone in [ada, bob] {
        assert!(gone.ends_without("never").await);
    }
    operator.sends(&format!(r#"42/admin,2["send-away",{{"id":"{}"}}]"#, cleo.id)).await;
    assert_eq!(operator.hears("43/admin,2").await, r#"43/admin,2[{"ok":1}]"#);
    assert!(cleo.ends_without("never").await);
    for nobody in [r#"["send-away",{"id":"nobody"}]"#, r#"["close-room",{"room":"a b"}]"#] {
        operator.sends(&format!("42/admin,3{nobody}")).await;
        assert_eq!(operator.hears("43/admin,3").await, r#"43/admin,3[{"ok":0}]"#);
    }
    dora.sends(r#"429["rooms",{}]"#).await;
    dora.hears("439").await;
}

#[test]
fn passphrase_has_bounds_and_is_not_shown() {
    assert_eq!(
        Passphrase::new("elevencharsX".get(1..).unwrap()).unwrap_err(),
        "a passphrase has at least 12 characters"
    );
    assert_eq!(Passphrase::new(&"x".repeat(1_025)).unwrap_err(), "a passphrase has at most 1024 bytes");
    let passphrase = Passphrase::new("twelve chars").unwrap();
    assert_eq!(format!("{passphrase:?}"), "Passphrase(..)");
    assert!(passphrase.is("twelve chars") && !passphrase.is("twelve charz") && !passphrase.is(""));
}

#[test]
fn passphrase_is_the_first_line_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passphrase");
    for text in ["twelve chars\n", "twelve chars", "twelve chars\r\nmore\n"] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(Passphrase::read(&file).unwrap(), Passphrase::new("twelve chars").unwrap());
    }
    std::fs::write(&file, "").unwrap();
    assert_eq!(Passphrase::read(&file).unwrap_err().to_string(), "a passphrase has at least 12 characters");
    assert!(Passphrase::read(&folder.path().join("none")).is_err());
}

/// A server with the chat, and perhaps an operator, as long as this lives.
struct House {
    address: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
}

impl House {
    async fn open(passphrase: Option<&str>) -> Self {
        let io = Server::new(Config::default());
        chat::install(&io, &"sqlite::memory:".parse().unwrap()).unwrap();
        if let Some(passphrase) = passphrase {
            install(&io, Passphrase::new(passphrase).unwrap());
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self { address, serving: tokio::spawn(serve(listener, io)) }
    }

    async fn client(&self) -> Client {
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", self.address);
        let (websocket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let mut client = Client { websocket, id: String::new() };
        client.hears("0{").await;
        client
    }

    /// Somebody in a room of the chat.
    async fn chatter(&self, room: &str) -> Client {
        let mut client = self.client().await;
        client.sends("40").await;
        client.id = client.hears("40{").await.split('"').nth(3).unwrap().to_owned();
        client.sends(&format!(r#"420["join",{{"room":"{room}","nickname":"Ada"}}]"#)).await;
        client.hears("430").await;
        client
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Client {
    websocket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Of its socket in the chat.
    id: String,
}

/// How long anything may take before a test fails: twenty guesses take ten seconds.
const LIMIT: Duration = Duration::from_secs(40);

impl Client {
    async fn sends(&mut self, frame: &str) {
        self.websocket.send(Message::text(frame)).await.unwrap();
    }

    /// The server may have closed the connection.
    async fn tries_to_send(&mut self, frame: &str) {
        let _ = self.websocket.send(Message::text(frame)).await;
    }

    /// The next frame that begins like this; others pass by.
    async fn hears(&mut self, start: &str) -> String {
        let next = async {
            loop {
                let frame = self.websocket.next().await.expect("the server goes on").unwrap();
                if let Message::Text(text) = frame
                    && text.starts_with(start)
                {
                    return text.to_string();
                }
            }
        };
        let heard = tokio::time::timeout(LIMIT, next).await;
        heard.unwrap_or_else(|_| panic!("heard nothing like `{start}`"))
    }

    /// Waits until the server has ended the connection, and gives whether nothing like this came before.
    async fn ends_without(&mut self, start: &str) -> bool {
        let ended = async {
            let mut heard = false;
            while let Some(Ok(frame)) = self.websocket.next().await {
                heard |= frame.to_text().is_ok_and(|text| text.starts_with(start));
            }
            !heard
        };
        tokio::time::timeout(LIMIT, ended).await.expect("the connection ends")
    }
}
