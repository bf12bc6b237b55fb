//! Coming back, seen from the handlers: what they do meanwhile does no harm, and what they hold on to is still itself.

use std::sync::Mutex;
use std::sync::mpsc as blocking;
use std::time::Duration;

use parlor_server::{Config, ConnectionStateRecovery, RoomEvent, Socket};
use tokio::sync::mpsc;

use super::House;
use super::client::Client;
use crate::parlor::Parlor;
use crate::soon;

#[tokio::test]
async fn a_recovered_client_whose_handler_leaves_more_rooms_than_are_remembered_is_cut_off() {
    const ROOMS: usize = 65;
    let recovery = Some(ConnectionStateRecovery::default());
    let parlor = Parlor::empty(Config { connection_state_recovery: recovery, ..Config::default() }).await;
    let (left, mut leavers) = mpsc::unbounded_channel();
    let rooms: Vec<_> = (0..ROOMS).map(|number| format!("room {number}")).collect();
    let all = rooms.clone();
    parlor.io.on_connection(move |socket: Socket| {
        if socket.recovered() {
            socket.leave(&all)
        } else {
            socket.join(&all)
        }
        let left = left.clone();
        socket.on_disconnect(move |_, _| {
            left.send(()).unwrap();
            async {}
        });
        async {}
    });
    let mut client = Client::join(&parlor).await;
    client.abandon().await;
    soon("the end", leavers.recv()).await.unwrap();
    for room in &rooms {
        parlor.io.to(room).emit("missed", room).unwrap();
    }
    let (mut client, recovered) = client.back(&parlor).await;
    assert!(recovered);
    assert_eq!(client.next().await, None, "no event comes behind a hole");
    let (_, recovered) = client.back(&parlor).await;
    assert!(!recovered);
}

#[tokio::test]
async fn what_a_handler_sends_with_its_old_socket_spares_the_client_that_came_back() {
    let mut house = House::new(ConnectionStateRecovery::default()).await;
    let (mut client, mut bystander) = (Client::join(&house.parlor).await, Client::join(&house.parlor).await);
    let socket = house.came().await;
    socket.join("room");
    house.came().await.join("room");
    client.abandon().await;
    house.left().await;
    let (mut client, recovered) = client.back(&house.parlor).await;
    house.came().await;
    socket.to("room").emit("said", &1).unwrap();
    socket.broadcast().emit("said", &2).unwrap();
    assert!(recovered);
    assert!(client.heard().await.is_empty());
    assert_eq!(bystander.heard().await, [r#"42["said",1]"#, r#"42["said",2]"#]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disconnect_handlers_begin_before_the_client_is_let_in_again() {
    let mut house = House::new(ConnectionStateRecovery::default()).await;
    let (back, is_back) = blocking::channel();
    let is_back = Mutex::new(is_back);
    house.parlor.io.of("/").on_room_event(move |event| {
        if let RoomEvent::Leave { .. } = event {
            // Who is let in too early has the time for it here.
            let _ = is_back.lock().unwrap().recv_timeout(Duration::from_millis(200));
        }
    });
    house.parlor.io.on_connection(move |socket: Socket| {
        if socket.recovered() {
            let _ = back.send(());
        }
        async {}
    });
    let client = Client::join(&house.parlor).await;
    let socket = house.came().await;
    let (_back, recovered) = client.back(&house.parlor).await;
    assert!(recovered);
    assert_eq!(house.left().await.0, socket);
    assert!(house.came().await.recovered());
}
