//! From payloads to Rust values: the rule for arguments, in the other direction.

use alloc::format;
use core::any::type_name;
use core::cell::Cell;
use core::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, Expected, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Error;

use super::attached::{Attached, Reader};
use super::scan::{self, Scan};
use super::{Payload, raw};

/// What a peer sent does not fit the type it is read as.
#[derive(Debug)]
pub struct ArgsError {
    kind: ArgsErrorKind,
    /// Counted from 0.
    argument: Option<usize>,
    expected: &'static str,
    source: Option<Error>,
}

/// Why a payload does not fit a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgsErrorKind {
    /// An argument is not there, and its type is no `Option`.
    Missing,
    /// An argument, or the value, is of another type.
    Mismatch,
    /// The payload is no list of arguments.
    NotAList,
}

impl ArgsError {
    /// Why it does not fit.
    pub const fn kind(&self) -> ArgsErrorKind {
        self.kind
    }

    /// Which argument does not fit, counted from 0. `None` when it is not about one.
    pub const fn argument(&self) -> Option<usize> {
        self.argument
    }
}

impl fmt::Display for ArgsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = self.expected;
        match (self.kind, self.argument.map(|at| at + 1)) {
            (ArgsErrorKind::Missing, Some(at)) => write!(f, "argument {at} of `{expected}` is missing"),
            (ArgsErrorKind::Mismatch, Some(at)) => {
                write!(f, "argument {at} does not fit: expected `{expected}`")
            }
            (ArgsErrorKind::NotAList, _) => write!(f, "expected a list of arguments for `{expected}`"),
            (_, None) => write!(f, "the value does not fit: expected `{expected}`"),
        }
    }
}

impl core::error::Error for ArgsError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

/// Reads the items of a list behind the first `skip` ones.
pub(super) fn list<T: DeserializeOwned>(payload: &Payload, skip: usize) -> Result<T, ArgsError> {
    let mut scan = Scan::new(&payload.json);
    let fail = |kind, argument, source| ArgsError { kind, argument, expected: type_name::<T>(), source };
    if !scan.take(b'[') {
        return Err(fail(ArgsErrorKind::NotAList, None, None));
    }
    let attached =
        Attached::new(payload).map_err(|error| fail(ArgsErrorKind::Mismatch, None, Some(error)))?;
    let reading = Cell::new(0);
    let mut list = List { payload, attached: attached.as_ref(), scan, skip, next: 0, reading: &reading };
    for _ in 0..skip {
        list.skip_item();
    }
    T::deserialize(list).map_err(|source| {
        let at = reading.get();
        let missing = scan::items(&payload.json).nth(skip + at).is_none();
        let kind = if missing { ArgsErrorKind::Missing } else { ArgsErrorKind::Mismatch };
        fail(kind, Some(at), Some(source))
    })
}

/// Reads the whole JSON as one value.
pub(super) fn value<T: DeserializeOwned>(payload: &Payload) -> Result<T, ArgsError> {
    let read = || {
        let attached = Attached::new(payload)?;
        T::deserialize(item(attached.as_ref(), Scan::new(&payload.json)))
    };
    read().map_err(|source| ArgsError {
        kind: ArgsErrorKind::Mismatch,
        argument: None,
        expected: type_name::<T>(),
        source: Some(source),
    })
}

/// The items that have not been read yet. What serde asks it for tells whether it is a list that is wanted.
struct List<'de, 'a> {
    payload: &'de Payload,
    attached: Option<&'a Attached<'de>>,
    scan: Scan<'de>,
    skip: usize,
    /// The number of the next argument.
    next: usize,
    /// The number of the argument being read, for whoever has to say what went wrong.
    reading: &'a Cell<usize>,
}

impl<'de, 'a> List<'de, 'a> {
    fn skip_item(&mut self) {
        if !matches!(self.scan.peek(), None | Some(b']')) {
            self.scan.value();
            self.scan.take(b',');
        }
    }

    fn next_item(&mut self) -> Item<'de, 'a> {
        self.reading.set(self.next);
        self.next += 1;
        if matches!(self.scan.peek(), None | Some(b']')) {
            return Item::Missing;
        }
        let item = match self.attached {
            None => Item::Plain(self.scan.value()),
            Some(attached) => {
                let at = self.scan.at();
                self.scan.value();
                Item::Attached(Reader::new(attached, at))
            }
        };
        self.scan.take(b',');
        item
    }
}

/// The value that begins at `scan`.
fn item<'de, 'a>(attached: Option<&'a Attached<'de>>, mut scan: Scan<'de>) -> Item<'de, 'a> {
    match attached {
        None => Item::Plain(scan.value()),
        Some(attached) => Item::Attached(Reader::new(attached, scan.at())),
    }
}

/// One argument to be read.
enum Item<'de, 'a> {
    Missing,
    /// No attachments in the payload: serde_json reads it.
    Plain(&'de str),
    Attached(Reader<'de, 'a>),
}

/// Passes every way in which serde may ask for a value on to what `$target` makes of `self`.
macro_rules! forward {
    ($target:ident; $($method:ident($($arg:ident: $ty:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, Error> {
            $target!(self, $method($($arg,)* visitor))
        })*
    };
    ($target:ident) => {
        forward! {
            $target;
            deserialize_any() deserialize_bool()
            deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
            deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
            deserialize_f32() deserialize_f64() deserialize_char()
            deserialize_bytes() deserialize_byte_buf() deserialize_option()
            deserialize_unit_struct(name: &'static str)
            deserialize_seq() deserialize_tuple_struct(name: &'static str, len: usize) deserialize_map()
            deserialize_struct(name: &'static str, fields: &'static [&'static str])
            deserialize_enum(name: &'static str, variants: &'static [&'static str])
            deserialize_identifier() deserialize_ignored_any()
        }
    };
}

macro_rules! to_first_item {
    ($self:ident, $method:ident($($arg:ident),*)) => {{
        let mut list = $self;
        list.next_item().$method($($arg),*)
    }};
}

macro_rules! to_reader {
    ($self:ident, $method:ident($($arg:ident),*)) => {
        match $self {
            Item::Missing => Missing.$method($($arg),*),
            Item::Plain(json) => serde_json::Deserializer::from_str(json).$method($($arg),*),
            Item::Attached(mut reader) => reader.$method($($arg),*),
        }
    };
}

impl<'de> Deserializer<'de> for List<'de, '_> {
    type Error = Error;

    forward!(to_first_item);
    forward! { to_first_item; deserialize_str() deserialize_string() }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Items { list: self, left: len })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name != raw::TOKEN {
            return self.next_item().deserialize_newtype_struct(name, visitor);
        }
        let rest = if self.skip == 0 { self.payload.clone() } else { self.payload.event_args_payload() };
        raw::visit(&rest.json, &rest.attachments, visitor)
    }
}

/// The arguments of a tuple.
struct Items<'de, 'a> {
    list: List<'de, 'a>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(self.list.next_item()).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> Deserializer<'de> for Item<'de, '_> {
    type Error = Error;

    forward!(to_reader);
    forward! {
        to_reader;
        deserialize_unit() deserialize_tuple(len: usize) deserialize_newtype_struct(name: &'static str)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    /// Most text stands there as it is; that it is valid was found when it came.
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Item::Plain(json) = self
            && let Some(text) = scan::plain_text(json)
        {
            return visitor.visit_borrowed_str(text);
        }
        to_reader!(self, deserialize_string(visitor))
    }
}

/// An argument that is not there.
struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom(format!("expected {}, found nothing", &visitor as &dyn Expected)))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
