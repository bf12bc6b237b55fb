//! What users see of a connection, in a fake world.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::client::Client;
use crate::fake::{Fake, OPEN};
use crate::listener::Listener;
use crate::socket::Socket;

const SETTINGS: Settings = Settings { auth: None, max_buffered_bytes: 1000 };

type Log = Rc<RefCell<Vec<String>>>;

/// A client whose `/` is connected, and what its socket tells from then on.
fn joined() -> (Client, Socket, Fake) {
    let (client, fake) = Fake::client(SETTINGS);
    let socket = client.of("/");
    socket.connect();
    fake.join();
    fake.log();
    (client, socket, fake)
}

/// Writes down everything that a socket tells.
fn listen(client: &Client, socket: &Socket) -> (Log, [Listener; 5]) {
    let log = Log::default();
    let line = |log: &Log| {
        let log = Rc::clone(log);
        move |line: String| log.borrow_mut().push(line)
    };
    let guards = [
        socket.on_connect({
            let line = line(&log);
            move || line("connect".into())
        }),
        socket.on_disconnect({
            let line = line(&log);
            move |disconnect| line(format!("disconnect: {disconnect}"))
        }),
        socket.on_connect_error({
            let line = line(&log);
            move |error| line(format!("connect_error: {error}"))
        }),
        socket.on("news", {
            let line = line(&log);
            move |text: String| line(format!("news: {text}"))
        }),
        client.on_state({
            let line = line(&log);
            move |state| line(format!("{state:?}"))
        }),
    ];
    (log, guards)
}

