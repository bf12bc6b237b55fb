//! What RFC 6455 asks of a server once the handshake is done: one row for each rule that a peer can make us keep or
//! break. The handshake's own rules are in `handshake.rs`.
//!
//! Payloads are masked with four zero bytes, so that they can be read here; real masks are row 5.3 and `mask.rs`.

use std::{future::poll_fn, task::Poll};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::unconstrained,
};

use super::{CloseCode, CloseReason, Decoder, Message, Options, ProtocolError, WebSocket};

struct Row {
    /// Clause of RFC 6455, and the rule in a few words.
    rule: &'static str,
    wire: &'static [u8],
    messages: Vec<Message>,
    answer: Answer,
}

enum Answer {
    /// All that the server writes by itself.
    Is(&'static [u8]),
    /// The server writes one Close frame with this code.
    Fails(u16),
}
use Answer::{Fails, Is};

#[tokio::test]
async fn every_rule_holds_however_the_bytes_are_cut() {
    for row in [framing(), fragments(), control(), closing(), text()].into_iter().flatten() {
        for piece_bytes in [usize::MAX, 1, 2, 3, 7] {
            // Unconstrained, or tokio makes a stream that has bytes say it has none, to let other tasks run.
            let (messages, answer) = unconstrained(play(row.wire, piece_bytes)).await;
            assert_eq!(messages, row.messages, "{}, pieces of {piece_bytes}", row.rule);
            match row.answer {
                Is(expected) => assert_eq!(answer, expected, "{}, pieces of {piece_bytes}", row.rule),
                Fails(code) => {
                    assert_eq!(answer.first(), Some(&0x88), "{}, pieces of {piece_bytes}", row.rule);
                    assert_eq!(usize::from(answer[1]), answer.len() - 2, "{}", row.rule);
                    assert_eq!(answer[2..4], code.to_be_bytes(), "{}", row.rule);
                }
            }
        }
    }
}

#[test]
fn every_damaged_bit_decodes_alike_however_the_bytes_are_cut() {
    let rows = [framing(), fragments(), control(), closing(), text()].into_iter().flatten();
    for wire in rows.map(|row| row.wire) {
        for bit in 0..wire.len() * 8 {
            let mut damaged = wire.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let whole = decode(&damaged, usize::MAX);
            assert_eq!(whole, decode(&damaged, 1), "{}", damaged.escape_ascii());
            assert_eq!(whole, decode(&damaged, 5), "{}", damaged.escape_ascii());
        }
    }
}

fn framing() -> Vec<Row> {
    vec![
        row("5.1 an unmasked frame fails the connection", b"\x81\x01a", [], Fails(1002)),
        row("5.1 a server does not mask", b"\x89\x81\0\0\0\0x", [ping("x")], Is(b"\x8A\x01x")),
        row("5.2 RSV1 without an extension fails", b"\xC1\x81\0\0\0\0a", [], Fails(1002)),
        row("5.2 RSV2 fails", b"\xA1\x81\0\0\0\0a", [], Fails(1002)),
        row("5.2 RSV3 fails", b"\x91\x81\0\0\0\0a", [], Fails(1002)),
        row("5.2 RSV1 on a continuation fails", b"\x01\x81\0\0\0\0a\xC0\x80\0\0\0\0", [], Fails(1002)),
        row("5.2 RSV1 on a control frame fails", b"\xC9\x80\0\0\0\0", [], Fails(1002)),
        row("5.2 a reserved data opcode fails", b"\x83\x80\0\0\0\0", [], Fails(1002)),
        row("5.2 a reserved control opcode fails", b"\x8B\x80\0\0\0\0", [], Fails(1002)),
        row("5.2 16 bits for a length of 1 fail", b"\x82\xFE\0\x01\0\0\0\0a", [], Fails(1002)),
        row("5.2 64 bits for a length of 1 fail", b"\x82\xFF\0\0\0\0\0\0\0\x01\0\0\0\0a", [], Fails(1002)),
        row("5.2 the top bit of 64 fails", b"\x82\xFF\x80\0\0\0\0\0\0\0\0\0\0\0", [], Fails(1002)),
        row("5.2 an empty frame is a message", b"\x82\x80\0\0\0\0", [binary("")], Is(b"")),
        row(
            "5.3 the payload is unmasked with the frame's own key",
            b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x81\x85\0\0\0\0again",
            [text_message("Hello"), text_message("again")],
            Is(b""),
        ),
        row(
            "7.1.7 nothing is processed after a failure",
            b"\x81\x81\0\0\0\0a\x83\x80\0\0\0\0\x81\x81\0\0\0\0b",
            [text_message("a")],
            Fails(1002),
        ),
        row("10.4 a message over the limit fails", b"\x82\xFE\0\xC9\0\0\0\0", [], Fails(1009)),
        row(
            "10.4 fragments over the limit fail",
            b"\x02\x84\0\0\0\0abcd\x80\xFE\0\xC8\0\0\0\0",
            [],
            Fails(1009),
        ),
    ]
}

fn fragments() -> Vec<Row> {
    vec![
        row(
            "5.4 fragments make one message, in order",
            b"\x01\x81\0\0\0\0a\x00\x81\0\0\0\0b\x80\x81\0\0\0\0c",
            [text_message("abc")],
            Is(b""),
        ),
        row(
            "5.4 empty fragments are fragments",
            b"\x02\x80\0\0\0\0\x00\x80\0\0\0\0\x80\x80\0\0\0\0",
            [binary("")],
            Is(b""),
        ),
        row(
            "5.4 a control frame between fragments is handled at once",
            b"\x01\x81\0\0\0\0a\x89\x81\0\0\0\0p\x80\x81\0\0\0\0b",
            [ping("p"), text_message("ab")],
            Is(b"\x8A\x01p"),
        ),
        row(
            "5.4 fragments of two messages do not mix: text",
            b"\x02\x81\0\0\0\0a\x81\x80\0\0\0\0",
            [],
            Fails(1002),
        ),
        row(
            "5.4 fragments of two messages do not mix: binary",
            b"\x01\x81\0\0\0\0a\x02\x80\0\0\0\0",
            [],
            Fails(1002),
        ),
        row("5.4 a continuation needs a beginning", b"\x80\x81\0\0\0\0a", [], Fails(1002)),
        row(
            "5.4 a continuation after a whole message fails",
            b"\x81\x81\0\0\0\0a\x00\x80\0\0\0\0",
            [text_message("a")],
            Fails(1002),
        ),
        row("5.4 a control frame is not fragmented", b"\x09\x80\0\0\0\0", [], Fails(1002)),
    ]
}

fn control() -> Vec<Row> {
    vec![
        row("5.5 a control payload over 125 bytes fails", b"\x89\xFE\0\x7E\0\0\0\0", [], Fails(1002)),
        row("5.5.2 a ping is answered", b"\x89\x80\0\0\0\0", [ping("")], Is(b"\x8A\x00")),
        row(
            "5.5.3 a pong has the ping's data",
            b"\x89\x85\0\0\0\0Hello",
            [ping("Hello")],
            Is(b"\x8A\x05Hello"),
        ),
        row(
            "5.5.3 pongs come in the order of the pings",
            b"\x89\x81\0\0\0\0a\x89\x81\0\0\0\0b",
            [ping("a"), ping("b")],
            Is(b"\x8A\x01a\x8A\x01b"),
        ),
        row(
            "5.5.3 an unasked pong has no answer",
            b"\x8A\x81\0\0\0\0x",
            [Message::Pong("x".into())],
            Is(b""),
        ),
    ]
}

fn closing() -> Vec<Row> {
    let mut rows = vec![
        row("5.5.1 a Close is answered", b"\x88\x80\0\0\0\0", [Message::Close(None)], Is(b"\x88\x00")),
        row(
            "5.5.1 the answer echoes the code",
            b"\x88\x85\0\0\0\0\x03\xE8bye",
            [close(1000, "bye")],
            Is(b"\x88\x02\x03\xE8"),
        ),
        row(
            "5.5.1 nothing after a Close is processed",
            b"\x88\x80\0\0\0\0\x81\x81\0\0\0\0a\x89\x80\0\0\0\0",
            [Message::Close(None)],
            Is(b"\x88\x00"),
        ),
        row(
            "5.5.1 a Close between fragments ends the message",
            b"\x01\x81\0\0\0\0a\x88\x80\0\0\0\0",
            [Message::Close(None)],
            Is(b"\x88\x00"),
        ),
        row("5.5.1 half a close code fails", b"\x88\x81\0\0\0\0\x03", [], Fails(1002)),
        row("5.5.1 a reason that is not UTF-8 fails", b"\x88\x83\0\0\0\0\x03\xE8\xFF", [], Fails(1007)),
        row(
            "7.4.2 a code from 3000 to 4999 is taken",
            b"\x88\x82\0\0\0\0\x0B\xB8",
            [close(3000, "")],
            Is(b"\x88\x02\x0B\xB8"),
        ),
    ];
    let forbidden: [(&str, &[u8]); 6] = [
        ("7.4.2 code 999 fails", b"\x88\x82\0\0\0\0\x03\xE7"),
        ("7.4.1 code 1004 fails", b"\x88\x82\0\0\0\0\x03\xEC"),
        ("7.4.1 code 1005 fails", b"\x88\x82\0\0\0\0\x03\xED"),
        ("7.4.1 code 1006 fails", b"\x88\x82\0\0\0\0\x03\xEE"),
        ("7.4.1 code 1015 fails", b"\x88\x82\0\0\0\0\x03\xF7"),
        ("7.4.2 code 5000 fails", b"\x88\x82\0\0\0\0\x13\x88"),
    ];
    rows.extend(forbidden.map(|(rule, wire)| row(rule, wire, [], Fails(1002))));
    rows
}

fn text() -> Vec<Row> {
    vec![
        row("5.6 text is UTF-8", b"\x81\x86\0\0\0\0\xCE\xBA\xE2\x82\xAC!", [text_message("κ€!")], Is(b"")),
        row(
            "5.6 a character may be cut by a fragment",
            b"\x01\x81\0\0\0\0\xE2\x00\x81\0\0\0\0\x82\x80\x81\0\0\0\0\xAC",
            [text_message("€")],
            Is(b""),
        ),
        row("8.1 text that is not UTF-8 fails", b"\x81\x82\0\0\0\0a\xFF", [], Fails(1007)),
        row("8.1 text that ends within a character fails", b"\x81\x82\0\0\0\0\xE2\x82", [], Fails(1007)),
        row(
            "8.1 fragments that end within a character fail",
            b"\x01\x81\0\0\0\0\xE2\x80\x81\0\0\0\0\x82",
            [],
            Fails(1007),
        ),
        row("8.1 an overlong form fails", b"\x81\x82\0\0\0\0\xC0\xAF", [], Fails(1007)),
        row("8.1 a surrogate fails", b"\x81\x83\0\0\0\0\xED\xA0\x80", [], Fails(1007)),
        row("8.1 binary may be anything", b"\x82\x81\0\0\0\0\x7F", [binary("\x7F")], Is(b"")),
    ]
}

/// Sends the wire bytes in pieces to a connection that takes 200 bytes per message; gives what it received and wrote.
async fn play(wire: &[u8], piece_bytes: usize) -> (Vec<Message>, Vec<u8>) {
    let (io, mut peer) = tokio::io::duplex(64 * 1024);
    let mut websocket = WebSocket::new(io, Options { max_message_bytes: 200 });
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
fn decode(wire: &[u8], piece_bytes: usize) -> Vec<Result<Message, ProtocolError>> {
    let mut decoder = Decoder::new(200);
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

fn row(
    rule: &'static str,
    wire: &'static [u8],
    messages: impl IntoIterator<Item = Message>,
    answer: Answer,
) -> Row {
    Row { rule, wire, messages: messages.into_iter().collect(), answer }
}

fn text_message(text: &str) -> Message {
    Message::Text(text.to_owned())
}

fn binary(payload: &'static str) -> Message {
    Message::Binary(payload.into())
}

fn ping(payload: &'static str) -> Message {
    Message::Ping(payload.into())
}

fn close(code: u16, text: &str) -> Message {
    Message::Close(Some(CloseReason { code: CloseCode::new(code).unwrap(), text: text.to_owned() }))
}
