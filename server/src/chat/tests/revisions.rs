//! Who may change what was said, who hears of it, and what stays.

use super::support::{File, House};

#[tokio::test]
async fn revised_message_is_told_answered_and_read_by_who_comes_later() {
    let file = File::new();
    let house = House::with(&file.url()).await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    ada.says("lobby", "m1", "helo").await;
    ada.sends(r#"427["revise",{"room":"lobby","id":"m1","text":"hello"}]"#).await;
    let revised = r#"{"room":"lobby","id":"m1","revision":1,"text":"hello"}"#;
    assert_eq!(ada.hears("437").await, format!(r#"437[{{"ok":{revised}}}]"#));
    assert_eq!(bob.hears(r#"42["revised""#).await, format!(r#"42["revised",{revised}]"#));
    drop((ada, bob, house));

    let house = House::with(&file.url()).await;
    let joined = house.newcomer().await.joins("lobby", "Cleo").await;
    assert!(joined.contains(r#""author":"Ada","text":"hello","revision":1}"#), "{joined}");
}

#[tokio::test]
async fn message_that_was_taken_back_keeps_its_place_and_nothing_else() {
    let house = House::open().await;
    let mut ada = house.newcomer().await;
    ada.joins("lobby", "Ada").await;
    ada.says("lobby", "m1", "a secret").await;
    ada.says("lobby", "m2", "after").await;
    ada.sends(r#"427["revise",{"room":"lobby","id":"m1"}]"#).await;
    assert_eq!(ada.hears("437").await, r#"437[{"ok":{"room":"lobby","id":"m1","revision":1,"text":""}}]"#);
    let joined = house.newcomer().await.joins("lobby", "Bob").await;
    assert!(joined.contains(r#""text":"","revision":1}"#) && !joined.contains("a secret"), "{joined}");
    assert!(joined.contains(r#""seq":1,"#) && joined.contains(r#""seq":2,"#), "{joined}");

    ada.sends(r#"428["revise",{"room":"lobby","id":"m1","text":"again"}]"#).await;
    let gone = r#"438[{"refused":{"reason":"no-such-message","message":"this message is no more"}}]"#;
    assert_eq!(ada.hears("438").await, gone);
}

#[tokio::test]
async fn nobody_revises_what_another_one_has_said() {
    let house = House::open().await;
    let (mut ada, mut eve) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    eve.joins("lobby", "Ada").await;
    ada.says("lobby", "m1", "mine").await;
    let rows = [
        (r#"["revise",{"room":"lobby","id":"m1","text":"yours"}]"#, "not-yours"),
        (r#"["revise",{"room":"lobby","id":"m1"}]"#, "not-yours"),
        (r#"["revise",{"room":"lobby","id":"m2"}]"#, "no-such-message"),
        (r#"["revise",{"room":"rust","id":"m1"}]"#, "not-in-room"),
        (r#"["revise",{"room":"lobby","id":"m1","text":" "}]"#, "bad-text"),
        (r#"["revise",{"room":"lobby","id":"m1","text":7}]"#, "bad-request"),
    ];
    for (event, reason) in rows {
        eve.sends(&format!("427{event}")).await;
        let refused = eve.hears("437").await;
        assert!(
            refused.starts_with(&format!(r#"437[{{"refused":{{"reason":"{reason}""#)),
            "{event}: {refused}"
        );
    }
    let joined = house.newcomer().await.joins("lobby", "Bob").await;
    assert!(joined.contains(r#""author":"Ada","text":"mine"}"#), "{joined}");
    // Had Ada been told of any of it, it would have come before this.
    eve.says("lobby", "m3", "so what").await;
    ada.hears(r#"42["message""#).await;
    assert!(!ada.passed.iter().any(|frame| frame.contains("revised")), "{:?}", ada.passed);
}

#[tokio::test]
async fn revision_that_is_sent_again_is_answered_alike_and_told_once() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    ada.joins("lobby", "Ada").await;
    bob.joins("lobby", "Bob").await;
    ada.says("lobby", "m1", "helo").await;
    for text in [r#","text":"hello""#, r#","text":"hello""#, "", ""] {
        ada.sends(&format!(r#"427["revise",{{"room":"lobby","id":"m1"{text}}}]"#)).await;
        assert!(ada.hears("437").await.starts_with(r#"437[{"ok":"#));
    }
    ada.says("lobby", "m2", "done").await;
    while !bob.hears(r#"42["message""#).await.contains("done") {}
    let told = bob.passed.iter().filter(|frame| frame.starts_with(r#"42["revised""#)).count();
    assert_eq!(told, 2, "{:?}", bob.passed);
}
