//! What happens to rooms, in its order.

use parlor_server::{Ack, Config, Namespace, RoomEvent, Socket};
use tokio::sync::mpsc;

use crate::parlor::{Parlor, echo};
use crate::soon;

/// What is told of a namespace's rooms, as `join red`; a socket's own room is called `own`, and not when it is told
/// of somebody else's.
fn told(namespace: &Namespace) -> mpsc::UnboundedReceiver<String> {
    let (sender, told) = mpsc::unbounded_channel();
    namespace.on_room_event(move |event| {
        let called = |room: &str| if room.len() == 20 { "own".to_owned() } else { room.to_owned() };
        let words = match event {
            RoomEvent::Create { room } => format!("create {}", called(&room)),
            RoomEvent::Join { room, .. } => format!("join {}", called(&room)),
            RoomEvent::Leave { room, .. } => format!("leave {}", called(&room)),
            RoomEvent::Delete { room } => format!("delete {}", called(&room)),
            _ => "something new".to_owned(),
        };
        sender.send(words).unwrap();
    });
    told
}

fn all(told: &mut mpsc::UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| told.try_recv().ok()).collect()
}

fn install(socket: &Socket) {
    echo(socket);
    socket.on("join", |socket, rooms: (Vec<String>,), ack: Ack| async move {
        socket.join(&rooms.0);
        ack.send(&());
    });
    socket.on("leave", |socket, room: String, ack: Ack| async move {
        socket.leave(&room);
        ack.send(&());
    });
}

#[tokio::test]
async fn rooms_are_created_joined_left_and_deleted_in_that_order() {
    let parlor = Parlor::with(Config::default(), install).await;
    let mut told = told(&parlor.io.of("/"));
    let (mut one, mut two) = (parlor.websocket().await, parlor.websocket().await);
    assert_eq!(all(&mut told), ["create own", "join own", "create own", "join own"]);

    one.send(r#"421["join",["red","blue","red"]]"#).await;
    assert_eq!(one.text().await, "431[]");
    assert_eq!(all(&mut told), ["create red", "join red", "create blue", "join blue"]);
    two.send(r#"421["join",["red","red"]]"#).await;
    assert_eq!(two.text().await, "431[]");
    assert_eq!(all(&mut told), ["join red"]);

    let mut rooms = parlor.io.of("/").rooms();
    rooms.retain(|room| room.len() < 20);
    rooms.sort_unstable();
    assert_eq!(rooms.iter().map(|room| &**room).collect::<Vec<_>>(), ["blue", "red"]);
    assert_eq!(parlor.io.of("/").socket(&two.id).unwrap().rooms().len(), 2);

    for leave in [r#"421["leave","never joined"]"#, r#"421["leave","red"]"#] {
        two.send(leave).await;
        assert_eq!(two.text().await, "431[]");
    }
    assert_eq!(all(&mut told), ["leave red"]);

    one.send("41").await;
    let mut end = Vec::new();
    while end.last().is_none_or(|last| last != "delete blue") {
        end.push(soon("a room event", told.recv()).await.unwrap());
    }
    assert_eq!(end, ["leave own", "delete own", "leave red", "delete red", "leave blue", "delete blue"]);
    assert!(parlor.io.of("/").socket(&one.id).is_none());
}

#[tokio::test]
async fn a_listener_may_change_rooms_and_panic_and_nothing_is_lost() {
    let parlor = Parlor::with(Config::default(), install).await;
    let namespace = parlor.io.of("/");
    let follower = namespace.clone();
    namespace.on_room_event(move |event| {
        if let RoomEvent::Join { room, socket } = event
            && *room == *"red"
        {
            follower.socket(&socket).unwrap().join("followers");
            panic!("on purpose");
        }
    });
    let mut told = told(&namespace);
    let mut client = parlor.websocket().await;
    client.send(r#"421["join",["red","blue"]]"#).await;
    assert_eq!(client.text().await, "431[]");
    assert_eq!(
        all(&mut told)[2..],
        ["create red", "join red", "create blue", "join blue", "create followers", "join followers"]
    );
    assert!(parlor.logs.text().contains("on purpose"));
    assert!(client.heard().await.is_empty());
}

#[tokio::test]
async fn namespaces_tell_of_their_own_rooms_only() {
    let parlor = Parlor::with(Config::default(), install).await;
    parlor.io.of("/other").on_connection(|_| async {});
    let mut told = told(&parlor.io.of("/other"));
    let mut client = parlor.websocket().await;
    client.send(r#"421["join",["red"]]"#).await;
    assert_eq!(client.text().await, "431[]");
    client.join("40/other,").await;
    assert_eq!(all(&mut told), ["create own", "join own"]);
}
