//! What a client does with a server, whatever carries it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use parlor_client::{
    AckErrorKind, ConnectErrorKind, ConnectionState, Direction, Disconnect, EventErrorKind, Reason,
    TransportKind, TypedEvent,
};
use serde::{Deserialize, Serialize};

use crate::support::{Signal, WAYS, builder, client, connected, within};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Message {
    author: String,
    text: String,
    picture: Option<Bytes>,
}

fn message() -> Message {
    let picture = Some(Bytes::from_static(&[0, 1, 0xff]));
    Message { author: "Ada".into(), text: "grüße 🎈 \u{1e}\u{2028}".into(), picture }
}

pub(crate) async fn every_way_to_connect_ends_on_its_transport() {
    for (way, transports, last) in WAYS {
        let client = client(transports);
        let states = Signal::new();
        let _guard = client.on_state(states.receiver());
        let socket = client.of("/");
        assert_eq!(client.state(), ConnectionState::Idle);
        connected(&socket).await;
        while client.state() != (ConnectionState::Connected { transport: last }) {
            states.next(way).await;
        }
        let named: String = within(way, socket.emit_with_ack("transport", &())).await.unwrap();
        assert_eq!(named, last.as_str(), "{way}");
        assert!(socket.is_connected());
        assert!(socket.id().is_some());
    }
}

pub(crate) async fn events_and_acks_carry_any_data_both_ways_over_every_transport() {
    for (way, transports, _) in WAYS {
        for namespace in ["/", "/custom"] {
            let socket = client(transports).of(namespace);
            connected(&socket).await;

            let answer: (Message, u8) =
                within(way, socket.emit_with_ack("echo", &(message(), 7))).await.unwrap();
            assert_eq!(answer, (message(), 7), "{way} {namespace}");

            let mut echoes = socket.events::<(Message, Bytes)>("echo");
            socket.emit("echo", &(message(), Bytes::from_static(b"raw"))).unwrap();
            let echo = within(way, echoes.next()).await.unwrap().unwrap();
            assert_eq!(echo, (message(), Bytes::from_static(b"raw")), "{way} {namespace}");
        }
    }
}

pub(crate) async fn a_typed_event_has_a_name_and_the_types_of_its_data_and_answer() {
    let socket = client(&[TransportKind::WebSocket]).of("/");
    connected(&socket).await;
    let answer = within("the answer", socket.typed::<Echo>().emit_with_ack(&message())).await.unwrap();
    assert_eq!(answer, message());

    let mut echoes = socket.typed::<Echo>().events();
    socket.volatile().typed::<Echo>().emit(&message()).unwrap();
    assert_eq!(within("the echo", echoes.next()).await.unwrap().unwrap(), message());

    let mut answered = socket.events::<(u8, Message)>("answered");
    let _guard = socket.typed::<Question>().on_with_ack(|message, ack| ack.send(&(7, message)).unwrap());
    socket.emit("ask", &message()).unwrap();
    assert_eq!(within("the answer to us", answered.next()).await.unwrap().unwrap(), (7, message()));
}

struct Echo;

impl TypedEvent for Echo {
    const NAME: &'static str = "echo";
    type Data = Message;
    type Ack = Message;
}

struct Question;

impl TypedEvent for Question {
    const NAME: &'static str = "question";
    type Data = Message;
    type Ack = (u8, Message);
}

