//! msgpack, to and from JSON text: the values that npm's `notepack.io` 3 writes and reads, and no tree of them on the way.
//!
//! Bytes are values here. In JSON text each is a placeholder that stands for an attachment, as in a
//! [`Payload`](crate::Payload).

mod date;
mod number;
mod reader;
mod text;
mod writer;

pub(super) use self::number::push_float;
pub(super) use self::reader::{Head, Reader};
pub(super) use self::text::{BytesAs, Text};
pub(super) use self::writer::Writer;

#[cfg(test)]
mod tests;
