//! Which rooms are followed, and for how long.

use super::*;
use crate::adapter::{Adapter, AdapterError, AdapterFuture, Message, Node, Request, Response, Status};
use crate::rooms::Key;
use crate::{Config, ConnectionStateRecovery, Server};

/// Notes what it is told of rooms: `+red`, `-red`.
#[derive(Debug, Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.0))
    }
}

impl Adapter for Notes {
    fn id(&self) -> &str {
        "notes"
    }

    fn join(&self, _: Node) {}

    fn leave(&self, _: &str) {}

    fn publish(&self, _: &str, _: Message) {}

    fn respond(&self, _: &str, _: &Request, _: Response) {}

    fn server_count<'a>(&'a self, _: &'a str) -> AdapterFuture<'a, Result<usize, AdapterError>> {
        Box::pin(async { Ok(1) })
    }

    fn follows_rooms(&self) -> bool {
        true
    }

    fn follows_room(&self, room: &str) -> bool {
        !room.starts_with("own ")
    }

    fn room_created(&self, _: &str, room: &str) {
        lock(&self.0).push(format!("+{room}"));
    }

    fn room_deleted(&self, _: &str, room: &str) {
        lock(&self.0).push(format!("-{room}"));
    }

    fn status(&self) -> Status {
        Status::default()
    }
}

struct House {
    notes: Notes,
    io: Server,
    member: Key,
}

impl House {
    fn new(config: Config) -> Self {
        let notes = Notes::default();
        let io = Server::with_adapter(config, notes.clone());
        let member = Key::draw();
        io.of("/").0.change_rooms(|rooms| rooms.enter(member, "ann".into()));
        Self { notes, io, member }
    }

    fn recovering() -> Self {
        let recovery = ConnectionStateRecovery {
            max_disconnection_duration: Duration::from_secs(60),
            ..ConnectionStateRecovery::default()
        };
        Self::new(Config { connection_state_recovery: Some(recovery), ..Config::default() })
    }

    fn join(&self, room: &str) {
        self.io.of("/").0.change_rooms(|rooms| rooms.join(self.member, room));
    }

    fn leave(&self, room: &str) {
        self.io.of("/").0.change_rooms(|rooms| rooms.leave(self.member, room));
    }
}

/// Lets time pass, and whoever waited for it do its work.
async fn pass(seconds: u64) {
    tokio::task::yield_now().await;
    time::advance(Duration::from_secs(seconds)).await;
    tokio::task::yield_now().await;
}

#[tokio::test]
async fn without_recovery_a_room_is_followed_while_somebody_is_in_it() {
    let house = House::new(Config::default());
    house.join("red");
    house.join("blue");
    house.leave("red");
    house.join("red");
    assert_eq!(house.notes.take(), ["+red", "+blue", "-red", "+red"]);
}

/// A minute of absence, and 45 seconds until it is noticed.
#[tokio::test(start_paused = true)]
async fn with_recovery_a_room_is_followed_for_as_long_as_somebody_may_come_back_to_it() {
    let house = House::recovering();
    house.join("red");
    house.leave("red");
    pass(100).await;
    assert_eq!(house.notes.take(), ["+red"]);
    pass(10).await;
    assert_eq!(house.notes.take(), ["-red"]);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_somebody_is_in_again_is_not_let_go_of() {
    let house = House::recovering();
    house.join("red");
    house.leave("red");
    pass(60).await;
    house.join("red");
    pass(100).await;
    assert_eq!(house.notes.take(), ["+red", "+red"]);
    house.leave("red");
    house.join("red");
    house.leave("red");
    pass(100).await;
    assert_eq!(house.notes.take(), ["+red"], "its time begins with the last who left");
    pass(10).await;
    assert_eq!(house.notes.take(), ["-red"]);
}

#[tokio::test(start_paused = true)]
async fn rooms_that_the_adapter_does_not_follow_are_not_told_of_and_take_no_place() {
    let house = House::recovering();
    house.join("own ann");
    house.leave("own ann");
    pass(200).await;
    assert_eq!(house.notes.take(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_its_namespace_lets_go_of_nothing_late() {
    let house = House::recovering();
    house.join("red");
    house.leave("red");
    house.io.of("/").leave_cluster();
    house.join("blue");
    house.leave("blue");
    pass(200).await;
    assert_eq!(house.notes.take(), ["+red"], "the adapter forgets the rooms with the namespace");
}

#[test]
fn a_room_that_is_taken_up_and_left_all_the_time_takes_one_place() {
    let (mut lingering, room) = (Lingering::default(), Arc::from("red"));
    for _ in 0..3 * MAX_LINGERING {
        lingering.push(deadline(Duration::ZERO), &room);
    }
    assert_eq!(lingering.until.len(), 1);
    assert!(lingering.order.len() <= MAX_LINGERING + 2);
}

#[tokio::test(start_paused = true)]
async fn too_many_rooms_are_let_go_of_at_once() {
    let house = House::recovering();
    for number in 0..=MAX_LINGERING {
        house.join(&number.to_string());
        house.leave(&number.to_string());
    }
    let notes = house.notes.take();
    assert_eq!(notes.iter().filter(|note| note.starts_with('-')).count(), MAX_LINGERING + 1);
    house.join("red");
    house.leave("red");
    assert_eq!(house.notes.take(), ["+red"]);
}
