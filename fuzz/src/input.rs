//! Random bytes as what transports deliver.

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::Message;

/// What one Engine.IO message holds, as the edges of this project take it.
pub(crate) type Frame = Message<ByteString, Bytes>;

/// Frames as a peer might send them.
#[derive(Debug, Arbitrary)]
pub(crate) enum Sent<'a> {
    Text(&'a str),
    Binary(&'a [u8]),
}

impl From<Sent<'_>> for Frame {
    fn from(sent: Sent<'_>) -> Self {
        match sent {
            Sent::Text(text) => Self::Text(text.into()),
            Sent::Binary(bytes) => Self::Binary(Bytes::copy_from_slice(bytes)),
        }
    }
}

/// The frames in `data`: those that end in a line feed are text, as long as they are UTF-8. A corpus of that form
/// can be read and written by people.
pub(crate) fn frames(data: &[u8]) -> impl Iterator<Item = Frame> + '_ {
    data.split(|byte| *byte == b'\n').map(|line| match std::str::from_utf8(line) {
        Ok(text) if !text.starts_with('b') => Frame::Text(text.into()),
        _ => Frame::Binary(Bytes::copy_from_slice(line)),
    })
}

/// The operations in `data`, until it is used up.
pub(crate) fn operations<'a, T: Arbitrary<'a>>(data: &'a [u8]) -> impl Iterator<Item = T> {
    let mut source = Unstructured::new(data);
    std::iter::from_fn(move || if source.is_empty() { None } else { T::arbitrary(&mut source).ok() })
}
