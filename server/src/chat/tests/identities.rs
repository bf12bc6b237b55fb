//! Whoever comes gets an identity; whoever says they have one proves it.

use super::support::{File, House};

const UNPROVEN: &str = "this id is not proven by its token: come again without both, and get new ones";

#[tokio::test]
async fn newcomer_gets_an_identity_and_is_the_same_user_when_coming_back_with_it() {
    let house = House::open().await;
    let first = house.newcomer().await;
    let mut again = house.comes_back(&first).await;
    let joined = again.joins("lobby", "Ada").await;
    assert!(joined.contains(&format!(r#""you":"{}""#, first.id)), "{joined}");
    assert_eq!(again.passed, Vec::<String>::new(), "who has an identity gets no other");
    let other = house.newcomer().await;
    assert_ne!((&first.id, &first.token), (&other.id, &other.token));
}

#[tokio::test]
async fn unproven_id_is_refused_with_message_and_data() {
    let house = House::open().await;
    let (ada, eve) = (house.newcomer().await, house.newcomer().await);
    let rows = [
        format!(r#"{{"id":"{}"}}"#, ada.id),
        format!(r#"{{"id":"{}","token":""}}"#, ada.id),
        format!(r#"{{"id":"{}","token":"{}"}}"#, ada.id, eve.token),
        format!(r#"{{"id":"{}","token":"{}x"}}"#, ada.id, ada.token),
        format!(r#"{{"id":"nobody","token":"{}"}}"#, ada.token),
        format!(r#"{{"id":"' OR ''='","token":"{}"}}"#, ada.token),
        format!(r#"{{"token":"{}"}}"#, ada.token),
    ];
    for auth in rows {
        let mut client = house.knocks(&auth).await;
        let refused =
            format!(r#"44{{"message":"{UNPROVEN}","data":{{"reason":"unproven","message":"{UNPROVEN}"}}}}"#);
        assert_eq!(client.hears("4").await, refused, "{auth}");
    }
}

#[tokio::test]
async fn auth_of_another_shape_is_refused() {
    let house = House::open().await;
    let mut client = house.knocks(r#"{"id":7}"#).await;
    let refused = client.hears("44").await;
    assert!(refused.contains(r#""data":{"reason":"bad-request","#), "{refused}");
}

#[tokio::test]
async fn token_is_stored_as_no_more_than_its_hash() {
    let file = File::new();
    let house = House::with(&file.url()).await;
    let ada = house.newcomer().await;
    let query = "SELECT token_hash FROM users WHERE id = ?1";
    let hash: String = file.connection().query_row(query, [&ada.id], |row| row.get(0)).unwrap();
    assert_eq!(hash.len(), 43, "256 bits");
    assert!(!hash.contains(&ada.token) && !ada.token.contains(&hash));
}

#[tokio::test]
async fn identity_comes_before_any_answer() {
    let house = House::open().await;
    let mut client = house.knocks("").await;
    client.hears("40{").await;
    client.sends(r#"421["join",{"room":"lobby","nickname":"Ada"}]"#).await;
    client.hears(r#"42["identity""#).await;
    let joined = client.hears("431").await;
    assert!(joined.starts_with(r#"431[{"ok":"#), "{joined}");
}

#[tokio::test]
async fn who_comes_and_goes_faster_than_the_clerk_leaves_one_job_and_is_cut_off() {
    let file = File::new();
    let house = House::with(&file.url()).await;
    let users = || {
        let count = file.connection().query_row("SELECT count(*) FROM users", [], |row| row.get::<_, u32>(0));
        count.unwrap()
    };
    let mut ada = house.newcomer().await;
    ada.joins("lobby", "Ada").await;
    let lock = file.connection();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut flood = house.knocks("").await;
    for _ in 0..100 {
        // From the second one on the connection may be closed already.
        flood.tries_to_send("41").await;
        flood.tries_to_send("40").await;
    }
    flood.ends().await;
    lock.execute_batch("COMMIT").unwrap();
    ada.says("lobby", "m1", "still here?").await;
    assert_eq!(users(), 2, "Ada, and whoever was let in first");
}

#[tokio::test]
async fn who_cannot_be_given_an_identity_is_kept_out_and_told_why() {
    let file = File::new();
    let house = House::with(&file.url()).await;
    let operator = file.connection();
    operator.execute_batch("ALTER TABLE users RENAME TO gone").unwrap();
    let mut client = house.knocks("").await;
    let why = "the server could not store this: try again";
    let refused = format!(r#"44{{"message":"{why}","data":{{"reason":"not-stored","message":"{why}"}}}}"#);
    assert_eq!(client.hears("4").await, refused);
    operator.execute_batch("ALTER TABLE gone RENAME TO users").unwrap();
    // The connection goes on, so that it can ask again.
    client.sends("40").await;
    client.hears("40{").await;
    client.hears(r#"42["identity""#).await;
}
