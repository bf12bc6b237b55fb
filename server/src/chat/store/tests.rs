//! What the database keeps, and for how long.

use std::path::PathBuf;

use parlor_chat::bounds::{
    MAX_FILE_BYTES, MAX_PAGE_BYTES, MAX_STORED_FILE_BYTES, MAX_STORED_MESSAGES, MAX_TEXT_CHARS,
    MIN_FILE_COST_BYTES,
};
use parlor_chat::{FileName, Member, MessageId, RoomName, Stored, Text, UserId};

use super::*;

const NOW: u64 = 1_700_000_000_000;

#[test]
fn messages_are_numbered_from_one_without_a_gap() {
    let store = with_lobby();
    assert_eq!(place(say(&store, "m1", "one")), (NOW, 1));
    assert_eq!(place(say(&store, "m2", "two")), (NOW, 2));
    let history = store.history(&room("lobby"), None, 10).unwrap();
    let texts: Vec<&str> = history.messages.iter().map(|message| &*message.text).collect();
    assert_eq!((texts, history.epoch, history.more), (vec!["one", "two"], NOW, false));
}

#[test]
fn repeated_id_gets_the_first_answer_and_is_stored_once() {
    let store = with_lobby();
    say(&store, "m1", "one");
    let again = add(&store, "lobby", "ada", "m1", "one, again", NOW + 5);
    assert_eq!(again, Sent::Before(Stored { epoch: NOW, seq: 1, time: NOW }));
    assert_eq!(store.history(&room("lobby"), None, 10).unwrap().messages.len(), 1);
}

#[test]
fn id_is_of_one_room_and_of_who_used_it_first() {
    let store = with_lobby();
    store.add_room(&room("attic"), None, NOW).unwrap();
    say(&store, "m1", "one");
    assert_eq!(add(&store, "lobby", "bob", "m1", "mine", NOW), Sent::Taken);
    assert_eq!(place(add(&store, "attic", "bob", "m1", "mine", NOW)), (NOW + 1, 1));
    assert_eq!(add(&store, "nowhere", "bob", "m1", "mine", NOW), Sent::NoRoom);
}

