//! What the database keeps, and for how long: the same rules for either kind.

use parlor_chat::bounds::{
    MAX_FILE_BYTES, MAX_PAGE_BYTES, MAX_STORED_FILE_BYTES, MAX_TEXT_CHARS, MIN_FILE_COST_BYTES,
};
use parlor_chat::{FileName, Member, MessageId, RoomName, Stored, Text, UserId};

use super::*;
use home::{Home, Kind};

mod home;
mod old_files;
#[cfg(feature = "postgres-tests")]
mod told;
#[cfg(feature = "postgres-tests")]
mod turns;

/// Each of these rules is a test for each kind of database.
macro_rules! on_both {
    ($($rule:ident),* $(,)?) => {
        mod on_sqlite {
            use super::home::Kind;
            $(#[test] fn $rule() { super::$rule(Kind::Sqlite); })*
        }
        #[cfg(feature = "postgres-tests")]
        mod on_postgres {
            use super::home::Kind;
            $(#[test] fn $rule() { super::$rule(Kind::Postgres); })*
        }
    };
}

on_both![
    messages_are_numbered_from_one_without_a_gap,
    repeated_id_gets_the_first_answer_and_is_stored_once,
    id_is_of_one_room_and_of_who_used_it_first,
    older_pages_end_where_the_newer_one_begins,
    page_is_bounded_in_bytes_too,
    oldest_messages_are_forgotten_and_numbers_go_on,
    everything_is_there_again_when_the_file_is_opened_again,
    what_was_not_committed_never_was,
    database_of_a_newer_server_is_left_alone,
    token_proves_its_own_id_only,
    users_who_said_nothing_are_forgotten_first_then_who_was_not_here_longest,
    mark_never_goes_back_and_whoever_speaks_has_seen,
    conversations_are_of_both_with_the_latest_first_and_only_when_something_was_said,
    rooms_that_are_silent_are_worth_least_then_those_that_were_active_longest_ago,
    rooms_are_counted_for_who_made_them,
    no_two_rooms_have_the_same_epoch_even_when_the_clock_goes_back,
    oldest_file_of_a_user_goes_when_theirs_are_too_many,
    files_of_all_are_bounded_in_bytes_and_in_number,
];

const NOW: u64 = 1_700_000_000_000;

fn messages_are_numbered_from_one_without_a_gap(kind: Kind) {
    let store = with_lobby(kind);
    assert_eq!(place(say(&store, "m1", "one")), (NOW, 1));
    assert_eq!(place(say(&store, "m2", "two")), (NOW, 2));
    let history = store.history(&room("lobby"), None, 10).unwrap();
    let texts: Vec<&str> = history.messages.iter().map(|message| &*message.text).collect();
    assert_eq!((texts, history.epoch, history.more), (vec!["one", "two"], NOW, false));
}

fn repeated_id_gets_the_first_answer_and_is_stored_once(kind: Kind) {
    let store = with_lobby(kind);
    say(&store, "m1", "one");
    let again = add(&store, "lobby", "ada", "m1", "one, again", NOW + 5);
    assert_eq!(again, Sent::Before(Stored { epoch: NOW, seq: 1, time: NOW }));
    assert_eq!(store.history(&room("lobby"), None, 10).unwrap().messages.len(), 1);
}

fn id_is_of_one_room_and_of_who_used_it_first(kind: Kind) {
    let store = with_lobby(kind);
    store.add_room(&room("attic"), None, NOW).unwrap();
    say(&store, "m1", "one");
    assert_eq!(add(&store, "lobby", "bob", "m1", "mine", NOW), Sent::Taken);
    assert_eq!(place(add(&store, "attic", "bob", "m1", "mine", NOW)), (NOW + 1, 1));
    assert_eq!(add(&store, "nowhere", "bob", "m1", "mine", NOW), Sent::NoRoom);
}

fn older_pages_end_where_the_newer_one_begins(kind: Kind) {
    let store = with_lobby(kind);
    for number in 1..=7 {
        say(&store, &format!("m{number}"), "hi");
    }
    let page = |before| {
        let history = store.history(&room("lobby"), before, 3).unwrap();
        (history.messages.iter().map(|message| message.seq).collect::<Vec<_>>(), history.more)
    };
    assert_eq!(page(None), (vec![5, 6, 7], true));
    assert_eq!(page(Some(5)), (vec![2, 3, 4], true));
    assert_eq!(page(Some(2)), (vec![1], false));
    assert_eq!(page(Some(1)), (vec![], false));
    assert_eq!(page(Some(0)), (vec![], false));
    assert_eq!(page(Some(u64::MAX)), (vec![5, 6, 7], true));
}

fn page_is_bounded_in_bytes_too(kind: Kind) {
    let store = with_lobby(kind);
    let long = "x".repeat(MAX_TEXT_CHARS);
    for number in 0..100 {
        say(&store, &format!("m{number}"), &long);
    }
    let history = store.history(&room("lobby"), None, 100).unwrap();
    assert_eq!(history.messages.len(), MAX_PAGE_BYTES / MAX_TEXT_CHARS);
    assert!(history.more && history.messages.last().unwrap().seq == 100);
}

fn oldest_messages_are_forgotten_and_numbers_go_on(kind: Kind) {
    let store = with_lobby(kind);
    // As many as are kept, said at once.
    let said = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
        INSERT INTO messages (room, seq, id, user_id, author, text, time) \
        SELECT 'lobby', i, 'm' || i, 'ada', 'Nick ada', 'hi', 0 FROM n; \
        UPDATE rooms SET last_seq = 10000 WHERE name = 'lobby'";
    store.db.batch(said).unwrap();
    for number in 1..=100 {
        say(&store, &format!("more{number}"), "hi");
    }
    let oldest = store.history(&room("lobby"), Some(102), 10).unwrap();
    assert_eq!((oldest.messages.len(), oldest.messages[0].seq, oldest.more), (1, 101, false));
    assert_eq!(place(say(&store, "next", "hi")), (NOW, 10_101));
}

fn everything_is_there_again_when_the_file_is_opened_again(kind: Kind) {
    let home = Home::new(kind);
    {
        let mut store = home.open().unwrap();
        store.add_user(&user("ada"), "hash", NOW).unwrap();
        store.add_room(&room("lobby"), None, NOW).unwrap();
        say(&store, "m1", "one");
    }
    let mut store = home.open().unwrap();
    assert_eq!(store.public_rooms().unwrap(), [room("lobby")]);
    assert!(store.proves(&user("ada"), "hash", NOW).unwrap());
    assert_eq!(store.users, 1);
    assert_eq!(say(&store, "m1", "one"), Sent::Before(Stored { epoch: NOW, seq: 1, time: NOW }));
    assert_eq!(place(say(&store, "m2", "two")), (NOW, 2));
}

fn what_was_not_committed_never_was(kind: Kind) {
    let home = Home::new(kind);
    {
        let mut store = home.open().unwrap();
        store.add_room(&room("lobby"), None, NOW).unwrap();
        store.begin().unwrap();
        say(&store, "m1", "one");
        store.roll_back();
        store.begin().unwrap();
        say(&store, "m2", "two");
    }
    let store = home.open().unwrap();
    assert_eq!(store.history(&room("lobby"), None, 10).unwrap().messages, []);
    assert_eq!(place(say(&store, "m3", "three")), (NOW, 1));
}

fn database_of_a_newer_server_is_left_alone(kind: Kind) {
    let home = Home::new(kind);
    let store = home.open().unwrap();
    store.db.batch("UPDATE schema SET version = 99").unwrap();
    drop(store);
    let error = home.open().err().unwrap();
    let sentence =
        format!("the database {} has version 99: use the newer server that made it", home.database());
    assert_eq!(error.to_string(), sentence);
}

fn token_proves_its_own_id_only(kind: Kind) {
    let mut store = kind.store();
    store.add_user(&user("ada"), "hash of ada", NOW).unwrap();
    store.add_user(&user("bob"), "hash of bob", NOW).unwrap();
    let rows = [
        ("ada", "hash of ada", true),
        ("ada", "hash of bob", false),
        ("ada", "", false),
        ("eve", "hash of ada", false),
    ];
    for (id, hash, proves) in rows {
        assert_eq!(store.proves(&user(id), hash, NOW).unwrap(), proves, "{id} {hash}");
    }
}

fn users_who_said_nothing_are_forgotten_first_then_who_was_not_here_longest(kind: Kind) {
    let mut store = kind.store();
    store.add_room(&room("lobby"), None, NOW).unwrap();
    for (id, here) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
        store.add_user(&user(id), "hash", here).unwrap();
    }
    add(&store, "lobby", "a", "m1", "hi", NOW);
    add(&store, "lobby", "c", "m2", "hi", NOW);
    let left = |store: &Store| {
        ["a", "b", "c", "d"].into_iter().filter(|id| store.has_user(id).unwrap()).collect::<String>()
    };
    store.run(sql::FORGET_USERS, values![1_u64]).unwrap();
    assert_eq!(left(&store), "acd");
    store.run(sql::FORGET_USERS, values![1_u64]).unwrap();
    assert_eq!(left(&store), "ac");
    // Two days later `a` comes back, and is worth more than who does not.
    store.proves(&user("a"), "hash", 200_000_000).unwrap();
    store.run(sql::FORGET_USERS, values![1_u64]).unwrap();
    assert_eq!(left(&store), "a");
}

fn mark_never_goes_back_and_whoever_speaks_has_seen(kind: Kind) {
    let store = with_lobby(kind);
    say(&store, "m1", "one");
    say(&store, "m2", "two");
    assert!(store.mark(&room("lobby"), "bob", 1).unwrap());
    assert!(!store.mark(&room("lobby"), "bob", 1).unwrap());
    assert!(!store.mark(&room("lobby"), "bob", 0).unwrap());
    let (own, others) = store.marks(&room("lobby"), "bob").unwrap();
    let others: Vec<(&str, u64)> = others.iter().map(|mark| (&*mark.user, mark.seq)).collect();
    assert_eq!((own, others), (1, vec![("ada", 2)]));
}

fn conversations_are_of_both_with_the_latest_first_and_only_when_something_was_said(kind: Kind) {
    let mut store = kind.store();
    for id in ["ada", "bob", "cleo", "dan"] {
        store.add_user(&user(id), "hash", NOW).unwrap();
    }
    for name in ["@ada+bob", "@ada+cleo", "@ada+dan", "lobby"] {
        store.add_room(&room(name), None, NOW).unwrap();
    }
    add(&store, "@ada+bob", "bob", "m1", "psst", NOW);
    add(&store, "@ada+cleo", "cleo", "m1", "hello", NOW + 1);
    add(&store, "@ada+cleo", "cleo", "m2", "are you there?", NOW + 2);
    store.mark(&room("@ada+cleo"), "ada", 1).unwrap();
    let of = |id: &str| -> Vec<String> {
        let all = store.conversations(&user(id)).unwrap();
        all.iter().map(|c| format!("{} {} {}/{}", c.room, c.partner.nickname, c.seen, c.last)).collect()
    };
    assert_eq!(of("ada"), ["@ada+cleo Nick cleo 1/2", "@ada+bob Nick bob 0/1"]);
    assert_eq!(of("bob"), ["@ada+bob  1/1"]);
    assert_eq!(of("dan"), Vec::<String>::new());
}

fn rooms_that_are_silent_are_worth_least_then_those_that_were_active_longest_ago(kind: Kind) {
    let store = kind.store();
    for (name, now) in [("old", 1), ("talkative", 2), ("silent", 3), ("@a+b", 4)] {
        store.add_room(&room(name), None, now).unwrap();
    }
    add(&store, "talkative", "ada", "m1", "hi", 10);
    add(&store, "old", "ada", "m1", "hi", 9);
    let silent = |is_private, since| store.silent_rooms(None, is_private, since).unwrap();
    assert_eq!(silent(false, 11), ["silent", "old", "talkative"].map(room));
    assert_eq!(silent(false, 10), ["silent", "old"].map(room));
    assert_eq!(silent(false, 0), [room("silent")]);
    assert_eq!(silent(true, 0), [room("@a+b")]);
    store.forget_room(&room("old")).unwrap();
    assert!(!store.has_room(&room("old")).unwrap());
    assert_eq!(store.history(&room("old"), None, 10).unwrap().messages, []);
}

fn rooms_are_counted_for_who_made_them(kind: Kind) {
    let store = kind.store();
    for (name, maker) in [("one", "ada"), ("two", "ada"), ("@ada+bob", "ada"), ("three", "bob")] {
        store.add_room(&room(name), Some(&user(maker)), NOW).unwrap();
    }
    store.add_room(&room("lobby"), None, NOW).unwrap();
    add(&store, "one", "bob", "m1", "hi", NOW);
    let count = |maker, is_private| store.rooms_of(&user(maker), is_private).unwrap();
    assert_eq!([count("ada", false), count("ada", true), count("bob", false)], [2, 1, 1]);
    assert_eq!(store.silent_rooms(Some(&user("ada")), false, NOW).unwrap(), [room("two")]);
    store.forget_room(&room("one")).unwrap();
    assert_eq!(count("ada", false), 1);
}

fn no_two_rooms_have_the_same_epoch_even_when_the_clock_goes_back(kind: Kind) {
    let store = kind.store();
    let epoch = |name: &str, now| {
        store.add_room(&room(name), None, now).unwrap();
        store.epoch_and_last_seq(&room(name)).unwrap().unwrap().0
    };
    assert_eq!([epoch("a", NOW), epoch("b", NOW), epoch("c", 5)], [NOW, NOW + 1, NOW + 2]);
}

fn oldest_file_of_a_user_goes_when_theirs_are_too_many(kind: Kind) {
    let store = with_lobby(kind);
    let (name, large) = (FileName::parse("a.bin").unwrap(), MAX_FILE_BYTES);
    let bring = |number: u64| {
        let id = MessageId::parse(&format!("f{number}")).unwrap();
        store.bring((&room("lobby"), &id), "ada", (&name, large), NOW + number).unwrap();
    };
    let has = |number: u64| {
        let id = MessageId::parse(&format!("f{number}")).unwrap();
        let piece = store.add_piece((&room("lobby"), &id), "ada", 0, b"x").unwrap();
        piece != Brought::Unknown
    };
    (0..16).for_each(bring);
    assert!(has(0));
    bring(16);
    assert_eq!([has(0), has(1), has(16)], [false, true, true]);
    assert_eq!(store.piece(&room("lobby"), &MessageId::parse("f0").unwrap(), 0).unwrap(), None);
}

fn files_of_all_are_bounded_in_bytes_and_in_number(kind: Kind) {
    let store = with_lobby(kind);
    let name = FileName::parse("a.bin").unwrap();
    for user in 0..17_u64 {
        for number in 0..16 {
            let id = MessageId::parse(&format!("{user}-{number}")).unwrap();
            let file = (&name, MAX_FILE_BYTES);
            store.bring((&room("lobby"), &id), &format!("u{user}"), file, NOW + user * 16 + number).unwrap();
        }
    }
    let kept = store.count("SELECT count(*) FROM files", values![]).unwrap();
    assert_eq!(kept, MAX_STORED_FILE_BYTES / u64::from(MAX_FILE_BYTES));
    let id = MessageId::parse("tiny").unwrap();
    store.bring((&room("lobby"), &id), "eve", (&name, 1), NOW + 1_000).unwrap();
    assert_eq!(
        store.count("SELECT cost FROM files WHERE id = 'tiny'", values![]).unwrap(),
        MIN_FILE_COST_BYTES
    );
}

fn with_lobby(kind: Kind) -> Store {
    let store = kind.store();
    store.add_room(&room("lobby"), None, NOW).unwrap();
    store
}

fn room(name: &str) -> RoomName {
    RoomName::read(name).unwrap()
}

fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

/// Ada says something in the lobby.
fn say(store: &Store, id: &str, text: &str) -> Sent {
    add(store, "lobby", "ada", id, text, NOW)
}

fn add(store: &Store, name: &str, user: &str, id: &str, text: &str, now: u64) -> Sent {
    let author = Member { id: user.to_owned(), nickname: format!("Nick {user}") };
    let (id, text) = (MessageId::parse(id).unwrap(), Text::parse(text).unwrap());
    store.add_message(&room(name), &author, &id, &text, now).unwrap()
}

fn place(sent: Sent) -> (u64, u64) {
    match sent {
        Sent::New(message) => (message.epoch, message.seq),
        other => panic!("{other:?} is not new"),
    }
}

#[test]
fn span_has_as_many_news_as_numbers_whatever_numbers_they_are() {
    let rows = [
        ((8, 8), 1, true),
        ((8, 12), 5, true),
        ((8, 12), 0, false),
        ((9, 8), 0, false),
        ((9, 8), 1, false),
        ((0, u64::MAX), 0, false),
    ];
    for ((first, last), news, is_all) in rows {
        assert_eq!(Span { first, last }.has(news), is_all, "{news} from {first} to {last}");
    }
}
