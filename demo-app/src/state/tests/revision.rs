//! Changing what one has said.

use super::*;

#[test]
fn message_is_in_the_hand_until_the_server_has_the_change() {
    let mut page = spoken_page();
    page.does(Action::TakeInHand(Some(id("mine"))));
    assert_eq!(page.state.in_hand(), Some(&id("mine")));
    let change = Action::Revise { id: id("mine"), text: Some(Text::parse("better").unwrap()) };
    let asked =
        Effect::Revise { room: room("lobby"), id: id("mine"), text: Some(Text::parse("better").unwrap()) };
    assert_eq!(page.does(change), [asked]);
    assert_eq!((page.texts(), page.state.in_hand()), (vec!["hi", "hi"], Some(&id("mine"))));
    page.does(Action::RevisionAnswered(Ok(revised("mine", 1, "better"))));
    assert_eq!((page.texts(), page.state.in_hand()), (vec!["hi", "better"], None));
}

#[test]
fn change_that_is_not_stored_stays_in_the_hand_and_says_why() {
    let mut page = spoken_page();
    page.does(Action::TakeInHand(Some(id("mine"))));
    page.does(Action::RevisionAnswered(Err(Failure::Unanswered)));
    assert_eq!(page.state.notice.as_deref(), Some("the change was not stored: try again"));
    assert_eq!(page.state.in_hand(), Some(&id("mine")));
    page.does(Action::Disconnected);
    assert_eq!(page.does(Action::Revise { id: id("mine"), text: None }), []);
    assert_eq!(
        page.state.notice.as_deref(),
        Some("what was said can be changed when the connection is back")
    );
}

#[test]
fn latest_revision_is_shown_in_whatever_order_they_come() {
    let mut page = spoken_page();
    page.does(Action::Revised(revised("a", 2, "second")));
    page.does(Action::Revised(revised("a", 1, "first")));
    assert_eq!(page.texts(), ["second", "hi"]);
    page.does(Action::Revised(revised("unknown", 1, "?")));
    page.does(Action::Revised(revised("a", 3, "")));
    assert!(page.lobby_line("a").is_gone());
}

#[test]
fn history_brings_what_was_changed_while_away() {
    let mut page = spoken_page();
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    let Action::Joined { room, answer: Ok(mut joined) } = answer_join(1, &[(1, "a")]) else { unreachable!() };
    joined.history.messages[0].text = "changed".to_owned();
    joined.history.messages[0].revision = 1;
    page.does(Action::Joined { room, answer: Ok(joined) });
    assert_eq!(page.texts(), ["changed", "hi"]);
}

#[test]
fn last_message_of_ones_own_that_is_still_there_is_taken_first() {
    let mut page = spoken_page();
    page.does(Action::TakeLastInHand);
    assert_eq!(page.state.in_hand(), Some(&id("mine")));
    page.does(Action::Open(room("rust")));
    assert_eq!(page.state.in_hand(), None, "it is in another room");
    page.does(Action::Open(room("lobby")));
    page.does(Action::Revised(revised("mine", 1, "")));
    page.does(Action::TakeLastInHand);
    assert_eq!(page.state.in_hand(), None);
}

/// With a message of Bob's, `a`, and one of Ada's, `mine`.
fn spoken_page() -> Page {
    let mut page = joined_page();
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    page.does(submit("mine"));
    page.does(stored("mine", 2));
    page
}

fn revised(message: &str, revision: u32, text: &str) -> Revised {
    Revised { room: "lobby".to_owned(), id: message.to_owned(), revision, text: text.to_owned() }
}

impl Page {
    fn texts(&self) -> Vec<&str> {
        self.state.room(&room("lobby")).unwrap().log.lines().iter().map(|line| line.text.as_str()).collect()
    }

    fn lobby_line(&self, id: &str) -> &Line {
        self.state.room(&room("lobby")).unwrap().log.lines().iter().find(|line| line.id == id).unwrap()
    }
}
