//! Pings, pongs, and what all control frames have in common: RFC 6455, 5.5.

use super::{
    Answer::{Fails, Is},
    Received::{Close, Ping, Pong},
    Row, row,
};

pub(super) const ROWS: &[Row] = &[
    row("5.5 a fragmented Ping fails", b"\x09\x80\0\0\0\0", &[], Fails(1002)),
    row("5.5 a fragmented Pong fails", b"\x0A\x80\0\0\0\0", &[], Fails(1002)),
    row("5.5 a fragmented Close fails", b"\x08\x80\0\0\0\0", &[], Fails(1002)),
    row("5.5 a fragmented Ping amid fragments fails", b"\x01\x81\0\0\0\0a\x09\x80\0\0\0\0", &[], Fails(1002)),
    row("5.5 a Ping of 126 bytes fails", b"\x89\xFE\0\x7E\0\0\0\0", &[], Fails(1002)),
    row("5.5 a Pong of 126 bytes fails", b"\x8A\xFE\0\x7E\0\0\0\0", &[], Fails(1002)),
    row("5.5 a Close of 126 bytes fails", b"\x88\xFE\0\x7E\0\0\0\0", &[], Fails(1002)),
    row("5.5 a Ping of 64 KiB fails", b"\x89\xFF\0\0\0\0\0\x01\0\0\0\0\0\0", &[], Fails(1002)),
    row(
        "5.5 a control frame's length is short even if its value is",
        b"\x89\xFE\0\x01\0\0\0\0a",
        &[],
        Fails(1002),
    ),
    row(
        "5.5 a Ping of 125 bytes is answered in full",
        b"\x89\xFD\0\0\0\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
          aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        &[Ping(&[b'a'; 125])],
        Is(b"\x8A\x7Daaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ),
    row("5.5.2 a ping is answered", b"\x89\x80\0\0\0\0", &[Ping(b"")], Is(b"\x8A\x00")),
    row(
        "5.5.2 a ping may carry any bytes",
        b"\x89\x83\0\0\0\0\0\xFF\xC0",
        &[Ping(b"\0\xFF\xC0")],
        Is(b"\x8A\x03\0\xFF\xC0"),
    ),
    row(
        "5.5.2 a ping after the Close is not answered",
        b"\x88\x80\0\0\0\0\x89\x80\0\0\0\0",
        &[Close],
        Is(b"\x88\x00"),
    ),
    row(
        "5.5.3 a pong has the ping's data",
        b"\x89\x85\0\0\0\0Hello",
        &[Ping(b"Hello")],
        Is(b"\x8A\x05Hello"),
    ),
    row(
        "5.5.3 pongs come in the order of the pings",
        b"\x89\x81\0\0\0\0a\x89\x81\0\0\0\0b",
        &[Ping(b"a"), Ping(b"b")],
        Is(b"\x8A\x01a\x8A\x01b"),
    ),
    row("5.5.3 an unasked pong has no answer", b"\x8A\x81\0\0\0\0x", &[Pong(b"x")], Is(b"")),
];
