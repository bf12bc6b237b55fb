//! Coming back: what a client gets that was away. What stands in an offset is the server's affair; a client only gives
//! it back.

pub(crate) mod client;
mod handlers;
mod load;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parlor_server::{Config, ConnectionStateRecovery, Reason, Refusal, Socket};
use tokio::sync::mpsc;

use self::client::Client;
use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::WebSocket;

/// What a socket tells a test.
enum Told {
    Came(Socket),
    Left(Socket, Reason),
}

/// A server that recovers, and what its sockets tell.
struct House {
    parlor: Parlor,
    told: mpsc::UnboundedReceiver<Told>,
}

impl House {
    async fn new(recovery: ConnectionStateRecovery) -> Self {
        let config = Config { connection_state_recovery: Some(recovery), ..Config::default() };
        Self::with(config).await
    }

    async fn with(config: Config) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let parlor = Parlor::with(config, move |socket| {
            echo(socket);
            let left = tell.clone();
            socket.on_disconnect(move |socket, reason| {
                left.send(Told::Left(socket, reason)).unwrap();
                async {}
            });
            tell.send(Told::Came(socket.clone())).unwrap();
        })
        .await;
        Self { parlor, told }
    }

    /// The socket of the client that has just come.
    async fn came(&mut self) -> Socket {
        match soon("a socket", self.told.recv()).await.unwrap() {
            Told::Came(socket) => socket,
            Told::Left(_, reason) => panic!("left by {reason}"),
        }
    }

    /// Waits until the server has noticed that a client is gone.
    async fn left(&mut self) -> (Socket, Reason) {
        match soon("the end of a socket", self.told.recv()).await.unwrap() {
            Told::Left(socket, reason) => (socket, reason),
            Told::Came(socket) => panic!("{} came", socket.id()),
        }
    }
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_was_for_it_and_nothing_else() {
    let mut house = House::new(ConnectionStateRecovery::default()).await;
    let (io, mut bystander) = (house.parlor.io.clone(), Client::join(&house.parlor).await);
    let other = house.came().await;
    let client = &mut Client::join(&house.parlor).await;
    let socket = house.came().await;
    socket.join(["red", "green"]);
    socket.leave("green");
    socket.data().insert("Ada");
    let sid = socket.id().to_owned();
    io.emit("received", &1).unwrap();
    assert_eq!(client.event().await, r#"42["received",1]"#);

    client.abandon().await;
    assert_eq!(house.left().await.0, socket);
    for (number, event) in
        [(2, io.to(&sid)), (3, io.to(["red", "blue"])), (4, io.except("blue")), (5, other.broadcast())]
    {
        event.emit("missed", &number).unwrap();
    }
    let not_for_it = [
        io.to("blue"),
        io.to("green"),
        io.except("red"),
        io.to("red").except(&sid),
        io.volatile(),
        socket.broadcast(),
    ];
    for event in not_for_it {
        event.emit("not for it", &()).unwrap();
    }
    socket.emit("it is not there", &()).unwrap_err();
    let (mut client, recovered) = client.back(&house.parlor).await;
    let back = house.came().await;
    io.to("red").emit("live", &6).unwrap();
    assert_eq!(
        client.heard().await,
        [
            r#"42["missed",2]"#,
            r#"42["missed",3]"#,
            r#"42["missed",4]"#,
            r#"42["missed",5]"#,
            r#"42["live",6]"#
        ]
    );
    assert!(recovered && back.recovered() && !socket.recovered());
    assert_eq!(back.rooms().iter().map(|room| &**room).collect::<Vec<_>>(), [&*sid, "red"]);
    assert_eq!(back.data().of::<&str>().as_deref(), Some(&"Ada"));
    assert_ne!(back, socket, "what held on to the old socket does not reach the new one");
    assert_eq!(
        bystander.heard().await,
        [r#"42["received",1]"#, r#"42["missed",4]"#, r#"42["not for it"]"#, r#"42["not for it"]"#]
    );
    let metrics = io.metrics();
    assert_eq!(metrics.value("parlor_recoveries_total", "success"), Some(1));
    assert_eq!(metrics.value("parlor_recoveries_total", "failure"), Some(0));
    assert!(metrics.value("parlor_recovery_bytes", "").unwrap() > 0);
    assert_eq!(metrics.value("parlor_recovery_sessions", ""), Some(0));
}

#[tokio::test]
async fn a_client_that_received_nothing_is_recovered_whatever_older_offset_it_has() {
    let mut house = House::new(ConnectionStateRecovery::default()).await;
    let io = house.parlor.io.clone();
    // Keeps something in the log from before the others come.
    let mut bystander = Client::join(&house.parlor).await;
    house.came().await;
    io.emit("before", &0).unwrap();
    bystander.event().await;
    let of_an_older_session = bystander.offset.clone();
    let of_an_older_server = Some("0000000a-1".to_owned());
    for offset in [None, of_an_older_session, of_an_older_server] {
        let mut client = Client::join(&house.parlor).await;
        house.came().await;
        client.offset = offset;
        client.abandon().await;
        house.left().await;
        io.emit("missed", &1).unwrap();
        let (mut client, recovered) = client.back(&house.parlor).await;
        house.came().await;
        assert!(recovered, "{:?}", client.offset);
        assert_eq!(client.heard().await, [r#"42["missed",1]"#]);
        client.abandon().await;
        house.left().await;
    }
}

#[tokio::test]
async fn a_volatile_event_does_not_spoil_the_offset() {
    let mut house = House::new(ConnectionStateRecovery::default()).await;
    let mut client = Client::join(&house.parlor).await;
    let socket = house.came().await;
    let io = house.parlor.io.clone();
    io.emit("first", &1).unwrap();
    assert_eq!(client.heard().await, [r#"42["first",1]"#]);
    socket.volatile().emit("cursor", &"text").unwrap();
    assert_eq!(client.event().await, r#"42["cursor","text"]"#);
    assert!(client.heard().await.is_empty());
    io.volatile().emit("tick", &()).unwrap();
    assert_eq!(client.event().await, r#"42["tick"]"#);
    client.abandon().await;
    house.left().await;
    io.emit("second", &2).unwrap();
    let (mut client, recovered) = client.back(&house.parlor).await;
    assert!(recovered);
    assert_eq!(client.heard().await, [r#"42["second",2]"#]);
}

#[tokio::test]
async fn who_comes_back_before_its_death_is_known_takes_over_and_may_do_so_again_and_again() {
    let mut house = House::new(ConnectionStateRecovery::default()).await;
    let mut client = Client::join(&house.parlor).await;
    let mut socket = house.came().await;
    let mut half_dead = Vec::new();
    for number in 0..5 {
        house.parlor.io.emit("missed", &number).unwrap();
        let (mut back, recovered) = client.back(&house.parlor).await;
        assert!(recovered);
        half_dead.push(client);
        // The old one ends before the new one begins.
        assert_eq!(house.left().await, (socket, Reason::TransportClose));
        socket = house.came().await;
        assert_eq!(back.heard().await, [format!(r#"42["missed",{number}]"#)]);
        client = back;
    }
    for mut client in half_dead {
        while let Some(Ok(_)) = client.websocket.message().await {}
    }
    assert!(client.heard().await.is_empty(), "nothing kills the last one");
}

#[tokio::test]
async fn a_session_is_recovered_by_whoever_lost_it_and_by_nobody_else() {
    let mut house = House::new(ConnectionStateRecovery::default()).await;
    let bystander = Client::join(&house.parlor).await;
    house.came().await;
    for (case, reason) in [
        ("client disconnects", Reason::ClientNamespaceDisconnect),
        ("server disconnects", Reason::ServerNamespaceDisconnect),
        ("server closes", Reason::ServerNamespaceDisconnect),
        ("garbage", Reason::ParseError),
        ("offence", Reason::ForcedClose),
        ("cut", Reason::TransportClose),
        ("unknown pid", Reason::TransportClose),
        ("pid of another", Reason::TransportClose),
        ("no offset", Reason::TransportClose),
        ("offset from the future", Reason::TransportClose),
        ("offset of the application", Reason::TransportClose),
    ] {
        let mut client = Client::join(&house.parlor).await;
        let socket = house.came().await;
        house.parlor.io.emit("news", &()).unwrap();
        client.event().await;
        let offset = client.offset.clone().unwrap();
        match case {
            "client disconnects" => client.send("41").await,
            "server disconnects" => socket.disconnect(false),
            "server closes" => socket.disconnect(true),
            "garbage" => client.send("garbage").await,
            "offence" => client.send(r#"42/elsewhere,["hello"]"#).await,
            "unknown pid" => client.pid = "unknown".into(),
            "pid of another" => client.pid = bystander.sid.clone(),
            "no offset" => client.offset = None,
            "offset from the future" => client.offset = Some(offset.replace('-', "-z")),
            "offset of the application" => client.offset = Some("17".into()),
            _ => {}
        }
        client.abandon().await;
        let (_, left_by) = house.left().await;
        assert!(left_by == reason || left_by == Reason::TransportError, "{case}: {left_by}");
        let (mut client, recovered) = client.back(&house.parlor).await;
        house.came().await;
        assert_eq!(recovered, matches!(case, "offence" | "cut" | "no offset"), "{case}");
        client.abandon().await;
        house.left().await;
    }
}

#[tokio::test]
async fn a_recovered_client_passes_by_the_middlewares_if_that_is_wanted() {
    for skip_middlewares in [true, false] {
        let recovery = ConnectionStateRecovery { skip_middlewares, ..ConnectionStateRecovery::default() };
        let mut house = House::new(recovery).await;
        let calls = Arc::new(AtomicUsize::new(0));
        let called = calls.clone();
        house.parlor.io.middleware(move |socket: Socket| {
            let call = called.fetch_add(1, Ordering::Relaxed);
            let verdict = if call == 1 { Err(Refusal::new("not now")) } else { Ok(()) };
            async move {
                assert!(!socket.recovered() || socket.rooms().len() == 1, "its rooms are there already");
                verdict
            }
        });
        let mut client = Client::join(&house.parlor).await;
        house.came().await;
        client.abandon().await;
        house.left().await;
        house.parlor.io.emit("missed", &()).unwrap();
        if !skip_middlewares {
            let mut refused = WebSocket::open(house.parlor.address).await.0;
            refused.send(&format!(r#"40{{"pid":"{}"}}"#, client.pid)).await;
            assert_eq!(refused.text().await, r#"44{"message":"not now"}"#);
        }
        let (mut client, recovered) = client.back(&house.parlor).await;
        assert!(recovered, "a refusal leaves the session as it was");
        assert_eq!(client.heard().await, [r#"42["missed"]"#]);
        assert_eq!(calls.load(Ordering::Relaxed), if skip_middlewares { 1 } else { 3 });
    }
}

#[tokio::test]
async fn a_client_whose_events_are_gone_gets_a_new_session_never_a_hole() {
    let recovery = ConnectionStateRecovery { max_buffer_bytes: 2000, ..ConnectionStateRecovery::default() };
    let mut house = House::new(recovery).await;
    let io = house.parlor.io.clone();
    let (mut busy, mut quiet) = (Client::join(&house.parlor).await, Client::join(&house.parlor).await);
    house.came().await.join("busy");
    house.came().await;
    io.emit("to both", &()).unwrap();
    assert_eq!([busy.event().await, quiet.event().await], [r#"42["to both"]"#; 2]);
    for _ in 0..100 {
        io.to("busy").emit("news", &"x".repeat(100)).unwrap();
    }
    for client in [&mut busy, &mut quiet] {
        client.abandon().await;
        house.left().await;
    }
    io.emit("missed", &()).unwrap();
    assert!(io.metrics().value("parlor_recovery_bytes", "").unwrap() <= 2000);
    let (mut busy, recovered) = busy.back(&house.parlor).await;
    assert!(!recovered);
    assert!(busy.heard().await.is_empty());
    // What is gone was not for this one: nothing is missing.
    let (mut quiet, recovered) = quiet.back(&house.parlor).await;
    assert!(recovered);
    assert_eq!(quiet.heard().await, [r#"42["missed"]"#]);
    assert_eq!(io.metrics().value("parlor_recoveries_total", "failure"), Some(1));
}

#[tokio::test]
async fn a_namespace_made_for_a_client_stays_as_long_as_the_client_may_come_back() {
    let config = Config {
        cleanup_empty_child_namespaces: true,
        connection_state_recovery: Some(ConnectionStateRecovery::default()),
        ..Config::default()
    };
    let parlor = Parlor::empty(config).await;
    let (left, mut leavers) = mpsc::unbounded_channel();
    parlor.io.of_pattern("^/room-").unwrap().on_connection(move |socket: Socket| {
        let left = left.clone();
        socket.on_disconnect(move |_, _| {
            left.send(()).unwrap();
            async {}
        });
        async {}
    });
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/room-1,").await;
    let reply = client.text().await;
    let pid = reply.split(r#""pid":""#).nth(1).unwrap().strip_suffix(r#""}"#).unwrap();
    client.abandon().await;
    soon("the end", leavers.recv()).await.unwrap();
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send(&format!(r#"40/room-1,{{"pid":"{pid}"}}"#)).await;
    assert_eq!(client.text().await, reply);
    // Who says goodbye does not come back.
    client.send("41/room-1,").await;
    soon("the end", leavers.recv()).await.unwrap();
    assert!(parlor.io.metrics().value("parlor_sockets", "/room-1").is_none());
}

#[tokio::test]
async fn without_recovery_nothing_is_added_to_the_answer_or_to_events() {
    let parlor = Parlor::with(Config::default(), echo).await;
    let mut client = parlor.websocket().await;
    parlor.io.emit("news", &1).unwrap();
    assert_eq!(client.heard().await, [r#"42["news",1]"#]);
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send(r#"40{"pid":"p","offset":"o"}"#).await;
    assert!(!client.text().await.contains("pid"));
}
