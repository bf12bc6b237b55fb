use super::*;

type Outcome = Result<Option<Message>, Kind>;

/// Masked with zeroes, so that the payload can be read in the test.
const TEXT_HEADER: &[u8] = b"\x81\xFF\x00\x00\x00\x00\x00\x0F\x42\x40\0\0\0\0";

#[test]
fn announced_length_allocates_nothing() {
    let mut decoder = Decoder::new(1_000_000);
    let mut buffer = BytesMut::from(TEXT_HEADER);
    assert_eq!(decoder.decode(&mut buffer), Ok(None));
    assert_eq!(decoder.remaining_bytes(), 1_000_000);
    assert_eq!(decoder.partial.as_ref().map(|partial| partial.payload.capacity()), Some(0));
}

#[test]
fn buffer_of_a_message_holds_at_most_twice_what_came_and_ends_exact() {
    let mut decoder = Decoder::new(1_000_000);
    let mut buffer = BytesMut::from(TEXT_HEADER);
    for received in (1000..1_000_000).step_by(1000) {
        buffer.extend_from_slice(&[b'x'; 1000]);
        assert_eq!(decoder.decode(&mut buffer), Ok(None));
        let capacity = decoder.partial.as_ref().map(|partial| partial.payload.capacity()).unwrap();
        assert!(capacity <= 2 * received, "{capacity} for {received}");
    }
    buffer.extend_from_slice(&[b'x'; 1000]);
    let Ok(Some(Message::Text(text))) = decoder.decode(&mut buffer) else { panic!("message expected") };
    assert_eq!((text.len(), text.capacity()), (1_000_000, 1_000_000));
}

#[test]
fn limit_counts_all_fragments_and_is_refused_by_the_header_alone() {
    // Limit 4. Each row: wire; then what comes of it.
    let rows: [(&[u8], Outcome); 5] = [
        (b"\x82\x84\0\0\0\0abcd", Ok(Some(Message::Binary("abcd".into())))),
        (b"\x82\x85\0\0\0\0", Err(Kind::MessageTooBig)),
        (b"\x02\x83\0\0\0\0abc\x80\x81\0\0\0\0d", Ok(Some(Message::Binary("abcd".into())))),
        (b"\x02\x83\0\0\0\0abc\x80\x82\0\0\0\0", Err(Kind::MessageTooBig)),
        (b"\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0", Err(Kind::MessageTooBig)),
    ];
    for (wire, expected) in rows {
        let actual = Decoder::new(4).decode(&mut BytesMut::from(wire));
        assert_eq!(actual, expected.map_err(ProtocolError::new), "{}", wire.escape_ascii());
    }
}

#[test]
fn bad_text_is_refused_before_the_message_is_complete() {
    let rows: [(&str, &[u8]); 5] = [
        ("within a frame that goes on", b"\x81\x8A\0\0\0\0a\xFF"),
        ("in a first fragment", b"\x01\x82\0\0\0\0a\xC0"),
        ("a character that the next fragment does not finish", b"\x01\x82\0\0\0\0a\xC3\x00\x82\0\0\0\0b"),
        ("a surrogate", b"\x81\x8A\0\0\0\0\xED\xA0\x80"),
        ("beyond U+10FFFF", b"\x81\x8A\0\0\0\0\xF4\x90\x80\x80"),
    ];
    for (name, wire) in rows {
        let mut decoder = Decoder::new(100);
        assert_eq!(decoder.decode(&mut BytesMut::from(wire)), Err(Kind::InvalidUtf8.into()), "{name}");
    }
}

#[test]
fn limit_of_a_compressed_message_holds_for_both_of_its_lengths() {
    // "Hello" compressed is 7 bytes (RFC 7692, 7.2.3.1). Each row: limit; wire; then what comes of it.
    let hello = b"\xC2\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\x00";
    let rows: [(usize, &[u8], Outcome); 4] = [
        (5, hello, Ok(Some(Message::Binary("Hello".into())))),
        (4, hello, Err(Kind::MessageTooBig)),
        (100, b"\xC2\xFE\x00\x80\0\0\0\0", Ok(None)),
        (100, b"\xC2\xFE\x01\x00\0\0\0\0", Err(Kind::MessageTooBig)),
    ];
    for (limit, wire, expected) in rows {
        let actual = Decoder::new(limit).with_deflate().decode(&mut BytesMut::from(wire));
        assert_eq!(actual, expected.map_err(ProtocolError::new), "{limit}: {}", wire.escape_ascii());
    }
}

#[test]
fn compressed_messages_are_read_where_they_were_agreed_on() {
    let hello = || Ok(Some(Message::Text("Hello".into())));
    let rows: [(&str, &[u8], Outcome); 10] = [
        ("6.2 one frame", b"\xC1\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\x00", hello()),
        ("6.2 fragments", b"\x41\x83\0\0\0\0\xf2\x48\xcd\x80\x84\0\0\0\0\xc9\xc9\x07\x00", hello()),
        ("6.1 an empty message", b"\xC1\x81\0\0\0\0\x00", Ok(Some(Message::Text(String::new())))),
        ("6.2 a message that is not compressed", b"\x81\x85\0\0\0\0Hello", hello()),
        ("6.1 RSV1 on a continuation", b"\x41\x81\0\0\0\0\xf2\xC0\x80\0\0\0\0", Err(Kind::ReservedBit)),
        ("6 RSV1 on a control frame", b"\xC9\x80\0\0\0\0", Err(Kind::ReservedBit)),
        ("6 RSV2", b"\xE1\x80\0\0\0\0", Err(Kind::ReservedBit)),
        ("7.2.2 damaged data", b"\xC1\x81\0\0\0\0\x07", Err(Kind::InvalidDeflate)),
        ("7.2.2 no data", b"\xC1\x80\0\0\0\0", Err(Kind::InvalidDeflate)),
        ("text that is not UTF-8", b"\xC1\x87\0\0\0\0\x00\x01\x00\xfe\xff\xff\x00", Err(Kind::InvalidUtf8)),
    ];
    for (name, wire, expected) in rows {
        let mut decoder = Decoder::new(100).with_deflate();
        let actual = decoder.decode(&mut BytesMut::from(wire));
        assert_eq!(actual, expected.map_err(ProtocolError::new), "{name}");
    }
}

#[test]
fn message_that_will_be_inflated_waits_as_it_came() {
    let mut decoder = Decoder::new(1_000_000).with_deflate();
    let mut buffer = BytesMut::from(&b"\x41\x83\0\0\0\0\xf2\x48\xcd"[..]);
    assert_eq!(decoder.decode(&mut buffer), Ok(None));
    assert_eq!(decoder.partial.as_ref().map(|partial| partial.payload.capacity()), Some(3));
}

#[test]
fn nothing_is_read_after_an_error_or_a_close() {
    for end in [b"\x83".as_slice(), b"\x88\x80\0\0\0\0"] {
        let mut decoder = Decoder::new(100);
        let mut buffer = BytesMut::from([end, b"\x81\x81\0\0\0\0a"].concat().as_slice());
        assert!(!matches!(decoder.decode(&mut buffer), Ok(None)));
        assert!(buffer.is_empty());
        buffer.extend_from_slice(b"\x81\x81\0\0\0\0a");
        assert_eq!(decoder.decode(&mut buffer), Ok(None));
        assert!(buffer.is_empty());
    }
}
