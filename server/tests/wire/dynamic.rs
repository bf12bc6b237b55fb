//! Namespaces that are made when a client asks for them.

use std::sync::Arc;

use parlor_server::{Config, Namespace, Payload, Refusal, Server, Socket};
use serde_json::Value;
use tokio::sync::{Notify, mpsc};

use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::WebSocket;

const REFUSED: &str = r#"{"message":"Invalid namespace"}"#;

#[tokio::test]
async fn a_pattern_admits_the_names_that_javascript_would() {
    // Pattern; name; whether it is admitted. A name is taken as it is, a query included.
    let rows = [
        (r"^/room-\d+$", "/room-1", true),
        (r"^/room-\d+$", "/room-12", true),
        (r"^/room-\d+$", "/room-x", false),
        (r"^/room-\d+$", "/a/room-1", false),
        (r"^/room-\d+$", "/room-1?a=b", false),
        (r"^/room-\d+$", "/room-\u{0661}", false),
        ("admin", "/not-admin-at-all", true),
        (r"^/(red|blue)$", "/blue", true),
        ("(?i)^/room$", "/ROOM", true),
    ];
    for (pattern, name, is_admitted) in rows {
        let parlor = Parlor::empty(Config::default()).await;
        parlor.io.of_pattern(pattern).unwrap();
        let (mut client, _) = WebSocket::open(parlor.address).await;
        client.send(&format!("40{name},")).await;
        let answer = client.text().await;
        let is_in = answer.starts_with(&format!(r#"40{name},{{"sid":"#));
        assert_eq!(is_in, is_admitted, "{pattern} {answer}");
        assert!(is_in || answer == format!("44{name},{REFUSED}"), "{answer}");
    }
}

#[tokio::test]
async fn a_pattern_that_takes_more_than_linear_time_is_none() {
    let io = Server::new(Config::default());
    for pattern in ["(", "(?=a)", r"(a)\1"] {
        assert!(io.of_pattern(pattern).is_err(), "{pattern}");
    }
}

#[tokio::test]
async fn a_predicate_sees_the_name_and_what_the_client_says() {
    let parlor = Parlor::empty(Config::default()).await;
    let parent = parlor.io.of_predicate(|name: String, auth: Payload| async move {
        tokio::task::yield_now().await;
        let auth: Value = auth.read_value().unwrap();
        auth["for"] == name
    });
    parent.on_connection(|socket: Socket| async move { echo(&socket) });
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/a,").await;
    assert_eq!(client.text().await, format!("44/a,{REFUSED}"));
    client.send(r#"40/a,{"for":"/b"}"#).await;
    assert_eq!(client.text().await, format!("44/a,{REFUSED}"));
    client.send(r#"40/a,{"for":"/a"}"#).await;
    assert!(client.text().await.starts_with(r#"40/a,{"sid":"#));
    client.send(r#"42/a,1["echo","hello"]"#).await;
    assert_eq!(client.text().await, r#"43/a,1["hello"]"#);
    // It is there now, and its condition was that of its making.
    let (mut other, _) = WebSocket::open(parlor.address).await;
    other.join("40/a,").await;
}

/// A server that asks a predicate, which waits until it is told to go on.
async fn waiting(config: Config) -> (Parlor, mpsc::UnboundedReceiver<String>, Arc<Notify>) {
    let (asked, questions) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let told = go_on.clone();
    let parlor = Parlor::with(config, echo).await;
    let parent = parlor.io.of_predicate(move |name: String, _| {
        let (asked, told) = (asked.clone(), told.clone());
        async move {
            asked.send(name).unwrap();
            told.notified().await;
            true
        }
    });
    parent.on_connection(|socket: Socket| async move { echo(&socket) });
    (parlor, questions, go_on)
}

#[tokio::test]
async fn while_a_predicate_waits_other_namespaces_do_not() {
    let (parlor, mut questions, go_on) = waiting(Config::default()).await;
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/slow,").await;
    assert_eq!(soon("the question", questions.recv()).await.unwrap(), "/slow");
    client.join("40").await;
    assert!(client.heard().await.is_empty());
    go_on.notify_one();
    assert!(client.text().await.starts_with(r#"40/slow,{"sid":"#));
}

#[tokio::test]
async fn a_client_that_goes_while_a_predicate_waits_is_not_let_in() {
    let config = Config { cleanup_empty_child_namespaces: true, ..Config::default() };
    let (parlor, mut questions, go_on) = waiting(config).await;
    let (came, mut comers) = mpsc::unbounded_channel();
    parlor.io.on_new_namespace(move |_| came.send("a namespace").unwrap());
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/slow,").await;
    soon("the question", questions.recv()).await;
    drop(client);
    parlor.logs.line("a connection was closed").await;
    go_on.notify_one();
    // The namespace was made, and went again because nobody got in: the next client gets a new one.
    assert_eq!(soon("the namespace", comers.recv()).await, Some("a namespace"));
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/slow,").await;
    soon("the question", questions.recv()).await;
    go_on.notify_one();
    assert!(client.text().await.starts_with(r#"40/slow,{"sid":"#));
    assert_eq!(comers.try_recv(), Ok("a namespace"));
    assert_eq!(parlor.logs.count("panicked"), 0);
}

#[tokio::test]
async fn two_who_ask_at_the_same_time_get_the_same_namespace() {
    let (parlor, mut questions, go_on) = waiting(Config::default()).await;
    let (made, mut makings) = mpsc::unbounded_channel();
    parlor.io.on_new_namespace(move |namespace| made.send(namespace.name().to_owned()).unwrap());
    let (mut one, _) = WebSocket::open(parlor.address).await;
    let (mut two, _) = WebSocket::open(parlor.address).await;
    for client in [&mut one, &mut two] {
        client.send("40/room,").await;
        soon("the question", questions.recv()).await;
    }
    go_on.notify_waiters();
    assert!(one.text().await.starts_with(r#"40/room,{"sid":"#));
    assert!(two.text().await.starts_with(r#"40/room,{"sid":"#));
    parlor.io.of("/room").emit("news", &()).unwrap();
    assert_eq!([one.text().await, two.text().await], [r#"42/room,["news"]"#, r#"42/room,["news"]"#]);
    assert_eq!((makings.try_recv().unwrap(), makings.try_recv().is_err()), ("/room".to_owned(), true));
}

#[tokio::test]
async fn parents_are_asked_in_the_order_of_their_registration() {
    let parlor = Parlor::empty(Config::default()).await;
    parlor.io.of_predicate(|name: String, _| async move {
        assert!(name != "/panic", "on purpose");
        false
    });
    let greets = |word: &'static str| {
        move |socket: Socket| {
            socket.emit(word, &()).unwrap();
            async {}
        }
    };
    parlor.io.of_pattern("^/a").unwrap().on_connection(greets("first"));
    parlor.io.of_predicate(|_, _| async { true }).on_connection(greets("second"));
    parlor.io.of_pattern(".").unwrap().on_connection(greets("never"));
    let (mut client, _) = WebSocket::open(parlor.address).await;
    for (name, expected) in [("/a", "first"), ("/b", "second"), ("/panic", "second")] {
        client.join(&format!("40{name},")).await;
        assert_eq!(client.text().await, format!(r#"42{name},["{expected}"]"#));
    }
    // Only the namespace `/` has a name that no parent can take.
    client.join("40").await;
}

#[tokio::test]
async fn a_child_has_what_its_parent_has_and_then_its_own() {
    let parlor = Parlor::empty(Config::default()).await;
    let parent = parlor.io.of_pattern(r"^/room-\d+$").unwrap();
    let joins = |room: &'static str| {
        move |socket: Socket| {
            socket.join(room);
            async { Ok(()) }
        }
    };
    let tells = |who: &'static str| {
        move |socket: Socket| {
            let rooms: Vec<_> =
                socket.rooms().iter().filter(|room| ***room != *socket.id()).cloned().collect();
            socket
                .emit(
                    who,
                    &serde_json::to_value(rooms.iter().map(|room| &**room).collect::<Vec<_>>()).unwrap(),
                )
                .unwrap();
            async {}
        }
    };
    // Called by name, it belongs to the parent too; and what the parent gets later holds for all.
    let child = parlor.io.of("/room-1");
    child.middleware(joins("of the child"));
    child.on_connection(tells("child"));
    parent.middleware(joins("of the parent"));
    parent.on_connection(tells("parent"));
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.join("40/room-1,").await;
    assert_eq!(client.text().await, r#"42/room-1,["parent",["of the parent","of the child"]]"#);
    assert_eq!(client.text().await, r#"42/room-1,["child",["of the parent","of the child"]]"#);
    client.join("40/room-2,").await;
    assert_eq!(client.text().await, r#"42/room-2,["parent",["of the parent"]]"#);
}

#[tokio::test]
async fn a_parent_speaks_to_all_its_children_and_to_nobody_else() {
    let parlor = Parlor::echo().await;
    let parent = parlor.io.of_pattern("^/room-").unwrap();
    parent.on_connection(|socket: Socket| async move {
        echo(&socket);
        if socket.namespace().name() != "/room-3" {
            socket.join("red");
        }
        if socket.namespace().name() == "/room-2" {
            socket.join("blue");
        }
    });
    let mut clients = Vec::new();
    for connect in ["40/room-1,", "40/room-2,", "40/room-3,", "40"] {
        let (mut client, _) = WebSocket::open(parlor.address).await;
        client.join(connect).await;
        clients.push(client);
    }
    parent.emit("all", &1).unwrap();
    parent.to(["red", "blue"]).emit("once", &2).unwrap();
    parent.within("red").except("blue").emit("red", &3).unwrap();
    parent.except("red").compress(false).emit("rest", &4).unwrap();
    // On a WebSocket ping everything said before is there.
    let expected: [&[&str]; 4] = [
        &[r#"42/room-1,["all",1]"#, r#"42/room-1,["once",2]"#, r#"42/room-1,["red",3]"#],
        &[r#"42/room-2,["all",1]"#, r#"42/room-2,["once",2]"#],
        &[r#"42/room-3,["all",1]"#, r#"42/room-3,["rest",4]"#],
        &[],
    ];
    for ((client, expected), name) in
        clients.iter_mut().zip(expected).zip(["/room-1,", "/room-2,", "/room-3,", ""])
    {
        client.send(&format!(r#"42{name}7["echo"]"#)).await;
        for expected in expected {
            assert_eq!(client.text().await, *expected);
        }
        assert_eq!(client.text().await, format!("43{name}7[]"));
    }
}

#[tokio::test]
async fn a_child_goes_with_its_last_client_if_so_configured_and_one_called_by_name_never() {
    for cleanup in [false, true] {
        let config = Config { cleanup_empty_child_namespaces: cleanup, ..Config::default() };
        let parlor = Parlor::empty(config).await;
        let (made, mut makings) = mpsc::unbounded_channel();
        parlor.io.on_new_namespace(move |namespace| made.send(namespace.name().to_owned()).unwrap());
        let parent = parlor.io.of_pattern("^/room-").unwrap();
        parent.middleware(|socket: Socket| async move {
            if socket.auth::<Value>().unwrap()["refuse"] == true { Err(Refusal::new("no")) } else { Ok(()) }
        });
        let (mut one, _) = WebSocket::open(parlor.address).await;
        let (mut two, _) = WebSocket::open(parlor.address).await;

        let _ = parlor.io.of("/room-named");
        one.join("40/room-named,").await;
        one.send("41/room-named,").await;
        one.join("40/room-named,").await;
        one.join("40/room-1,").await;
        two.join("40/room-1,").await;
        one.send("41/room-1,").await;
        one.join("40/room-1,").await;
        assert_eq!(drain(&mut makings), ["/room-named", "/room-1"]);

        one.send("41/room-1,").await;
        two.send("41/room-1,").await;
        two.ping().await;
        one.join("40/room-1,").await;
        two.send(r#"40/room-2,{"refuse":true}"#).await;
        assert_eq!(two.text().await, r#"44/room-2,{"message":"no"}"#);
        two.join("40/room-2,").await;
        let again: &[&str] = if cleanup { &["/room-1", "/room-2", "/room-2"] } else { &["/room-2"] };
        assert_eq!(drain(&mut makings), again, "cleanup: {cleanup}");
    }
}

fn drain(news: &mut mpsc::UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| news.try_recv().ok()).collect()
}

#[tokio::test]
async fn no_more_namespaces_are_made_for_clients_than_configured() {
    let config =
        Config { max_dynamic_namespaces: 2, cleanup_empty_child_namespaces: true, ..Config::default() };
    let parlor = Parlor::empty(config).await;
    parlor.io.of_pattern("^/room-").unwrap();
    for name in ["/other", "/room-named"] {
        let _ = parlor.io.of(name);
    }
    let (mut client, _) = WebSocket::open(parlor.address).await;
    for connect in ["40/room-named,", "40/room-1,", "40/room-2,"] {
        client.join(connect).await;
    }
    client.send("40/room-3,").await;
    assert_eq!(client.text().await, r#"44/room-3,{"message":"too many namespaces"}"#);
    parlor.logs.line("no more namespaces are made for clients").await;
    client.send("41/room-1,").await;
    client.join("40/room-3,").await;
}

#[tokio::test]
async fn nobody_is_in_a_namespace_before_the_application_has_seen_it() {
    let parlor = Parlor::empty(Config::default()).await;
    parlor.io.on_new_namespace(|namespace: Namespace| {
        assert!(namespace.name() != "/panic", "on purpose");
        let name = namespace.name().to_owned();
        namespace.middleware(move |_| {
            let refusal = Refusal::new(format!("{name} is closed"));
            async { Err(refusal) }
        });
    });
    parlor.io.of_pattern("^/").unwrap();
    let (mut client, _) = WebSocket::open(parlor.address).await;
    client.send("40/a,").await;
    assert_eq!(client.text().await, r#"44/a,{"message":"/a is closed"}"#);
    let _ = parlor.io.of("/b");
    client.send("40/b,").await;
    assert_eq!(client.text().await, r#"44/b,{"message":"/b is closed"}"#);
    client.join("40/panic,").await;
}
