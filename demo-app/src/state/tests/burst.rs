//! Reactions that fly by.

use parlor_chat::ReactBy;

use super::*;

#[test]
fn reaction_flies_here_at_once_and_is_told() {
    let mut page = joined_page();
    assert_eq!(page.does(Action::React("🎉")), [Effect::React { room: room("lobby"), reaction: "🎉" }]);
    assert_eq!(page.flying(), ["🎉"]);
    page.does(Action::Disconnected);
    assert_eq!(page.does(Action::React("🎉")), [], "what is volatile does not wait");
}

#[test]
fn reaction_of_who_is_here_is_seen_until_it_lands() {
    let mut page = joined_page();
    page.does(presence(BOB, "Bob", Change::Joined));
    page.at(0, react_by("lobby", BOB, "🚀"));
    assert_eq!(page.state.flying().next().unwrap().by.as_deref(), Some("Bob"));
    page.at(2_499, Action::Tick);
    assert_eq!(page.flying(), ["🚀"]);
    page.at(2_500, Action::Tick);
    assert_eq!(page.flying(), [""; 0]);
}

#[test]
fn what_is_no_reaction_or_comes_from_elsewhere_does_not_fly() {
    let mut page = joined_page();
    page.does(presence(BOB, "Bob", Change::Joined));
    for (where_from, who, what) in [("lobby", BOB, "<img>"), ("rust", BOB, "🚀"), ("lobby", "nobody", "🚀")]
    {
        page.does(react_by(where_from, who, what));
    }
    assert_eq!(page.flying(), [""; 0]);
}

#[test]
fn air_is_bounded() {
    let mut page = joined_page();
    (0..100).for_each(|_| drop(page.does(Action::React("👍"))));
    assert_eq!(page.flying().len(), 24);
    assert_eq!(page.state.flying().last().unwrap().number, 100, "the oldest makes place");
}

impl Page {
    fn flying(&self) -> Vec<&str> {
        self.state.flying().map(|flying| flying.reaction).collect()
    }
}

fn react_by(room: &str, member: &str, reaction: &str) -> Action {
    let (room, member, reaction) = (room.to_owned(), member.to_owned(), reaction.to_owned());
    Action::ReactBy(ReactBy { room, member, reaction })
}
