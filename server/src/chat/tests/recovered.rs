//! Who comes back to their session finds what the page expects of every new connection: to be in no room of the chat.

use parlor_chat::bounds::MAX_ROOMS_PER_SOCKET;

use super::support::{House, field};
use crate::{Config, ConnectionStateRecovery};

#[tokio::test]
async fn recovered_socket_is_in_no_room_until_it_joins_again() {
    let config =
        Config { connection_state_recovery: Some(ConnectionStateRecovery::default()), ..Config::default() };
    let house = House::like(config, "sqlite::memory:").await;
    let mut bob = house.newcomer().await;
    bob.joins("lobby", "Bob").await;
    let mut ada = house.knocks("").await;
    let connected = ada.hears("40{").await;
    let (sid, pid) = (field(&connected, "sid"), field(&connected, "pid"));
    let identity = ada.hears(r#"42["identity""#).await;
    let (id, token) = (field(&identity, "id"), field(&identity, "token"));
    ada.joins("lobby", "Ada").await;
    for number in 1..MAX_ROOMS_PER_SOCKET {
        ada.joins(&format!("room{number}"), "Ada").await;
    }
    drop(ada);
    while !bob.hears(r#"42["presence""#).await.contains(r#""change":"left""#) {}

    let mut again = house.knocks(&format!(r#"{{"pid":"{pid}","id":"{id}","token":"{token}"}}"#)).await;
    assert_eq!(field(&again.hears("40{").await, "sid"), sid, "it is recovered");
    again.joins("attic", "Ada").await;
    bob.says("lobby", "m1", "is Ada listening?").await;
    bob.joins("attic", "Bob").await;
    bob.says("attic", "m2", "here she is").await;
    let message = again.hears(r#"42["message""#).await;
    assert!(message.contains("here she is"), "{message}");

    let joined = again.joins("lobby", "Ada").await;
    assert!(joined.contains(&format!(r#""you":"{id}""#)), "{joined}");
    assert!(joined.contains("is Ada listening?"), "{joined}");
}