#[test]
fn older_pages_end_where_the_newer_one_begins() {
    let store = with_lobby();
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

#[test]
fn page_is_bounded_in_bytes_too() {
    let store = with_lobby();
    let long = "x".repeat(MAX_TEXT_CHARS);
    for number in 0..100 {
        say(&store, &format!("m{number}"), &long);
    }
    let history = store.history(&room("lobby"), None, 100).unwrap();
    assert_eq!(history.messages.len(), MAX_PAGE_BYTES / MAX_TEXT_CHARS);
    assert!(history.more && history.messages.last().unwrap().seq == 100);
}

#[test]
fn oldest_messages_are_forgotten_and_numbers_go_on() {
    let mut store = with_lobby();
    store
        .atomically(|store| {
            for number in 1..=MAX_STORED_MESSAGES + 100 {
                say(store, &format!("m{number}"), "hi");
            }
            Ok::<_, rusqlite::Error>(())
        })
        .unwrap();
    let oldest = store.history(&room("lobby"), Some(102), 10).unwrap();
    assert_eq!((oldest.messages.len(), oldest.messages[0].seq, oldest.more), (1, 101, false));
    assert_eq!(place(say(&store, "next", "hi")), (NOW, MAX_STORED_MESSAGES + 101));
}

#[test]
fn everything_is_there_again_when_the_file_is_opened_again() {
    let file = File::new();
    {
        let mut store = Store::open(&file.database()).unwrap();
        store.add_user(&user("ada"), "hash", NOW).unwrap();
        store.add_room(&room("lobby"), None, NOW).unwrap();
        say(&store, "m1", "one");
    }
    let mut store = Store::open(&file.database()).unwrap();
    assert_eq!(store.public_rooms().unwrap(), [room("lobby")]);
    assert!(store.proves(&user("ada"), "hash", NOW).unwrap());
    assert_eq!(store.users, 1);
    assert_eq!(say(&store, "m1", "one"), Sent::Before(Stored { epoch: NOW, seq: 1, time: NOW }));
    assert_eq!(place(say(&store, "m2", "two")), (NOW, 2));
}

#[test]
fn what_was_not_committed_never_was() {
    let file = File::new();
    {
        let mut store = Store::open(&file.database()).unwrap();
        store.add_room(&room("lobby"), None, NOW).unwrap();
        store.begin().unwrap();
        say(&store, "m1", "one");
        store.roll_back();
        store.begin().unwrap();
        say(&store, "m2", "two");
    }
    let store = Store::open(&file.database()).unwrap();
    assert_eq!(store.history(&room("lobby"), None, 10).unwrap().messages, []);
    assert_eq!(place(say(&store, "m3", "three")), (NOW, 1));
}

#[test]
fn commits_are_flushed_to_the_disk() {
    let file = File::new();
    let store = Store::open(&file.database()).unwrap();
    let pragma = |name: &str| store.db.pragma_query_value(None, name, |row| row.get::<_, String>(0));
    assert_eq!(pragma("journal_mode").unwrap(), "wal");
    // 2 is FULL.
    let synchronous: i64 = store.db.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
    let max_pages: u32 = store.db.pragma_query_value(None, "max_page_count", |row| row.get(0)).unwrap();
    assert_eq!((synchronous, max_pages), (2, MAX_PAGES));
}

#[test]
fn database_of_a_newer_server_is_left_alone() {
    let file = File::new();
    let store = Store::open(&file.database()).unwrap();
    store.run("UPDATE schema SET version = $1", [99]).unwrap();
    drop(store);
    let error = Store::open(&file.database()).err().unwrap();
    let sentence =
        format!("the database {} has version 99: use the newer server that made it", file.database());
    assert_eq!(error.to_string(), sentence);
}

#[test]
fn file_that_is_no_database_is_told_with_its_name_and_cause() {
    let file = File::new();
    std::fs::write(&file.0, "dear diary, ".repeat(100)).unwrap();
    let error = Store::open(&file.database()).err().unwrap();
    assert_eq!(error.to_string(), format!("the database {} cannot be opened", file.database()));
    assert_eq!(error.source().unwrap().to_string(), "file is not a database");
}

#[test]
fn token_proves_its_own_id_only() {
    let mut store = memory();
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

#[test]
fn users_who_said_nothing_are_forgotten_first_then_who_was_not_here_longest() {
    let mut store = memory();
    store.add_room(&room("lobby"), None, NOW).unwrap();
    for (id, here) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
        store.add_user(&user(id), "hash", here).unwrap();
    }
    add(&store, "lobby", "a", "m1", "hi", NOW);
    add(&store, "lobby", "c", "m2", "hi", NOW);
    let left = |store: &Store| {
        ["a", "b", "c", "d"].into_iter().filter(|id| store.has_user(id).unwrap()).collect::<String>()
    };
    store.run(sql::FORGET_USERS, [1]).unwrap();
    assert_eq!(left(&store), "acd");
    store.run(sql::FORGET_USERS, [1]).unwrap();
    assert_eq!(left(&store), "ac");
    // Two days later `a` comes back, and is worth more than who does not.
    store.proves(&user("a"), "hash", 200_000_000).unwrap();
    store.run(sql::FORGET_USERS, [1]).unwrap();
    assert_eq!(left(&store), "a");
}

#[test]
fn mark_never_goes_back_and_whoever_speaks_has_seen() {
    let store = with_lobby();
    say(&store, "m1", "one");
    say(&store, "m2", "two");
    assert!(store.mark(&room("lobby"), "bob", 1).unwrap());
    assert!(!store.mark(&room("lobby"), "bob", 1).unwrap());
    assert!(!store.mark(&room("lobby"), "bob", 0).unwrap());
    let (own, others) = store.marks(&room("lobby"), "bob").unwrap();
    let others: Vec<(&str, u64)> = others.iter().map(|mark| (&*mark.user, mark.seq)).collect();
    assert_eq!((own, others), (1, vec![("ada", 2)]));
}

#[test]
fn conversations_are_of_both_with_the_latest_first_and_only_when_something_was_said() {
    let mut store = memory();
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

#[test]
fn rooms_that_are_silent_are_worth_least_then_those_that_were_active_longest_ago() {
    let store = memory();
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

#[test]
fn rooms_are_counted_for_who_made_them() {
    let store = memory();
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

#[test]
fn database_of_the_first_version_is_brought_to_the_present() {
    let file = File::new();
    let old = Connection::open(&file.0).unwrap();
    old.execute_batch(sql::MIGRATIONS[0]).unwrap();
    old.execute_batch(sql::MAKE_SCHEMA).unwrap();
    old.execute_batch("INSERT INTO schema VALUES (1); INSERT INTO rooms VALUES ('attic', 0, 1, 0, 1)")
        .unwrap();
    drop(old);
    let store = Store::open(&file.database()).unwrap();
    assert_eq!(store.public_rooms().unwrap(), [room("attic")]);
    assert_eq!(store.silent_rooms(None, false, NOW).unwrap(), [room("attic")]);
}

#[test]
fn no_two_rooms_have_the_same_epoch_even_when_the_clock_goes_back() {
    let store = memory();
    let epoch = |name: &str, now| {
        store.add_room(&room(name), None, now).unwrap();
        store.epoch_and_last_seq(&room(name)).unwrap().unwrap().0
    };
    assert_eq!([epoch("a", NOW), epoch("b", NOW), epoch("c", 5)], [NOW, NOW + 1, NOW + 2]);
}

#[test]
fn oldest_file_of_a_user_goes_when_theirs_are_too_many() {
    let store = with_lobby();
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

#[test]
fn files_of_all_are_bounded_in_bytes_and_in_number() {
    let store = with_lobby();
    let name = FileName::parse("a.bin").unwrap();
    for user in 0..17_u64 {
        for number in 0..16 {
            let id = MessageId::parse(&format!("{user}-{number}")).unwrap();
            let file = (&name, MAX_FILE_BYTES);
            store.bring((&room("lobby"), &id), &format!("u{user}"), file, NOW + user * 16 + number).unwrap();
        }
    }
    let kept = store.count("SELECT count(*) FROM files", []).unwrap();
    assert_eq!(kept, MAX_STORED_FILE_BYTES / u64::from(MAX_FILE_BYTES));
    let id = MessageId::parse("tiny").unwrap();
    store.bring((&room("lobby"), &id), "eve", (&name, 1), NOW + 1_000).unwrap();
    assert_eq!(store.count("SELECT cost FROM files WHERE id = 'tiny'", []).unwrap(), MIN_FILE_COST_BYTES);
}

fn memory() -> Store {
    Store::open(&"sqlite::memory:".parse().unwrap()).unwrap()
}

fn with_lobby() -> Store {
    let store = memory();
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

/// A file of its own, gone with this.
struct File(PathBuf);

impl File {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("parlor-{}.db", crate::id::random().unwrap())))
    }

    fn database(&self) -> Database {
        format!("sqlite://{}", self.0.display()).parse().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}
