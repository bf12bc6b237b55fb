//! Reads msgpack value by value.
//!
//! Rule: nothing is believed. A length is only how far to look, and what is not there is an error; nothing is allocated for
//! what was announced.

use bytes::Bytes;

use super::date::Date;
use crate::redis::FormatError;

/// A position in a message.
#[derive(Debug, Clone)]
pub(in crate::redis) struct Reader<'a> {
    body: &'a Bytes,
    at: usize,
}

/// A value, or what begins one: the items of an array come behind it, as do the keys and values of a map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::redis) enum Head<'a> {
    Nil,
    Bool(bool),
    Uint(u64),
    Int(i64),
    Float(f64),
    /// Meant as UTF-8, not checked.
    Str(&'a [u8]),
    Bin(&'a [u8]),
    /// `None` for one that JavaScript has no date for.
    Date(Option<Date>),
    /// Of a type that nobody here knows.
    Ext,
    Array(u32),
    Map(u32),
}

impl<'a> Reader<'a> {
    pub(in crate::redis) const fn new(body: &'a Bytes) -> Self {
        Self { body, at: 0 }
    }

    /// A slice of the message as bytes of their own, which keep the message alive.
    pub(super) fn share(&self, slice: &[u8]) -> Bytes {
        self.body.slice_ref(slice)
    }

    /// Checks that nothing is left.
    pub(in crate::redis) fn end(&self) -> Result<(), FormatError> {
        if self.at == self.body.len() { Ok(()) } else { Err(FormatError::Trailing) }
    }

    /// Steps over one value, however deep it is.
    pub(in crate::redis) fn skip(&mut self) -> Result<(), FormatError> {
        let mut left = 1_u64;
        while left > 0 {
            left -= 1;
            left = left.saturating_add(match self.head()? {
                Head::Array(items) => items.into(),
                Head::Map(entries) => u64::from(entries) * 2,
                _ => 0,
            });
        }
        Ok(())
    }

    /// Steps into an array, and gives the number of its items.
    pub(in crate::redis) fn array(&mut self) -> Result<Option<u32>, FormatError> {
        Ok(if let Head::Array(items) = self.head()? { Some(items) } else { None })
    }

    /// What the key `name` of the map that comes next stands for, if that is an integer. The position stays.
    pub(in crate::redis) fn integer(&self, name: &str) -> Result<Option<u64>, FormatError> {
        let mut ahead = self.clone();
        let Head::Map(entries) = ahead.head()? else { return Ok(None) };
        for _ in 0..entries {
            if ahead.head()? == Head::Str(name.as_bytes()) {
                return Ok(if let Head::Uint(number) = ahead.head()? { Some(number) } else { None });
            }
            ahead.skip()?;
        }
        Ok(None)
    }

    /// Reads the next value, or what begins it.
    pub(in crate::redis) fn head(&mut self) -> Result<Head<'a>, FormatError> {
        let [marker] = self.number()?;
        Ok(match marker {
            0x00..=0x7f => Head::Uint(marker.into()),
            0x80..=0x8f => Head::Map((marker & 0x0f).into()),
            0x90..=0x9f => Head::Array((marker & 0x0f).into()),
            0xa0..=0xbf => Head::Str(self.take(usize::from(marker & 0x1f))?),
            0xe0..=0xff => Head::Int(i8::from_be_bytes([marker]).into()),
            0xc0 => Head::Nil,
            0xc1 => return Err(FormatError::Marker(marker)),
            0xc2 => Head::Bool(false),
            0xc3 => Head::Bool(true),
            0xc4..=0xc6 => Head::Bin(self.sized(marker - 0xc4)?),
            0xc7..=0xc9 => self.ext(marker - 0xc7)?,
            0xca => Head::Float(f32::from_be_bytes(self.number()?).into()),
            0xcb => Head::Float(f64::from_be_bytes(self.number()?)),
            0xcc => Head::Uint(u8::from_be_bytes(self.number()?).into()),
            0xcd => Head::Uint(u16::from_be_bytes(self.number()?).into()),
            0xce => Head::Uint(u32::from_be_bytes(self.number()?).into()),
            0xcf => Head::Uint(u64::from_be_bytes(self.number()?)),
            0xd0 => Head::Int(i8::from_be_bytes(self.number()?).into()),
            0xd1 => Head::Int(i16::from_be_bytes(self.number()?).into()),
            0xd2 => Head::Int(i32::from_be_bytes(self.number()?).into()),
            0xd3 => Head::Int(i64::from_be_bytes(self.number()?)),
            0xd4..=0xd8 => self.fixed_ext(1 << (marker - 0xd4))?,
            0xd9..=0xdb => Head::Str(self.sized(marker - 0xd9)?),
            0xdc => Head::Array(self.length(1)?),
            0xdd => Head::Array(self.length(2)?),
            0xde => Head::Map(self.length(1)?),
            0xdf => Head::Map(self.length(2)?),
        })
    }

    /// An extension that says how long it is. notepack's are a date, and in versions of old an `ArrayBuffer`.
    fn ext(&mut self, width: u8) -> Result<Head<'a>, FormatError> {
        let length = self.length(width)?;
        let kind = i8::from_be_bytes(self.number()?);
        let data = self.take_long(length)?;
        Ok(match (kind, data) {
            (0, _) => Head::Bin(data),
            (-1, &[a, b, c, d, ref seconds @ ..]) => match <[u8; 8]>::try_from(seconds) {
                Ok(seconds) => {
                    let nanos = u32::from_be_bytes([a, b, c, d]);
                    Head::Date(Date::from_seconds(i64::from_be_bytes(seconds), nanos))
                }
                Err(_) => Head::Ext,
            },
            _ => Head::Ext,
        })
    }

    /// An extension whose marker says how long it is. notepack's are dates, in two lengths and in an old form, and in
    /// versions of old `undefined`.
    fn fixed_ext(&mut self, length: usize) -> Result<Head<'a>, FormatError> {
        let kind = i8::from_be_bytes(self.number()?);
        let data = self.take(length)?;
        if let (-1, Ok(seconds)) = (kind, <[u8; 4]>::try_from(data)) {
            return Ok(Head::Date(Date::from_seconds(u32::from_be_bytes(seconds).into(), 0)));
        }
        let Ok(data) = <[u8; 8]>::try_from(data) else { return Ok(Head::Ext) };
        Ok(match kind {
            -1 => {
                let (nanos, seconds) = split_64(u64::from_be_bytes(data));
                Head::Date(Date::from_seconds(seconds, nanos))
            }
            0 => Head::Date(Date::from_millis(i64::from_be_bytes(data))),
            _ => Head::Ext,
        })
    }

    /// Bytes behind their length, which is written in 1, 2 or 4 bytes for `width` 0, 1 and 2.
    fn sized(&mut self, width: u8) -> Result<&'a [u8], FormatError> {
        let length = self.length(width)?;
        self.take_long(length)
    }

    fn length(&mut self, width: u8) -> Result<u32, FormatError> {
        Ok(match width {
            0 => u8::from_be_bytes(self.number()?).into(),
            1 => u16::from_be_bytes(self.number()?).into(),
            _ => u32::from_be_bytes(self.number()?),
        })
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        self.take(N)?.try_into().map_err(|_| FormatError::Truncated)
    }

    fn take_long(&mut self, length: u32) -> Result<&'a [u8], FormatError> {
        self.take(usize::try_from(length).map_err(|_| FormatError::Truncated)?)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], FormatError> {
        let end = self.at.checked_add(length).ok_or(FormatError::Truncated)?;
        let taken = self.body.get(self.at..end).ok_or(FormatError::Truncated)?;
        self.at = end;
        Ok(taken)
    }
}

/// The 30 bits of nanoseconds and the 34 bits of seconds in a date of 64 bits.
fn split_64(bits: u64) -> (u32, i64) {
    let nanos = u32::try_from(bits >> 34).unwrap_or_default();
    let seconds = i64::try_from(bits & 0x3_ffff_ffff).unwrap_or_default();
    (nanos, seconds)
}
