//! A payload as a type of its own: whoever reads data as [`Payload`] gets it unread, attachments included.
//!
//! Serde offers no door for that, so reader and type agree on a name, as serde_json does for its `RawValue`. The
//! way back needs no such agreement: a list goes out as a tuple, and its attachments as bytes.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::{fmt, slice};

use bytes::Bytes;
use serde::de::value::{BytesDeserializer, StrDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, SerializeTuple, Serializer};
use serde_json::value::RawValue;

use super::Payload;
use super::attached::Attached;
use super::scan::{self, Scan};
use crate::limits;

pub(super) const TOKEN: &str = "$parlor_protocol::json::Payload";

/// Gives JSON and its attachments to the visitor of [`Payload`].
pub(super) fn visit<'de, V: Visitor<'de>>(
    json: &str,
    attachments: &[Bytes],
    visitor: V,
) -> Result<V::Value, serde_json::Error> {
    visitor.visit_seq(Parts { json: Some(json), attachments: attachments.iter() })
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(TOKEN, PayloadVisitor)
    }
}

struct PayloadVisitor;

impl<'de> Visitor<'de> for PayloadVisitor {
    type Value = Payload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Payload, A::Error> {
        let json: String = parts.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let mut attachments = Vec::new();
        while let Some(attachment) = parts.next_element()? {
            attachments.push(attachment);
        }
        Ok(Payload { json: json.into(), attachments })
    }

    /// A JSON reader that is not ours, or ours where there are no attachments.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Payload, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Payload { json: String::from(Box::<str>::from(json)).into(), attachments: Vec::new() })
    }
}

struct Parts<'a> {
    json: Option<&'a str>,
    attachments: slice::Iter<'a, Bytes>,
}

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = serde_json::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Self::Error> {
        if let Some(json) = self.json.take() {
            return seed.deserialize(StrDeserializer::new(json)).map(Some);
        }
        let Some(attachment) = self.attachments.next() else { return Ok(None) };
        seed.deserialize(BytesDeserializer::new(attachment)).map(Some)
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let attached = Attached::new(self).map_err(S::Error::custom)?;
        let scan = Cell::new(Scan::new(&self.json));
        let writer = Writer { attached: attached.as_ref(), scan, depth: Cell::new(0) };
        if !writer.take(b'[') {
            return writer.serialize(serializer);
        }
        let mut tuple = serializer.serialize_tuple(scan::items(&self.json).count())?;
        while writer.more(b']') {
            tuple.serialize_element(&writer)?;
        }
        tuple.end()
    }
}

/// Writes the value that comes next, and steps over it.
struct Writer<'a> {
    attached: Option<&'a Attached<'a>>,
    scan: Cell<Scan<'a>>,
    depth: Cell<usize>,
}

impl<'a> Writer<'a> {
    fn step<T>(&self, step: impl FnOnce(&mut Scan<'a>) -> T) -> T {
        let mut scan = self.scan.get();
        let result = step(&mut scan);
        self.scan.set(scan);
        result
    }

    fn take(&self, byte: u8) -> bool {
        self.step(|scan| scan.take(byte))
    }

    /// Steps into an array or object.
    fn enter<E: serde::ser::Error>(&self, open: u8) -> Result<(), E> {
        self.take(open);
        self.depth.set(self.depth.get() + 1);
        if self.depth.get() > limits::MAX_JSON_DEPTH {
            Err(E::custom("recursion limit exceeded"))
        } else {
            Ok(())
        }
    }

    /// Whether another element comes before `close`; if not, steps out.
    fn more(&self, close: u8) -> bool {
        self.take(b',');
        let more = self.step(Scan::peek).is_some_and(|next| next != close);
        if !more {
            self.take(close);
            self.depth.set(self.depth.get().saturating_sub(1));
        }
        more
    }

    fn attachment(&self) -> Option<&'a [u8]> {
        let at = self.step(|scan| {
            scan.peek();
            scan.at()
        });
        let (end, attachment) = self.attached?.placeholder_at(at)?;
        self.step(|scan| *scan = scan.moved_to(end));
        Some(attachment)
    }
}

impl Serialize for Writer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(attachment) = self.attachment() {
            return serializer.serialize_bytes(attachment);
        }
        match (self.step(Scan::peek), self.attached) {
            (Some(b'['), Some(_)) => {
                self.enter(b'[')?;
                let mut seq = serializer.serialize_seq(None)?;
                while self.more(b']') {
                    seq.serialize_element(self)?;
                }
                seq.end()
            }
            (Some(b'{'), Some(_)) => {
                self.enter(b'{')?;
                let mut map = serializer.serialize_map(None)?;
                while self.more(b'}') {
                    map.serialize_key(&scan::unquote(self.step(Scan::token)))?;
                    self.take(b':');
                    map.serialize_value(self)?;
                }
                map.end()
            }
            _ => {
                let raw: &RawValue =
                    serde_json::from_str(self.step(Scan::value)).map_err(S::Error::custom)?;
                raw.serialize(serializer)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Bytes = Bytes::from_static(b"a");
    const B: Bytes = Bytes::from_static(b"b");

    #[test]
    fn a_payload_goes_out_as_it_came() {
        for json in ["[]", "[1e400,{\"a\":[ ]}]", "[[\"\\ud800\"]]", "[null]"] {
            let payload = Payload { json: json.into(), attachments: Vec::new() };
            assert_eq!(Payload::args(&payload).unwrap(), payload);
        }
    }

    #[test]
    fn a_value_is_one_argument_and_a_list_inside_is_no_argument_list() {
        let value = Payload { json: "{\"a\":1}".into(), attachments: Vec::new() };
        assert_eq!(Payload::event("b", &value).unwrap().json(), r#"["b",{"a":1}]"#);
        let list = Payload { json: "[1]".into(), attachments: Vec::new() };
        assert_eq!(Payload::event("b", &(list, 2)).unwrap().json(), r#"["b",[1],2]"#);
    }

    #[test]
    fn attachments_are_numbered_anew_among_others() {
        let json = r#"[1,{"x\n":[{"_placeholder":true,"num":1}],"y":{}},{"_placeholder":true,"num":0}]"#;
        let payload = Payload { json: json.into(), attachments: [A, B].into() };
        let again = Payload::event("c", &(B, payload)).unwrap();
        assert_eq!(
            again.json(),
            r#"["c",{"_placeholder":true,"num":0},[1,{"x\n":[{"_placeholder":true,"num":1}],"y":{}},{"_placeholder":true,"num":2}]]"#,
        );
        assert_eq!(again.attachments(), [B, B, A]);
    }

    #[test]
    fn depth_is_bounded_where_writing_recurses() {
        let deep = |depth: usize| Payload {
            json: [&"[".repeat(depth), r#"{"_placeholder":true,"num":0}"#, &"]".repeat(depth)]
                .concat()
                .into(),
            attachments: [A].into(),
        };
        assert_eq!(Payload::args(&deep(100)).unwrap(), deep(100));
        assert!(Payload::args(&deep(100_000)).is_err());
    }
}
