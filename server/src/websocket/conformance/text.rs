//! Text is UTF-8, and is refused at the first byte that is not: RFC 6455, 5.6 and 8.1.
//!
//! A row whose frame is not complete shows that the refusal does not wait for the rest.

use super::{
    Answer::{Fails, Is},
    Received::{Binary, Ping, Text},
    Row, row,
};

pub(super) const ROWS: &[Row] = &[
    row("5.6 text is UTF-8", b"\x81\x86\0\0\0\0\xCE\xBA\xE2\x82\xAC!", &[Text("κ€!")], Is(b"")),
    row("5.6 the last character of all", b"\x81\x84\0\0\0\0\xF4\x8F\xBF\xBF", &[Text("\u{10FFFF}")], Is(b"")),
    row("5.6 a NUL is a character", b"\x81\x81\0\0\0\0\0", &[Text("\0")], Is(b"")),
    row("5.6 a byte order mark stays", b"\x81\x84\0\0\0\0\xEF\xBB\xBFa", &[Text("\u{FEFF}a")], Is(b"")),
    row("5.6 a noncharacter is a character", b"\x81\x83\0\0\0\0\xEF\xBF\xBE", &[Text("\u{FFFE}")], Is(b"")),
    row(
        "5.6 a character may be cut by a fragment",
        b"\x01\x81\0\0\0\0\xE2\x00\x81\0\0\0\0\x82\x80\x81\0\0\0\0\xAC",
        &[Text("€")],
        Is(b""),
    ),
    row(
        "5.6 a ping may stand within a character",
        b"\x01\x82\0\0\0\0\xF0\x9F\x89\x82\0\0\0\0\xF0\x9F\x80\x82\0\0\0\0\xA6\x80",
        &[Ping(b"\xF0\x9F"), Text("🦀")],
        Is(b"\x8A\x02\xF0\x9F"),
    ),
    row("5.6 binary may be anything", b"\x82\x83\0\0\0\0\xFF\xC0\x80", &[Binary(b"\xFF\xC0\x80")], Is(b"")),
    row("8.1 text that is not UTF-8 fails", b"\x81\x82\0\0\0\0a\xFF", &[], Fails(1007)),
    row("8.1 text that ends within a character fails", b"\x81\x82\0\0\0\0\xE2\x82", &[], Fails(1007)),
    row(
        "8.1 fragments that end within a character fail",
        b"\x01\x81\0\0\0\0\xE2\x80\x81\0\0\0\0\x82",
        &[],
        Fails(1007),
    ),
    row(
        "8.1 an empty last fragment does not complete a character",
        b"\x01\x82\0\0\0\0\xE2\x82\x80\x80\0\0\0\0",
        &[],
        Fails(1007),
    ),
    row("8.1 a lone continuation byte fails", b"\x81\x81\0\0\0\0\x80", &[], Fails(1007)),
    row("8.1 an overlong slash fails", b"\x81\x82\0\0\0\0\xC0\xAF", &[], Fails(1007)),
    row("8.1 an overlong form of three bytes fails", b"\x81\x83\0\0\0\0\xE0\x80\xAF", &[], Fails(1007)),
    row("8.1 an overlong form of four bytes fails", b"\x81\x84\0\0\0\0\xF0\x80\x80\xAF", &[], Fails(1007)),
    row("8.1 a surrogate fails", b"\x81\x83\0\0\0\0\xED\xA0\x80", &[], Fails(1007)),
    row("8.1 a pair of surrogates fails", b"\x81\x86\0\0\0\0\xED\xA0\xBD\xED\xB0\x80", &[], Fails(1007)),
    row("8.1 a character beyond the last fails", b"\x81\x84\0\0\0\0\xF4\x90\x80\x80", &[], Fails(1007)),
    row("8.1 a form of five bytes fails", b"\x81\x85\0\0\0\0\xF8\x88\x80\x80\x80", &[], Fails(1007)),
    row("8.1 the refusal does not wait for the frame", b"\x81\xBF\0\0\0\0ab\xFF", &[], Fails(1007)),
    row("8.1 the refusal does not wait for the character", b"\x81\xBF\0\0\0\0\xF4\x90", &[], Fails(1007)),
    row(
        "8.1 the refusal does not wait for the last fragment",
        b"\x01\x81\0\0\0\0\xE2\x00\x85\0\0\0\0(",
        &[],
        Fails(1007),
    ),
];