pub(crate) async fn bytes_become_attachments_and_a_plain_vec_of_numbers_stays_an_array() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Picture {
        #[serde(with = "serde_bytes")]
        pixels: Vec<u8>,
        sizes: Vec<u8>,
    }
    let picture = || Picture { pixels: vec![1, 0xff], sizes: vec![1, 0xff] };
    let client = client(&[TransportKind::WebSocket]);
    let sent = Signal::new();
    let _guard = client.on_packet({
        let sent = sent.clone();
        move |packet| {
            if packet.direction() == Direction::Sent {
                sent.put(packet.text().map_or("binary".into(), String::from));
            }
        }
    });
    let socket = client.of("/");
    connected(&socket).await;
    assert_eq!(sent.next("CONNECT").await, "40");
    let answer: Picture = within("the answer", socket.emit_with_ack("echo", &picture())).await.unwrap();
    assert_eq!(answer, picture());
    let text = r#"451-0["echo",{"pixels":{"_placeholder":true,"num":0},"sizes":[1,255]}]"#;
    assert_eq!(sent.next("the event").await, text);
    assert_eq!(sent.next("the attachment").await, "binary");
}

pub(crate) async fn the_server_gets_our_answer_over_every_transport() {
    for (way, transports, _) in WAYS {
        let socket = client(transports).of("/");
        connected(&socket).await;
        let mut answered = socket.events::<(String, Message)>("answered");
        let _guard = socket.on_with_ack("question", |message: Message, ack| {
            assert!(ack.is_wanted());
            ack.send(&("heard", message)).unwrap();
        });
        socket.emit("ask", &message()).unwrap();
        let answer = within(way, answered.next()).await.unwrap().unwrap();
        assert_eq!(answer, ("heard".to_owned(), message()), "{way}");
    }
}

pub(crate) async fn one_connection_carries_several_namespaces() {
    let client = client(&[TransportKind::WebSocket]);
    let (root, custom) = (client.of("/"), client.of("custom"));
    let mut echoes = root.events::<u32>("echo");
    let foreign = Signal::<u32>::new();
    let _guard = custom.on("echo", foreign.receiver());
    connected(&root).await;
    connected(&custom).await;
    assert_eq!(custom.namespace(), "/custom");
    assert_ne!(root.id(), custom.id());
    root.emit("echo", &1).unwrap();
    assert_eq!(within("the echo", echoes.next()).await.unwrap().unwrap(), 1);
    let last: u32 = within("the sentinel", custom.emit_with_ack("echo", &2)).await.unwrap();
    assert_eq!(last, 2);
    assert!(foreign.is_empty(), "an event of / reached /custom");
}

pub(crate) async fn what_is_emitted_before_the_connection_arrives_once_and_in_order() {
    for (way, transports, _) in WAYS {
        let socket = client(transports).of("/");
        let mut echoes = socket.events::<u32>("echo");
        for number in 0..50 {
            socket.emit("echo", &number).unwrap();
        }
        socket.connect();
        for number in 0..50 {
            assert_eq!(within(way, echoes.next()).await.unwrap().unwrap(), number, "{way}");
        }
    }
}

pub(crate) async fn an_answer_that_does_not_come_is_a_timeout() {
    let socket = client(&[TransportKind::WebSocket]).of("/");
    connected(&socket).await;
    let silent = socket.timeout(Duration::from_millis(50)).emit_with_ack::<()>("silent", &());
    let error = within("the timeout", silent).await.unwrap_err();
    assert!(matches!(error.kind(), AckErrorKind::TimedOut), "{error}");
    assert_eq!(error.to_string(), "operation has timed out");
}

pub(crate) async fn an_answer_of_another_type_is_an_error_that_says_so() {
    let socket = client(&[TransportKind::WebSocket]).of("/");
    connected(&socket).await;
    let error = within("the answer", socket.emit_with_ack::<u32>("echo", "text")).await.unwrap_err();
    assert!(matches!(error.kind(), AckErrorKind::Answer(_)), "{error}");
}

