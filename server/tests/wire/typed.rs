//! Events by their types, on the wire.

use parlor_server::{Config, Socket, TypedEvent};
use serde::{Deserialize, Serialize};

use crate::parlor::Parlor;
use crate::soon;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    text: String,
}

struct Say;

impl TypedEvent for Say {
    const NAME: &'static str = "say";
    type Data = Line;
    type Ack = u64;
}

/// The same name stands for something else on the way back.
struct Said;

impl TypedEvent for Said {
    const NAME: &'static str = "say";
    type Data = (String, u64);
    type Ack = ();
}

#[tokio::test]
async fn a_typed_event_is_heard_answered_and_sent_to_one_and_to_many() {
    let parlor = Parlor::with(Config::default(), |socket| {
        socket.join("all");
        socket.typed::<Say>().on(|socket: Socket, line, ack| async move {
            assert!(ack.is_wanted());
            socket.volatile().typed::<Said>().emit(&(line.text.clone(), 1)).unwrap();
            socket.to("all").typed::<Said>().emit(&(line.text, 2)).unwrap();
            ack.send(&7);
        });
    })
    .await;
    let (mut speaker, mut other) = (parlor.websocket().await, parlor.websocket().await);
    speaker.send(r#"420["say",{"text":"hi"}]"#).await;
    assert_eq!(speaker.text().await, r#"42["say","hi",1]"#);
    assert_eq!(speaker.text().await, "430[7]");
    assert_eq!(other.text().await, r#"42["say","hi",2]"#);

    let answers = parlor.io.to("all").typed::<Say>().emit_with_ack(&Line { text: "who?".into() });
    for client in [&mut speaker, &mut other] {
        assert_eq!(client.text().await, r#"420["say",{"text":"who?"}]"#);
        client.send("430[5]").await;
    }
    assert_eq!(soon("the answers", answers).await.unwrap(), [5, 5]);
}
