//! What was seen, by us and by the others; and what is new.

use parlor_chat::{Mark, SeenBy};

use super::*;

#[test]
fn what_is_looked_at_is_told_once_and_what_comes_meanwhile_together() {
    let mut page = joined_page();
    assert_eq!(page.all_at(0, Action::Message(message("lobby", 1, 1, "a"))), [seen("lobby", 1)]);
    assert_eq!(page.all_at(0, Action::Message(message("lobby", 1, 2, "b"))), []);
    assert_eq!(page.all_at(0, Action::Message(message("lobby", 1, 3, "c"))), []);
    assert_eq!(page.all_at(0, Action::SeenTold(room("lobby"))), [seen("lobby", 3)]);
    assert_eq!(page.all_at(0, Action::SeenTold(room("lobby"))), []);
    page.does(Action::Open(room("rust")));
    assert_eq!(page.all_at(0, Action::Message(message("lobby", 1, 4, "d"))), [], "nobody looks at it");
}

#[test]
fn tab_out_of_sight_has_seen_nothing_and_counts() {
    let mut page = joined_page();
    page.does(Action::InSight(false));
    assert_eq!(page.all_at(0, Action::Message(message("lobby", 1, 1, "a"))), []);
    assert_eq!(page.lobby_unread(), 1);
    assert_eq!(page.all_at(0, Action::InSight(true)), [seen("lobby", 1)]);
    assert_eq!((page.lobby_unread(), page.news()), (0, Some((1, 0))));
}

#[test]
fn in_a_large_room_nobody_is_told_what_was_seen() {
    let mut page = joined_page();
    (0..32).for_each(|number| drop(page.does(presence(&format!("x{number}"), "Somebody", Change::Joined))));
    assert_eq!(page.all_at(0, Action::Message(message("lobby", 1, 1, "a"))), []);
}

#[test]
fn ones_own_message_is_seen_when_another_one_has_seen_it_or_spoken_after_it() {
    let mut page = joined_page();
    for (seq, mine) in [(1, "a"), (2, "b"), (4, "d")] {
        page.does(submit(mine));
        page.does(stored(mine, seq));
    }
    assert_eq!(page.seen(), "");
    page.does(seen_by(ADA, 4));
    assert_eq!(page.seen(), "", "in another tab of ours");
    page.does(seen_by(BOB, 1));
    assert_eq!(page.seen(), "a");
    page.does(Action::Message(message("lobby", 1, 3, "c")));
    assert_eq!(page.seen(), "a b");
    page.does(seen_by(BOB, 1));
    assert_eq!(page.seen(), "a b", "it never goes back");
}

#[test]
fn marks_of_the_others_come_with_the_room_and_end_with_the_servers_memory() {
    let mut page = joined_page();
    page.does(submit("a"));
    page.does(stored("a", 1));
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    page.does(marked_join(1, 0, &[(1, "a")], &[(BOB, 1)]));
    assert_eq!(page.seen(), "a");
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    page.does(marked_join(2, 0, &[], &[]));
    page.does(submit("b"));
    let answer = Ok(Stored { epoch: 2, seq: 1, time: NOW });
    page.does(Action::Stored { room: room("lobby"), id: id("b"), answer });
    assert_eq!(page.seen(), "");
}

#[test]
fn what_was_said_since_one_has_seen_the_room_is_new_until_one_speaks() {
    let mut page = page();
    page.does(Action::Connected);
    page.does(marked_join(1, 2, &[(1, "a"), (2, "b"), (3, "c"), (4, "d")], &[]));
    assert_eq!((page.lobby_unread(), page.news()), (0, Some((1, 2))), "it is looked at");
    page.does(Action::Message(message("lobby", 1, 5, "e")));
    assert_eq!(page.news(), Some((1, 2)));
    page.does(submit("mine"));
    assert_eq!(page.news(), None);
}

#[test]
fn news_begins_with_the_first_message_that_was_not_looked_at_and_ends_when_one_goes_on() {
    let mut page = joined_page();
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    page.does(Action::Open(room("rust")));
    page.does(Action::Message(message("lobby", 1, 2, "b")));
    page.does(Action::Message(message("lobby", 1, 3, "c")));
    assert_eq!((page.lobby_unread(), page.news()), (2, Some((1, 1))));
    page.does(Action::Open(room("lobby")));
    assert_eq!((page.lobby_unread(), page.news()), (0, Some((1, 1))), "one sees where it begins");
    page.does(Action::Open(room("rust")));
    assert_eq!(page.news(), None);
}

#[test]
fn room_that_was_read_in_another_tab_is_not_unread() {
    let mut page = joined_page();
    page.does(Action::Open(room("rust")));
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    page.does(Action::Message(message("lobby", 1, 2, "b")));
    page.does(seen_by(ADA, 1));
    page.does(seen_by(BOB, 2));
    assert_eq!(page.lobby_unread(), 2);
    page.does(seen_by(ADA, 2));
    assert_eq!(page.lobby_unread(), 0);
}

impl Page {
    /// The ids of those of mine that somebody has seen.
    fn seen(&self) -> String {
        let room = self.lobby();
        let seen = room.log.lines().iter().filter(|line| line.is_mine && room.is_seen(line));
        seen.map(|line| line.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn news(&self) -> Option<(u64, u64)> {
        self.lobby().news_after
    }

    fn lobby(&self) -> &Room {
        self.state.room(&room("lobby")).unwrap()
    }
}

fn seen(name: &str, seq: u64) -> Effect {
    Effect::Seen { room: room(name), seq }
}

fn seen_by(user: &str, seq: u64) -> Action {
    Action::SeenBy(SeenBy { room: "lobby".to_owned(), user: user.to_owned(), seq })
}

fn marked_join(epoch: u64, seen: u64, history: &[(u64, &str)], marks: &[(&str, u64)]) -> Action {
    let Action::Joined { answer: Ok(mut joined), room } = answer_join(epoch, history) else { unreachable!() };
    joined.seen = seen;
    joined.marks = marks.iter().map(|(user, seq)| Mark { user: (*user).to_owned(), seq: *seq }).collect();
    Action::Joined { room, answer: Ok(joined) }
}
