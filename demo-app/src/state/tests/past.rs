//! Older pages, and what was missed.

use super::*;

#[test]
fn older_page_is_asked_for_once_and_stands_before_what_is_there() {
    let mut page = page();
    page.does(Action::Connected);
    page.does(joined(&[(5, "e"), (6, "f")], true));
    assert_eq!(page.does(Action::WantOlder), [older(5)]);
    assert_eq!(page.does(Action::WantOlder), []);
    page.does(answer(&[(3, "c"), (4, "d")], true));
    assert_eq!(page.shows(), "c d e f");
    assert_eq!(page.does(Action::WantOlder), [older(3)]);
    page.does(answer(&[(1, "a"), (2, "b")], false));
    assert_eq!(page.shows(), "a b c d e f");
    assert_eq!(page.does(Action::WantOlder), [], "there is nothing before");
    assert_eq!(page.lobby_unread(), 0);
}

#[test]
fn page_that_does_not_come_can_be_asked_for_again() {
    let mut page = page();
    page.does(Action::Connected);
    page.does(joined(&[(5, "e")], true));
    page.does(Action::WantOlder);
    page.does(Action::Older { room: room("lobby"), answer: Err(Failure::Unanswered) });
    assert_eq!(page.does(Action::WantOlder), [older(5)]);
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    page.does(joined(&[(5, "e")], true));
    assert_eq!(page.does(Action::WantOlder), [older(5)]);
}

#[test]
fn what_was_missed_and_did_not_fit_is_asked_for_until_the_gap_is_closed() {
    let mut page = page();
    page.does(Action::Connected);
    page.does(joined(&[(1, "a"), (2, "b")], false));
    page.does(Action::Open(room("rust")));
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    assert_eq!(page.does(joined(&[(8, "h"), (9, "i")], true)), [older(8)]);
    assert_eq!(page.does(answer(&[(6, "f"), (7, "g")], true)), [older(6)]);
    assert_eq!(page.does(answer(&[(2, "b"), (3, "c"), (4, "d"), (5, "e")], true)), []);
    assert_eq!(page.lobby_unread(), 7, "all that was missed is news");
    page.does(Action::Open(room("lobby")));
    assert_eq!(page.shows(), "a b c d e f g h i");
    assert_eq!(page.does(Action::WantOlder), [], "there was nothing before the first");
}

fn older(before: u64) -> Effect {
    Effect::Older { room: room("lobby"), before }
}

fn history(messages: &[(u64, &str)], more: bool) -> History {
    let messages = messages.iter().map(|(seq, id)| message("lobby", 1, *seq, id)).collect();
    History { epoch: 1, messages, more }
}

fn answer(messages: &[(u64, &str)], more: bool) -> Action {
    Action::Older { room: room("lobby"), answer: Ok(history(messages, more)) }
}

fn joined(messages: &[(u64, &str)], more: bool) -> Action {
    let Action::Joined { answer: Ok(mut joined), room } = answer_join(1, &[]) else { unreachable!() };
    joined.history = history(messages, more);
    Action::Joined { room, answer: Ok(joined) }
}
