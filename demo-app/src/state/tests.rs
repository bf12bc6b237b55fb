//! The rules of the page, told as what happens to Ada in her tab.

use parlor_chat::{Change, History, Member, Presence, Reason, Refusal, Revised, Talks, TypingBy};

use super::*;

mod burst;
mod delivery;
mod outbox;
mod past;
mod private;
mod revision;
mod sight;
mod upload;

const NOW: u64 = 1_700_000_000_000;
/// Ada's member id.
const ADA: &str = "s1";
const BOB: &str = "s2";

#[test]
fn arriving_joins_the_rooms_as_soon_as_there_is_a_connection() {
    let mut page = page();
    assert_eq!(page.does(Action::Link(Link::Connected { transport: "polling" })), []);
    assert_eq!(page.does(Action::Connected), [Effect::ListRooms, Effect::ListTalks, join("lobby")]);
}

#[test]
fn room_looked_at_before_is_looked_at_again_if_it_is_still_there() {
    let ada = || Nickname::parse("Ada").unwrap();
    let looks_at =
        |current: &str| State::new(ada(), vec![room("lobby"), room("rust")], Some(room(current))).current;
    assert_eq!(looks_at("lobby"), Some(room("lobby")));
    assert_eq!(looks_at("gone"), Some(room("rust")));
}

#[test]
fn message_is_sent_at_once_and_ticked_when_it_is_stored() {
    let mut page = joined_page();
    assert_eq!(page.does(submit("a")), [send("lobby", "a")]);
    assert_eq!(page.shows(), "a?");
    assert_eq!(page.does(stored("a", 1)), []);
    assert_eq!(page.shows(), "a*");
}

#[test]
fn second_message_waits_for_the_first_to_be_stored() {
    let mut page = joined_page();
    page.does(submit("a"));
    assert_eq!(page.does(submit("b")), []);
    assert_eq!(page.does(stored("a", 1)), [send("lobby", "b")]);
}

#[test]
fn message_written_offline_is_sent_once_when_back_in_the_room() {
    let mut page = joined_page();
    page.does(Action::Disconnected);
    assert_eq!(page.does(submit("a")), []);
    assert_eq!(page.does(submit("b")), []);
    assert_eq!(page.does(Action::Tick), []);
    assert_eq!(page.does(Action::Connected), [Effect::ListRooms, Effect::ListTalks, join("lobby")]);
    assert_eq!(page.does(Action::Tick), []);
    assert_eq!(page.does(answer_join(1, &[])), [send("lobby", "a")]);
    assert_eq!(page.does(stored("a", 1)), [send("lobby", "b")]);
    assert_eq!(page.does(stored("b", 2)), []);
    assert_eq!(page.shows(), "a* b*");
}

#[test]
fn message_whose_ack_was_lost_is_sent_again_under_its_id() {
    let mut page = joined_page();
    page.does(submit("a"));
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    assert_eq!(page.does(answer_join(1, &[])), [send("lobby", "a")]);
}

#[test]
fn message_whose_ack_was_lost_and_that_is_in_the_history_is_not_sent_again() {
    let mut page = joined_page();
    page.does(submit("a"));
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    assert_eq!(page.does(answer_join(1, &[(1, "a")])), []);
    assert_eq!(page.shows(), "a*");
}

#[test]
fn message_that_is_not_answered_on_a_live_connection_is_tried_again_with_the_next_tick() {
    let mut page = joined_page();
    page.does(submit("a"));
    assert_eq!(page.does(unanswered("a")), []);
    assert_eq!(page.does(Action::Tick), [send("lobby", "a")]);
    assert_eq!(page.does(Action::Tick), []);
}

#[test]
fn refused_message_says_why_and_lets_the_next_one_go() {
    let mut page = joined_page();
    page.does(submit("a"));
    page.does(submit("b"));
    let refused = Err(Failure::Refused(Refusal::new(Reason::BadText, "a message needs a text")));
    let effects = page.does(Action::Stored { room: room("lobby"), id: id("a"), answer: refused });
    assert_eq!(effects, [send("lobby", "b")]);
    assert_eq!(page.shows(), "a! b?");
}

#[test]
fn outbox_that_is_full_says_so() {
    let mut page = joined_page();
    page.does(Action::Disconnected);
    (0..101).for_each(|number| drop(page.does(submit(&format!("m{number}")))));
    assert_eq!(page.state.waiting(), 100);
    assert!(page.state.notice.as_deref().is_some_and(|notice| notice.starts_with("too many messages")));
}

#[test]
fn history_after_a_reconnect_brings_what_was_missed_and_nothing_twice() {
    let mut page = joined_page();
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    page.does(answer_join(1, &[(1, "a"), (2, "b"), (3, "c")]));
    page.does(Action::Message(message("lobby", 1, 3, "c")));
    assert_eq!(page.shows(), "a b c");
}

