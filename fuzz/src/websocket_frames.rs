//! WebSocket frames: it does not matter in which pieces they come, and no message is longer than allowed.

use bytes::{Bytes, BytesMut};
use parlor_server::websocket::{Decoder, Message, ProtocolError};

/// Small, so that inputs pass it.
const MAX_MESSAGE_BYTES: usize = 300;

pub(crate) fn run(data: &[u8]) {
    check(data, || Decoder::new(MAX_MESSAGE_BYTES));
}

/// The same with compressed messages among them.
pub(crate) fn run_deflated(data: &[u8]) {
    check(data, || Decoder::new(MAX_MESSAGE_BYTES).with_deflate());
}

fn check(data: &[u8], decoder: fn() -> Decoder) {
    let Some((&piece, wire)) = data.split_first() else { return };
    let decode = |piece| decode(decoder(), wire, piece);
    let whole = decode(wire.len());
    assert_eq!(decode(usize::from(piece)), whole, "in pieces of {piece}");
    assert_eq!(decode(1), whole, "byte by byte");
    for message in &whole.0 {
        assert!(message_bytes(message) <= MAX_MESSAGE_BYTES, "{message:?}");
    }
}

fn decode(mut decoder: Decoder, wire: &[u8], piece: usize) -> (Vec<Message>, Option<ProtocolError>) {
    let mut buffer = BytesMut::new();
    let mut messages = Vec::new();
    for piece in wire.chunks(piece.max(1)) {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return (messages, Some(error)),
            }
        }
    }
    (messages, None)
}

fn message_bytes(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => Bytes::len(bytes),
        Message::Close(_) => 0,
    }
}
