//! Messages, written as JSON text: what takes them makes JSON of it, or msgpack. So each message is spelled once, and
//! reads here as it looks in Node.

use std::fmt::Write;

use bytes::Bytes;
use parlor_protocol::json::{Payload, Piece};

/// What a message is written to.
pub(super) trait Sink {
    /// JSON as it stands: any number of whole tokens.
    fn raw(&mut self, json: &str);

    /// A string.
    fn text(&mut self, text: &str);

    /// Bytes.
    fn bytes(&mut self, bytes: &Bytes);

    /// An array of strings.
    fn texts(&mut self, texts: &[Box<str>]) {
        self.raw("[");
        for (at, text) in texts.iter().enumerate() {
            if at > 0 {
                self.raw(",");
            }
            self.text(text);
        }
        self.raw("]");
    }

    /// A payload, its attachments in their places.
    fn payload(&mut self, payload: &Payload) {
        for piece in payload.pieces() {
            match piece {
                Piece::Json(json) => self.raw(json),
                Piece::Attachment(bytes) => self.bytes(bytes),
            }
        }
    }
}

/// JSON. It has no bytes: they become what Node's `JSON.stringify` makes of a `Buffer`.
impl Sink for String {
    fn raw(&mut self, json: &str) {
        self.push_str(json);
    }

    fn text(&mut self, text: &str) {
        push_text(self, text);
    }

    fn bytes(&mut self, bytes: &Bytes) {
        push_buffer(self, bytes);
    }
}

/// Appends a string as JSON.
pub(super) fn push_text(json: &mut String, text: &str) {
    // Nearly all text is written as it is.
    let is_escaped = |byte| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().fold(false, |any, byte| any | is_escaped(byte)) {
        // Writing a `str` as JSON cannot fail.
        json.push_str(&serde_json::to_string(text).unwrap_or_default());
    } else {
        json.push('"');
        json.push_str(text);
        json.push('"');
    }
}

/// Appends bytes as Node writes a `Buffer` in JSON.
pub(super) fn push_buffer(json: &mut String, bytes: &[u8]) {
    json.push_str(r#"{"type":"Buffer","data":["#);
    for (at, byte) in bytes.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        // Writing into a `String` cannot fail.
        let _ = write!(json, "{comma}{byte}");
    }
    json.push_str("]}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_json_are_what_node_makes_of_a_buffer() {
        // JSON.stringify(["a\n", Buffer.from([1, 255]), Buffer.alloc(0)])
        let mut json = String::new();
        json.payload(
            &Payload::event("a\n", &(Bytes::from_static(&[1, 255]), Bytes::from_static(&[]))).unwrap(),
        );
        assert_eq!(json, r#"["a\n",{"type":"Buffer","data":[1,255]},{"type":"Buffer","data":[]}]"#);
    }

    #[test]
    fn strings_are_escaped() {
        let mut json = String::new();
        json.texts(&["a".into(), "\"\\\n".into(), "é".into()]);
        assert_eq!(json, r#"["a","\"\\\n","é"]"#);
    }
}
