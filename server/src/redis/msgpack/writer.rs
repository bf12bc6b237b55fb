//! JSON text to msgpack, in one pass.
//!
//! msgpack says before an array or a map how long it is, and JSON does not. Up to fifteen items that is one byte, which is
//! kept free and filled in at the end. The few that are longer are noted, and make room for themselves all together when
//! the message is complete, so that every byte moves once at most.

use bytes::Bytes;
use parlor_protocol::json::unquote;

use super::number;
use crate::redis::sink::Sink;

/// A message that is being written.
#[derive(Debug, Default)]
pub(in crate::redis) struct Writer {
    out: Vec<u8>,
    /// The arrays and maps around the place that is written to: on the heap, so that no depth is too deep.
    open: Vec<Container>,
    /// Those that are complete and too long for the byte that was kept free.
    long: Vec<Container>,
}

#[derive(Debug, Clone, Copy)]
struct Container {
    /// Where its head is.
    at: usize,
    /// A map's keys and values are counted alike.
    items: usize,
    is_map: bool,
}

/// The most items that the one-byte head of an array or a map can say.
const MAX_SHORT: usize = 15;

impl Writer {
    /// Room for that many bytes.
    pub(in crate::redis) fn with_capacity(bytes: usize) -> Self {
        Self { out: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// The message.
    pub(in crate::redis) fn finish(mut self) -> Vec<u8> {
        lengthen(&mut self.out, self.long);
        self.out
    }

    fn count(&mut self) {
        if let Some(around) = self.open.last_mut() {
            around.items += 1;
        }
    }

    fn begin(&mut self, is_map: bool) {
        self.count();
        self.open.push(Container { at: self.out.len(), items: 0, is_map });
        self.out.push(0);
    }

    fn end(&mut self) {
        let Some(container) = self.open.pop() else { return };
        match (container.short_head(), self.out.get_mut(container.at)) {
            (Some(head), Some(free)) => *free = head,
            _ => self.long.push(container),
        }
    }

    /// Writes the string that `json` begins with, and gives its length in JSON.
    fn string(&mut self, json: &str) -> usize {
        let inside = json.get(1..).unwrap_or_default();
        let end = memchr::memchr2(b'"', b'\\', inside.as_bytes()).unwrap_or(inside.len());
        let (text, behind) = inside.split_at_checked(end).unwrap_or((inside, ""));
        if behind.starts_with('\\') {
            let length = escaped_len(json.as_bytes());
            self.text(&unquote(json.get(..length).unwrap_or(json)));
            return length;
        }
        self.text(text);
        text.len() + 2
    }

    fn number(&mut self, json: &str) -> usize {
        let is_digit = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        let length = json.bytes().take_while(|byte| is_digit(byte)).count();
        self.count();
        number::write(json.get(..length).unwrap_or_default(), &mut self.out);
        length
    }

    fn constant(&mut self, marker: u8, json: &str) -> usize {
        self.count();
        self.out.push(marker);
        json.len()
    }
}

impl Sink for Writer {
    fn raw(&mut self, json: &str) {
        let mut at = 0;
        while let Some(rest) = json.get(at..)
            && let Some(first) = rest.as_bytes().first()
        {
            at += match first {
                b'"' => self.string(rest),
                b'-' | b'0'..=b'9' => self.number(rest),
                b'n' => self.constant(0xc0, "null"),
                b'f' => self.constant(0xc2, "false"),
                b't' => self.constant(0xc3, "true"),
                b'[' | b'{' => {
                    self.begin(*first == b'{');
                    1
                }
                b']' | b'}' => {
                    self.end();
                    1
                }
                _ => 1,
            };
        }
    }

    fn text(&mut self, text: &str) {
        self.count();
        match short_length(text.len(), 0x20, 0xa0) {
            Some(head) => self.out.push(head),
            None => push_length(text.len(), [0xd9, 0xda, 0xdb], &mut self.out),
        }
        self.out.extend_from_slice(text.as_bytes());
    }

    fn bytes(&mut self, bytes: &Bytes) {
        self.count();
        push_length(bytes.len(), [0xc4, 0xc5, 0xc6], &mut self.out);
        self.out.extend_from_slice(bytes);
    }
}

impl Container {
    fn length(self) -> usize {
        if self.is_map { self.items / 2 } else { self.items }
    }

    fn short_head(self) -> Option<u8> {
        short_length(self.length(), MAX_SHORT + 1, if self.is_map { 0x80 } else { 0x90 })
    }

    fn push_head(self, out: &mut Vec<u8>) {
        let [of_16_bits, of_32_bits] = if self.is_map { [0xde, 0xdf] } else { [0xdc, 0xdd] };
        // Never one byte: those are short.
        push_length(self.length(), [of_16_bits, of_16_bits, of_32_bits], out);
    }
}

/// The length and the kind in one byte.
fn short_length(length: usize, below: usize, kind: u8) -> Option<u8> {
    u8::try_from(length).ok().filter(|_| length < below).map(|length| kind | length)
}

/// The length behind the marker for its width. Redis takes half a gigabyte at most, so that none is longer.
fn push_length(length: usize, [of_8_bits, of_16_bits, of_32_bits]: [u8; 3], out: &mut Vec<u8>) {
    if let (Ok(length), true) = (u8::try_from(length), of_8_bits != of_16_bits) {
        out.extend_from_slice(&[of_8_bits, length]);
    } else if let Ok(length) = u16::try_from(length) {
        out.push(of_16_bits);
        out.extend_from_slice(&length.to_be_bytes());
    } else {
        out.push(of_32_bits);
        out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }
}

/// Puts the heads of `long` where one byte is kept free for each.
fn lengthen(out: &mut Vec<u8>, mut long: Vec<Container>) {
    if long.is_empty() {
        return;
    }
    // They came in the order in which they end.
    long.sort_unstable_by_key(|container| container.at);
    let short = std::mem::take(out);
    out.reserve(short.len() + 4 * long.len());
    let mut at = 0;
    for container in long {
        out.extend_from_slice(short.get(at..container.at).unwrap_or_default());
        container.push_head(out);
        at = container.at + 1;
    }
    out.extend_from_slice(short.get(at..).unwrap_or_default());
}

/// How long the string is that begins here, quotes included.
fn escaped_len(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = json.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        match json.get(at) {
            Some(b'\\') => at += 2,
            _ => return at + 1,
        }
    }
    json.len()
}
