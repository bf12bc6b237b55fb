//! Several servers with one database: they take turns.

use std::sync::Barrier;
use std::thread;

use super::*;

#[test]
fn servers_that_start_at_once_make_one_schema() {
    let (home, start) = (Home::new(Kind::Postgres), Barrier::new(4));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                start.wait();
                let mut store = home.open().unwrap();
                let made = store.atomically(|store| {
                    if !store.has_room(&room("lobby"))? {
                        store.add_room(&room("lobby"), None, NOW)?;
                    }
                    Ok::<_, Fault>(())
                });
                made.unwrap();
            });
        }
    });
    assert_eq!(home.open().unwrap().public_rooms().unwrap(), [room("lobby")]);
}

#[test]
fn servers_that_write_at_once_number_without_a_gap_and_store_an_id_once() {
    const SERVERS: usize = 4;
    const MESSAGES: usize = 50;
    let home = Home::new(Kind::Postgres);
    home.open().unwrap().add_room(&room("lobby"), None, NOW).unwrap();
    let start = Barrier::new(SERVERS);
    thread::scope(|scope| {
        for server in 0..SERVERS {
            let (home, start) = (&home, &start);
            scope.spawn(move || {
                let mut store = home.open().unwrap();
                start.wait();
                for number in 0..MESSAGES {
                    // Every other one of Ada's comes to all of them: she has lost a connection, and tries the next.
                    let id =
                        if number % 2 == 0 { format!("m{number}") } else { format!("m{number}-{server}") };
                    let added = store.atomically(|store| Ok::<_, Fault>(say(store, &id, "hi")));
                    assert_ne!(added.unwrap(), Sent::Taken);
                }
            });
        }
    });
    let expected = MESSAGES / 2 + MESSAGES / 2 * SERVERS;
    let store = home.open().unwrap();
    let mut seqs = Vec::new();
    while seqs.first() != Some(&1) {
        let page = store.history(&room("lobby"), seqs.first().copied(), 100).unwrap();
        seqs.splice(0..0, page.messages.iter().map(|message| message.seq));
    }
    assert_eq!(seqs, (1..=expected as u64).collect::<Vec<_>>());
}

#[test]
fn users_of_other_servers_are_counted_from_time_to_time() {
    let home = Home::new(Kind::Postgres);
    let (mut here, mut there) = (home.open().unwrap(), home.open().unwrap());
    for number in 0..50 {
        there.add_user(&user(&format!("there{number}")), "hash", NOW).unwrap();
    }
    for number in 0..100 {
        here.add_user(&user(&format!("here{number}")), "hash", NOW).unwrap();
    }
    assert_eq!(here.users, 100);
    here.add_user(&user("here100"), "hash", NOW).unwrap();
    assert_eq!(here.users, 151);
}
