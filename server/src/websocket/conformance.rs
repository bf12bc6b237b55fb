//! What RFC 6455 and RFC 7692 ask of a server, one row for each rule that a peer can make us keep or break.
//!
//! A row's name begins with the clause, of RFC 6455 if it names none. `docs/WEBSOCKET.md` names the rows, so a row that is renamed is renamed there.
//! Payloads are masked with four zero bytes, so that they can be read here; real masks are row 5.3 and `mask.rs`.

use std::{future::poll_fn, task::Poll};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::unconstrained,
};

use super::{CloseCode, CloseReason, Decoder, Deflate, Message, Options, ProtocolError, WebSocket};

mod closing;
mod control;
mod deflate;
mod fragments;
mod framing;
mod handshake;
mod negotiation;
mod text;

/// Small, so that a row can go over it.
const MAX_MESSAGE_BYTES: usize = 200;

/// Rows for connections that agreed on nothing, and those for permessage-deflate.
const TABLES: &[(Option<Deflate>, &[Row])] = &[
    (None, framing::ROWS),
    (None, fragments::ROWS),
    (None, control::ROWS),
    (None, closing::ROWS),
    (None, text::ROWS),
    (Some(Deflate::with_window(15)), deflate::ROWS),
];

struct Row {
    /// Clause and rule in a few words.
    name: &'static str,
    /// What the client sends.
    wire: &'static [u8],
    /// What the server's owner receives.
    messages: &'static [Received],
    /// What the server writes by itself.
    answer: Answer,
}

/// A [`Message`] that can stand in a constant.
enum Received {
    Text(&'static str),
    Binary(&'static [u8]),
    Ping(&'static [u8]),
    Pong(&'static [u8]),
    Close,
    CloseWith(u16, &'static str),
}

enum Answer {
    /// Exactly these bytes.
    Is(&'static [u8]),
    /// One Close frame with this code, and its reason in words.
    Fails(u16),
}

#[tokio::test]
async fn every_rule_holds_however_the_bytes_are_cut() {
    for (deflate, row) in rows() {
        for piece_bytes in [usize::MAX, 1, 2, 3, 7] {
            // Unconstrained, or tokio makes a stream that has bytes say it has none, to let other tasks run.
            let (messages, answer) = unconstrained(play(row.wire, piece_bytes, deflate)).await;
            let expected: Vec<_> = row.messages.iter().map(Received::message).collect();
            assert_eq!(messages, expected, "{}, pieces of {piece_bytes}", row.name);
            match row.answer {
                Answer::Is(expected) => assert_eq!(answer, expected, "{}, pieces of {piece_bytes}", row.name),
                Answer::Fails(code) => assert_fails(&answer, code, row.name),
            }
        }
    }
}

#[test]
fn every_damaged_bit_decodes_alike_however_the_bytes_are_cut() {
    for (deflate, row) in rows() {
        let decode = |wire: &[u8], piece_bytes| decode(wire, piece_bytes, deflate.is_some());
        for bit in 0..row.wire.len() * 8 {
            let mut damaged = row.wire.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let whole = decode(&damaged, usize::MAX);
            assert_eq!(whole, decode(&damaged, 1), "{}", damaged.escape_ascii());
            assert_eq!(whole, decode(&damaged, 5), "{}", damaged.escape_ascii());
        }
    }
}

#[test]
fn every_row_has_a_name_of_its_own() {
    let mut names: Vec<_> = rows().map(|(_, row)| row.name).collect();
    names.sort_unstable();
    assert_eq!(names.windows(2).find(|pair| pair[0] == pair[1]), None);
}

fn rows() -> impl Iterator<Item = (Option<Deflate>, &'static Row)> {
    TABLES.iter().flat_map(|(deflate, rows)| rows.iter().map(|row| (*deflate, row)))
}

const fn row(name: &'static str, wire: &'static [u8], messages: &'static [Received], answer: Answer) -> Row {
    Row { name, wire, messages, answer }
}

fn assert_fails(answer: &[u8], code: u16, name: &str) {
    assert_eq!(answer.first(), Some(&0x88), "{name}: {}", answer.escape_ascii());
    assert_eq!(usize::from(answer[1]), answer.len() - 2, "{name}: nothing but a Close frame");
    assert_eq!(answer[2..4], code.to_be_bytes(), "{name}");
    assert!(answer.len() > 4 && str::from_utf8(&answer[4..]).is_ok(), "{name}: it says why");
}

/// Sends the wire bytes in pieces to a small connection; gives what it received and wrote.
async fn play(wire: &[u8], piece_bytes: usize, deflate: Option<Deflate>) -> (Vec<Message>, Vec<u8>) {
    let (io, mut peer) = tokio::io::duplex(64 * 1024);
    let mut websocket = WebSocket::new(io, Options { max_message_bytes: MAX_MESSAGE_BYTES, deflate });
    let mut messages = Vec::new();
    for piece in wire.chunks(piece_bytes) {
        peer.write_all(piece).await.unwrap();
        while let Poll::Ready(Some(received)) = poll_fn(|cx| Poll::Ready(websocket.poll_receive(cx))).await {
            messages.extend(received);
        }
    }
    websocket.flush().await.unwrap();
    drop(websocket);
    let mut answer = Vec::new();
    peer.read_to_end(&mut answer).await.unwrap();
    (messages, answer)
}

/// Decodes the wire bytes in pieces, to their end or to the first error.
fn decode(wire: &[u8], piece_bytes: usize, takes_deflated: bool) -> Vec<Result<Message, ProtocolError>> {
    let decoder = Decoder::new(MAX_MESSAGE_BYTES);
    let mut decoder = if takes_deflated { decoder.with_deflate() } else { decoder };
    let mut buffer = BytesMut::new();
    let mut decoded = Vec::new();
    for piece in wire.chunks(piece_bytes) {
        buffer.extend_from_slice(piece);
        while let Some(result) = decoder.decode(&mut buffer).transpose() {
            let is_error = result.is_err();
            decoded.push(result);
            if is_error {
                return decoded;
            }
        }
    }
    decoded
}

impl Received {
    fn message(&self) -> Message {
        match *self {
            Self::Text(text) => Message::Text(text.to_owned()),
            Self::Binary(bytes) => Message::Binary(bytes.into()),
            Self::Ping(payload) => Message::Ping(payload.into()),
            Self::Pong(payload) => Message::Pong(payload.into()),
            Self::Close => Message::Close(None),
            Self::CloseWith(code, text) => {
                let code = CloseCode::new(code).unwrap();
                Message::Close(Some(CloseReason { code, text: text.to_owned() }))
            }
        }
    }
}
