//! Private rooms.

use parlor_chat::Conversation;

use super::*;

/// The private room of Ada and Bob.
const BOTH: &str = "@s1+s2";

#[test]
fn what_somebody_says_in_private_opens_the_room_and_is_counted() {
    let mut page = joined_page();
    let effects = page.does(Action::Message(message(BOTH, 1, 1, "a")));
    assert_eq!(effects, [Effect::Remember, join(BOTH)]);
    assert_eq!(page.room(BOTH).label(), ("@", "Bob"));
    assert_eq!(page.room(BOTH).unread, 1);
    page.does(answer_private_join(0, &[(1, "a")]));
    assert_eq!(page.room(BOTH).unread, 1, "it is still unread");
    assert_eq!(page.state.current, Some(room("lobby")), "nobody is torn away from what they read");
}

#[test]
fn choosing_somebody_opens_the_private_room_with_them() {
    let mut page = joined_page();
    page.does(presence(BOB, "Bob", Change::Joined));
    let bob = Member { id: BOB.to_owned(), nickname: "Bob".to_owned() };
    assert_eq!(page.does(Action::Whisper(bob)), [Effect::Remember, join(BOTH)]);
    assert_eq!(page.state.current, Some(room(BOTH)));
    assert_eq!(page.room(BOTH).label(), ("@", "Bob"));
    let ada = Member { id: ADA.to_owned(), nickname: "Ada".to_owned() };
    page.does(Action::Open(room("lobby")));
    assert_eq!(page.does(Action::Whisper(ada)), [], "nobody talks with themselves");
}

#[test]
fn what_was_said_in_private_while_away_is_unread_until_it_is_looked_at() {
    let mut page = joined_page();
    let partner = Member { id: BOB.to_owned(), nickname: "Bob".to_owned() };
    let talk = Conversation { room: BOTH.to_owned(), partner, last: 5, seen: 3 };
    let effects = page.does(Action::Talks(Talks { conversations: vec![talk] }));
    assert_eq!(effects, [Effect::Remember, join(BOTH)]);
    assert_eq!((page.room(BOTH).label(), page.room(BOTH).unread), (("@", "Bob"), 2));
    page.does(answer_private_join(3, &[(3, "c"), (4, "d"), (5, "e")]));
    assert_eq!(page.room(BOTH).unread, 2);
    page.does(Action::Open(room(BOTH)));
    assert_eq!(page.room(BOTH).unread, 0);
}

#[test]
fn conversation_without_news_stays_closed() {
    let mut page = joined_page();
    let partner = Member { id: BOB.to_owned(), nickname: "Bob".to_owned() };
    let talk = Conversation { room: BOTH.to_owned(), partner, last: 5, seen: 5 };
    page.does(Action::Talks(Talks { conversations: vec![talk] }));
    assert_eq!(page.state.rooms.len(), 1);
}

#[test]
fn who_is_shut_out_knocks_again_with_the_next_tick() {
    let mut page = page();
    page.does(Action::ShutOut);
    assert_eq!(page.does(Action::Tick), [Effect::Knock]);
    assert_eq!(page.does(Action::Tick), []);
    page.does(Action::ShutOut);
    page.does(Action::Connected);
    page.does(answer_join(1, &[]));
    assert_eq!(page.does(Action::Tick), []);
}

impl Page {
    fn room(&self, name: &str) -> &Room {
        self.state.room(&room(name)).unwrap()
    }
}

fn answer_private_join(seen: u64, messages: &[(u64, &str)]) -> Action {
    let Action::Joined { answer: Ok(mut joined), .. } = answer_join(1, &[]) else { unreachable!() };
    joined.room = BOTH.to_owned();
    joined.seen = seen;
    joined.history.messages = messages.iter().map(|(seq, id)| message(BOTH, 1, *seq, id)).collect();
    Action::Joined { room: room(BOTH), answer: Ok(joined) }
}