pub(crate) async fn of_two_volatile_emits_in_a_row_the_second_is_dropped() {
    let socket = client(&[TransportKind::WebSocket]).of("/");
    let mut echoes = socket.events::<u32>("echo");
    socket.volatile().emit("echo", &0).unwrap();
    connected(&socket).await;
    // Behind an answer nothing is on its way out any more.
    let _: u32 = within("the answer", socket.emit_with_ack("echo", &1)).await.unwrap();
    socket.volatile().emit("echo", &2).unwrap();
    socket.volatile().emit("echo", &3).unwrap();
    socket.compress(false).emit("echo", &4).unwrap();
    assert_eq!(within("the first", echoes.next()).await.unwrap().unwrap(), 2);
    assert_eq!(within("the sentinel", echoes.next()).await.unwrap().unwrap(), 4);
}

pub(crate) async fn a_socket_that_the_server_disconnected_stays_away_until_it_is_connected_again() {
    for event in ["kick", "kick-all"] {
        let client = client(&[TransportKind::WebSocket]);
        let socket = client.of("/");
        connected(&socket).await;
        let gone = Signal::<Disconnect>::new();
        let _guard = socket.on_disconnect(gone.receiver());
        socket.emit(event, &()).unwrap();
        let disconnect = gone.next(event).await;
        assert_eq!(disconnect.reason(), Reason::IoServerDisconnect, "{event}");
        assert!(!disconnect.reconnects());
        assert!(!socket.is_connected() && !socket.is_active() && socket.id().is_none());
        connected(&socket).await;
        assert!(matches!(client.state(), ConnectionState::Connected { .. }));
    }
}

pub(crate) async fn a_lost_connection_comes_back_by_itself_over_every_transport() {
    for (way, transports, _) in WAYS {
        let client = builder()
            .transports(transports.iter().copied())
            .reconnection_delay(Duration::from_millis(20))
            .build()
            .unwrap();
        let socket = client.of("/");
        connected(&socket).await;
        let first_id = socket.id();
        let (gone, back, states) = (Signal::<Disconnect>::new(), Signal::new(), Signal::new());
        let _guards = (
            socket.on_disconnect(gone.receiver()),
            socket.on_connect(back.sender(|| ())),
            client.on_state(states.receiver()),
        );
        // More attachments than any server takes: it closes the connection.
        socket.emit("echo", &vec![Bytes::from_static(b"x"); 11]).unwrap();
        let disconnect = gone.next(way).await;
        assert!(disconnect.reconnects(), "{way}: {disconnect}");
        let mut echoes = socket.events::<String>("echo");
        socket.emit("echo", "typed while offline").unwrap();
        while states.next(way).await != (ConnectionState::Reconnecting { attempt: 1 }) {}
        back.next(way).await;
        assert_ne!(socket.id(), first_id, "{way}");
        assert_eq!(within(way, echoes.next()).await.unwrap().unwrap(), "typed while offline");
        let last: u32 = within(way, socket.emit_with_ack("echo", &9)).await.unwrap();
        assert_eq!(last, 9, "{way}");
    }
}

pub(crate) async fn a_refused_socket_hears_why_and_may_come_back_with_another_auth() {
    let client = client(&[TransportKind::WebSocket]);
    let socket = client.of("/private");
    let refused = Signal::new();
    let _guard = socket.on_connect_error(refused.receiver());
    socket.connect();
    let error = refused.next("the refusal").await;
    let ConnectErrorKind::Refused(refusal) = error.kind() else { panic!("{error}") };
    assert_eq!(refusal.message(), "not authorized");
    assert_eq!(refusal.data(), Some(Code { code: 1 }));
    assert!(!socket.is_active());
    assert_eq!(client.state(), ConnectionState::Idle);

    socket.set_auth(&Token { token: "secret" }).unwrap();
    let mut welcome = socket.events::<Welcome>("welcome");
    connected(&socket).await;
    let welcome = within("the welcome", welcome.next()).await.unwrap().unwrap();
    assert_eq!(Some(welcome.sid), socket.id());
    assert_eq!(welcome.auth, Auth { token: "secret".into() });
}

#[derive(Debug, PartialEq, Deserialize)]
struct Code {
    code: u32,
}

#[derive(Serialize)]
struct Token {
    token: &'static str,
}

