//! Reads JSON that has attachments: a placeholder reads as bytes, everything else as serde_json would read it.
//!
//! serde_json cannot tell a placeholder from another object before it has read it, and then it is too late to
//! read it as bytes. So the placeholders are found first, in one pass, and reading is by our own hand; numbers and
//! strings are still left to serde_json. The text has been found valid before.

use alloc::vec::Vec;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde_json::Error;

use super::key::Key;
use super::placeholder::{Illegal, Placeholder, placeholders};
use super::scan::Scan;
use super::{Payload, raw};
use crate::limits;

/// JSON with attachments, and where they belong.
pub(super) struct Attached<'de> {
    payload: &'de Payload,
    /// In the order in which they begin.
    placeholders: Vec<Placeholder>,
}

impl<'de> Attached<'de> {
    /// `None` when there are no attachments.
    ///
    /// # Errors
    ///
    /// A placeholder points at nothing, or there are too many of them.
    pub(super) fn new(payload: &'de Payload) -> Result<Option<Self>, Error> {
        let attachments = payload.attachments.len();
        if attachments == 0 {
            return Ok(None);
        }
        let max = attachments.saturating_mul(limits::MAX_PLACEHOLDERS_PER_ATTACHMENT);
        let mut found = Vec::new();
        for placeholder in placeholders(&payload.json, attachments) {
            found.push(placeholder.map_err(|Illegal| Error::custom("a placeholder without an attachment"))?);
            if found.len() > max {
                return Err(Error::custom("too many placeholders for the same attachments"));
            }
        }
        found.sort_unstable_by_key(|placeholder| placeholder.at);
        Ok(Some(Self { payload, placeholders: found }))
    }

    /// The byte behind the placeholder that begins at `at`, and what it stands for.
    pub(super) fn placeholder_at(&self, at: usize) -> Option<(usize, &'de [u8])> {
        let found = self.placeholders.binary_search_by_key(&at, |placeholder| placeholder.at).ok()?;
        let Placeholder { end, num, .. } = self.placeholders.get(found)?;
        Some((*end, self.payload.attachments.get(*num)?))
    }
}

/// Reads one value of a text with attachments.
pub(super) struct Reader<'de, 'a> {
    attached: &'a Attached<'de>,
    scan: Scan<'de>,
    depth: usize,
}

impl<'de, 'a> Reader<'de, 'a> {
    /// Reads the value that begins at byte `at`.
    pub(super) fn new(attached: &'a Attached<'de>, at: usize) -> Self {
        Self { attached, scan: Scan::new(&attached.payload.json).moved_to(at), depth: 0 }
    }

    /// Steps over a placeholder, if one comes next.
    fn attachment(&mut self) -> Option<&'de [u8]> {
        self.scan.peek();
        let (end, attachment) = self.attached.placeholder_at(self.scan.at())?;
        self.scan = self.scan.moved_to(end);
        Some(attachment)
    }

    fn unexpected(&mut self, expected: &dyn Expected) -> Error {
        let found = match self.scan.peek() {
            _ if self.attachment().is_some() => Unexpected::Other("attachment"),
            Some(b'{') => Unexpected::Map,
            Some(b'[') => Unexpected::Seq,
            _ => Unexpected::Other(self.scan.token()),
        };
        Error::invalid_type(found, expected)
    }

    /// Steps into an array or object, and out of it behind what `visit` has read.
    fn nested<T>(
        &mut self,
        [open, close]: [u8; 2],
        visit: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.depth >= limits::MAX_JSON_DEPTH {
            return Err(Error::custom("recursion limit exceeded"));
        }
        self.depth += 1;
        self.scan.take(open);
        let value = visit(self)?;
        self.depth -= 1;
        if self.scan.take(close) { Ok(value) } else { Err(Error::custom("more elements than expected")) }
    }

    fn seq<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        if self.scan.peek() != Some(b'[') {
            return Err(self.unexpected(&visitor));
        }
        self.nested(*b"[]", |reader| visitor.visit_seq(Elements(reader)))
    }

    fn map<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        if self.scan.peek() != Some(b'{') || self.attached.placeholder_at(self.scan.at()).is_some() {
            return Err(self.unexpected(&visitor));
        }
        self.nested(*b"{}", |reader| visitor.visit_map(Elements(reader)))
    }
}

/// Numbers, strings and the like: serde_json reads them.
macro_rules! scalar {
    ($($method:ident($($arg:ident: $ty:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, Error> {
            match self.scan.peek() {
                Some(b'{' | b'[') => Err(self.unexpected(&visitor)),
                _ => serde_json::Deserializer::from_str(self.scan.token()).$method($($arg,)* visitor),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de, '_> {
    type Error = Error;

    scalar! {
        deserialize_bool()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char() deserialize_str() deserialize_string()
        deserialize_identifier() deserialize_unit() deserialize_unit_struct(name: &'static str)
    }

    /// An attachment is bytes here too, so that `flatten` and enums without or with an inner tag find it. The price
    /// is that `serde_json::Value`, which has no bytes, refuses it.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some(attachment) = self.attachment() {
            return visitor.visit_borrowed_bytes(attachment);
        }
        match self.scan.peek() {
            Some(b'{') => self.map(visitor),
            Some(b'[') => self.seq(visitor),
            _ => serde_json::Deserializer::from_str(self.scan.token()).deserialize_any(visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.attachment() {
            Some(attachment) => visitor.visit_borrowed_bytes(attachment),
            None => serde_json::Deserializer::from_str(self.scan.value()).deserialize_bytes(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.scan.peek() == Some(b'n') {
            self.scan.token();
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name {
            raw::TOKEN => raw::visit(self.scan.value(), &self.attached.payload.attachments, visitor),
            RAW_VALUE => serde_json::Deserializer::from_str(self.scan.value())
                .deserialize_newtype_struct(name, visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.seq(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        self.seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.scan.peek() == Some(b'[') { self.seq(visitor) } else { self.map(visitor) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.scan.peek() {
            Some(b'"') => serde_json::Deserializer::from_str(self.scan.token())
                .deserialize_enum(name, variants, visitor),
            Some(b'{') if self.attached.placeholder_at(self.scan.at()).is_none() => {
                self.nested(*b"{}", |reader| visitor.visit_enum(Elements(reader)))
            }
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scan.value();
        visitor.visit_unit()
    }
}

/// The name under which serde_json's `RawValue` asks for the text of a value.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// What is inside an array or object, one after the other.
struct Elements<'r, 'de, 'a>(&'r mut Reader<'de, 'a>);

impl<'de> SeqAccess<'de> for Elements<'_, 'de, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if matches!(self.0.scan.peek(), None | Some(b']')) {
            return Ok(None);
        }
        let element = seed.deserialize(&mut *self.0)?;
        self.0.scan.take(b',');
        Ok(Some(element))
    }
}

impl<'de> MapAccess<'de> for Elements<'_, 'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if matches!(self.0.scan.peek(), None | Some(b'}')) {
            return Ok(None);
        }
        let key = seed.deserialize(Key(self.0.scan.token()))?;
        self.0.scan.take(b':');
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let value = seed.deserialize(&mut *self.0)?;
        self.0.scan.take(b',');
        Ok(value)
    }
}

impl<'de> EnumAccess<'de> for Elements<'_, 'de, '_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Error> {
        let variant = seed.deserialize(Key(self.0.scan.token()))?;
        self.0.scan.take(b':');
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Elements<'_, 'de, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_struct("", &[], visitor)
    }
}
