//! msgpack to JSON text, as `JSON.stringify` would write what notepack reads, but that bytes become attachments.

use std::fmt::Write;

use bytes::Bytes;
use parlor_protocol::limits;

use super::{Head, Reader, number};
use crate::redis::FormatError;
use crate::redis::sink::{push_buffer, push_text};

/// The deepest message, in arrays and maps around each other: the user's data may be as deep as what is read into types
/// anywhere, and stands in the arrays and maps of its message, of which there are four at most.
///
/// Reading recurses. Node's own decoder stops where its stack ends, at some thousands.
const MAX_DEPTH: usize = limits::MAX_JSON_DEPTH + 8;

/// What becomes of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redis) enum BytesAs {
    /// Attachments, [`limits::MAX_ATTACHMENTS`] at most: as many as a client takes in one packet.
    Attachments,
    /// What Node's JSON makes of a `Buffer`: where no attachments can be.
    Json,
}

/// JSON text that is being written, and its attachments.
#[derive(Debug)]
pub(in crate::redis) struct Text {
    pub(in crate::redis) json: String,
    /// Slices of the message that they came in.
    pub(in crate::redis) attachments: Vec<Bytes>,
    bytes_as: BytesAs,
}

impl Text {
    pub(in crate::redis) fn new(bytes_as: BytesAs) -> Self {
        Self { json: String::with_capacity(128), attachments: Vec::new(), bytes_as }
    }

    /// The next value of a message.
    ///
    /// # Errors
    ///
    /// It is cut off, too deep, or has too many attachments.
    pub(in crate::redis) fn of(reader: &mut Reader<'_>, bytes_as: BytesAs) -> Result<Self, FormatError> {
        let mut text = Self::new(bytes_as);
        text.value(reader, 0)?;
        Ok(text)
    }

    fn value(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<(), FormatError> {
        match reader.head()? {
            Head::Array(items) => {
                self.json.push('[');
                self.separated(items, depth, |text, depth| text.value(reader, depth))?;
                self.json.push(']');
            }
            Head::Map(entries) => {
                self.json.push('{');
                self.separated(entries, depth, |text, depth| {
                    text.key(reader)?;
                    text.json.push(':');
                    text.value(reader, depth)
                })?;
                self.json.push('}');
            }
            Head::Bin(bytes) => self.bytes(reader, bytes)?,
            Head::Str(text) => push_text(&mut self.json, &String::from_utf8_lossy(text)),
            scalar => push_scalar(&mut self.json, scalar),
        }
        Ok(())
    }

    fn separated(
        &mut self,
        items: u32,
        depth: usize,
        mut item: impl FnMut(&mut Self, usize) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        if depth >= MAX_DEPTH {
            return Err(FormatError::TooDeep);
        }
        for at in 0..items {
            if at > 0 {
                self.json.push(',');
            }
            item(self, depth + 1)?;
        }
        Ok(())
    }

    /// A key of JavaScript's objects is a text, whatever it was.
    fn key(&mut self, reader: &mut Reader<'_>) -> Result<(), FormatError> {
        match reader.head()? {
            Head::Str(key) | Head::Bin(key) => push_text(&mut self.json, &String::from_utf8_lossy(key)),
            Head::Array(_) | Head::Map(_) | Head::Ext => return Err(FormatError::Key),
            date @ Head::Date(Some(_)) => push_scalar(&mut self.json, date),
            scalar => {
                self.json.push('"');
                push_scalar(&mut self.json, scalar);
                self.json.push('"');
            }
        }
        Ok(())
    }

    fn bytes(&mut self, reader: &Reader<'_>, bytes: &[u8]) -> Result<(), FormatError> {
        if self.bytes_as == BytesAs::Json {
            push_buffer(&mut self.json, bytes);
            return Ok(());
        }
        let num = self.attachments.len();
        if num >= limits::MAX_ATTACHMENTS {
            return Err(FormatError::TooManyAttachments);
        }
        // Writing into a `String` cannot fail.
        let _ = write!(self.json, r#"{{"_placeholder":true,"num":{num}}}"#);
        self.attachments.push(reader.share(bytes));
        Ok(())
    }
}

/// Appends what is neither text nor bytes and has nothing inside.
fn push_scalar(json: &mut String, scalar: Head<'_>) {
    // Writing into a `String` cannot fail.
    let _ = match scalar {
        Head::Bool(value) => write!(json, "{value}"),
        Head::Uint(number) => write!(json, "{number}"),
        Head::Int(number) => write!(json, "{number}"),
        Head::Float(number) => {
            number::push_float(number, json);
            Ok(())
        }
        Head::Date(Some(date)) => {
            date.push(json);
            Ok(())
        }
        _ => json.write_str("null"),
    };
}
