//! The same conversation with a client that we did not write: tokio-tungstenite, which knows no compression.
//!
//! Npm `ws`, which does, is in `server/tests/node/websocket.test.mjs`. A failure names its seed, and `PARLOR_SEED=N`
//! repeats it.

use std::{
    env,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message as Theirs, Utf8Bytes,
        protocol::{
            CloseFrame, Role,
            frame::{
                Frame as TheirFrame,
                coding::{CloseCode as TheirCode, Data, OpCode},
            },
        },
    },
};

use super::{Frame, Message, Options, WebSocket};

/// Long enough for a loaded machine; a run takes milliseconds.
const DEADLINE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn random_messages_come_back_unchanged() {
    for (seed, pipe_bytes) in [(1, 61), (2, 4096), (3, 100_000), (fresh_seed(), 4096)] {
        println!("PARLOR_SEED={seed}");
        let mut random = Random(seed);
        let messages: Vec<_> = (0..60).map(|_| message(&mut random)).collect();
        let (client, server) = pair(pipe_bytes).await;
        let server = tokio::spawn(echo(server));
        let (mut sink, mut stream) = client.split();
        let expected = messages.clone();
        let sender = tokio::spawn(async move {
            for message in messages {
                for part in cut(message, &mut random) {
                    sink.send(part).await.unwrap();
                }
            }
            sink
        });
        let received =
            timeout(DEADLINE, stream.by_ref().take(expected.len()).map(Result::unwrap).collect::<Vec<_>>());
        let received = received.await.unwrap();
        for (number, (received, expected)) in received.iter().zip(&expected).enumerate() {
            let pong = matches!((received, expected), (Theirs::Pong(a), Theirs::Ping(b)) if a == b);
            assert!(pong || received == expected, "seed {seed}, message {number}");
        }
        let mut client = stream.reunite(sender.await.unwrap()).unwrap();
        client.close(None).await.unwrap();
        assert!(matches!(next(&mut client).await, Some(Ok(Theirs::Close(None)))));
        assert!(next(&mut client).await.is_none());
        timeout(DEADLINE, server).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn their_close_is_answered_and_ours_is_understood() {
    let (mut client, server) = pair(64).await;
    let server = tokio::spawn(echo(server));
    let reason = CloseFrame { code: TheirCode::Library(4001), reason: Utf8Bytes::from_static("enough") };
    client.close(Some(reason)).await.unwrap();
    let Some(Ok(Theirs::Close(Some(answer)))) = next(&mut client).await else { panic!("close expected") };
    assert_eq!(u16::from(answer.code), 4001);
    timeout(DEADLINE, server).await.unwrap().unwrap();

    let (mut client, mut server) = pair(64).await;
    server.queue(Frame::text("last words")).unwrap();
    server.queue(Frame::close(super::CloseCode::GOING_AWAY, "restart")).unwrap();
    let server = tokio::spawn(async move { server.finish().await });
    assert_eq!(next(&mut client).await.unwrap().unwrap(), Theirs::text("last words"));
    let Some(Ok(Theirs::Close(Some(reason)))) = next(&mut client).await else { panic!("close expected") };
    assert_eq!((u16::from(reason.code), reason.reason.as_str()), (1001, "restart"));
    assert!(next(&mut client).await.is_none());
    timeout(DEADLINE, server).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn they_understand_why_they_are_refused() {
    let (mut client, server) = pair(64 * 1024).await;
    let server = tokio::spawn(echo(server));
    client.send(Theirs::binary(vec![0; 300_001])).await.unwrap();
    let Some(Ok(Theirs::Close(Some(reason)))) = next(&mut client).await else { panic!("close expected") };
    assert_eq!(u16::from(reason.code), 1009);
    assert!(matches!(next(&mut client).await, None | Some(Err(tungstenite::Error::ConnectionClosed))));
    drop(client);
    timeout(DEADLINE, server).await.unwrap().unwrap();
}

/// A client of theirs and a server of ours, joined by a pipe that holds so many bytes.
async fn pair(pipe_bytes: usize) -> (WebSocketStream<DuplexStream>, WebSocket<DuplexStream>) {
    let (client, server) = tokio::io::duplex(pipe_bytes);
    let options = Options { max_message_bytes: 300_000, ..Options::default() };
    (WebSocketStream::from_raw_socket(client, Role::Client, None).await, WebSocket::new(server, options))
}

async fn next(client: &mut WebSocketStream<DuplexStream>) -> Option<tungstenite::Result<Theirs>> {
    timeout(DEADLINE, client.next()).await.unwrap()
}

async fn echo(mut websocket: WebSocket<impl AsyncRead + AsyncWrite + Unpin>) {
    while let Some(Ok(message)) = websocket.receive().await {
        match message {
            Message::Text(text) => websocket.queue(Frame::text(&text)).unwrap(),
            Message::Binary(bytes) => websocket.queue(Frame::binary(&bytes)).unwrap(),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => {}
        }
        // One answer before the next question, so that pongs do not overtake and the order can be compared.
        websocket.flush().await.unwrap();
    }
    websocket.finish().await.unwrap();
}

fn message(random: &mut Random) -> Theirs {
    let length = match random.below(8) {
        0 => 0,
        1 => 125 + random.below(3),
        2 => 65_534 + random.below(4),
        3 => random.below(20_000),
        // Letters of four bytes stay below the limit of `pair`.
        4 if random.below(4) == 0 => random.below(75_000),
        _ => random.below(200),
    };
    match random.below(5) {
        0 => Theirs::Ping((0..length.min(125)).map(|_| random.byte()).collect()),
        1 | 2 => Theirs::Binary((0..length).map(|_| random.byte()).collect()),
        _ => Theirs::text((0..length).map(|_| ['a', 'é', '€', '🦀'][random.below(4)]).collect::<String>()),
    }
}

/// Cuts about half of the data messages into fragments, anywhere, with pongs between them that ask for nothing.
fn cut(message: Theirs, random: &mut Random) -> Vec<Theirs> {
    let (first, payload) = match &message {
        Theirs::Text(text) => (Data::Text, Bytes::from(text.as_str().to_owned())),
        Theirs::Binary(bytes) => (Data::Binary, bytes.clone()),
        _ => return vec![message],
    };
    if random.below(2) == 0 {
        return vec![message];
    }
    let mut cuts: Vec<_> = (0..1 + random.below(4)).map(|_| random.below(payload.len() + 1)).collect();
    cuts.extend([0, payload.len()]);
    cuts.sort_unstable();
    let last = cuts.len() - 2;
    let mut parts = Vec::new();
    for (number, ends) in cuts.windows(2).enumerate() {
        let opcode = OpCode::Data(if number == 0 { first } else { Data::Continue });
        let piece = payload.slice(ends[0]..ends[1]);
        parts.push(Theirs::Frame(TheirFrame::message(piece, opcode, number == last)));
        parts.push(Theirs::Pong(Bytes::from_static(b"between")));
    }
    parts
}

/// Another in each run, so that in time many are tried.
fn fresh_seed() -> u64 {
    let given = env::var("PARLOR_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        // A xorshift generator stays at zero.
        now.as_secs().max(1)
    })
}

/// A xorshift generator: the same messages for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}
