//! What one Engine.IO message holds: text or bytes.

use alloc::{string::String, vec::Vec};

/// What one Engine.IO message holds: text or binary, in whatever form the edge keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message<T, B> {
    /// Text. On a WebSocket it is sent behind the digit `4`.
    Text(T),
    /// Bytes. On a WebSocket they are sent as they are, in a polling payload as `b` and base64.
    Binary(B),
}

/// Tells how much room a message takes in a polling payload, so that a batch respects the peer's `maxPayload`.
pub trait Size {
    /// Bytes that the message needs in a polling payload without its separator: UTF-8 length plus one for
    /// text, base64 length plus one for binary.
    fn payload_bytes(&self) -> usize;
}

impl<T: AsRef<str>, B: AsRef<[u8]>> Size for Message<T, B> {
    fn payload_bytes(&self) -> usize {
        match self {
            Self::Text(text) => 1 + text.as_ref().len(),
            Self::Binary(bytes) => 1 + bytes.as_ref().len().div_ceil(3) * 4,
        }
    }
}

impl From<&str> for Message<String, Vec<u8>> {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
