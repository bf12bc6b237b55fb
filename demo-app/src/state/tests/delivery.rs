//! The delivery audit, the pulse, and a change of the nickname: what the pill and the log tell of the connection.

use super::*;

#[test]
fn what_was_missed_while_away_is_counted_and_marked_as_recovered() {
    let mut page = joined_page();
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    page.does(Action::Disconnected);
    page.does(submit("mine"));
    page.does(Action::Connected);
    page.does(answer_join(1, &[(1, "a"), (2, "b"), (3, "c")]));
    page.does(stored("mine", 4));
    page.does(Action::Message(message("lobby", 1, 5, "d")));
    assert_eq!(page.recovered(), ["b", "c"]);
    assert_eq!(page.state.counts(), Counts { recovered: 2, ..Counts::default() });
}

#[test]
fn hole_on_a_live_connection_is_asked_for_and_filled() {
    let mut page = joined_page();
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    let effects = page.does(Action::Message(message("lobby", 1, 4, "d")));
    assert_eq!(effects, [Effect::Older { room: room("lobby"), before: 4 }]);
    page.does(page_of(&[(1, "a"), (2, "b"), (3, "c")]));
    assert_eq!(page.shows(), "a b c d");
    assert_eq!(page.recovered(), ["b", "c"]);
    assert_eq!(page.state.counts(), Counts { recovered: 2, ..Counts::default() });
}

#[test]
fn what_the_history_does_not_have_either_is_lost_and_not_asked_for_again() {
    let mut page = joined_page();
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    page.does(Action::Message(message("lobby", 1, 4, "d")));
    assert_eq!(page.state.counts().lost, 0, "it is asked for");
    assert_eq!(page.does(page_of(&[])), []);
    assert_eq!(page.does(Action::Tick), []);
    assert_eq!(page.state.counts(), Counts { lost: 2, ..Counts::default() });
}

#[test]
fn message_that_is_told_twice_is_counted_and_shown_once() {
    let mut page = joined_page();
    page.does(submit("mine"));
    page.does(stored("mine", 1));
    for id in ["a", "a"] {
        page.does(Action::Message(message("lobby", 1, 2, id)));
    }
    assert_eq!(page.shows(), "mine* a");
    assert_eq!(page.state.counts(), Counts { duplicated: 1, ..Counts::default() });
    page.does(Action::Leave(room("lobby")));
    assert_eq!(page.state.counts().duplicated, 1, "a room that is left counts on");
}

#[test]
fn pulse_goes_every_five_seconds_and_is_forgotten_with_the_connection() {
    let mut page = joined_page();
    assert_eq!(page.all_at(0, Action::Tick), [Effect::Pulse]);
    assert_eq!(page.all_at(4_999, Action::Tick), []);
    page.does(Action::Pulsed(Some(14)));
    assert_eq!(page.state.latency(), Some(14));
    assert_eq!(page.all_at(5_000, Action::Tick), [Effect::Pulse]);
    assert_eq!(page.all_at(5_001, Action::Link(Link::Connected { transport: "websocket" })), [Effect::Pulse]);
    assert_eq!(page.state.latency(), None, "that was another transport");
    page.does(Action::Disconnected);
    page.does(Action::Pulsed(Some(14)));
    assert_eq!((page.state.latency(), page.all_at(20_000, Action::Tick)), (None, vec![]));
}

#[test]
fn new_nickname_is_told_to_the_rooms_without_leaving_them() {
    let mut page = joined_page();
    let countess = Nickname::parse("Countess").unwrap();
    let told = Effect::Join { room: room("lobby"), nickname: countess.clone() };
    assert_eq!(page.does(Action::Rename(countess.clone())), [told]);
    assert_eq!(page.state.current_room().unwrap().membership, Membership::In);
    assert_eq!(page.does(answer_join(1, &[])), []);
    assert_eq!(page.does(Action::Rename(countess)), []);
}

impl Page {
    /// The ids of the messages that are marked as recovered.
    fn recovered(&self) -> Vec<&str> {
        let lines = self.state.current_room().unwrap().log.lines().iter();
        lines.filter(|line| line.is_recovered).map(|line| line.id.as_str()).collect()
    }
}

fn page_of(messages: &[(u64, &str)]) -> Action {
    let messages = messages.iter().map(|(seq, id)| message("lobby", 1, *seq, id)).collect();
    let history = History { epoch: 1, messages, more: false };
    Action::Older { room: room("lobby"), answer: Ok(history) }
}
