//! What a client can say.

use bytes::Bytes;

use super::CloseReason;

/// One whole message, or one control frame, from the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text message. It is a `String` because that type is the proof of UTF-8 which costs nothing to carry;
    /// `Bytes::from` takes it over without a copy.
    Text(String),
    /// A binary message.
    Binary(Bytes),
    /// A ping; [`WebSocket`](super::WebSocket) has queued the pong already.
    Ping(Bytes),
    /// An answer to a ping, or a pong that nobody asked for.
    Pong(Bytes),
    /// The peer's Close frame, the last message of every orderly connection; `None` when it gives no code.
    Close(Option<CloseReason>),
}
