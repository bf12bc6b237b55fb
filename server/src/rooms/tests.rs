//! Who is reached, and what is told.

use std::sync::Arc;

use super::{Key, RoomEvent, Rooms, Selection, Target};

/// a is in "red", b in "red" and "blue", c in "blue", d in no room; each in its own, named like itself.
fn house() -> Rooms<char> {
    let mut rooms = Rooms::new();
    for (key, member, joined) in
        [(1, 'a', &["red"][..]), (2, 'b', &["red", "blue"]), (3, 'c', &["blue"]), (4, 'd', &[])]
    {
        rooms.enter(Key::first(key), member.to_string().into());
        rooms.admit(Key::first(key), member);
        for room in joined {
            rooms.join(Key::first(key), room);
        }
    }
    rooms
}

/// The union of rooms.
fn to(rooms: &[&str]) -> Target {
    Target { rooms: rooms.iter().map(|&room| room.into()).collect(), ..Target::default() }
}

fn reached(rooms: &Rooms<char>, rooms_meant: &[&str], except: &[&str], sender: Option<u64>) -> String {
    let target = Target { except: to(except).rooms, sender: sender.map(Key::first), ..to(rooms_meant) };
    rooms.select(&target).members().collect()
}

#[test]
fn a_broadcast_reaches_the_union_once_without_the_excluded_and_the_sender() {
    let rooms = house();
    /// To; except; sender; who is reached.
    type Row = (&'static [&'static str], &'static [&'static str], Option<u64>, &'static str);
    let rows: [Row; 13] = [
        (&[], &[], None, "abcd"),
        (&[], &[], Some(1), "bcd"),
        (&[], &["red"], None, "cd"),
        (&["red"], &[], None, "ab"),
        (&["red"], &[], Some(1), "b"),
        (&["red", "blue"], &[], None, "abc"),
        (&["red", "red"], &[], None, "ab"),
        (&["red", "blue"], &["blue"], None, "a"),
        (&["red"], &["red"], None, ""),
        (&["red", "blue"], &["b"], Some(3), "a"),
        (&["d"], &[], None, "d"),
        (&["d"], &[], Some(4), ""),
        (&["nowhere"], &["nowhere"], None, ""),
    ];
    for (to, except, sender, expected) in rows {
        assert_eq!(
            reached(&rooms, to, except, sender),
            expected,
            "to {to:?} except {except:?} by {sender:?}"
        );
    }
}

#[test]
fn a_sender_is_not_reached_in_its_next_life() {
    let mut rooms = house();
    let again = Key::first(2).next_life().unwrap();
    rooms.remove(Key::first(2));
    rooms.enter(again, "b".into());
    rooms.admit(again, 'b');
    rooms.join(again, "red");
    assert_eq!(reached(&rooms, &["red"], &[], Some(2)), "a");
    assert_eq!(reached(&rooms, &[], &[], Some(2)), "acd");
}

#[test]
fn joining_twice_is_joining_once() {
    let mut rooms = house();
    rooms.join(Key::first(1), "red");
    assert_eq!(rooms.of(Key::first(1)).iter().map(|room| &**room).collect::<Vec<_>>(), ["a", "red"]);
    rooms.leave(Key::first(1), "red");
    assert_eq!(reached(&rooms, &["red"], &[], None), "b");
}

#[test]
fn who_leaves_a_room_is_not_reached_there_and_an_empty_room_is_gone() {
    let mut rooms = house();
    rooms.leave(Key::first(2), "blue");
    rooms.leave(Key::first(3), "blue");
    rooms.leave(Key::first(3), "never joined");
    assert_eq!(reached(&rooms, &["blue"], &[], None), "");
    assert!(!rooms.rooms.contains_key("blue"));
}

#[test]
fn who_is_removed_is_nowhere_and_stays_out() {
    let mut rooms = house();
    rooms.remove(Key::first(2));
    rooms.remove(Key::first(2));
    rooms.join(Key::first(2), "red");
    assert_eq!(reached(&rooms, &[], &[], None), "acd");
    assert_eq!(reached(&rooms, &["red"], &[], None), "a");
    assert!(rooms.of(Key::first(2)).is_empty());
    assert!(!rooms.rooms.contains_key("b"));
}

#[test]
fn who_has_entered_is_reached_only_when_admitted() {
    let mut rooms = house();
    rooms.enter(Key::first(5), "e".into());
    rooms.join(Key::first(5), "red");
    assert_eq!(reached(&rooms, &["red"], &[], None), "ab");
    rooms.admit(Key::first(5), 'e');
    assert_eq!(reached(&rooms, &["red"], &[], None), "abe");
    assert_eq!(reached(&rooms, &["e"], &[], None), "e");
}

/// What was told since the last time, as `create red`, `join red a`.
fn told(rooms: &mut Rooms<char>) -> Vec<String> {
    assert!(rooms.news.begin_telling());
    let news = rooms.news.take().unwrap();
    assert!(rooms.news.take().is_none());
    let words = |event| match event {
        RoomEvent::Create { room } => format!("create {room}"),
        RoomEvent::Join { room, socket } => format!("join {room} {socket}"),
        RoomEvent::Leave { room, socket } => format!("leave {room} {socket}"),
        RoomEvent::Delete { room } => format!("delete {room}"),
    };
    news.into_iter().map(words).collect()
}

