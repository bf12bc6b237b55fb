//! What is stored, when it is told, and what comes once.

use super::support::{Client, File, House, seqs};

#[tokio::test]
async fn repeated_id_gets_the_first_answer_and_is_not_broadcast_again() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    for client in [&mut ada, &mut bob] {
        client.joins("lobby", "Somebody").await;
    }
    ada.sends(r#"421["send",{"room":"lobby","id":"same","text":"one"}]"#).await;
    let first = ada.hears("431").await;
    let mut again = house.comes_back(&ada).await;
    drop(ada);
    again.joins("lobby", "Somebody").await;
    again.sends(r#"422["send",{"room":"lobby","id":"same","text":"one"}]"#).await;
    assert_eq!(again.hears("432").await[3..], first[3..]);
    again.says("lobby", "other", "two").await;
    bob.hears(r#"42["message""#).await;
    let next = bob.hears(r#"42["message""#).await;
    assert!(next.contains(r#""id":"other""#), "{next}");
    assert_eq!(house.io.metrics().value("parlor_chat_messages_stored_total", ""), Some(2));
}

#[tokio::test]
async fn id_of_somebody_elses_message_is_refused() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    ada.says("lobby", "same", "one").await;
    bob.sends(r#"421["send",{"room":"lobby","id":"same","text":"two"}]"#).await;
    let refused =
        r#"{"reason":"bad-message-id","message":"somebody else has used this id: make another one"}"#;
    assert_eq!(bob.hears("431").await, format!(r#"431[{{"refused":{refused}}}]"#));
    assert_eq!(house.io.metrics().value("parlor_chat_messages_stored_total", ""), Some(1));
}

#[tokio::test]
async fn ack_and_broadcast_follow_the_commit() {
    let file = File::new();
    let house = House::with(&file.url()).await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    let lock = file.connection();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    ada.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    // What is not stored overtakes it, in both directions.
    ada.sends(r#"42["typing",{"room":"lobby"}]"#).await;
    bob.hears(r#"42["typing""#).await;
    bob.sends(r#"42["typing",{"room":"lobby"}]"#).await;
    ada.hears(r#"42["typing""#).await;
    let early = |client: &Client| {
        client.passed.iter().filter(|frame| frame.starts_with("431") || frame.contains("a-1")).count()
    };
    assert_eq!((early(&ada), early(&bob)), (0, 0));
    lock.execute_batch("COMMIT").unwrap();
    assert!(ada.hears("431").await.contains(r#""seq":1"#));
    assert!(bob.hears(r#"42["message""#).await.contains(r#""seq":1"#));
}

#[tokio::test]
async fn what_is_acknowledged_or_heard_is_there_for_everybody_who_looks() {
    let file = File::new();
    let house = House::with(&file.url()).await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    let operator = file.connection();
    let stored = || {
        let count = operator.query_row("SELECT count(*) FROM messages", [], |row| row.get::<_, u32>(0));
        count.unwrap()
    };
    for number in 1..=50 {
        let id = format!("m{number}");
        if number % 2 == 0 {
            ada.says("lobby", &id, "hi").await;
        } else {
            ada.sends(&format!(r#"421["send",{{"room":"lobby","id":"{id}","text":"hi"}}]"#)).await;
            while !bob.hears(r#"42["message""#).await.contains(&format!(r#""id":"{id}""#)) {}
        }
        assert!(stored() >= number, "message {number} was told before it was stored");
    }
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused_and_told_to_nobody() {
    let file = File::new();
    let house = House::with(&file.url()).await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    let operator = file.connection();
    operator.execute_batch("ALTER TABLE messages RENAME TO gone").unwrap();
    ada.sends(r#"421["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    let refused = r#"{"reason":"not-stored","message":"the server could not store this: try again"}"#;
    assert_eq!(ada.hears("431").await, format!(r#"431[{{"refused":{refused}}}]"#));
    assert!(house.chat.is_reachable(), "it answers, even if it is not what one wants to hear");
    operator.execute_batch("ALTER TABLE gone RENAME TO messages").unwrap();
    ada.sends(r#"422["send",{"room":"lobby","id":"a-1","text":"hi"}]"#).await;
    // The number was not used up.
    assert!(ada.hears("432").await.contains(r#""seq":1"#));
    let message = bob.hears(r#"42["message""#).await;
    assert!(message.contains(r#""seq":1"#), "{message}");
}

#[tokio::test]
async fn older_pages_are_given_on_demand_and_bounded() {
    let house = House::open().await;
    let mut ada = house.newcomer().await;
    ada.joins("lobby", "Ada").await;
    for number in 1..=105 {
        ada.says("lobby", &format!("m{number}"), "hi").await;
    }
    let latest = ada.joins("lobby", "Ada").await;
    assert_eq!((seqs(&latest), latest.contains(r#""more":true"#)), ((6..=105).collect(), true));
    let rows = [
        (6, 3, vec![3, 4, 5], true),
        (3, 100, vec![1, 2], false),
        (1, 100, vec![], false),
        (4, 0, vec![3], true),
        (106, 4_000_000_000_u32, (6..=105).collect(), true),
    ];
    for (before, limit, expected, more) in rows {
        let older = format!(r#"427["history",{{"room":"lobby","before":{before},"limit":{limit}}}]"#);
        ada.sends(&older).await;
        let page = ada.hears("437").await;
        assert_eq!((seqs(&page), page.contains(r#""more":true"#)), (expected, more), "{older}");
    }
}

#[tokio::test]
async fn who_joins_in_the_middle_hears_everything_behind_the_history_once_and_in_order() {
    const SAID: u64 = 60;
    let house = House::open().await;
    let mut speakers = vec![house.newcomer().await, house.newcomer().await, house.newcomer().await];
    for speaker in &mut speakers {
        speaker.joins("lobby", "Speaker").await;
    }
    let speaking = speakers.into_iter().enumerate().map(|(at, mut speaker)| async move {
        for number in 0..SAID / 3 {
            speaker.says("lobby", &format!("s{at}-{number}"), "blah").await;
        }
        // Stays, so that nobody hears of a departure.
        speaker
    });
    let listening = (0..6).map(|_| async {
        let mut listener = house.newcomer().await;
        let history = listener.joins("lobby", "Listener").await;
        let mut heard = seqs(&history);
        while heard.last() != Some(&SAID) {
            let message = listener.hears(r#"42["message""#).await;
            heard.extend(seqs(&message));
        }
        heard
    });
    let (_, heard) = futures_util::future::join(
        futures_util::future::join_all(speaking),
        futures_util::future::join_all(listening),
    )
    .await;
    for heard in heard {
        assert_eq!(heard, (1..=SAID).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn all_is_there_again_after_a_restart() {
    let file = File::new();
    let (ada, before) = {
        let house = House::with(&file.url()).await;
        let mut ada = house.newcomer().await;
        ada.joins("attic", "Ada").await;
        ada.sends(r#"421["send",{"room":"attic","id":"a-1","text":"hi"}]"#).await;
        let stored = ada.hears("431").await;
        (ada, stored)
    };
    let house = House::with(&file.url()).await;
    let mut again = house.comes_back(&ada).await;
    let joined = again.joins("attic", "Ada").await;
    assert!(joined.contains(r#""id":"a-1""#), "{joined}");
    again.sends(r#"421["send",{"room":"attic","id":"a-1","text":"hi"}]"#).await;
    assert_eq!(again.hears("431").await, before);
}
