//! Every way to emit to others, with three clients: who should hear does, once, and the rest do not.

use bytes::Bytes;
use parlor_server::{Broadcast, Config, EmitError, Namespace, Server, Socket};

use crate::parlor::{Parlor, echo};
use crate::ws::WebSocket;

/// What Socket.IO tells its own listeners under these names.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// Who hears `42["news"]` when the first client's socket says it that way. The first is in "red", the second in "red"
/// and "blue", the third in none.
async fn who_hears(say: impl Fn(&Server, &Socket) -> Broadcast + Send + Sync + Clone + 'static) -> [bool; 3] {
    let parlor = Parlor::empty(Config::default()).await;
    let io = parlor.io.clone();
    parlor.io.on_connection(move |socket: Socket| {
        let (io, say) = (io.clone(), say.clone());
        async move {
            echo(&socket);
            socket.on("join", |socket, rooms: Vec<String>, ack| async move {
                socket.join(&rooms);
                ack.send(&());
            });
            socket.on("say", move |socket: Socket, (), ack| {
                say(&io, &socket).emit("news", &()).unwrap();
                async move { ack.send(&()) }
            });
        }
    });
    let mut clients = [parlor.websocket().await, parlor.websocket().await, parlor.websocket().await];
    for (client, rooms) in clients.iter_mut().zip([r#"["red"]"#, r#"["red","blue"]"#, "[]"]) {
        client.send(&format!(r#"421["join",{rooms}]"#)).await;
        assert_eq!(client.text().await, "431[]");
    }
    clients[0].send(r#"422["say"]"#).await;
    let mut heard = [false; 3];
    for (client, heard) in clients.iter_mut().zip(&mut heard) {
        let mut texts = client.heard().await;
        texts.retain(|text| text != "432[]");
        assert!(texts.is_empty() || texts == [r#"42["news"]"#], "{texts:?}");
        *heard = !texts.is_empty();
    }
    heard
}

#[tokio::test]
async fn a_socket_speaks_to_the_others() {
    assert_eq!(who_hears(|_, socket| socket.broadcast()).await, [false, true, true]);
    assert_eq!(who_hears(|_, socket| socket.to("red")).await, [false, true, false]);
    assert_eq!(who_hears(|_, socket| socket.within("blue")).await, [false, true, false]);
    assert_eq!(who_hears(|_, socket| socket.to("red").to("blue")).await, [false, true, false]);
    assert_eq!(who_hears(|_, socket| socket.except("blue")).await, [false, false, true]);
    assert_eq!(who_hears(|_, socket| socket.to("red").except("blue")).await, [false, false, false]);
    assert_eq!(who_hears(|_, socket| socket.to(socket.id())).await, [false, false, false]);
    assert_eq!(who_hears(|_, socket| socket.local()).await, [false, true, true]);
}

#[tokio::test]
async fn flags_of_a_socket_stay_when_it_speaks_to_others() {
    assert_eq!(who_hears(|_, socket| socket.compress(false).broadcast()).await, [false, true, true]);
    assert_eq!(who_hears(|_, socket| socket.volatile().to("blue")).await, [false, true, false]);
    assert_eq!(who_hears(|_, socket| socket.volatile().except("red")).await, [false, false, true]);
    assert_eq!(who_hears(|_, socket| socket.compress(true).local().to("red")).await, [false, true, false]);
}

#[tokio::test]
async fn each_operator_gives_another_broadcast_and_leaves_the_one_it_came_from() {
    let parlor = Parlor::echo().await;
    let mut client = parlor.websocket().await;
    let everybody = parlor.io.local();
    let nobody = everybody.clone().to("nobody is here");
    nobody.emit("news", &1).unwrap();
    everybody.emit("news", &2).unwrap();
    assert_eq!(client.heard().await, [r#"42["news",2]"#]);
}

#[tokio::test]
async fn the_server_speaks_to_everybody() {
    assert_eq!(who_hears(|io, _| io.compress(false)).await, [true, true, true]);
    assert_eq!(who_hears(|io, _| io.local()).await, [true, true, true]);
    assert_eq!(who_hears(|io, _| io.of("/").local().to("blue")).await, [false, true, false]);
    assert_eq!(who_hears(|io, _| io.to("red")).await, [true, true, false]);
    assert_eq!(who_hears(|io, _| io.within(["red", "blue"])).await, [true, true, false]);
    assert_eq!(who_hears(|io, _| io.to(["red", "blue"]).except("blue")).await, [true, false, false]);
    assert_eq!(who_hears(|io, _| io.except("red")).await, [false, false, true]);
    assert_eq!(who_hears(|io, socket| io.to(socket.id())).await, [true, false, false]);
    assert_eq!(who_hears(|io, _| io.to("nobody is here")).await, [false, false, false]);
    assert_eq!(who_hears(|io, _| io.of("/other").compress(true)).await, [false, false, false]);
}

#[tokio::test]
async fn a_room_belongs_to_its_namespace_and_is_left_by_leaving() {
    let parlor = Parlor::empty(Config::default()).await;
    for namespace in [parlor.io.of("/"), parlor.io.of("/custom")] {
        install(&namespace);
    }
    let mut client = parlor.websocket().await;
    client.join("40/custom,").await;
    for join in [r#"421["join"]"#, r#"42/custom,1["join"]"#] {
        client.send(join).await;
    }
    assert_eq!([client.text().await, client.text().await], ["431[]", "43/custom,1[]"]);

    parlor.io.to("room").emit("news", &1).unwrap();
    parlor.io.of("/custom").to("room").emit("news", &2).unwrap();
    assert_eq!([client.text().await, client.text().await], [r#"42["news",1]"#, r#"42/custom,["news",2]"#]);

    client.send(r#"422["leave"]"#).await;
    assert_eq!(client.text().await, "432[]");
    parlor.io.to("room").emit("news", &3).unwrap();
    parlor.io.of("/custom").to("room").emit("news", &4).unwrap();
    assert_eq!(client.text().await, r#"42/custom,["news",4]"#);
}

#[tokio::test]
async fn who_has_left_is_in_no_room() {
    let parlor = Parlor::empty(Config::default()).await;
    install(&parlor.io.of("/"));
    let mut leaver = parlor.websocket().await;
    let mut stayer = parlor.websocket().await;
    for client in [&mut leaver, &mut stayer] {
        client.send(r#"421["join"]"#).await;
        assert_eq!(client.text().await, "431[]");
    }
    leaver.send("41").await;
    // Joining again in the same connection gives another socket, which is in no room.
    let former = leaver.id.clone();
    leaver.join("40").await;
    assert_ne!(leaver.id, former);
    parlor.io.to("room").emit("news", &1).unwrap();
    parlor.io.to(&former).emit("news", &2).unwrap();
    assert!(leaver.heard().await.is_empty());
    assert_eq!(stayer.heard().await, [r#"42["news",1]"#]);
}

#[tokio::test]
async fn one_broadcast_reaches_polling_and_websocket_alike() {
    let parlor = Parlor::echo().await;
    let polling = parlor.joined_polling().await;
    let mut websocket: WebSocket = parlor.websocket().await;
    parlor.io.emit("news", &("é", Bytes::from_static(&[1, 2]))).unwrap();
    let text = "451-[\"news\",\"é\",{\"_placeholder\":true,\"num\":0}]";
    assert_eq!(polling.get().await.body, format!("{text}\u{1e}bAQI="));
    assert_eq!(websocket.text().await, text);
    assert_eq!(websocket.binary().await, [1, 2]);
}

fn install(namespace: &Namespace) {
    namespace.on_connection(|socket: Socket| async move {
        echo(&socket);
        socket.on("join", |socket, (), ack| async move {
            socket.join("room");
            ack.send(&());
        });
        socket.on("leave", |socket, (), ack| async move {
            socket.leave("room");
            ack.send(&());
        });
    });
}

#[tokio::test]
async fn a_reserved_name_is_emitted_to_nobody() {
    let parlor = Parlor::with(Config::default(), |socket| {
        echo(socket);
        for name in RESERVED {
            assert!(matches!(socket.emit(name, &()), Err(EmitError::Encode(_))), "{name}");
            assert!(matches!(socket.broadcast().emit(name, &()), Err(EmitError::Encode(_))), "{name}");
        }
    })
    .await;
    let mut client = parlor.websocket().await;
    for name in RESERVED {
        assert!(matches!(parlor.io.emit(name, &()), Err(EmitError::Encode(_))), "{name}");
        assert!(matches!(parlor.io.to("red").emit(name, &()), Err(EmitError::Encode(_))), "{name}");
    }
    assert!(client.heard().await.is_empty());
}
