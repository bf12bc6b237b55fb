//! What two say in private, and who does not hear it.

use super::support::{Client, House};

#[tokio::test]
async fn private_message_reaches_all_tabs_of_both_and_nobody_else() {
    let house = House::open().await;
    let (mut ada, mut bob, mut eve) =
        (house.newcomer().await, house.newcomer().await, house.newcomer().await);
    let (mut adas_phone, mut bobs_phone) = (house.comes_back(&ada).await, house.comes_back(&bob).await);
    for client in [&mut ada, &mut eve] {
        client.joins("lobby", "Somebody").await;
    }
    let room = private(&ada, &bob);
    ada.joins(&room, "Ada").await;
    ada.says(&room, "m1", "psst").await;
    // None of them has joined the room.
    for client in [&mut bob, &mut bobs_phone, &mut adas_phone] {
        let message = client.hears(r#"42["message""#).await;
        assert!(message.contains(r#""text":"psst""#), "{message}");
    }
    bob.joins(&room, "Bob").await;
    bob.says(&room, "m2", "what?").await;
    assert!(ada.hears(r#"42["message""#).await.contains(r#""text":"what?""#));

    // Had any of it been sent to Eve, it would have come before this.
    ada.says("lobby", "m3", "hello everybody").await;
    assert!(eve.hears(r#"42["message""#).await.contains("hello everybody"));
    assert!(!eve.passed.iter().any(|frame| frame.contains(&room)), "{:?}", eve.passed);
}

#[tokio::test]
async fn who_knows_the_ids_of_two_others_opens_nothing() {
    let house = House::open().await;
    let (mut ada, bob, mut eve) = (house.newcomer().await, house.newcomer().await, house.newcomer().await);
    let room = private(&ada, &bob);
    ada.joins(&room, "Ada").await;
    ada.says(&room, "m1", "psst").await;
    let not_yours = r#"{"reason":"not-yours","message":"this is the private room of two others"}"#;
    let not_there = r#"{"reason":"not-in-room","message":"you are not in this room: join it first"}"#;
    let rows = [
        (format!(r#"["join",{{"room":"{room}","nickname":"Ada"}}]"#), not_yours),
        (format!(r#"["send",{{"room":"{room}","id":"e-1","text":"hi"}}]"#), not_there),
        (format!(r#"["history",{{"room":"{room}","before":9,"limit":9}}]"#), not_there),
        (format!(r#"["seen",{{"room":"{room}","seq":1}}]"#), not_there),
    ];
    for (event, refusal) in rows {
        eve.sends(&format!("427{event}")).await;
        assert_eq!(eve.hears("437").await, format!(r#"437[{{"refused":{refusal}}}]"#), "{event}");
    }
    eve.sends(r#"428["conversations",{}]"#).await;
    assert_eq!(eve.hears("438").await, r#"438[{"ok":{"conversations":[]}}]"#);
    eve.sends(&format!(r#"42["typing",{{"room":"{room}"}}]"#)).await;
    // With Ada's id, and no token but her own.
    let mut forged = house.knocks(&format!(r#"{{"id":"{}","token":"{}"}}"#, ada.id, eve.token)).await;
    assert!(forged.hears("4").await.starts_with("44{"));
    forged.sends(&format!(r#"420["join",{{"room":"{room}","nickname":"Ada"}}]"#)).await;
    let mut honest = house.comes_back(&bob).await;
    let joined = honest.joins(&room, "Bob").await;
    assert_eq!(joined.matches(r#""nickname":"#).count(), 2, "nobody but the two is here: {joined}");
    honest.says(&room, "m2", "I am here").await;
    ada.hears(r#"42["message""#).await;
    let strange = ada.passed.iter().filter(|frame| frame.contains(&eve.id) || frame.contains("typing"));
    assert_eq!(strange.count(), 0, "{:?}", ada.passed);
}

#[tokio::test]
async fn unread_is_right_after_coming_back() {
    let house = House::open().await;
    let (mut ada, bob) = (house.newcomer().await, house.newcomer().await);
    let room = private(&ada, &bob);
    ada.joins(&room, "Ada").await;
    let away = bob;
    ada.says(&room, "m1", "one").await;
    ada.says(&room, "m2", "two").await;

    let mut bob = house.comes_back(&away).await;
    drop(away);
    let ada_id = ada.id.clone();
    let talk = |seen| {
        let partner = format!(r#"{{"id":"{ada_id}","nickname":"Ada"}}"#);
        format!(
            r#"[{{"ok":{{"conversations":[{{"room":"{room}","partner":{partner},"last":2,"seen":{seen}}}]}}}}]"#
        )
    };
    bob.sends(r#"420["conversations",{}]"#).await;
    assert_eq!(bob.hears("430").await[3..], talk(0));
    let joined = bob.joins(&room, "Bob").await;
    assert!(joined.contains(r#""more":false},"seen":0,"marks":[{"user":""#), "{joined}");
    bob.sends(&format!(r#"421["seen",{{"room":"{room}","seq":1}}]"#)).await;
    let seen = format!(r#"42["seen",{{"room":"{room}","user":"{}","seq":1}}]"#, bob.id);
    assert_eq!(ada.hears(r#"42["seen""#).await, seen);
    drop(bob.hears("431").await);

    let mut again = house.comes_back(&bob).await;
    drop(bob);
    again.sends(r#"420["conversations",{}]"#).await;
    assert_eq!(again.hears("430").await[3..], talk(1));
}

#[tokio::test]
async fn private_room_with_nobody_or_with_oneself_is_refused() {
    let house = House::open().await;
    let mut ada = house.newcomer().await;
    let rows = [(format!("@-+{}", ada.id), "no-such-user"), (format!("@{0}+{0}", ada.id), "bad-room-name")];
    for (room, reason) in rows {
        ada.sends(&format!(r#"427["join",{{"room":"{room}","nickname":"Ada"}}]"#)).await;
        let refused = ada.hears("437").await;
        assert!(refused.starts_with(&format!(r#"437[{{"refused":{{"reason":"{reason}""#)), "{refused}");
    }
}

/// The name of the private room of two.
fn private(one: &Client, other: &Client) -> String {
    let (first, last) = if one.id < other.id { (one, other) } else { (other, one) };
    format!("@{}+{}", first.id, last.id)
}
