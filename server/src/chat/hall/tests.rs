//! Who is where, told as what sockets of Ada (`a1`, `a2`) and Bob (`b1`) do.

use super::*;

fn room(name: &str) -> RoomName {
    RoomName::read(name).unwrap()
}

fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

/// A socket `a1` is one of the user `a`.
fn enter(hall: &mut Hall, socket: &str, name: &str) -> Option<Presence> {
    let user = user(&socket[..1]);
    hall.admits(socket, &user, &room(name)).unwrap();
    hall.enter(socket, &user, &room(name), &nickname(&format!("nick {}", user.as_str())))
}

fn nickname(name: &str) -> Nickname {
    Nickname::parse(name).unwrap()
}

fn heard(name: &str, id: &str, change: Change) -> Presence {
    presence(&room(name), member(id, &format!("nick {id}")), change)
}

fn member(id: &str, nickname: &str) -> Member {
    Member { id: id.to_owned(), nickname: nickname.to_owned() }
}

#[test]
fn two_tabs_of_one_user_count_once() {
    let mut hall = Hall::new([room("lobby")]);
    assert_eq!(enter(&mut hall, "a1", "lobby"), Some(heard("lobby", "a", Change::Joined)));
    assert_eq!(enter(&mut hall, "a2", "lobby"), None);
    assert_eq!(enter(&mut hall, "b1", "lobby"), Some(heard("lobby", "b", Change::Joined)));
    assert_eq!(hall.members(&room("lobby")), [member("a", "nick a"), member("b", "nick b")]);
    assert_eq!(hall.listing().rooms[0].members, 2);
    assert_eq!(hall.depart("a1"), []);
    assert_eq!(hall.leave("a2", &room("lobby")), Some(heard("lobby", "a", Change::Left)));
    assert_eq!(hall.leave("a2", &room("lobby")), None);
}

#[test]
fn joining_again_tells_nobody_but_a_new_nickname() {
    let mut hall = Hall::default();
    enter(&mut hall, "a1", "lobby");
    assert_eq!(enter(&mut hall, "a1", "lobby"), None);
    let renamed = hall.enter("a1", &user("a"), &room("lobby"), &nickname("Countess"));
    assert_eq!(renamed, Some(presence(&room("lobby"), member("a", "Countess"), Change::Joined)));
    assert_eq!(hall.members(&room("lobby")), [member("a", "Countess")]);
}

#[test]
fn socket_that_is_gone_has_left_all_its_rooms() {
    let mut hall = Hall::default();
    enter(&mut hall, "a1", "lobby");
    enter(&mut hall, "a1", "attic");
    let told = [heard("lobby", "a", Change::Left), heard("attic", "a", Change::Left)];
    assert_eq!((hall.is_nowhere("a1"), hall.is_nowhere("b1")), (false, true));
    assert_eq!(hall.depart("a1"), told);
    assert!(hall.is_nowhere("a1"));
    assert_eq!(hall.depart("a1"), []);
    assert!(hall.is_empty(&room("lobby")) && hall.is_empty(&room("attic")));
}

#[test]
fn socket_is_a_member_only_of_the_rooms_it_is_in_itself() {
    let mut hall = Hall::default();
    enter(&mut hall, "a1", "lobby");
    assert_eq!(hall.member("a1", &room("lobby")), Ok(&member("a", "nick a")));
    assert_eq!(hall.member("a2", &room("lobby")).unwrap_err().reason, Reason::NotInRoom);
    assert_eq!(hall.member("a1", &room("attic")).unwrap_err().reason, Reason::NotInRoom);
}

#[test]
fn socket_is_in_20_rooms_at_most() {
    let mut hall = Hall::default();
    for number in 0..MAX_ROOMS_PER_SOCKET {
        enter(&mut hall, "a1", &format!("room{number}"));
    }
    let refusal = hall.admits("a1", &user("a"), &room("one-more")).unwrap_err();
    assert_eq!(
        (refusal.reason, &*refusal.message),
        (Reason::TooManyJoined, "you are in 20 rooms: leave one first")
    );
    assert_eq!(hall.admits("a1", &user("a"), &room("room0")), Ok(()));
    hall.leave("a1", &room("room0"));
    assert_eq!(hall.admits("a1", &user("a"), &room("one-more")), Ok(()));
}

#[test]
fn full_room_lets_nobody_else_in_but_who_is_there_in_another_tab() {
    let mut hall = Hall::default();
    for number in 0..MAX_MEMBERS_PER_ROOM {
        let id = format!("u{number}");
        hall.enter(&id, &user(&id), &room("lobby"), &nickname("Somebody"));
    }
    assert_eq!(hall.admits("late", &user("late"), &room("lobby")).unwrap_err().reason, Reason::RoomFull);
    assert_eq!(hall.admits("second tab", &user("u7"), &room("lobby")), Ok(()));
}

#[test]
fn list_has_the_default_rooms_then_the_fullest_and_no_private_one() {
    let mut hall = Hall::new(["lobby", "rust", "music", "random", "attic", "cellar"].map(room));
    for (socket, name) in
        [("a1", "cellar"), ("b1", "cellar"), ("a1", "attic"), ("a1", "@a+b"), ("b1", "rust")]
    {
        enter(&mut hall, socket, name);
    }
    hall.add(&room("@a+b"));
    let rooms: Vec<(String, u32)> =
        hall.listing().rooms.into_iter().map(|room| (room.name, room.members)).collect();
    let rows = [("lobby", 0), ("rust", 1), ("music", 0), ("random", 0), ("cellar", 2), ("attic", 1)];
    assert_eq!(rooms, rows.map(|(name, members)| (name.to_owned(), members)));
}

#[test]
fn list_is_bounded() {
    let hall = Hall::new((0..200).map(|number| room(&format!("room{number}"))));
    assert_eq!(hall.listing().rooms.len(), MAX_LISTED_ROOMS);
}
