//! Values of JavaScript as arguments, for pages that have both languages.

use std::fmt;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_wasm_bindgen::{Deserializer as FromJs, Serializer as ToJs};
use wasm_bindgen::JsValue;

/// A JavaScript value where an argument is wanted, or a part of one: it goes and comes as JSON does, with a `Uint8Array` as
/// an attachment.
///
/// ```no_run
/// use parlor_client::{Js, Socket};
/// use wasm_bindgen::JsValue;
///
/// async fn echo(socket: &Socket, value: JsValue) -> Result<JsValue, parlor_client::AckError> {
///     let Js(answer) = socket.emit_with_ack("echo", &Js(value)).await?;
///     Ok(answer)
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Js(pub JsValue);

/// Known to the rule of arguments as one of them: an array of JavaScript is no list of arguments.
const NAME: &str = "Js";

impl Serialize for Js {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(NAME, &Inside(&self.0))
    }
}

struct Inside<'a>(&'a JsValue);

impl Serialize for Inside<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_transcode::transcode(FromJs::from(self.0.clone()), serializer)
    }
}

impl<'de> Deserialize<'de> for Js {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, Visit)
    }
}

struct Visit;

impl<'de> Visitor<'de> for Visit {
    type Value = Js;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Js, D::Error> {
        // Objects, not `Map`s, and `null`: what `JSON.parse` gives. But bytes stay bytes.
        let to_js = ToJs::json_compatible().serialize_bytes_as_arrays(false);
        let value = serde_transcode::transcode(deserializer, &to_js);
        value.map(Js).map_err(D::Error::custom)
    }
}
