//! The lab on the wire: a visitor's three clients, each in both namespaces, and everything that they are sent.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::lines;
use crate::{Config, Server, lab, serve};

const ID: &str = "0123456789abcdef";
const ROOT: &str = "/lab-0123456789abcdef";
const CUSTOM: &str = "/lab-0123456789abcdef-custom";

/// Who hears of each line in `/`, and in `/custom`; and what the sender is told.
const LINES: [(&str, &str, &str, &str); 21] = [
    ("socket.emit(ev, …)", "A", "", SENT),
    ("socket.broadcast.emit(ev, …)", "BC", "", SENT),
    ("socket.to(room1).emit(ev, …)", "B", "", SENT),
    ("socket.to([room1, room2]).emit(ev, …)", "BC", "", SENT),
    ("socket.to(room1).to(room2).emit(ev, …)", "BC", "", SENT),
    ("io.in(room1).emit(ev, …)", "AB", "", SENT),
    ("io.to(room1).emit(ev, …)", "AB", "", SENT),
    ("io.to([room1, room2]).except(room3).emit(ev, …)", "AB", "", SENT),
    ("io.of(custom).emit(ev, …)", "", "ABC", SENT),
    ("io.of(custom).to(room1).emit(ev, …)", "", "C", SENT),
    ("io.to(socketId).emit(ev, …)", "C", "", SENT),
    ("io.local.emit(ev, …)", "ABC", "", SENT),
    ("io.emit(ev, …)", "ABC", "", SENT),
    ("socket.to(socket.id).emit(ev, …)", "", "", SENT),
    ("socket.emit(ev, …, (answer) => …)", "A", "", r#"{"answered":{"answers":["A"],"missing":0}}"#),
    (
        "socket.timeout(5000).emit(ev, (err, answer) => …)",
        "A",
        "",
        r#"{"answered":{"answers":["A"],"missing":0}}"#,
    ),
    (
        "socket.timeout(500).emit(ev, (err) => …)",
        "A",
        "",
        r#"{"failed":"event `riddle` was not answered within 500ms"}"#,
    ),
    (
        "io.timeout(5000).to(room1).emit(ev, (err, answers) => …)",
        "AB",
        "",
        r#"{"answered":{"answers":["A","B"],"missing":0}}"#,
    ),
    (
        "io.timeout(500).to(room2).emit(ev, (err, answers) => …)",
        "BC",
        "",
        r#"{"answered":{"answers":["B"],"missing":1}}"#,
    ),
    ("socket.compress(false).emit(ev, …)", "A", "", SENT),
    ("socket.volatile.emit(ev, …)", "A", "", SENT),
];
const SENT: &str = r#""sent""#;

#[tokio::test]
async fn every_line_reaches_those_it_names_once_and_nobody_else() {
    let house = House::open().await;
    let mut visitor = house.visitor(ID).await;
    // Somebody in the same rooms of another lab, who hears nothing of all this.
    let mut stranger = house.visitor("fedcba9876543210").await;
    for (line, root, custom, told) in LINES {
        let (heard, answer) = visitor.says(line).await;
        assert_eq!(heard, [root.to_owned(), custom.to_owned()], "{line}");
        assert_eq!(answer, format!(r#"[{{"ok":{told}}}]"#), "{line}");
    }
    assert_eq!(stranger.settled().await, ["", ""].map(str::to_owned));
}

#[test]
fn every_line_shows_who_receives_it_and_its_code() {
    let listed: Vec<_> = lines::all();
    let shown: Vec<_> = listed.iter().map(|line| (&*line.name, &*line.root, &*line.custom)).collect();
    assert_eq!(shown, LINES.map(|(name, root, custom, _)| (name, root, custom)));
    let code: Vec<_> = listed.iter().map(|line| &*line.code).collect();
    assert_eq!(code[0], r#"socket.emit("news", "hello")"#);
    assert_eq!(code[7], r#"io.to(["room1", "room2"]).except("room3").emit("news", "hello")"#);
    assert_eq!(
        code[15],
        r#"socket.timeout(Duration::from_millis(5000)).emit_with_ack::<String>("question", &()).await"#
    );
    assert!(code.iter().all(|code| !code.contains('\n')), "{code:#?}");
}

#[tokio::test]
async fn who_asks_for_another_seat_or_another_name_is_not_let_in() {
    let house = House::open().await;
    let rows = [
        (ROOT, r#"{"seat":"D"}"#, r#"{"message":"the lab has no such seat"}"#),
        (ROOT, "", r#"{"message":"the lab has no such seat"}"#),
        (ROOT, r#"{"seat":7}"#, r#"{"message":"the lab has no such seat"}"#),
        ("/lab-0123456789ABCDEF", r#"{"seat":"A"}"#, r#"{"message":"Invalid namespace"}"#),
        ("/lab-0123456789abcdef0", r#"{"seat":"A"}"#, r#"{"message":"Invalid namespace"}"#),
        ("/lab-", r#"{"seat":"A"}"#, r#"{"message":"Invalid namespace"}"#),
    ];
    for (namespace, auth, refusal) in rows {
        let mut client = house.client().await;
        client.sends(&format!("40{namespace},{auth}")).await;
        assert_eq!(client.hears("44").await, format!("44{namespace},{refusal}"));
    }
}

#[tokio::test]
async fn lab_takes_no_more_sockets_than_its_bound() {
    let house = House::open().await;
    let mut clients = Vec::new();
    for _ in 0..lab_bound() {
        clients.push(house.takes(ROOT, "A").await);
    }
    let mut late = house.client().await;
    late.sends(&format!(r#"40{ROOT},{{"seat":"A"}}"#)).await;
    let refusal = r#"{"message":"too many clients are in this lab: open another"}"#;
    assert_eq!(late.hears("44").await, format!("44{ROOT},{refusal}"));
}

fn lab_bound() -> usize {
    parlor_chat::lab::MAX_SOCKETS_PER_LAB
}

#[tokio::test]
async fn line_that_names_a_room_elsewhere_stays_in_the_lab() {
    let house = House::open().await;
    let mut visitor = house.visitor(ID).await;
    let stranger = house.visitor("fedcba9876543210").await;
    // The id of a socket in another lab is the name of no room in this one.
    visitor.whisper_to = stranger.whisper_to;
    let (heard, _) = visitor.says("io.to(socketId).emit(ev, …)").await;
    assert_eq!(heard, ["", ""].map(str::to_owned));
}

#[tokio::test]
async fn unknown_line_and_a_lab_without_its_second_namespace_are_refused() {
    let house = House::open().await;
    let mut alone = house.takes(ROOT, "A").await;
    alone.sends(&format!(r#"42{ROOT},1["say",{{"line":"io.emit(ev, …)","socket_id":""}}]"#)).await;
    let refusal = r#"[{"refused":{"reason":"bad-request","message":"nobody is in the lab's /custom"}}]"#;
    assert_eq!(alone.hears("43").await, format!("43{ROOT},1{refusal}"));
    assert!(!house.io.is_there(CUSTOM), "asking for it does not make it");
    let mut visitor = house.visitor(ID).await;
    let (_, answer) = visitor.says("rm -rf").await;
    assert_eq!(answer, r#"[{"refused":{"reason":"bad-request","message":"the lab has no such line"}}]"#);
}

#[tokio::test]
async fn lab_is_gone_when_its_visitor_is() {
    let house = House::open().await;
    let visitor = house.visitor(ID).await;
    assert!(house.io.is_there(ROOT) && house.io.is_there(CUSTOM));
    for mut client in visitor.clients {
        client.websocket.close(None).await.unwrap();
        while let Some(Ok(_)) = client.websocket.next().await {}
    }
    let gone = async {
        while house.io.is_there(ROOT) || house.io.is_there(CUSTOM) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.expect("both namespaces go");
}

#[tokio::test]
async fn client_tells_the_server_and_hears_itself() {
    let house = House::open().await;
    let mut ada = house.takes(ROOT, "A").await;
    ada.sends(&format!(r#"42{ROOT},7["hello","world"]"#)).await;
    assert_eq!(ada.hears("42").await, format!(r#"42{ROOT},["heard","world"]"#));
    assert_eq!(ada.hears("43").await, format!(r#"43{ROOT},7["world"]"#));
}

/// A server with a lab on a free port, as long as this lives.
struct House {
    io: Server,
    address: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
}

impl Server {
    fn is_there(&self, namespace: &str) -> bool {
        self.shared().namespaces.find(&parlor_protocol::socket::Namespace::new(namespace)).is_some()
    }
}

impl House {
    async fn open() -> Self {
        let io = Server::new(Config { cleanup_empty_child_namespaces: true, ..Config::default() });
        lab::install(&io);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self { address, serving: tokio::spawn(serve(listener, io.clone())), io }
    }

    async fn client(&self) -> Client {
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", self.address);
        let (websocket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let mut client = Client { websocket, passed: Vec::new() };
        client.hears("0{").await;
        client
    }

    async fn takes(&self, namespace: &str, seat: &str) -> Client {
        let mut client = self.client().await;
        client.joins(namespace, seat).await;
        client
    }

    async fn visitor(&self, id: &str) -> Visitor {
        let (root, custom) = (parlor_chat::lab::namespace(id), parlor_chat::lab::custom(id));
        let mut clients = Vec::new();
        let mut whisper_to = String::new();
        for seat in ["A", "B", "C"] {
            let mut client = self.client().await;
            whisper_to = client.joins(&root, seat).await;
            client.joins(&custom, seat).await;
            clients.push(client);
        }
        Visitor { root, custom, clients, whisper_to }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Visitor {
    root: String,
    custom: String,
    clients: Vec<Client>,
    /// The id of the last one's socket.
    whisper_to: String,
}

impl Visitor {
    /// Has a line said, answers what it asks, and gives who heard it where, and what the sender was told.
    async fn says(&mut self, line: &str) -> ([String; 2], String) {
        let say =
            format!(r#"42{},1["say",{{"line":"{line}","socket_id":"{}"}}]"#, self.root, self.whisper_to);
        self.clients[0].sends(&say).await;
        let told = format!("43{},1", self.root);
        let [a, b, c] = &mut self.clients[..] else { panic!("there are three") };
        let answer = tokio::select! {
            answer = a.hears_and_answers("A", &told) => answer,
            never = b.hears_and_answers("B", "nothing") => never,
            never = c.hears_and_answers("C", "nothing") => never,
        };
        (self.settled().await, answer.strip_prefix(&told).unwrap().to_owned())
    }

    /// Waits until all has come that was sent, and gives who heard of it in `/` and in `/custom`.
    async fn settled(&mut self) -> [String; 2] {
        let mut heard = [String::new(), String::new()];
        for (seat, client) in ["A", "B", "C"].into_iter().zip(&mut self.clients) {
            for namespace in [&self.root, &self.custom] {
                client.sends(&format!(r#"42{namespace},99["settle"]"#)).await;
                client.hears(&format!("43{namespace},99[]")).await;
            }
            let passed = std::mem::take(&mut client.passed);
            for frame in passed {
                let custom = usize::from(frame.contains("-custom,"));
                heard[custom] += if frame.starts_with("42") { seat } else { "" };
            }
        }
        heard
    }
}

struct Client {
    websocket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What came and was not waited for.
    passed: Vec<String>,
}

impl Client {
    async fn sends(&mut self, frame: &str) {
        self.websocket.send(Message::text(frame)).await.unwrap();
    }

    /// Takes a seat, and gives the id of the socket.
    async fn joins(&mut self, namespace: &str, seat: &str) -> String {
        self.sends(&format!(r#"40{namespace},{{"seat":"{seat}"}}"#)).await;
        let joined = self.hears(&format!("40{namespace},")).await;
        joined.split('"').nth(3).unwrap().to_owned()
    }

    /// The next frame that begins like this; others pass by.
    async fn hears(&mut self, start: &str) -> String {
        self.hears_and_answers("", start).await
    }

    /// The same; and meanwhile a seat answers a question, and B a riddle.
    async fn hears_and_answers(&mut self, seat: &str, start: &str) -> String {
        let limit = Duration::from_secs(30);
        let heard = tokio::time::timeout(limit, self.next_like(seat, start)).await;
        heard.unwrap_or_else(|_| panic!("heard nothing like `{start}`"))
    }

    async fn next_like(&mut self, seat: &str, start: &str) -> String {
        loop {
            let Message::Text(text) = self.websocket.next().await.expect("the server goes on").unwrap()
            else {
                continue;
            };
            if text.starts_with(start) {
                return text.to_string();
            }
            self.passed.push(text.to_string());
            let is_asked =
                text.contains(r#"["question"]"#) || (seat == "B" && text.contains(r#"["riddle"]"#));
            if let (true, Some((head, _))) = (is_asked && !seat.is_empty(), text.split_once('[')) {
                self.sends(&format!(r#"43{}["{seat}"]"#, &head[2..])).await;
            }
        }
    }
}
