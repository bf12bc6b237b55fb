//! What servers that share a database have to tell, in its order.

use super::*;
use crate::chat::store::{News, Span};

#[test]
fn news_are_numbered_in_the_order_of_the_commits_of_all_servers() {
    let home = Home::new(Kind::Postgres);
    let (mut one, mut two) = (home.open().unwrap(), home.open().unwrap());
    one.add_room(&room("lobby"), None, NOW).unwrap();
    let span = |store: &mut Store, ids: &[&str]| {
        let said = store.atomically(|store| {
            ids.iter().for_each(|id| drop(say(store, id, "hi")));
            Ok::<_, Fault>(store.span())
        });
        said.unwrap()
    };
    assert_eq!(span(&mut one, &["m1", "m2"]), Some(Span { first: 1, last: 2 }));
    assert_eq!(span(&mut two, &["m3"]), Some(Span { first: 3, last: 3 }));
    assert_eq!(span(&mut two, &["m3"]), None, "it was told before");
    assert_eq!(span(&mut one, &["m4"]), Some(Span { first: 4, last: 4 }));
    let told: Vec<(u64, u64)> =
        two.news(1, 2).unwrap().into_iter().map(|(number, news)| (number, seq(&news))).collect();
    assert_eq!(told, [(2, 2), (3, 3)]);
}

#[test]
fn revision_is_news_and_what_was_forgotten_is_none() {
    let home = Home::new(Kind::Postgres);
    let store = home.open().unwrap();
    for name in ["lobby", "attic"] {
        store.add_room(&room(name), None, NOW).unwrap();
    }
    add(&store, "attic", "ada", "m1", "hi", NOW);
    say(&store, "m1", "hi");
    let (id, text) = (MessageId::parse("m1").unwrap(), Text::parse("ho").unwrap());
    store.revise(&room("lobby"), "ada", &id, Some(&text)).unwrap();
    store.forget_room(&room("attic")).unwrap();
    let news: Vec<Option<News>> = store.news(0, 10).unwrap().into_iter().map(|(_, news)| news).collect();
    let [None, Some(News::Message(message)), Some(News::Revised(revised))] = &news[..] else {
        panic!("{news:?}")
    };
    assert_eq!((&*message.text, message.revision, message.epoch), ("ho", 1, NOW));
    assert_eq!((&*revised.text, revised.revision, &*revised.room), ("ho", 1, "lobby"));
}

#[test]
fn database_of_one_server_keeps_no_news() {
    let store = with_lobby(Kind::Sqlite);
    say(&store, "m1", "hi");
    assert_eq!((store.span(), store.last_news().unwrap()), (None, 0));
}

fn seq(news: &Option<News>) -> u64 {
    match news {
        Some(News::Message(message)) => message.seq,
        other => panic!("{other:?}"),
    }
}
