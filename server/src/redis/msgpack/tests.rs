use bytes::Bytes;
use parlor_protocol::json::Payload;
use parlor_protocol::limits;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::redis::FormatError;
use crate::redis::golden::{bytes, damaged, deep, hex, list};
use crate::redis::sink::Sink;

/// JSON, and what notepack 3.0.1 makes of it: `encode(JSON.parse(json)).toString("hex")`.
const BOTH_WAYS: &[(&str, &str)] = &[
    ("null", "c0"),
    ("false", "c2"),
    ("true", "c3"),
    ("0", "00"),
    ("127", "7f"),
    ("128", "cc80"),
    ("255", "ccff"),
    ("256", "cd0100"),
    ("65535", "cdffff"),
    ("65536", "ce00010000"),
    ("4294967295", "ceffffffff"),
    ("4294967296", "cf0000000100000000"),
    ("9007199254740991", "cf001fffffffffffff"),
    ("-1", "ff"),
    ("-32", "e0"),
    ("-33", "d0df"),
    ("-128", "d080"),
    ("-129", "d1ff7f"),
    ("-32768", "d18000"),
    ("-32769", "d2ffff7fff"),
    ("-2147483648", "d280000000"),
    ("-2147483649", "d3ffffffff7fffffff"),
    ("-9007199254740991", "d3ffe0000000000001"),
    ("1.5", "cb3ff8000000000000"),
    ("-0.25", "cbbfd0000000000000"),
    ("5e-324", "cb0000000000000001"),
    (r#""""#, "a0"),
    (r#""a""#, "a161"),
    (r#""é😀""#, "a6c3a9f09f9880"),
    (r#""\"\\\n\u0000""#, "a4225c0a00"),
    ("[]", "90"),
    ("[1,[2,[]]]", "9201920290"),
    ("{}", "80"),
    (r#"{"a":1,"b":{"c":[null]}}"#, "82a16101a16281a16391c0"),
    (r#"{"b":0,"a":"x","":[]}"#, "83a16200a161a178a090"),
];

#[test]
fn json_becomes_what_notepack_writes_and_comes_back() {
    for (json, expected) in BOTH_WAYS {
        assert_eq!(hex(&write(json)), *expected, "{json}");
        assert_eq!(read(&bytes(expected)).unwrap(), *json);
    }
}

#[test]
fn another_spelling_of_a_value_is_the_same_value() {
    // encode(JSON.parse(json)).toString("hex")
    for (json, expected) in [
        ("1.0", "01"),
        ("1e3", "cd03e8"),
        ("10e-1", "01"),
        ("-0", "00"),
        ("-0.0", "00"),
        ("-1.0", "ff"),
        ("1e400", "cb7ff0000000000000"),
        ("-1e400", "cbfff0000000000000"),
        ("18446744073709549568.0", "cffffffffffffff800"),
        (r#""\u00e9\ud83d\ude00\/""#, "a7c3a9f09f98802f"),
        (" [ 1 , { \"a\" : [ ] } ]\n", "920181a16190"),
    ] {
        assert_eq!(hex(&write(json)), expected, "{json}");
    }
}

#[test]
fn integers_keep_the_digits_that_javascript_rounds_off() {
    // notepack has rounded them before it writes them: cf0020000000000000, and nonsense behind 64 bits.
    for (json, expected) in [
        ("9007199254740993", "cf0020000000000001"),
        ("18446744073709551615", "cfffffffffffffffff"),
        ("-9007199254740993", "d3ffdfffffffffffff"),
        ("-9223372036854775808", "d38000000000000000"),
    ] {
        assert_eq!(hex(&write(json)), expected, "{json}");
        assert_eq!(read(&bytes(expected)).unwrap(), json);
    }
}

#[test]
fn whole_numbers_beyond_64_bits_stay_floats() {
    // notepack would write the lowest 64 bits: of 1e300 that is 0.
    for (json, expected, again) in [
        ("1e21", "cb444b1ae4d6e2ef50", "1e+21"),
        ("18446744073709551616", "cb43f0000000000000", "18446744073709552000"),
        ("-9223372036854775809e3", "cbc47f400000000000", "-9.223372036854776e+21"),
    ] {
        assert_eq!(hex(&write(json)), expected, "{json}");
        assert_eq!(read(&bytes(expected)).unwrap(), again);
    }
}

#[test]
fn the_shortest_head_is_written_for_every_length() {
    let text = |length| format!("\"{}\"", "x".repeat(length));
    let array = |length| format!("[{}]", vec!["0"; length].join(","));
    let map = |length| format!("{{{}}}", vec!["\"k\":0"; length].join(","));
    // encode("x".repeat(31)) and so on
    for (json, expected) in [
        (text(31), "bf7878"),
        (text(32), "d9207878"),
        (text(255), "d9ff7878"),
        (text(256), "da01007878"),
        (text(65_535), "daffff7878"),
        (text(65_536), "db000100007878"),
        (array(15), "9f0000"),
        (array(16), "dc00100000"),
        (array(65_535), "dcffff0000"),
        (array(65_536), "dd000100000000"),
        (map(15), "8fa16b00"),
        (map(16), "de0010a16b00"),
        (map(65_536), "df00010000a16b00"),
    ] {
        let written = write(&json);
        assert_eq!(hex(&written)[..expected.len()], *expected);
        assert_eq!(read(&written.into()).unwrap(), json);
    }
}

#[test]
fn long_arrays_in_long_arrays_make_room_for_each_other() {
    let inner = format!("[{}]", vec!["1"; 16].join(","));
    let outer = format!("[{},{{\"k\":{inner}}},[{inner}]]", vec![inner.as_str(); 17].join(","));
    let long = ["dc0010", &"01".repeat(16)].concat();
    let expected = ["dc0013", &long.repeat(17), "81a16b", &long, "91", &long].concat();
    assert_eq!(hex(&write(&outer)), expected);
}

#[test]
fn attachments_are_bytes_in_their_places() {
    // encode(["a", Buffer.from([1]), { b: Buffer.alloc(0) }])
    let payload =
        list(r#"["a",{"_placeholder":true,"num":0},{"b":{"_placeholder":true,"num":1}}]"#, &[&[1], &[]]);
    let mut writer = Writer::default();
    writer.payload(&payload);
    let written = writer.finish();
    assert_eq!(hex(&written), "93a161c4010181a162c400");
    assert_eq!(read_payload(&written.into()), (payload.json().into(), payload.attachments().to_vec()));
}

#[test]
fn the_shortest_head_is_written_for_bytes() {
    // encode(Buffer.alloc(length))
    for (length, expected) in
        [(0, "c400"), (255, "c4ff00"), (256, "c5010000"), (65_535, "c5ffff00"), (65_536, "c60001000000")]
    {
        let mut writer = Writer::default();
        writer.bytes(&vec![0; length].into());
        assert_eq!(hex(&writer.finish())[..expected.len()], *expected);
    }
}

#[test]
fn depth_costs_nothing_where_it_is_written() {
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    assert_eq!(write(&deep), [vec![0x91; 99_999], vec![0x90]].concat());
}

#[test]
fn what_notepack_reads_is_read_alike() {
    // JSON.stringify(decode(Buffer.from(hex, "hex"))), null for what it leaves out
    for (hex, expected) in [
        ("ca3f800000", "1"),
        ("ca3dcccccd", "0.10000000149011612"),
        ("cb7ff8000000000000", "null"),
        ("cbfff0000000000000", "null"),
        ("cb3ff0000000000000", "1"),
        ("cb8000000000000000", "0"),
        // Longer than they need be.
        ("cc01", "1"),
        ("cf0000000000000001", "1"),
        ("d3ffffffffffffffff", "-1"),
        ("d90161", "\"a\""),
        ("dd0000000101", "[1]"),
        ("df00000001a16101", "{\"a\":1}"),
        // What is no text as a key.
        ("81c0c0", r#"{"null":null}"#),
        ("8101c3", r#"{"1":true}"#),
        ("81ff00", r#"{"-1":0}"#),
        ("81c3c0", r#"{"true":null}"#),
        ("81cb3ff8000000000000c0", r#"{"1.5":null}"#),
        ("81c4016100", r#"{"a":0}"#),
        ("81d6ff0000000000", r#"{"1970-01-01T00:00:00.000Z":0}"#),
        // No UTF-8.
        ("a3ff41fe", "\"\u{fffd}A\u{fffd}\""),
        ("a2eda0", "\"\u{fffd}\u{fffd}\""),
        // `undefined`, as versions of old wrote it.
        ("92d4000001", "[null,1]"),
    ] {
        assert_eq!(read(&bytes(hex)).unwrap(), expected, "{hex}");
    }
}

#[test]
fn a_date_is_its_text() {
    // JSON.stringify(new Date(ms)), encode(new Date(ms)).toString("hex")
    for (hex, expected) in [
        ("d6ff00000000", "\"1970-01-01T00:00:00.000Z\""),
        ("d6ff6553f100", "\"2023-11-14T22:13:20.000Z\""),
        ("d7ff1d5353006553f100", "\"2023-11-14T22:13:20.123Z\""),
        ("d6ffffffffff", "\"2106-02-07T06:28:15.000Z\""),
        ("d7ff0000000100000000", "\"2106-02-07T06:28:16.000Z\""),
        ("d7ffee2e1f03ffffffff", "\"2514-05-30T01:53:03.999Z\""),
        ("c70cff000000000000000400000000", "\"2514-05-30T01:53:04.000Z\""),
        ("c70cff3b8b87c0ffffffffffffffff", "\"1969-12-31T23:59:59.999Z\""),
        ("c70cff3b8b87c0fffffff1868b83ff", "\"-000001-12-31T23:59:59.999Z\""),
        ("c70cff00000000000007dba8218000", "\"+275760-09-13T00:00:00.000Z\""),
        // Beyond what JavaScript has dates for.
        ("c70cff00000000000007dba8218001", "null"),
        // In the form of old: milliseconds.
        ("d70000000000000003e8", "\"1970-01-01T00:00:01.000Z\""),
    ] {
        assert_eq!(read(&bytes(hex)).unwrap(), expected, "{hex}");
    }
}

#[test]
fn an_extension_that_nobody_knows_is_null() {
    for hex in
        ["d47f01", "d57f0102", "d6010000 0000", "d87f 00000000000000000000000000000000", "c7037f010203"]
    {
        assert_eq!(read(&bytes(hex)).unwrap(), "null", "{hex}");
    }
    // An `ArrayBuffer`, as versions of old wrote it.
    assert_eq!(
        read_payload(&bytes("c7020001ff")),
        (r#"{"_placeholder":true,"num":0}"#.into(), vec![Bytes::from_static(&[1, 0xff])])
    );
}

#[test]
fn where_no_attachments_can_be_bytes_are_what_node_makes_of_a_buffer() {
    let body = bytes("92c40201ff01");
    let text = Text::of(&mut Reader::new(&body), BytesAs::Json).unwrap();
    assert_eq!(text.json, r#"[{"type":"Buffer","data":[1,255]},1]"#);
    assert!(text.attachments.is_empty());
}

#[test]
fn attachments_are_counted() {
    let body = |count: u8| Bytes::from([&[0xdc, 0, count][..], &[0xc4, 0].repeat(count.into())].concat());
    let most = u8::try_from(limits::MAX_ATTACHMENTS).unwrap();
    assert_eq!(read_payload(&body(most)).1.len(), limits::MAX_ATTACHMENTS);
    assert!(matches!(read(&body(most + 1)), Err(FormatError::TooManyAttachments)));
}

#[test]
fn what_is_no_message_is_an_error() {
    for (hex, expected) in [
        ("", "the message is cut off"),
        ("92 01", "the message is cut off"),
        ("d9ff61", "the message is cut off"),
        ("c6ffffffff00", "the message is cut off"),
        ("ddffffffff", "the message is cut off"),
        ("dfffffffff", "the message is cut off"),
        ("c9ffffffff7f", "the message is cut off"),
        ("cf00", "the message is cut off"),
        ("c1", "no value in msgpack begins with 0xc1"),
        ("01 01", "there is more behind the end of the message"),
        ("81 90 01", "an object has an array or an object as a key"),
        ("81 d47f01 01", "an object has an array or an object as a key"),
    ] {
        assert_eq!(read(&bytes(hex)).unwrap_err().to_string(), expected, "{hex}");
    }
}

#[test]
fn depth_is_bounded_where_it_is_read() {
    let deep_enough = |levels: usize| Bytes::from([vec![0x91; levels], vec![0x90]].concat());
    assert!(read(&deep_enough(limits::MAX_JSON_DEPTH)).is_ok());
    for body in deep() {
        assert!(matches!(read(&body), Err(FormatError::TooDeep)));
        // Stepping over needs no depth.
        assert!(matches!(Reader::new(&body).skip(), Err(FormatError::Truncated)));
    }
}

#[test]
fn a_value_is_stepped_over_whole() {
    for (json, hex) in BOTH_WAYS {
        let body = bytes(&[*hex, "c3"].concat());
        let mut reader = Reader::new(&body);
        reader.skip().unwrap();
        assert_eq!(reader.head().unwrap(), Head::Bool(true), "{json}");
    }
}

#[test]
fn an_integer_is_found_by_its_name() {
    // encode({ data: { type: 1 }, type: 9 })
    let body = bytes("82a46461746181a47479706501a47479706509");
    let reader = Reader::new(&body);
    assert_eq!(reader.integer("type").unwrap(), Some(9));
    assert_eq!(reader.integer("data").unwrap(), None);
    assert_eq!(reader.integer("uid").unwrap(), None);
    assert_eq!(Reader::new(&bytes("9101")).integer("type").unwrap(), None);
}

#[test]
fn what_damage_leaves_is_json_or_an_error() {
    for (_, hex) in BOTH_WAYS {
        damaged(&bytes(hex)).for_each(|body| json_or_error(&body));
    }
    for hex in ["93a161c4010181a162c400", "c70cff00000000000007dba8218000", "d7ffee2e1f03ffffffff"] {
        damaged(&bytes(hex)).for_each(|body| json_or_error(&body));
    }
}

proptest! {
    #[test]
    fn any_json_comes_back_as_it_went(value in value()) {
        let json = value.to_string();
        let again: Value = serde_json::from_str(&read(&write(&json).into()).unwrap()).unwrap();
        prop_assert_eq!(again, value);
    }

    #[test]
    fn any_number_keeps_its_value(number in prop_oneof![any::<f64>(), -1e20..1e20, any::<i64>().prop_map(|it| it as f64)]) {
        let json = serde_json::to_string(&number).unwrap();
        let again: f64 = read(&write(&json).into()).unwrap().parse().unwrap();
        prop_assert!(again == number, "{} became {}", json, again);
    }

    #[test]
    fn any_bytes_are_json_or_an_error(body in prop::collection::vec(any::<u8>(), 0..200)) {
        json_or_error(&body.into());
    }

    #[test]
    fn any_payload_comes_back_as_it_went(name in "[a-z]{1,9}", data in prop::collection::vec(any::<u8>(), 0..300), more in value()) {
        let payload = Payload::event(&format!("x{name}"), &(more, Bytes::from(data.clone()), [Bytes::from(data)])).unwrap();
        let mut writer = Writer::default();
        writer.payload(&payload);
        let (json, attachments) = read_payload(&writer.finish().into());
        prop_assert_eq!(attachments, payload.attachments());
        prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), serde_json::from_str::<Value>(payload.json()).unwrap());
    }
}

/// Any JSON, not too deep; without floats, which serde_json reads a little beside.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        ".{30,33}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..20)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn write(json: &str) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.raw(json);
    writer.finish()
}

/// A whole message as text without attachments.
fn read(body: &Bytes) -> Result<String, FormatError> {
    let mut reader = Reader::new(body);
    let text = Text::of(&mut reader, BytesAs::Attachments)?;
    reader.end()?;
    Ok(text.json)
}

fn read_payload(body: &Bytes) -> (String, Vec<Bytes>) {
    let text = Text::of(&mut Reader::new(body), BytesAs::Attachments).unwrap();
    (text.json, text.attachments)
}

fn json_or_error(body: &Bytes) {
    for bytes_as in [BytesAs::Attachments, BytesAs::Json] {
        if let Ok(text) = Text::of(&mut Reader::new(body), bytes_as) {
            serde_json::from_str::<serde::de::IgnoredAny>(&text.json).unwrap();
            // What comes out is bounded by what came in: the most is made of the shortest placeholders.
            assert!(text.json.len() <= 30 * (body.len() + 1), "{}", text.json);
        }
    }
    let _ = Reader::new(body).skip();
    let _ = Reader::new(body).integer("type");
}
