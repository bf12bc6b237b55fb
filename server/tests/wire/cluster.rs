//! Two servers of one cluster: what is done on one happens to the clients of both.

use std::sync::Arc;
use std::time::Duration;

use parlor_server::adapter::{
    Adapter, AdapterError, AdapterFuture, InProcess, Message, Node, Request, Response, SocketDetails, Status,
};
use parlor_server::{
    Ack, AckError, Broadcast, BroadcastAckError, Config, ConnectionStateRecovery, Refusal, RemoteSocket,
    Server, Socket,
};

use crate::parlor::{Parlor, echo};
use crate::recovery::client::Client;
use crate::soon;
use crate::ws::WebSocket;

const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(3600);

/// Two servers with two clients each: a and b on one, c and d on the other. a and c are in "red", d in "blue".
struct Two {
    one: Parlor,
    other: Parlor,
    a: WebSocket,
    b: WebSocket,
    c: WebSocket,
    d: WebSocket,
}

impl Two {
    async fn new() -> Self {
        Self::with(Config::default()).await
    }

    async fn with(config: Config) -> Self {
        let cluster = InProcess::default();
        let one = serving(config.clone(), cluster.adapter("one")).await;
        let other = serving(config, cluster.adapter("other")).await;
        let (a, b) = (one.websocket().await, one.websocket().await);
        let (c, d) = (other.websocket().await, other.websocket().await);
        one.io.to([&*a.id, &*c.id]).sockets_join("red");
        one.io.to(&d.id).sockets_join("blue");
        Self { one, other, a, b, c, d }
    }

    /// What each has heard, in the order of their names.
    async fn heard(&mut self) -> [Vec<String>; 4] {
        [self.a.heard().await, self.b.heard().await, self.c.heard().await, self.d.heard().await]
    }

    fn ids(&self) -> [&str; 4] {
        [&self.a.id, &self.b.id, &self.c.id, &self.d.id]
    }

    fn names(&self, sockets: &[RemoteSocket]) -> String {
        let place = |socket: &RemoteSocket| self.ids().iter().position(|id| *id == socket.id());
        let mut places: Vec<_> =
            sockets.iter().map(|socket| place(socket).expect("one of the four")).collect();
        places.sort_unstable();
        places.into_iter().map(|place| ["a", "b", "c", "d"][place]).collect()
    }
}

async fn serving(config: Config, adapter: impl Adapter) -> Parlor {
    let io = Server::with_adapter(config, adapter);
    io.on_connection(|socket: Socket| async move { echo(&socket) });
    Parlor::serving(io).await
}