#[test]
fn restarted_server_that_counts_from_one_again_is_behind_what_was_before() {
    let mut page = joined_page();
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    page.does(Action::Message(message("lobby", 1, 2, "b")));
    page.does(Action::Disconnected);
    page.does(submit("mine"));
    page.does(Action::Connected);
    page.does(answer_join(2, &[]));
    page.does(Action::Message(message("lobby", 2, 1, "c")));
    let answer = Ok(Stored { epoch: 2, seq: 2, time: NOW });
    page.does(Action::Stored { room: room("lobby"), id: id("mine"), answer });
    assert_eq!(page.shows(), "a b c mine*");
}

#[test]
fn messages_elsewhere_are_counted_until_the_room_is_looked_at() {
    let mut page = joined_page();
    assert_eq!(page.does(Action::Open(room("rust"))), [Effect::Remember, join("rust")]);
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    assert_eq!(page.state.room(&room("lobby")).map(|room| room.unread), Some(1));
    assert_eq!(page.does(Action::Open(room("lobby"))), [Effect::Remember]);
    assert_eq!(page.state.room(&room("lobby")).map(|room| room.unread), Some(0));
}

#[test]
fn history_is_news_only_to_who_has_been_in_the_room_before() {
    let mut page = page();
    page.does(Action::Open(room("rust")));
    page.does(Action::Connected);
    page.does(answer_join(1, &[(1, "old")]));
    assert_eq!(page.state.room(&room("lobby")).map(|room| room.unread), Some(0));
    page.does(Action::Disconnected);
    page.does(Action::Connected);
    page.does(answer_join(1, &[(1, "old"), (2, "missed")]));
    assert_eq!(page.state.room(&room("lobby")).map(|room| room.unread), Some(1));
}

#[test]
fn leaving_tells_the_server_and_shows_the_room_before() {
    let mut page = joined_page();
    page.does(Action::Open(room("rust")));
    let effects = page.does(Action::Leave(room("rust")));
    assert_eq!(effects, [Effect::Leave { room: room("rust") }, Effect::Remember]);
    assert_eq!(page.state.current, Some(room("lobby")));
    page.does(Action::Message(message("rust", 1, 1, "a")));
    assert_eq!(page.state.rooms.len(), 1);
}

#[test]
fn leaving_while_offline_tells_nobody() {
    let mut page = joined_page();
    page.does(Action::Disconnected);
    assert_eq!(page.does(Action::Leave(room("lobby"))), [Effect::Remember]);
    assert_eq!(page.does(Action::Connected), [Effect::ListRooms, Effect::ListTalks]);
    assert_eq!(page.does(submit("a")), []);
}

#[test]
fn refused_room_is_closed_with_the_reason() {
    let mut page = joined_page();
    page.does(Action::Open(room("rust")));
    let answer = Err(Failure::Refused(Refusal::new(Reason::RoomFull, "this room is full: try another one")));
    page.does(Action::Joined { room: room("rust"), answer });
    assert_eq!(page.state.notice.as_deref(), Some("#rust: this room is full: try another one"));
    assert_eq!(page.state.current, Some(room("lobby")));
}

#[test]
fn room_that_is_not_answered_is_asked_for_again_with_the_next_tick() {
    let mut page = page();
    page.does(Action::Connected);
    assert_eq!(page.does(Action::Joined { room: room("lobby"), answer: Err(Failure::Unanswered) }), []);
    assert_eq!(page.does(Action::Tick), [join("lobby")]);
    assert_eq!(page.does(Action::Tick), []);
}

#[test]
fn who_is_here_follows_presence() {
    let mut page = joined_page();
    page.does(presence(BOB, "Bob", Change::Joined));
    assert_eq!(page.people(), ["Ada", "Bob"]);
    page.does(presence(BOB, "Robert", Change::Joined));
    assert_eq!(page.people(), ["Ada", "Robert"]);
    page.does(presence(BOB, "Robert", Change::Left));
    assert_eq!(page.people(), ["Ada"]);
}

#[test]
fn typing_is_told_at_most_every_two_seconds_and_again_after_a_message() {
    let mut page = joined_page();
    let typing = || [Effect::Typing { room: room("lobby") }];
    assert_eq!(page.at(0, Action::Typed), typing());
    assert_eq!(page.at(1_999, Action::Typed), []);
    assert_eq!(page.at(2_000, Action::Typed), typing());
    page.at(2_100, submit("a"));
    assert_eq!(page.at(2_200, Action::Typed), typing());
    page.does(Action::Disconnected);
    assert_eq!(page.at(9_000, Action::Typed), []);
}

#[test]
fn typing_is_shown_until_it_fades_or_the_message_comes_or_they_leave() {
    let mut page = joined_page();
    page.does(presence(BOB, "Bob", Change::Joined));
    let bob_types = || Action::TypingBy(TypingBy { room: "lobby".to_owned(), member: BOB.to_owned() });
    page.at(0, bob_types());
    assert_eq!(page.typing(), ["Bob"]);
    page.at(4_499, Action::Tick);
    assert_eq!(page.typing(), ["Bob"]);
    page.at(4_500, Action::Tick);
    assert!(page.typing().is_empty());
    page.at(5_000, bob_types());
    page.does(Action::Message(message("lobby", 1, 1, "a")));
    assert!(page.typing().is_empty());
    page.at(6_000, bob_types());
    page.does(presence(BOB, "Bob", Change::Left));
    assert!(page.typing().is_empty());
}

