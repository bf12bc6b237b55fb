//! The closing handshake and its codes: RFC 6455, 5.5.1 and 7.

use super::{
    Answer::{Fails, Is},
    Received::{Close, CloseWith, Text},
    Row, row,
};

pub(super) const ROWS: &[Row] = &[
    row("5.5.1 a Close is answered", b"\x88\x80\0\0\0\0", &[Close], Is(b"\x88\x00")),
    row(
        "5.5.1 the answer echoes the code",
        b"\x88\x85\0\0\0\0\x03\xE8bye",
        &[CloseWith(1000, "bye")],
        Is(b"\x88\x02\x03\xE8"),
    ),
    row(
        "5.5.1 nothing after a Close is processed",
        b"\x88\x80\0\0\0\0\x81\x81\0\0\0\0a\x89\x80\0\0\0\0",
        &[Close],
        Is(b"\x88\x00"),
    ),
    row(
        "5.5.1 a second Close is not answered",
        b"\x88\x80\0\0\0\0\x88\x80\0\0\0\0",
        &[Close],
        Is(b"\x88\x00"),
    ),
    row(
        "5.5.1 garbage after a Close changes nothing",
        b"\x88\x82\0\0\0\0\x03\xE8\xFF\xFF\xFF\xFF",
        &[CloseWith(1000, "")],
        Is(b"\x88\x02\x03\xE8"),
    ),
    row(
        "5.5.1 messages before the Close are received",
        b"\x81\x81\0\0\0\0a\x88\x80\0\0\0\0",
        &[Text("a"), Close],
        Is(b"\x88\x00"),
    ),
    row("5.5.1 half a close code fails", b"\x88\x81\0\0\0\0\x03", &[], Fails(1002)),
    row("5.5.1 a reason that is not UTF-8 fails", b"\x88\x83\0\0\0\0\x03\xE8\xFF", &[], Fails(1007)),
    row(
        "5.5.1 a reason that ends within a character fails",
        b"\x88\x84\0\0\0\0\x03\xE8\xE2\x82",
        &[],
        Fails(1007),
    ),
    row(
        "5.5.1 a reason has up to 123 bytes",
        b"\x88\xFD\0\0\0\0\x03\xE8aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
          aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        &[CloseWith(
            1000,
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        )],
        Is(b"\x88\x02\x03\xE8"),
    ),
    row("7.4.2 code 0 fails", b"\x88\x82\0\0\0\0\0\0", &[], Fails(1002)),
    row("7.4.2 code 999 fails", b"\x88\x82\0\0\0\0\x03\xE7", &[], Fails(1002)),
    row("7.4.1 code 1000", b"\x88\x82\0\0\0\0\x03\xE8", &[CloseWith(1000, "")], Is(b"\x88\x02\x03\xE8")),
    row("7.4.1 code 1001", b"\x88\x82\0\0\0\0\x03\xE9", &[CloseWith(1001, "")], Is(b"\x88\x02\x03\xE9")),
    row("7.4.1 code 1002", b"\x88\x82\0\0\0\0\x03\xEA", &[CloseWith(1002, "")], Is(b"\x88\x02\x03\xEA")),
    row("7.4.1 code 1003", b"\x88\x82\0\0\0\0\x03\xEB", &[CloseWith(1003, "")], Is(b"\x88\x02\x03\xEB")),
    row("7.4.1 code 1004 fails", b"\x88\x82\0\0\0\0\x03\xEC", &[], Fails(1002)),
    row("7.4.1 code 1005 fails", b"\x88\x82\0\0\0\0\x03\xED", &[], Fails(1002)),
    row("7.4.1 code 1006 fails", b"\x88\x82\0\0\0\0\x03\xEE", &[], Fails(1002)),
    row("7.4.1 code 1007", b"\x88\x82\0\0\0\0\x03\xEF", &[CloseWith(1007, "")], Is(b"\x88\x02\x03\xEF")),
    row("7.4.1 code 1008", b"\x88\x82\0\0\0\0\x03\xF0", &[CloseWith(1008, "")], Is(b"\x88\x02\x03\xF0")),
    row("7.4.1 code 1009", b"\x88\x82\0\0\0\0\x03\xF1", &[CloseWith(1009, "")], Is(b"\x88\x02\x03\xF1")),
    row("7.4.1 code 1010", b"\x88\x82\0\0\0\0\x03\xF2", &[CloseWith(1010, "")], Is(b"\x88\x02\x03\xF2")),
    row("7.4.1 code 1011", b"\x88\x82\0\0\0\0\x03\xF3", &[CloseWith(1011, "")], Is(b"\x88\x02\x03\xF3")),
    row("11.7 code 1012", b"\x88\x82\0\0\0\0\x03\xF4", &[CloseWith(1012, "")], Is(b"\x88\x02\x03\xF4")),
    row("11.7 code 1013", b"\x88\x82\0\0\0\0\x03\xF5", &[CloseWith(1013, "")], Is(b"\x88\x02\x03\xF5")),
    row("11.7 code 1014", b"\x88\x82\0\0\0\0\x03\xF6", &[CloseWith(1014, "")], Is(b"\x88\x02\x03\xF6")),
    row("7.4.1 code 1015 fails", b"\x88\x82\0\0\0\0\x03\xF7", &[], Fails(1002)),
    row("7.4.2 code 1016 fails", b"\x88\x82\0\0\0\0\x03\xF8", &[], Fails(1002)),
    row("7.4.2 code 2000 fails", b"\x88\x82\0\0\0\0\x07\xD0", &[], Fails(1002)),
    row("7.4.2 code 2999 fails", b"\x88\x82\0\0\0\0\x0B\xB7", &[], Fails(1002)),
    row("7.4.2 code 3000", b"\x88\x82\0\0\0\0\x0B\xB8", &[CloseWith(3000, "")], Is(b"\x88\x02\x0B\xB8")),
    row("7.4.2 code 3999", b"\x88\x82\0\0\0\0\x0F\x9F", &[CloseWith(3999, "")], Is(b"\x88\x02\x0F\x9F")),
    row("7.4.2 code 4000", b"\x88\x82\0\0\0\0\x0F\xA0", &[CloseWith(4000, "")], Is(b"\x88\x02\x0F\xA0")),
    row("7.4.2 code 4999", b"\x88\x82\0\0\0\0\x13\x87", &[CloseWith(4999, "")], Is(b"\x88\x02\x13\x87")),
    row("7.4.2 code 5000 fails", b"\x88\x82\0\0\0\0\x13\x88", &[], Fails(1002)),
    row("7.4.2 code 65535 fails", b"\x88\x82\0\0\0\0\xFF\xFF", &[], Fails(1002)),
];
