//! What waits is kept for when the tab is loaded again, and is sent then.

use super::*;

#[test]
fn outbox_is_kept_whenever_it_changes_and_only_then() {
    let mut page = joined_page();
    assert_eq!(page.all_at(0, submit("a")), [send("lobby", "a"), Effect::Keep]);
    assert_eq!(page.all_at(0, submit("b")), [Effect::Keep]);
    assert_eq!(page.all_at(0, stored("a", 1)), [send("lobby", "b"), Effect::Keep]);
    assert_eq!(page.kept(), "b");
    page.does(Action::Message(message("lobby", 1, 3, "c")));
    assert!(!page.all_at(0, Action::Tick).contains(&Effect::Keep));
    assert!(page.all_at(0, Action::Leave(room("lobby"))).contains(&Effect::Keep));
    assert_eq!(page.kept(), "");
}

#[test]
fn message_written_before_the_page_was_loaded_again_is_sent_once_and_in_order() {
    let mut page = page();
    for waiting in ["a", "b"] {
        page.state.restore(
            room("lobby"),
            Draft { id: id(waiting), text: text(), time: NOW, file: None, trouble: None },
        );
    }
    assert_eq!((page.shows().as_str(), page.kept().as_str()), ("a? b?", "a b"));
    page.does(Action::Connected);
    // The first had arrived, and its acknowledgement was for the page that is gone.
    assert_eq!(page.does(answer_join(1, &[(1, "a")])), [send("lobby", "b")]);
    assert_eq!(page.does(stored("b", 2)), []);
    assert_eq!(page.shows(), "a* b*");
}

#[test]
fn message_that_waits_for_a_room_opens_it_again() {
    let mut page = page();
    page.state
        .restore(room("rust"), Draft { id: id("a"), text: text(), time: NOW, file: None, trouble: None });
    assert!(page.does(Action::Connected).contains(&join("rust")));
    assert_eq!(page.state.current, Some(room("lobby")));
}

impl Page {
    fn kept(&self) -> String {
        self.state.outbox().map(|(_, draft)| draft.id.as_str()).collect::<Vec<_>>().join(" ")
    }
}