#[test]
fn rooms_are_told_of_in_the_order_create_join_leave_delete_and_only_of_what_happens() {
    let mut rooms = house();
    rooms.news.want();
    rooms.enter(Key::first(5), "e".into());
    rooms.join(Key::first(5), "green");
    rooms.admit(Key::first(5), 'e');
    assert_eq!(told(&mut rooms), ["create green", "join green e", "create e", "join e e"]);

    rooms.join(Key::first(5), "green");
    rooms.leave(Key::first(5), "never joined");
    rooms.leave(Key::first(4), "green");
    rooms.leave(Key::first(99), "green");
    assert!(!rooms.news.begin_telling());

    rooms.join(Key::first(1), "green");
    rooms.leave(Key::first(5), "green");
    assert_eq!(told(&mut rooms), ["join green a", "leave green e"]);
    rooms.leave(Key::first(1), "green");
    assert_eq!(told(&mut rooms), ["leave green a", "delete green"]);

    rooms.remove(Key::first(2));
    rooms.remove(Key::first(2));
    assert_eq!(told(&mut rooms), ["leave b b", "delete b", "leave red b", "leave blue b"]);
}

#[test]
fn nothing_is_kept_when_nobody_wants_to_be_told() {
    let mut rooms = house();
    assert!(!rooms.news.begin_telling());
    assert!(rooms.news.take().is_none());
}

#[test]
fn what_happens_while_somebody_tells_is_left_to_him() {
    let mut rooms = house();
    rooms.news.want();
    rooms.join(Key::first(4), "red");
    assert!(rooms.news.begin_telling());
    assert_eq!(rooms.news.take().map(|news| news.len()), Some(1));
    rooms.leave(Key::first(4), "red");
    assert!(!rooms.news.begin_telling());
    assert_eq!(rooms.news.take().map(|news| news.len()), Some(1));
    assert!(rooms.news.take().is_none());
}

#[test]
fn a_member_is_found_by_its_id_even_with_others_in_its_room() {
    let mut rooms = house();
    rooms.join(Key::first(1), "b");
    rooms.enter(Key::first(5), "e".into());
    rooms.join(Key::first(1), "e");
    assert_eq!((rooms.member("b"), rooms.member("e"), rooms.member("red")), (Some('b'), None, None));
}

#[test]
fn who_comes_or_goes_after_a_broadcast_is_heeded_by_the_next() {
    /// What happens; who is in "red" then; who is there at all.
    type Row = (fn(&mut Rooms<char>), &'static str, &'static str);
    let rows: [Row; 10] = [
        (|_| {}, "ab", "abcd"),
        (|rooms| rooms.join(Key::first(4), "red"), "abd", "abcd"),
        (|rooms| rooms.leave(Key::first(1), "red"), "bd", "abcd"),
        (|rooms| rooms.enter(Key::first(5), "e".into()), "bd", "abcd"),
        (|rooms| rooms.join(Key::first(5), "red"), "bd", "abcd"),
        (|rooms| rooms.admit(Key::first(5), 'e'), "bde", "abcde"),
        (|rooms| drop(rooms.remove(Key::first(2))), "de", "acde"),
        (|rooms| rooms.join(Key::first(1), "red"), "ade", "acde"),
        (|rooms| [1, 4, 5].map(Key::first).iter().for_each(|key| rooms.leave(*key, "red")), "", "acde"),
        (|rooms| rooms.join(Key::first(3), "red"), "c", "acde"),
    ];
    let mut rooms = house();
    for (number, (happens, red, everybody)) in rows.into_iter().enumerate() {
        happens(&mut rooms);
        // Twice: the second time from the list that the first has made.
        for time in 1..=2 {
            assert_eq!(reached(&rooms, &["red"], &[], None), red, "row {number}, time {time}");
            assert_eq!(reached(&rooms, &[], &[], None), everybody, "row {number}, time {time}");
        }
    }
}

#[test]
fn a_selection_stays_as_it_was_and_is_shared_until_somebody_comes_or_goes() {
    let mut rooms = house();
    let members = |selection: &Selection<char>| selection.members().collect::<String>();
    for target in [to(&[]), to(&["red"])] {
        let (first, again) = (rooms.select(&target), rooms.select(&target));
        let by_another = rooms.select(&Target { sender: Some(Key::first(4)), ..target.clone() });
        let place = |selection: &Selection<char>| std::ptr::from_ref(selection.member(0).unwrap());
        assert_eq!([place(&again), place(&by_another)], [place(&first); 2], "{target:?}");
        let before = members(&first);
        rooms.remove(Key::first(1));
        assert_eq!(members(&first), before);
        assert_ne!(members(&rooms.select(&target)), before);
        rooms = house();
    }
}

#[test]
fn a_list_does_not_keep_who_has_gone() {
    let mut rooms = Rooms::new();
    let handles = [1, 2].map(|number| (Key::first(number), Arc::new(number)));
    for (key, handle) in &handles {
        rooms.enter(*key, handle.to_string().into());
        rooms.admit(*key, handle.clone());
        rooms.join(*key, "red");
    }
    let (key, handle) = &handles[0];
    let alone = Arc::strong_count(handle);
    let look = |rooms: &Rooms<Arc<u64>>| {
        for target in [to(&[]), to(&["red"]), to(&["1"]), to(&["red", "1"])] {
            assert!(rooms.select(&target).members().next().is_some(), "{target:?}");
        }
    };
    look(&rooms);
    assert!(Arc::strong_count(handle) > alone, "it is in lists");
    rooms.leave(*key, "red");
    rooms.leave(*key, "1");
    assert_eq!(Arc::strong_count(handle), alone + 1, "in that of everybody");
    rooms.join(*key, "red");
    rooms.join(*key, "1");
    look(&rooms);
    rooms.remove(*key);
    assert_eq!(Arc::strong_count(handle), 1);
}
