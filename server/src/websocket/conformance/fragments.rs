//! Messages in several frames: RFC 6455, 5.4.

use super::{
    Answer::{Fails, Is},
    Received::{Binary, Close, Ping, Pong, Text},
    Row, row,
};

pub(super) const ROWS: &[Row] = &[
    row(
        "5.4 fragments make one message, in order",
        b"\x01\x81\0\0\0\0a\x00\x81\0\0\0\0b\x80\x81\0\0\0\0c",
        &[Text("abc")],
        Is(b""),
    ),
    row(
        "5.4 the first frame says the type of all",
        b"\x02\x81\0\0\0\0\xFF\x80\x81\0\0\0\0\xFF",
        &[Binary(b"\xFF\xFF")],
        Is(b""),
    ),
    row(
        "5.4 fragmented and whole messages follow each other",
        b"\x81\x81\0\0\0\0a\x01\x81\0\0\0\0b\x80\x81\0\0\0\0c\x82\x81\0\0\0\0d",
        &[Text("a"), Text("bc"), Binary(b"d")],
        Is(b""),
    ),
    row(
        "5.4 empty fragments are fragments",
        b"\x02\x80\0\0\0\0\x00\x80\0\0\0\0\x80\x80\0\0\0\0",
        &[Binary(b"")],
        Is(b""),
    ),
    row(
        "5.4 an empty fragment adds nothing",
        b"\x01\x81\0\0\0\0a\x00\x80\0\0\0\0\x80\x81\0\0\0\0b",
        &[Text("ab")],
        Is(b""),
    ),
    row(
        "5.4 a ping between fragments is answered at once",
        b"\x01\x81\0\0\0\0a\x89\x81\0\0\0\0p\x80\x81\0\0\0\0b",
        &[Ping(b"p"), Text("ab")],
        Is(b"\x8A\x01p"),
    ),
    row(
        "5.4 a ping is answered while the message is under way",
        b"\x01\x81\0\0\0\0a\x89\x81\0\0\0\0p\x00\x85\0\0\0\0b",
        &[Ping(b"p")],
        Is(b"\x8A\x01p"),
    ),
    row(
        "5.4 several control frames between fragments",
        b"\x02\x81\0\0\0\0a\x89\x81\0\0\0\0p\x8A\x81\0\0\0\0q\x00\x80\0\0\0\0\x89\x80\0\0\0\0\x80\x81\0\0\0\0b",
        &[Ping(b"p"), Pong(b"q"), Ping(b""), Binary(b"ab")],
        Is(b"\x8A\x01p\x8A\x00"),
    ),
    row(
        "5.4 a Close between fragments ends the message",
        b"\x01\x81\0\0\0\0a\x88\x80\0\0\0\0\x80\x81\0\0\0\0b",
        &[Close],
        Is(b"\x88\x00"),
    ),
    row("5.4 a text amid a fragmented binary fails", b"\x02\x81\0\0\0\0a\x81\x80\0\0\0\0", &[], Fails(1002)),
    row("5.4 a binary amid a fragmented text fails", b"\x01\x81\0\0\0\0a\x02\x80\0\0\0\0", &[], Fails(1002)),
    row("5.4 a text amid a fragmented text fails", b"\x01\x81\0\0\0\0a\x01\x80\0\0\0\0", &[], Fails(1002)),
    row("5.4 a final continuation needs a beginning", b"\x80\x81\0\0\0\0a", &[], Fails(1002)),
    row("5.4 a continuation needs a beginning", b"\x00\x81\0\0\0\0a", &[], Fails(1002)),
    row(
        "5.4 a continuation after a whole message fails",
        b"\x81\x81\0\0\0\0a\x00\x80\0\0\0\0",
        &[Text("a")],
        Fails(1002),
    ),
    row(
        "5.4 a continuation after the last fragment fails",
        b"\x01\x81\0\0\0\0a\x80\x81\0\0\0\0b\x80\x80\0\0\0\0",
        &[Text("ab")],
        Fails(1002),
    ),
    row(
        "5.4 a control frame does not end a message",
        b"\x01\x81\0\0\0\0a\x8A\x80\0\0\0\0\x81\x81\0\0\0\0b",
        &[Pong(b"")],
        Fails(1002),
    ),
];
