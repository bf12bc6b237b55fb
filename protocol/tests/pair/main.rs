//! Both whole brains against each other, over a wire that delays, breaks and goes silent.

mod world;

use parlor_protocol::client::{self, SocketId};
use parlor_protocol::engine::TransportKind::{self, Polling, WebSocket};
use parlor_protocol::json::Payload;
use parlor_protocol::server;
use parlor_protocol::socket::client::{Ask, Emit};
use parlor_protocol::socket::{AckKey, Namespace};
use world::{Wire, World};

const BOTH: [TransportKind; 2] = [Polling, WebSocket];

#[test]
fn polling_upgrades_to_a_websocket_packet_by_packet() {
    let mut world = World::new(&BOTH, || 5);
    world.connect();
    world.run_until(1_000);
    emit(&mut world, "hello");
    world.server_emits(r#"2["welcome",1]"#);
    world.run_until(2_000);
    assert_eq!(
        world.traffic,
        [
            r#"200 0{"sid":"session-1","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
            "POST 40",
            r#"200 40{"sid":"public"}"#,
            "> 2probe",
            "< 3probe",
            "200 6",
            "> 5",
            r#"> 42["hello"]"#,
            r#"< 42["welcome",1]"#,
        ]
    );
    assert_eq!(
        world.log,
        [
            "client: connect",
            "client: upgraded websocket",
            r#"server: event ["hello"]"#,
            r#"client: event ["welcome",1]"#,
        ]
    );
}

#[test]
fn a_websocket_alone_needs_one_round_trip_for_each_layer() {
    let mut world = World::new(&[WebSocket], || 5);
    world.connect();
    world.run_until(1_000);
    assert_eq!(
        world.traffic,
        [
            r#"< 0{"sid":"session-1","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
            "> 40",
            r#"< 40{"sid":"public"}"#,
        ]
    );
}

#[test]
fn polling_alone_carries_both_directions() {
    let mut world = World::new(&[Polling], || 5);
    world.connect();
    world.run_until(1_000);
    emit(&mut world, "a");
    emit(&mut world, "b");
    world.server_emits(r#"2["c"]"#);
    world.server_emits(r#"2["d"]"#);
    world.run_until(2_000);
    assert_eq!(world.logged("server: event "), [r#"["a"]"#, r#"["b"]"#]);
    assert_eq!(world.logged("client: event "), [r#"["c"]"#, r#"["d"]"#]);
}

#[test]
fn acks_cross_in_both_directions() {
    let mut world = connected(&[WebSocket]);
    let ask = Ask { key: AckKey(7), timeout: None };
    world.client(client::Input::Emit(
        SocketId(0),
        Emit { data: event("question"), ack: Some(ask), volatile: false, compress: true },
    ));
    world.run_until(2_000);
    assert_eq!(world.logged("server: event "), [r#"["question"] ack 0"#]);
    world.server_emits(r#"30["answer"]"#);
    world.server_emits(r#"23["back"]"#);
    world.run_until(3_000);
    assert_eq!(world.logged("client: "), ["connect", r#"ack 7 ["answer"]"#, r#"event ["back"] ack 3"#]);
    world.client(client::Input::Answer(SocketId(0), 3, Payload::args("fine").expect("it serialises")));
    world.run_until(4_000);
    assert_eq!(world.logged("server: ack "), [r#"3 ["fine"]"#]);
}

#[test]
fn binary_crosses_over_every_transport() {
    for transports in [&[Polling][..], &[WebSocket], &BOTH] {
        let mut world = connected(transports);
        let data = Payload::event("file", &bytes::Bytes::from_static(&[1, 2, 3])).expect("it serialises");
        world.client(client::Input::Emit(
            SocketId(0),
            Emit { data, ack: None, volatile: false, compress: true },
        ));
        world.run_until(3_000);
        assert_eq!(
            world.logged("server: event "),
            [r#"["file",{"_placeholder":true,"num":0}]"#],
            "{transports:?}"
        );
    }
}

#[test]
fn nothing_is_lost_doubled_or_overtaken_while_the_transport_changes() {
    for seed in 0..200 {
        let mut chance = Chance(seed);
        let mut world = World::new(&BOTH, move || 1 + chance.below(80));
        world.connect();
        let mut answered = Vec::new();
        for n in 0..100 {
            world.run_until(n * 10);
            emit(&mut world, &n.to_string());
            if world.logged("client: ").contains(&"connect") {
                world.server_emits(&format!(r#"2["{n}"]"#));
                answered.push(format!(r#"["{n}"]"#));
            }
        }
        world.run_until(10_000);
        assert!(world.logged("client: ").contains(&"upgraded websocket"), "seed {seed}");
        let expected: Vec<String> = (0..100).map(|n| format!(r#"["{n}"]"#)).collect();
        assert_eq!(world.logged("server: event "), expected, "seed {seed}");
        assert!(!answered.is_empty(), "seed {seed}");
        assert_eq!(world.logged("client: event "), answered, "seed {seed}");
    }
}

#[test]
fn a_connection_that_breaks_comes_back_and_buffered_events_arrive_once_in_order() {
    for transports in [&[Polling][..], &[WebSocket], &BOTH] {
        let mut world = connected(transports);
        world.kill_server();
        world.run_until(1_100);
        for text in ["one", "two", "three"] {
            emit(&mut world, text);
        }
        world.run_until(6_000);
        world.set_wire(Wire::Up);
        world.run_until(30_000);
        assert_eq!(
            world.logged("server: event "),
            [r#"["one"]"#, r#"["two"]"#, r#"["three"]"#],
            "{transports:?}: {:#?}",
            world.log
        );
        assert_eq!(world.logged("client: ").iter().filter(|line| **line == "connect").count(), 2);
    }
}

#[test]
fn silence_is_noticed_by_both_ends_after_interval_and_timeout() {
    for transports in [&[Polling][..], &[WebSocket]] {
        let mut world = connected(transports);
        world.set_wire(Wire::Silent);
        world.run_until(44_000);
        assert_eq!(world.logged("client: disconnect "), [""; 0]);
        world.run_until(46_000);
        assert_eq!(world.logged("client: disconnect "), ["ping timeout"], "{transports:?}");
        assert_eq!(world.server_reason(), Some("ping timeout"), "{transports:?}");
    }
}

#[test]
fn heartbeats_keep_an_idle_connection_for_a_day() {
    for transports in [&[Polling][..], &[WebSocket], &BOTH] {
        let mut world = connected(transports);
        world.run_until(86_400_000);
        assert_eq!(world.logged("client: disconnect "), [""; 0], "{transports:?}");
        assert_eq!(world.server_reason(), None, "{transports:?}");
    }
}

#[test]
fn each_side_knows_why_it_ended() {
    type Act = fn(&mut World);
    let table: [(&str, Act, &str, &str); 6] = [
        (
            "the client leaves",
            |world| world.client(client::Input::Disconnect(SocketId(0))),
            "io client disconnect",
            "client namespace disconnect",
        ),
        (
            "the server sends it away",
            |world| world.server(server::Input::Disconnect(Namespace::ROOT)),
            "io server disconnect",
            "server namespace disconnect",
        ),
        (
            "the server closes the connection",
            |world| world.server(server::Input::Close(parlor_protocol::Reason::ForcedClose)),
            "transport close",
            "forced close",
        ),
        (
            "the server goes down",
            |world| world.server(server::Input::Discard(parlor_protocol::Reason::ServerShuttingDown)),
            "transport close",
            "server shutting down",
        ),
        (
            "the server talks garbage",
            |world| world.server_emits("nonsense"),
            "parse error",
            "transport close",
        ),
        ("a second CONNECT", |world| world.client_sends("0"), "transport close", "forced close"),
    ];
    for transports in [&[Polling][..], &[WebSocket]] {
        for (name, act, client, server) in table {
            let mut world = connected(transports);
            world.run_until(2_000);
            act(&mut world);
            world.run_until(2_500);
            assert_eq!(world.logged("client: disconnect ").first(), Some(&client), "{name} {transports:?}");
            assert_eq!(world.logged("server: disconnect ").first(), Some(&server), "{name} {transports:?}");
        }
    }
}

#[test]
fn a_client_that_joins_nothing_is_sent_away() {
    let mut world = World::new(&[WebSocket], || 5);
    world.accept = false;
    world.connect();
    world.run_until(44_000);
    assert_eq!(world.logged("client: "), [""; 0]);
    world.run_until(45_100);
    assert_eq!(world.logged("client: "), ["disconnect transport close"]);
}

#[test]
fn an_upgrade_that_dies_leaves_polling_alive() {
    let mut world = World::new(&BOTH, || 5);
    world.refuse_websockets = true;
    world.connect();
    world.run_until(1_000);
    emit(&mut world, "still polling");
    world.run_until(60_000);
    assert_eq!(world.logged("client: "), ["connect"]);
    assert_eq!(world.logged("server: "), [r#"event ["still polling"]"#]);
}

/// Whatever happens to the wire: no event twice, none out of order, and when it is whole again both are connected.
#[test]
fn faults_never_double_or_reorder_and_always_heal() {
    for seed in 0..400 {
        let mut chance = Chance(seed * 31 + 7);
        let mut latency = Chance(seed);
        let transports = [&[Polling][..], &[WebSocket], &BOTH][usize::try_from(seed % 3).expect("small")];
        let mut world = World::new(transports, move || 1 + latency.below(120));
        world.connect();
        let mut at = 0;
        for n in 0..120 {
            at += chance.below(400);
            world.run_until(at);
            match chance.below(12) {
                0 => world.set_wire(Wire::Cut),
                1 => world.set_wire(Wire::Silent),
                2 | 3 => world.set_wire(Wire::Up),
                4 => world.kill_server(),
                _ => {}
            }
            emit(&mut world, &format!("{n:03}"));
        }
        world.set_wire(Wire::Up);
        world.run_until(at + 200_000);
        emit(&mut world, "last");
        world.run_until(at + 201_000);
        let received = world.logged("server: event ");
        let mut sorted = received.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(received, sorted, "seed {seed}");
        assert_eq!(received.last(), Some(&r#"["last"]"#), "seed {seed}: {:#?}", world.log);
    }
}

fn connected(transports: &[TransportKind]) -> World {
    let mut world = World::new(transports, || 5);
    world.connect();
    world.run_until(1_000);
    assert!(
        world.logged("client: ").contains(&"connect"),
        "{transports:?}: {:?} {:?}",
        world.log,
        world.traffic
    );
    world
}

fn event(name: &str) -> Payload {
    Payload::event(name, &()).expect("it serialises")
}

fn emit(world: &mut World, name: &str) {
    let emit = Emit { data: event(name), ack: None, volatile: false, compress: true };
    world.client(client::Input::Emit(SocketId(0), emit));
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

impl World {
    fn connect(&mut self) {
        let socket = self.client.socket("/");
        self.client(client::Input::Connect(socket));
    }

    /// Has the client send a text that its own brain would never send.
    fn client_sends(&mut self, text: &str) {
        let send =
            parlor_protocol::engine::client::Input::Send(vec![parlor_protocol::Message::Text(text.into())]);
        self.client(client::Input::Transport(send));
    }
}