#[tokio::test]
async fn an_event_reaches_the_clients_of_both_servers_that_it_is_for() {
    let mut two = Two::new().await;
    let io = two.one.io.clone();
    let a = io.of("/").socket(&two.a.id).unwrap();
    let rows: [(Broadcast, [bool; 4]); 8] = [
        (io.volatile(), [true, true, true, true]),
        (io.to("red"), [true, false, true, false]),
        (io.to(["red", "blue"]), [true, false, true, true]),
        (io.to(["red", "blue"]).except("red"), [false, false, false, true]),
        (io.to(&two.c.id), [false, false, true, false]),
        (io.local(), [true, true, false, false]),
        (a.broadcast(), [false, true, true, true]),
        (a.to("red"), [false, false, true, false]),
    ];
    for (number, (whom, expected)) in rows.into_iter().enumerate() {
        whom.emit("news", &number).unwrap();
        let text = format!(r#"42["news",{number}]"#);
        let expected = expected.map(|hears| if hears { vec![text.clone()] } else { Vec::new() });
        assert_eq!(two.heard().await, expected, "{whom:?}");
    }
}

#[tokio::test]
async fn attachments_come_with_it_and_other_namespaces_do_not_hear_of_it() {
    let mut two = Two::new().await;
    let _ = (two.one.io.of("/other"), two.other.io.of("/other"));
    two.one.io.of("/other").emit("news", "to nobody").unwrap();
    two.one.io.to("blue").emit("photo", &bytes::Bytes::from_static(&[1, 2])).unwrap();
    assert_eq!(two.d.text().await, r#"451-["photo",{"_placeholder":true,"num":0}]"#);
    assert_eq!(two.d.binary().await, [1, 2]);
    assert_eq!(two.heard().await, [const { Vec::<String>::new() }; 4]);
}

#[tokio::test]
async fn sockets_of_both_servers_join_leave_and_are_sent_away() {
    let mut two = Two::new().await;
    let io = two.one.io.clone();
    io.to("red").sockets_join(["green", "round"]);
    io.to(&two.c.id).sockets_leave("red");
    let rooms = |two: &Two, id: &str| {
        let socket = two.one.io.of("/").socket(id).or_else(|| two.other.io.of("/").socket(id)).unwrap();
        socket.rooms().iter().skip(1).map(|room| (**room).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rooms(&two, &two.a.id), ["red", "green", "round"]);
    assert_eq!(rooms(&two, &two.c.id), ["green", "round"]);
    assert_eq!(rooms(&two, &two.d.id), ["blue"]);
    io.local().sockets_join("here");
    assert_eq!(
        (rooms(&two, &two.b.id), rooms(&two, &two.d.id)),
        (vec!["here".to_owned()], vec!["blue".to_owned()])
    );

    io.to("blue").disconnect_sockets(false);
    assert_eq!(two.d.text().await, "41");
    io.to("green").disconnect_sockets(true);
    for client in [&mut two.a, &mut two.c] {
        assert_eq!(client.text().await, "41");
        client.closed().await;
    }
    assert!(two.b.heard().await.is_empty());
}

#[tokio::test]
async fn sockets_are_found_wherever_they_are_with_what_their_server_knows() {
    let two = Two::new().await;
    let c = two.other.io.of("/").socket(&two.c.id).unwrap();
    c.data().set("name", "Carla").unwrap();
    c.data().insert("of this process alone");
    let io = &two.one.io;
    let rows: [(Broadcast, &str); 5] = [
        (io.timeout(LONG), "abcd"),
        (io.to("red"), "ac"),
        (io.except("red"), "bd"),
        (io.to("nobody"), ""),
        (io.local(), "ab"),
    ];
    for (whom, expected) in rows {
        assert_eq!(two.names(&whom.fetch_sockets().await.unwrap()), expected, "{whom:?}");
    }
    let [found] = &io.to(&two.c.id).fetch_sockets().await.unwrap()[..] else { panic!("it is there") };
    assert!(found.local().is_none());
    assert_eq!(found.rooms().iter().map(|room| &**room).collect::<Vec<_>>(), [&*two.c.id, "red"]);
    assert_eq!(found.data().get::<String>("name").as_deref(), Some("Carla"));
    assert_eq!(found.data().of::<&str>(), None);
    assert_eq!(found.handshake().query("transport").as_deref(), Some("websocket"));
    assert_eq!(found.handshake().address().map(|address| address.ip()), Some([127, 0, 0, 1].into()));
    assert_eq!(found.auth::<serde_json::Value>().unwrap(), serde_json::json!({}));
}

#[tokio::test]
async fn a_socket_of_another_server_is_spoken_to_asked_moved_and_sent_away() {
    let mut two = Two::new().await;
    let found = two.one.io.to("blue").fetch_sockets().await.unwrap().remove(0);
    for (number, socket) in [found.clone(), found.volatile(), found.compress(false)].iter().enumerate() {
        socket.emit("news", &number).unwrap();
        assert_eq!(two.d.text().await, format!(r#"42["news",{number}]"#));
    }

    let asked = tokio::spawn(found.timeout(LONG).emit_with_ack::<u32>("question", &()));
    assert_eq!(two.d.text().await, r#"420["question"]"#);
    two.d.send("430[7]").await;
    assert_eq!(soon("the answer", asked).await.unwrap().unwrap(), 7);
    let late = found.timeout(SHORT).emit_with_ack::<u32>("question", &()).await;
    assert!(
        matches!(&late, Err(AckError::TimedOut { event, timeout: SHORT }) if &**event == "question"),
        "{late:?}"
    );
    assert_eq!(two.d.text().await, r#"421["question"]"#);

    found.join("green");
    found.leave("blue");
    let [moved] = &two.one.io.to("green").fetch_sockets().await.unwrap()[..] else { panic!("it is there") };
    assert_eq!(moved.rooms().iter().map(|room| &**room).collect::<Vec<_>>(), [&*two.d.id, "green"]);
    found.disconnect(false);
    assert_eq!(two.d.text().await, "41");
    let gone = found.emit_with_ack::<u32>("question", &()).await;
    assert!(matches!(gone, Err(AckError::Disconnected)), "{gone:?}");
}

#[tokio::test]
async fn clients_of_both_servers_answer_and_who_does_not_is_counted() {
    let mut two = Two::new().await;
    let asked = tokio::spawn(two.one.io.timeout(LONG).emit_with_ack::<String>("question", &()));
    for (client, answer) in
        [&mut two.a, &mut two.b, &mut two.c, &mut two.d].into_iter().zip(["a", "b", "c", "d"])
    {
        assert_eq!(client.text().await, r#"420["question"]"#);
        client.send(&format!(r#"430["{answer}"]"#)).await;
    }
    let mut answers = soon("all answers", asked).await.unwrap().unwrap();
    answers.sort_unstable();
    assert_eq!(answers, ["a", "b", "c", "d"]);

    let asked =
        tokio::spawn(two.one.io.to(["red", "blue"]).timeout(SHORT).emit_with_ack::<String>("again", &()));
    assert_eq!(two.a.text().await, r#"421["again"]"#);
    two.a.send(r#"431["a"]"#).await;
    let Err(BroadcastAckError::Unanswered(unanswered)) = soon("the end of the time", asked).await.unwrap()
    else {
        panic!("c and d have not answered")
    };
    assert_eq!((unanswered.answers(), unanswered.missing().len()), (&["a".to_owned()][..], 0));
    assert_eq!((unanswered.elsewhere().clients(), unanswered.elsewhere().servers()), (2, 0));
    let error = BroadcastAckError::Unanswered(unanswered);
    assert_eq!(error.to_string(), "2 of 3 clients did not answer event `again` within 20ms");
}

#[tokio::test]
async fn servers_speak_to_each_other_and_answer() {
    let two = Two::new().await;
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let told = Arc::new(told);
    for (name, io) in [("one", &two.one.io), ("other", &two.other.io)] {
        let told = told.clone();
        io.on_server_side("note", move |text: String, ack: Ack| {
            told.send((name, text, ack.is_wanted())).unwrap();
            async move { ack.send(name) }
        });
    }
    two.one.io.server_side_emit("note", "hello").unwrap();
    assert_eq!(soon("the note", heard.recv()).await.unwrap(), ("other", "hello".to_owned(), false));
    assert_eq!(two.other.io.server_side_emit_with_ack::<String>("note", "you?").await.unwrap(), ["one"]);
    assert_eq!(soon("the note", heard.recv()).await.unwrap(), ("one", "you?".to_owned(), true));
    assert_eq!(two.one.io.server_count().await.unwrap(), 2);
    assert_eq!(two.one.io.of("/alone").server_count().await.unwrap(), 1);
    let Two { one, other, c, d, .. } = two;
    drop((c, d));
    other.io.close().await;
    assert_eq!(one.io.server_count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_namespace_that_goes_leaves_the_cluster_and_its_parent_speaks_to_both_servers() {
    let cluster = InProcess::default();
    let config = Config { cleanup_empty_child_namespaces: true, ..Config::default() };
    let (one, other) = (
        serving(config.clone(), cluster.adapter("one")).await,
        serving(config, cluster.adapter("other")).await,
    );
    let parent = one.io.of_pattern("^/room-").unwrap();
    other.io.of_pattern("^/room-").unwrap().middleware(|socket: Socket| async move {
        if socket.handshake().query("keep").is_some() { Err(Refusal::new("no")) } else { Ok(()) }
    });
    let mut clients = [one.websocket().await, other.websocket().await];
    for client in &mut clients {
        client.send("40/room-1,").await;
        assert!(client.text().await.starts_with(r#"40/room-1,{"sid":"#));
    }
    let room = one.io.of("/room-1");
    assert_eq!(room.server_count().await.unwrap(), 2);
    parent.emit("news", "to all rooms").unwrap();
    for client in &mut clients {
        assert_eq!(client.text().await, r#"42/room-1,["news","to all rooms"]"#);
    }
    clients[1].send("41/room-1,").await;
    assert!(clients[1].heard().await.is_empty());
    assert_eq!(room.server_count().await.unwrap(), 1);
}

#[tokio::test]
async fn each_server_gives_its_own_offsets_and_takes_back_its_own_clients_alone() {
    let cluster = InProcess::default();
    let recovery = Some(ConnectionStateRecovery::default());
    let config = Config { connection_state_recovery: recovery, ..Config::default() };
    let (one, other) = (
        serving(config.clone(), cluster.adapter("one")).await,
        serving(config, cluster.adapter("other")).await,
    );
    let (mut a, mut c) = (Client::join(&one).await, Client::join(&other).await);
    other.io.emit("news", &1).unwrap();
    assert_eq!((&*a.event().await, &*c.event().await), (r#"42["news",1]"#, r#"42["news",1]"#));
    assert_ne!(a.offset, c.offset);

    a.abandon().await;
    other.io.emit("news", &2).unwrap();
    let (mut again, recovered) = a.back(&one).await;
    assert!(recovered, "it comes back to the server that knows it");
    assert_eq!(again.event().await, r#"42["news",2]"#);
    let (_, recovered) = c.back(&one).await;
    assert!(!recovered, "the other server knows nothing of it");
}

/// An engine that carries nothing, while others are said to be there.
#[derive(Debug)]
struct Broken {
    count: Result<usize, AdapterError>,
}

impl Adapter for Broken {
    fn id(&self) -> &str {
        "broken"
    }

    fn join(&self, _: Node) {}

    fn leave(&self, _: &str) {}

    fn publish(&self, _: &str, _: Message) {}

    fn respond(&self, _: &str, _: &Request, _: Response) {}

    fn server_count<'a>(&'a self, _: &'a str) -> AdapterFuture<'a, Result<usize, AdapterError>> {
        Box::pin(async { self.count.clone() })
    }

    fn status(&self) -> Status {
        Status { is_connected: false, published: 1, received: 2, lost: 3 }
    }
}

#[tokio::test]
async fn without_its_engine_a_server_serves_its_own_clients_and_says_what_it_does_not_know() {
    for (count, servers, source) in [
        (Ok(3), 2, "2 servers of the cluster did not answer in time"),
        (
            Err(AdapterError::Unreachable),
            0,
            "the other servers cannot be reached: is the cluster's engine running?",
        ),
    ] {
        let parlor = serving(Config::default(), Broken { count: count.clone() }).await;
        let mut client = parlor.websocket().await;
        let io = &parlor.io;
        io.emit("news", &1).unwrap();
        assert_eq!(client.text().await, r#"42["news",1]"#);

        let error = io.timeout(SHORT).fetch_sockets().await.unwrap_err();
        assert_eq!(error.adapter_error().to_string(), source);
        assert_eq!(error.to_string(), "only 1 sockets are known, there may be more");
        assert_eq!(error.into_found()[0].id(), client.id);

        let asked = tokio::spawn(io.timeout(SHORT).emit_with_ack::<u32>("question", &()));
        assert_eq!(client.text().await, r#"420["question"]"#);
        client.send("430[1]").await;
        let Err(BroadcastAckError::Unanswered(unanswered)) = soon("an end", asked).await.unwrap() else {
            panic!("it is not known whether that is all")
        };
        assert_eq!(unanswered.answers(), [1]);
        assert_eq!(unanswered.elsewhere().servers(), servers);
        assert_eq!(unanswered.elsewhere().error(), count.err().as_ref());

        let metrics = io.metrics();
        let names = ["connected", "published_total", "received_total", "lost_total"];
        let values = names.map(|name| metrics.value(&format!("parlor_cluster_{name}"), ""));
        assert_eq!(values, [Some(0), Some(1), Some(2), Some(3)]);
    }
}

/// The nodes of a server, for who plays the others.
#[derive(Debug, Clone, Default)]
struct Stage(Arc<std::sync::Mutex<Vec<Node>>>, Arc<std::sync::Mutex<Vec<Request>>>);

impl Adapter for Stage {
    fn id(&self) -> &str {
        "stage"
    }

    fn join(&self, node: Node) {
        self.0.lock().unwrap().push(node);
    }

    fn leave(&self, _: &str) {}

    fn publish(&self, _: &str, message: Message) {
        match message {
            Message::FetchSockets { request, .. } | Message::BroadcastWithAck { request, .. } => {
                self.1.lock().unwrap().push(request);
            }
            _ => {}
        }
    }

    fn respond(&self, _: &str, _: &Request, _: Response) {}

    fn server_count<'a>(&'a self, _: &'a str) -> AdapterFuture<'a, Result<usize, AdapterError>> {
        Box::pin(async { Ok(3) })
    }

    fn status(&self) -> Status {
        Status::default()
    }
}

impl Stage {
    /// One of the other servers answers the last question.
    fn answer(&self, response: Response) {
        let request = self.1.lock().unwrap().last().cloned().unwrap();
        self.0.lock().unwrap().iter().for_each(|node| node.hear_response(&request.id, response.clone()));
    }
}

#[tokio::test]
async fn a_socket_that_has_answered_is_enough_however_silent_another_server_is() {
    let stage = Stage::default();
    let io = Server::with_adapter(Config::default(), stage.clone());
    let found = tokio::spawn({
        let io = io.clone();
        async move { io.timeout(SHORT).fetch_sockets().await }
    });
    tokio::task::yield_now().await;
    let nothing = parlor_server::Payload::args(&()).unwrap();
    stage.answer(Response::Sockets(vec![SocketDetails {
        id: "elsewhere".into(),
        handshake: nothing.clone(),
        rooms: Vec::new(),
        data: nothing,
    }]));
    let socket = soon("what is known", found).await.unwrap().unwrap_err().into_found().remove(0);
    let asked = socket.timeout(LONG).emit_with_ack::<u32>("question", &());
    stage.answer(Response::ClientCount(1));
    stage.answer(Response::ClientAck(parlor_server::Payload::args(&7).unwrap()));
    assert_eq!(soon("the answer", asked).await.unwrap(), 7);
}

#[tokio::test]
async fn who_was_away_while_the_others_could_not_be_heard_begins_anew() {
    let (stage, recovery) = (Stage::default(), Some(ConnectionStateRecovery::default()));
    let parlor =
        serving(Config { connection_state_recovery: recovery, ..Config::default() }, stage.clone()).await;
    let mut client = Client::join(&parlor).await;
    parlor.io.emit("news", &1).unwrap();
    assert_eq!(client.event().await, r#"42["news",1]"#);
    client.abandon().await;
    let gone = async {
        while !parlor.io.sockets().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    soon("its end to be noticed", gone).await;
    stage.0.lock().unwrap().iter().for_each(Node::missed);
    let (_, recovered) = client.back(&parlor).await;
    assert!(!recovered, "there may be a hole");
}
