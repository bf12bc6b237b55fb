//! The rules of the chat, told as what sockets `s1`, `s2`… ask and hear.

use parlor_chat::{Change, Member, Message, Stored};

use super::*;

const NOW: u64 = 1_700_000_000_000;

fn hall() -> Hall {
    Hall::new(NOW)
}

fn join(hall: &mut Hall, socket: &str, room: &str) -> Result<Arrival, Refusal> {
    hall.join(socket, &Join { room: room.to_owned(), nickname: format!("nick {socket}") }, NOW)
}

fn leave(hall: &mut Hall, socket: &str, room: &str) -> Option<Presence> {
    hall.leave(socket, &Leave { room: room.to_owned() }).unwrap()
}

fn send(hall: &mut Hall, socket: &str, room: &str, id: &str) -> Result<Sent, Refusal> {
    let send = Send { room: room.to_owned(), id: id.to_owned(), text: "hi".to_owned() };
    hall.send(socket, &send, NOW + 5)
}

fn presence(room: &str, socket: &str, change: Change) -> Presence {
    let member = Member { id: socket.to_owned(), nickname: format!("nick {socket}") };
    Presence { room: room.to_owned(), member, change }
}

fn names(listing: &Listing) -> Vec<(&str, u32)> {
    listing.rooms.iter().map(|room| (room.name.as_str(), room.members)).collect()
}

#[test]
fn join_shows_members_and_history_and_tells_the_others() {
    let mut hall = hall();
    join(&mut hall, "s1", "lobby").unwrap();
    send(&mut hall, "s1", "lobby", "a").unwrap();
    let Arrival { joined, presence: told } = join(&mut hall, "s2", "#Lobby").unwrap();
    assert_eq!(joined.room, "lobby");
    assert_eq!(joined.you, "s2");
    assert_eq!(joined.members.iter().map(|member| member.id.as_str()).collect::<Vec<_>>(), ["s1", "s2"]);
    assert_eq!(joined.history.epoch, NOW);
    assert_eq!(joined.history.messages.len(), 1);
    assert_eq!(told, Some(presence("lobby", "s2", Change::Joined)));
}

#[test]
fn join_again_answers_the_same_and_tells_nobody() {
    let mut hall = hall();
    let first = join(&mut hall, "s1", "lobby").unwrap();
    let again = join(&mut hall, "s1", "lobby").unwrap();
    assert_eq!(again, Arrival { joined: first.joined, presence: None });
}

#[test]
fn message_is_answered_with_its_place_and_told_with_its_author() {
    let mut hall = hall();
    join(&mut hall, "s1", "lobby").unwrap();
    let sent = send(&mut hall, "s1", "lobby", "a").unwrap();
    assert_eq!(sent.stored, Stored { epoch: NOW, seq: 1, time: NOW + 5 });
    let message = Message {
        room: "lobby".to_owned(),
        epoch: NOW,
        seq: 1,
        time: NOW + 5,
        id: "a".to_owned(),
        author: "nick s1".to_owned(),
        text: "hi".to_owned(),
    };
    assert_eq!(sent.message, Some(message));
}

#[test]
fn message_is_refused_from_who_is_not_in_the_room() {
    let mut hall = hall();
    join(&mut hall, "s1", "lobby").unwrap();
    for (socket, room) in [("s1", "rust"), ("s1", "nowhere"), ("s2", "lobby")] {
        let refusal = send(&mut hall, socket, room, "a").unwrap_err();
        assert_eq!(refusal.reason, Reason::NotInRoom, "{socket} in {room}");
        assert_eq!(refusal.message, "you are not in this room: join it first");
    }
    assert!(!hall.rooms.contains_key(&RoomName::parse("nowhere").unwrap()), "asking makes no room");
}

#[test]
fn id_may_be_used_again_in_another_room() {
    let mut hall = hall();
    join(&mut hall, "s1", "lobby").unwrap();
    join(&mut hall, "s1", "rust").unwrap();
    assert!(send(&mut hall, "s1", "lobby", "a").unwrap().message.is_some());
    assert!(send(&mut hall, "s1", "rust", "a").unwrap().message.is_some());
    assert!(send(&mut hall, "s1", "rust", "a").unwrap().message.is_none());
}

