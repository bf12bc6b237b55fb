//! What is done with many sockets at once: found, moved into rooms and out of them, sent away.

use std::time::Duration;

use parlor_server::{AckError, Broadcast, Config, Server, Socket};

use crate::parlor::{Parlor, echo};
use crate::soon;
use crate::ws::WebSocket;

/// Three clients: a in "red", b in "red" and "blue", c in none.
async fn house() -> (Parlor, [WebSocket; 3]) {
    let parlor = Parlor::with(Config::default(), echo).await;
    let clients = [parlor.websocket().await, parlor.websocket().await, parlor.websocket().await];
    let [a, b, _] = &clients;
    parlor.io.to([&*a.id, &*b.id]).sockets_join("red");
    parlor.io.to(&b.id).sockets_join("blue");
    (parlor, clients)
}

fn names(clients: &[WebSocket; 3], sockets: &[Socket]) -> String {
    let mut names: Vec<char> = sockets
        .iter()
        .map(|socket| match clients.iter().position(|client| client.id == socket.id()) {
            Some(0) => 'a',
            Some(1) => 'b',
            Some(2) => 'c',
            _ => '?',
        })
        .collect();
    names.sort_unstable();
    names.into_iter().collect()
}

#[tokio::test]
async fn the_sockets_found_are_those_that_an_event_would_reach() {
    let (parlor, clients) = house().await;
    let io = &parlor.io;
    let a = io.of("/").socket(&clients[0].id).unwrap();
    let rows: [(Broadcast, &str); 7] = [
        (io.local(), "abc"),
        (io.to("red"), "ab"),
        (io.to(["red", "blue"]).except("blue"), "a"),
        (io.to(&clients[2].id), "c"),
        (a.broadcast(), "bc"),
        (a.to("red"), "b"),
        (io.of("/other").local(), ""),
    ];
    for (whom, expected) in rows {
        assert_eq!(names(&clients, &whom.sockets()), expected, "{whom:?}");
        let fetched = whom.fetch_sockets().await.unwrap();
        let local: Vec<Socket> = fetched.iter().filter_map(|socket| socket.local().cloned()).collect();
        assert_eq!(names(&clients, &local), expected, "{whom:?}");
    }
    assert_eq!(io.sockets().len(), 3);
    assert_eq!(io.of("/").fetch_sockets().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_fetched_socket_is_known_spoken_to_asked_moved_and_sent_away() {
    let (parlor, mut clients) = house().await;
    let [found] = &parlor.io.to("blue").fetch_sockets().await.unwrap()[..] else { panic!("one is in there") };
    assert_eq!(found.id(), clients[1].id);
    assert_eq!(found.rooms().iter().map(|room| &**room).collect::<Vec<_>>(), [found.id(), "red", "blue"]);
    assert_eq!(found.handshake().query("transport").as_deref(), Some("websocket"));
    found.local().unwrap().data().insert(7_u32);
    assert_eq!(found.data().of::<u32>().as_deref(), Some(&7));

    found.emit("news", &1).unwrap();
    found.compress(false).emit("news", &2).unwrap();
    assert_eq!([clients[1].text().await, clients[1].text().await], [r#"42["news",1]"#, r#"42["news",2]"#]);
    found.volatile().emit("news", &3).unwrap();
    assert_eq!(clients[1].text().await, r#"42["news",3]"#);

    let answer = found.timeout(Duration::from_secs(60)).emit_with_ack::<u32>("question", &());
    assert_eq!(clients[1].text().await, r#"420["question"]"#);
    clients[1].send("430[5]").await;
    assert_eq!(soon("the answer", answer).await.unwrap(), 5);
    let late = found.timeout(Duration::from_millis(1)).emit_with_ack::<u32>("question", &()).await;
    assert!(matches!(late, Err(AckError::TimedOut { .. })), "{late:?}");
    assert_eq!(clients[1].text().await, r#"421["question"]"#);

    found.join(["green"]);
    found.leave("red");
    parlor.io.to("green").emit("news", &4).unwrap();
    parlor.io.to("red").emit("news", &5).unwrap();
    assert_eq!(clients[1].heard().await, [r#"42["news",4]"#]);
    assert_eq!(clients[0].heard().await, [r#"42["news",5]"#]);

    found.disconnect(false);
    assert_eq!(clients[1].text().await, "41");
    assert!(clients[2].heard().await.is_empty());
}

#[tokio::test]
async fn many_join_and_leave_rooms_at_once() {
    let (parlor, mut clients) = house().await;
    let mut heard_in = async |io: &Server, room: &str| {
        io.to(room).emit("news", &()).unwrap();
        let mut heard = Vec::new();
        for client in &mut clients {
            heard.push(client.heard().await == [r#"42["news"]"#]);
        }
        heard
    };
    let io = &parlor.io;
    io.except("blue").sockets_join(["one", "two"]);
    assert_eq!(heard_in(io, "one").await, [true, false, true]);
    assert_eq!(heard_in(io, "two").await, [true, false, true]);
    io.to("red").sockets_leave(["one", "red"]);
    assert_eq!(heard_in(io, "one").await, [false, false, true]);
    assert_eq!(heard_in(io, "red").await, [false, false, false]);
    io.of("/").sockets_join("all");
    assert_eq!(heard_in(io, "all").await, [true, true, true]);
    io.of("/").sockets_leave("all");
    assert_eq!(heard_in(io, "all").await, [false, false, false]);
}

#[tokio::test]
async fn many_are_sent_away_at_once_from_the_namespace_or_for_good() {
    let (parlor, clients) = house().await;
    let [mut a, mut b, mut c] = clients;
    parlor.io.to("red").except("blue").disconnect_sockets(false);
    assert_eq!(a.text().await, "41");
    assert!(b.heard().await.is_empty());
    a.join("40").await;
    parlor.io.to("blue").disconnect_sockets(true);
    assert_eq!(b.text().await, "41");
    b.closed().await;
    assert!(a.heard().await.is_empty());
    assert!(c.heard().await.is_empty());
    parlor.io.disconnect_sockets(false);
    // They are not there any more, though they have not heard of it yet.
    assert!(parlor.io.sockets().is_empty());
    assert!(parlor.io.emit_with_ack::<()>("question", &()).await.unwrap().is_empty());
    assert_eq!([a.text().await, c.text().await], ["41", "41"]);
}