#[derive(Debug, Deserialize)]
struct Welcome {
    sid: String,
    auth: Auth,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Auth {
    token: String,
}

pub(crate) async fn a_dropped_guard_hears_nothing_more() {
    let socket = client(&[TransportKind::WebSocket]).of("/");
    connected(&socket).await;
    let (kept, dropped) = (Signal::<u32>::new(), Signal::<u32>::new());
    let _kept = socket.on("echo", kept.receiver());
    let guard = socket.on("echo", dropped.receiver());
    socket.emit("echo", &1).unwrap();
    assert_eq!(kept.next("the echo").await, 1);
    assert_eq!(dropped.next("the echo").await, 1);
    drop(guard);
    socket.emit("echo", &2).unwrap();
    assert_eq!(kept.next("the echo").await, 2);
    assert!(dropped.is_empty(), "a dropped guard was called");
}

pub(crate) async fn arguments_of_another_type_are_told_and_the_stream_goes_on() {
    let socket = client(&[TransportKind::WebSocket]).of("/");
    connected(&socket).await;
    let mut numbers = socket.events::<u32>("echo");
    socket.emit("echo", "text").unwrap();
    socket.emit("echo", &5).unwrap();
    let error = within("the wrong one", numbers.next()).await.unwrap().unwrap_err();
    assert!(matches!(error.kind(), EventErrorKind::Arguments { event, .. } if event == "echo"), "{error}");
    assert_eq!(within("the right one", numbers.next()).await.unwrap().unwrap(), 5);
}

pub(crate) async fn the_last_handle_takes_the_connection_with_it() {
    for (way, transports, _) in WAYS {
        let watcher = client(&[TransportKind::WebSocket]).of("/custom");
        connected(&watcher).await;
        let mut heard = watcher.events::<String>("broadcast");
        let socket = client(transports).of("/custom");
        connected(&socket).await;
        let pending = socket.emit_with_ack::<()>("silent", &());
        socket.emit("broadcast", way).unwrap();
        assert_eq!(within(way, heard.next()).await.unwrap().unwrap(), way);
        drop(socket);
        let error = within(way, pending).await.unwrap_err();
        assert!(matches!(error.kind(), AckErrorKind::Dropped), "{way}: {error}");
    }
}

pub(crate) async fn a_callback_may_drop_the_last_handle_over_every_transport() {
    for (way, transports, _) in WAYS {
        let socket = client(transports).of("/");
        connected(&socket).await;
        let (hand, done) = (Rc::new(RefCell::new(None)), Signal::new());
        let _guard = socket.on("echo", {
            let (hand, done) = (Rc::clone(&hand), done.clone());
            move |()| {
                drop(hand.borrow_mut().take());
                done.put(());
            }
        });
        socket.emit("echo", &()).unwrap();
        *hand.borrow_mut() = Some(socket);
        done.next(way).await;
        assert!(hand.borrow().is_none(), "{way}");
    }
}

pub(crate) async fn a_server_that_cannot_be_reached_is_an_error_per_attempt_and_then_the_end() {
    let unreachable = parlor_client::Client::builder("http://127.0.0.1:1")
        .reconnection_attempts(1)
        .reconnection_delay(Duration::from_millis(1))
        .transports([TransportKind::Polling])
        .build()
        .unwrap();
    let (errors, states) = (Signal::new(), Signal::new());
    let socket = unreachable.of("/");
    let _guards = (socket.on_connect_error(errors.receiver()), unreachable.on_state(states.receiver()));
    socket.connect();
    for attempt in 0..2 {
        let error = errors.next("the error").await;
        assert_eq!(error.to_string(), "xhr poll error", "{attempt}");
    }
    let expected =
        [ConnectionState::Connecting, ConnectionState::Reconnecting { attempt: 1 }, ConnectionState::Offline];
    for state in expected {
        assert_eq!(states.next("the state").await, state);
    }
}