#[test]
fn early_events_come_first_then_what_was_buffered_leaves_then_connect_is_told() {
    let (client, fake) = Fake::client(SETTINGS);
    let socket = client.of("/");
    let (log, _guards) = listen(&client, &socket);
    let late = socket.clone();
    let _guard = socket.on_connect(move || late.emit("late", &()).unwrap());
    socket.emit("early", &()).unwrap();
    socket.connect();
    fake.receive(OPEN);
    fake.sent();
    fake.receive(r#"42["news","missed"]"#);
    fake.receive(r#"40{"sid":"public"}"#);
    fake.sent();
    assert_eq!(log.take(), ["Connecting", "Connected { transport: WebSocket }", "news: missed", "connect"]);
    assert_eq!(fake.written(), ["40", r#"42["early"]"#, r#"42["late"]"#]);
    assert_eq!(socket.id().as_deref(), Some("public"));
}

#[test]
fn a_callback_may_emit_disconnect_and_connect_and_all_is_told_in_order() {
    let (client, socket, fake) = joined();
    let (log, _guards) = listen(&client, &socket);
    let hand = socket.clone();
    let _guard = socket.on("go", move |()| {
        hand.emit("gone", &1).unwrap();
        hand.disconnect();
        hand.connect();
        hand.emit("back", &2).unwrap();
    });
    fake.receive(r#"42["go"]"#);
    let told = ["Idle", "disconnect: io client disconnect", "Connecting"];
    assert_eq!(log.take(), told);
    fake.sent();
    fake.join();
    assert_eq!(log.take(), ["Connected { transport: WebSocket }", "connect"]);
    let written = fake.written();
    assert_eq!(written.first().map(String::as_str), Some(r#"42["gone",1]"#));
    assert_eq!(written.last().map(String::as_str), Some(r#"42["back",2]"#));
}

#[test]
fn a_callback_may_drop_the_last_handle() {
    let (client, socket, fake) = joined();
    drop(client);
    let hand = Rc::new(RefCell::new(None));
    let guard = socket.on("go", {
        let hand = Rc::clone(&hand);
        move |()| drop(hand.borrow_mut().take())
    });
    *hand.borrow_mut() = Some(socket);
    fake.receive(r#"42["go"]"#);
    assert_eq!(fake.log(), ["close 0 farewell"]);
    fake.receive(r#"42["go"]"#);
    drop(guard);
}

#[test]
fn what_waits_for_a_connection_is_bounded_and_the_bound_is_named() {
    let (client, fake) = Fake::client(SETTINGS);
    let socket = client.of("/");
    // ["a","…"] is 8 bytes and the text.
    socket.emit("a", &"x".repeat(492)).unwrap();
    client.of("/other").emit("a", &"x".repeat(492)).unwrap();
    let error = socket.emit("a", &()).unwrap_err();
    assert!(matches!(error.kind(), EmitErrorKind::BufferFull { event_bytes: 5, max_buffered_bytes: 1000 }));
    assert_eq!(
        error.to_string(),
        "not connected, and 5 more bytes do not fit into the 1000 that may wait: wait for the connection, emit \
         volatile, or raise max_buffered_bytes"
    );
    socket.volatile().emit("a", &()).unwrap();
    socket.connect();
    fake.join();
    socket.emit("a", &"x".repeat(5000)).unwrap();
    fake.cut();
    socket.emit("a", &"x".repeat(492)).unwrap();
    assert!(socket.emit("a", &()).is_err());
}

#[test]
fn an_event_whose_time_was_up_before_it_left_gives_its_room_back() {
    let (client, fake) = Fake::client(SETTINGS);
    let socket = client.of("/");
    socket.connect();
    let timeout = std::time::Duration::from_millis(10);
    // Nobody waits for the answer, but the room is taken all the same.
    drop(socket.timeout(timeout).emit_with_ack::<()>("a", &"x".repeat(900)));
    assert!(socket.emit("a", &"x".repeat(900)).is_err());
    fake.pass(10);
    socket.emit("a", &"x".repeat(900)).unwrap();
}

#[test]
fn auth_is_asked_for_anew_at_every_connect_and_a_sockets_own_comes_first() {
    let count = Rc::new(Cell::new(0));
    let auth = Auth::asking({
        let count = Rc::clone(&count);
        move || std::collections::BTreeMap::from([("n", count.replace(count.get() + 1))])
    });
    let (client, fake) = Fake::client(Settings { auth: Some(auth), max_buffered_bytes: 0 });
    let socket = client.of("/");
    client.of("/own").set_auth(&std::collections::BTreeMap::from([("mine", 1)])).unwrap();
    socket.connect();
    client.of("/own").connect();
    fake.receive(OPEN);
    fake.sent();
    assert_eq!(fake.written(), [r#"40{"n":0}"#, r#"40/own,{"mine":1}"#]);
    fake.cut();
    fake.pass(1000);
    fake.receive(OPEN);
    fake.sent();
    assert_eq!(fake.written(), [r#"40{"n":1}"#, r#"40/own,{"mine":1}"#]);
}

#[test]
fn an_auth_that_is_no_object_is_told_and_the_socket_stays_away() {
    let (client, fake) = Fake::client(SETTINGS);
    let socket = client.of("/");
    socket.set_auth_with(|| 7);
    let (log, _guards) = listen(&client, &socket);
    socket.connect();
    fake.receive(OPEN);
    let told = log.take();
    assert_eq!(told[..2], ["Connecting", "Connected { transport: WebSocket }"]);
    let error = "connect_error: auth must be an object: use a struct or a map".to_owned();
    assert!(told.contains(&error), "{told:?}");
    assert!(!socket.is_active());
    assert_eq!(client.state(), ConnectionState::Idle);
}

#[test]
fn a_refusal_makes_the_socket_inactive_and_carries_the_servers_words() {
    let rows = [
        (r#"44{"message":"not authorized","data":{"code":1}}"#, "connect_error: not authorized"),
        (r#"44"old words""#, "connect_error: old words"),
        ("44{}", "connect_error: "),
    ];
    for (answer, told) in rows {
        let (client, fake) = Fake::client(SETTINGS);
        let socket = client.of("/");
        socket.connect();
        fake.receive(OPEN);
        fake.sent();
        let (log, _guards) = listen(&client, &socket);
        fake.receive(answer);
        assert!(log.take().contains(&told.to_owned()), "{answer}");
        assert!(!socket.is_active(), "{answer}");
    }
}

#[test]
fn events_of_another_type_are_told_as_errors() {
    let (client, socket, fake) = joined();
    let (log, _guards) = listen(&client, &socket);
    let errors = Log::default();
    let _guard = socket.on_event_error({
        let errors = Rc::clone(&errors);
        move |error| errors.borrow_mut().push(error.to_string())
    });
    fake.receive(r#"42["news",7]"#);
    fake.receive(r#"42["news","right"]"#);
    assert_eq!(log.take(), ["news: right"]);
    let errors = errors.take();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].starts_with("the arguments of \"news\" are not of the expected type: "), "{errors:?}");
}

#[test]
fn reserved_names_are_refused() {
    let (_client, socket, _fake) = joined();
    let error = socket.emit("disconnect", &()).unwrap_err();
    assert_eq!(error.to_string(), "\"disconnect\" is a reserved event name");
}

#[test]
fn attachments_are_put_back_where_they_were() {
    let (_client, socket, fake) = joined();
    let seen = Rc::new(RefCell::new(None));
    let _guard = socket.on("pic", {
        let seen = Rc::clone(&seen);
        move |args: (String, bytes::Bytes)| *seen.borrow_mut() = Some(args)
    });
    fake.receive(r#"451-["pic","a.png",{"_placeholder":true,"num":0}]"#);
    fake.receive_bytes(b"xyz");
    assert_eq!(seen.take(), Some(("a.png".into(), bytes::Bytes::from_static(b"xyz"))));
}

#[test]
fn a_socket_that_comes_back_to_its_session_knows_it() {
    let (client, fake) = Fake::client(SETTINGS);
    let socket = client.of("/");
    let (log, _guards) = listen(&client, &socket);
    socket.connect();
    fake.receive(OPEN);
    fake.sent();
    fake.receive(r#"40{"sid":"public","pid":"private"}"#);
    fake.receive(r#"42["news","a","place-1"]"#);
    assert!(!socket.recovered());
    for (reply, recovered) in
        [(r#"40{"sid":"public","pid":"private"}"#, true), (r#"40{"sid":"other","pid":"new"}"#, false)]
    {
        fake.cut();
        fake.pass(1000);
        fake.log();
        fake.receive(OPEN);
        assert_eq!(fake.written(), [r#"40{"pid":"private","offset":"place-1"}"#]);
        fake.sent();
        fake.receive(reply);
        assert_eq!(socket.recovered(), recovered);
    }
    assert!(log.take().contains(&"news: a".to_owned()));
}