#[test]
fn typing_of_somebody_who_is_not_here_is_not_kept() {
    let mut page = joined_page();
    let before = page.state.clone();
    page.does(Action::TypingBy(TypingBy { room: "lobby".to_owned(), member: "nobody".to_owned() }));
    assert_eq!(page.state, before);
}

/// Ada's tab, and what it is asked and shows.
struct Page {
    state: State,
}

fn page() -> Page {
    let ada = Nickname::parse("Ada").unwrap();
    Page { state: State::new(ada, vec![room("lobby")], None) }
}

fn joined_page() -> Page {
    let mut page = page();
    page.does(Action::Connected);
    assert_eq!(page.does(answer_join(1, &[])), []);
    page
}

impl Page {
    fn does(&mut self, action: Action) -> Vec<Effect> {
        self.at(0, action)
    }

    /// What is to be done, but for what goes on beside the conversation.
    fn at(&mut self, milliseconds: u64, action: Action) -> Vec<Effect> {
        let mut effects = self.all_at(milliseconds, action);
        effects.retain(|effect| !matches!(effect, Effect::Pulse | Effect::Keep | Effect::Seen { .. }));
        effects
    }

    fn all_at(&mut self, milliseconds: u64, action: Action) -> Vec<Effect> {
        self.state.apply(action, NOW + milliseconds)
    }

    /// The ids in the room looked at: `*` behind mine, `?` behind what waits, `!` behind what was refused.
    fn shows(&self) -> String {
        let log = &self.state.current_room().unwrap().log;
        let line = |line: &Line| format!("{}{}", line.id, if line.is_mine { "*" } else { "" });
        let draft = |draft: &Draft| {
            format!("{}{}", draft.id.as_str(), if draft.trouble.is_some() { "!" } else { "?" })
        };
        log.lines().iter().map(line).chain(log.drafts().iter().map(draft)).collect::<Vec<_>>().join(" ")
    }

    fn lobby_unread(&self) -> usize {
        self.state.room(&room("lobby")).unwrap().unread
    }

    fn people(&self) -> Vec<&str> {
        let members = &self.state.current_room().unwrap().members;
        members.iter().map(|member| member.nickname.as_str()).collect()
    }

    fn typing(&self) -> Vec<&str> {
        self.state.current_room().unwrap().typing()
    }
}

fn room(name: &str) -> RoomName {
    RoomName::read(name).unwrap()
}

fn id(id: &str) -> MessageId {
    MessageId::parse(id).unwrap()
}

fn text() -> Text {
    Text::parse("hi").unwrap()
}

fn submit(message: &str) -> Action {
    Action::Submit { id: id(message), text: text() }
}

fn join(name: &str) -> Effect {
    Effect::Join { room: room(name), nickname: Nickname::parse("Ada").unwrap() }
}

fn send(name: &str, message: &str) -> Effect {
    Effect::Send { room: room(name), id: id(message), text: text() }
}

fn stored(message: &str, seq: u64) -> Action {
    let answer = Ok(Stored { epoch: 1, seq, time: NOW });
    Action::Stored { room: room("lobby"), id: id(message), answer }
}

fn unanswered(message: &str) -> Action {
    Action::Stored { room: room("lobby"), id: id(message), answer: Err(Failure::Unanswered) }
}

fn message(room: &str, epoch: u64, seq: u64, id: &str) -> Message {
    let (user, author, text) = (BOB.to_owned(), "Bob".to_owned(), "hi".to_owned());
    Message {
        room: room.to_owned(),
        epoch,
        seq,
        time: NOW,
        id: id.to_owned(),
        user,
        author,
        text,
        revision: 0,
        file: None,
    }
}

/// The lobby with Ada alone in it, and these messages of it by their seq.
fn answer_join(epoch: u64, history: &[(u64, &str)]) -> Action {
    let messages = history.iter().map(|(seq, id)| message("lobby", epoch, *seq, id)).collect();
    let members = vec![Member { id: ADA.to_owned(), nickname: "Ada".to_owned() }];
    let history = History { epoch, messages, more: false };
    let (seen, marks) = (0, Vec::new());
    let joined = Joined { room: "lobby".to_owned(), you: ADA.to_owned(), members, history, seen, marks };
    Action::Joined { room: room("lobby"), answer: Ok(joined) }
}

fn presence(member: &str, nickname: &str, change: Change) -> Action {
    let member = Member { id: member.to_owned(), nickname: nickname.to_owned() };
    Action::Presence(Presence { room: "lobby".to_owned(), member, change })
}
