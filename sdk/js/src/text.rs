//! The little text that crosses the border: names, ids, reasons, and the first bytes of a message.

use alloc::string::String;
use alloc::vec;

use wasm_bindgen::JsValue;

use crate::host;

/// A received text, from some unit on: what stands before has been read.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) value: JsValue,
    pub(crate) from: i32,
}

impl Text {
    /// Lets `read` see the beginning of the text, at least as far as a Socket.IO header reaches.
    pub(crate) fn with_header<R>(&self, read: impl FnOnce(&str) -> R) -> R {
        let mut near = [0; NEAR_UNITS * 3];
        let written = head(&self.value, self.from, &mut near, NEAR_UNITS, Until::Json);
        let near = near.get(..written).unwrap_or_default();
        // Anything may stand in the name of a namespace, also what looks like JSON.
        if near.iter().all(|byte| *byte != b'/') {
            return read(core::str::from_utf8(near).unwrap_or_default());
        }
        read(&copy(&self.value, self.from, FAR_UNITS))
    }
}

/// Longer than any header that names no namespace.
const NEAR_UNITS: usize = 48;
/// Longer than any header with the longest namespace that is accepted.
const FAR_UNITS: usize = parlor_protocol::limits::MAX_NAMESPACE_BYTES + NEAR_UNITS;

/// Where to stop reading.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    End,
    /// Behind the first character that may begin a JSON array, object or string.
    Json,
}

/// Copies the beginning of a text into `buffer`, which has room for three bytes a unit. Gives the bytes copied.
pub(crate) fn head(text: &JsValue, from: i32, buffer: &mut [u8], units: usize, until: Until) -> usize {
    let stop = i32::from(matches!(until, Until::Json));
    usize::try_from(host::head(text, from, address(buffer.as_mut_ptr()), int(units), stop)).unwrap_or(0)
}

/// A string for JavaScript.
pub(crate) fn to_js(text: &str) -> JsValue {
    host::text(address(text.as_ptr()), int(text.len()))
}

/// A string of JavaScript, at most `max_units` of it; `None` when it is none.
pub(crate) fn to_rust(value: &JsValue, max_units: usize) -> Option<String> {
    let units = usize::try_from(host::length(value)).ok()?;
    Some(copy(value, 0, units.min(max_units)))
}

fn copy(value: &JsValue, from: i32, units: usize) -> String {
    let mut bytes = vec![0; units * 3];
    let written = head(value, from, &mut bytes, units, Until::End);
    bytes.truncate(written);
    String::from_utf8(bytes).unwrap_or_default()
}

/// A length as JavaScript gets it.
pub(crate) fn int(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a wasm32 address has 32 bits"
)]
fn address(bytes: *const u8) -> i32 {
    bytes.addr() as i32
}
