//! How many rooms are made, and which ones are forgotten for them.

use parlor_chat::DEFAULT_ROOMS;
use parlor_chat::bounds::{MAX_ROOMS, MAX_ROOMS_PER_USER};

use super::support::{Client, File, House};

const DAY: u64 = 24 * 60 * 60 * 1_000;

#[tokio::test]
async fn room_with_messages_is_forgotten_only_after_a_month_of_silence() {
    let file = File::new();
    drop(House::with(&file.url()).await);
    let today = u64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    let operator = file.connection();
    let add = "INSERT INTO rooms (name, is_private, epoch, last_seq, last_active) VALUES (?1, 0, ?2, 1, ?3)";
    for number in i64::try_from(DEFAULT_ROOMS.len()).unwrap()..i64::try_from(MAX_ROOMS).unwrap() {
        let last_active = today - 29 * DAY;
        operator
            .execute(add, (format!("room{number}"), number, i64::try_from(last_active).unwrap()))
            .unwrap();
    }
    {
        let house = House::with(&file.url()).await;
        let mut ada = house.newcomer().await;
        let sentence = "there are too many rooms: join one that is there";
        assert_eq!(ada.is_refused("attic").await, sentence);
        ada.joins("room999", "Ada").await;
    }
    let months_ago = i64::try_from(today - 31 * DAY).unwrap();
    operator.execute("UPDATE rooms SET last_active = ?1 WHERE name = 'room500'", [months_ago]).unwrap();
    let house = House::with(&file.url()).await;
    let mut ada = house.newcomer().await;
    ada.joins("attic", "Ada").await;
    let is_there = "SELECT count(*) FROM rooms WHERE name = ?1";
    let is_there = |room| operator.query_row(is_there, [room], |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!([is_there("room500"), is_there("room499"), is_there("attic")], [0, 1, 1]);
}

#[tokio::test]
async fn user_makes_20_rooms_that_are_spoken_in() {
    let house = House::open().await;
    let (mut ada, mut bob) = (house.newcomer().await, house.newcomer().await);
    for number in 0..MAX_ROOMS_PER_USER {
        let room = format!("room{number}");
        ada.joins(&room, "Ada").await;
        if number > 0 {
            ada.says(&room, "m1", "mine").await;
        }
        ada.sends(&format!(r#"425["leave",{{"room":"{room}"}}]"#)).await;
        ada.hears("435").await;
    }
    // Nothing was said in the first one: it makes place.
    ada.joins("attic", "Ada").await;
    ada.says("attic", "m1", "mine").await;
    let mut again = house.comes_back(&ada).await;
    assert_eq!(again.is_refused("cellar").await, "you have made 20 rooms: join one that is there");
    again.joins("lobby", "Ada").await;
    bob.joins("cellar", "Bob").await;
    again.joins("cellar", "Ada").await;
}

impl Client {
    /// Knocks at a room in vain, and answers with the sentence that says why.
    async fn is_refused(&mut self, room: &str) -> String {
        self.sends(&format!(r#"4290["join",{{"room":"{room}","nickname":"Ada"}}]"#)).await;
        let refused = self.hears("4390").await;
        let start = r#"4390[{"refused":{"reason":"too-many-rooms","message":""#;
        refused.strip_prefix(start).expect(&refused).split('"').next().unwrap().to_owned()
    }
}