#[test]
fn typing_is_told_only_for_who_is_in_the_room() {
    let mut hall = hall();
    join(&mut hall, "s1", "lobby").unwrap();
    let typing =
        |hall: &Hall, socket: &str, room: &str| hall.typing(socket, &Typing { room: room.to_owned() });
    let told = TypingBy { room: "lobby".to_owned(), member: "s1".to_owned() };
    assert_eq!(typing(&hall, "s1", "lobby"), Some(told));
    assert_eq!(typing(&hall, "s2", "lobby"), None);
    assert_eq!(typing(&hall, "s1", "no room"), None);
}

#[test]
fn leaving_is_told_once() {
    let mut hall = hall();
    join(&mut hall, "s1", "lobby").unwrap();
    assert_eq!(leave(&mut hall, "s1", "lobby"), Some(presence("lobby", "s1", Change::Left)));
    assert_eq!(leave(&mut hall, "s1", "lobby"), None);
    assert_eq!(hall.depart("s1"), []);
}

#[test]
fn departing_is_told_in_every_room() {
    let mut hall = hall();
    join(&mut hall, "s1", "lobby").unwrap();
    join(&mut hall, "s1", "attic").unwrap();
    let told = [presence("lobby", "s1", Change::Left), presence("attic", "s1", Change::Left)];
    assert_eq!(hall.depart("s1"), told);
    assert_eq!(hall.depart("s1"), []);
    assert!(hall.whereabouts.is_empty());
}

#[test]
fn listing_has_the_default_rooms_first_and_then_the_fullest() {
    let mut hall = hall();
    join(&mut hall, "s1", "attic").unwrap();
    join(&mut hall, "s1", "cellar").unwrap();
    join(&mut hall, "s2", "cellar").unwrap();
    join(&mut hall, "s2", "rust").unwrap();
    let expected = [("lobby", 0), ("rust", 1), ("music", 0), ("random", 0), ("cellar", 2), ("attic", 1)];
    assert_eq!(names(&hall.listing()), expected);
}

#[test]
fn socket_joins_at_most_20_rooms_and_may_renew_each() {
    let mut hall = hall();
    for number in 0..MAX_ROOMS_PER_SOCKET {
        join(&mut hall, "s1", &format!("r{number}")).unwrap();
    }
    let refusal = join(&mut hall, "s1", "one-more").unwrap_err();
    assert_eq!(refusal, Refusal::new(Reason::TooManyJoined, "you are in 20 rooms: leave one first"));
    assert!(join(&mut hall, "s1", "r0").is_ok());
    leave(&mut hall, "s1", "r0");
    assert!(join(&mut hall, "s1", "one-more").is_ok());
}

/// Fills the house: room `rN` with socket `sN` in it.
fn fill(hall: &mut Hall) {
    for number in DEFAULT_ROOMS.len()..MAX_ROOMS {
        join(hall, &format!("s{number}"), &format!("r{number}")).unwrap();
    }
}

#[test]
fn full_house_refuses_a_new_room_while_somebody_is_in_each() {
    let mut hall = hall();
    fill(&mut hall);
    assert_eq!(join(&mut hall, "late", "new").unwrap_err().reason, Reason::TooManyRooms);
    assert!(join(&mut hall, "late", "lobby").is_ok());
    assert_eq!(hall.listing().rooms.len(), MAX_LISTED_ROOMS);
}

#[test]
fn full_house_forgets_the_room_that_has_been_empty_longest() {
    let mut hall = hall();
    fill(&mut hall);
    leave(&mut hall, "s9", "r9");
    leave(&mut hall, "s5", "r5");
    join(&mut hall, "late", "new").unwrap();
    let is_there = |name: &str| hall.rooms.contains_key(&RoomName::parse(name).unwrap());
    assert_eq!((is_there("r9"), is_there("r5"), is_there("music")), (false, true, true));
}

#[test]
fn room_made_again_has_a_greater_epoch_although_the_clock_stands_still() {
    let mut hall = hall();
    fill(&mut hall);
    let first = join(&mut hall, "s9", "r9").unwrap().joined.history.epoch;
    leave(&mut hall, "s9", "r9");
    join(&mut hall, "late", "new").unwrap();
    hall.depart("late");
    let second = join(&mut hall, "s9", "r9").unwrap().joined.history.epoch;
    assert!(second > first, "{second} after {first}");
}
