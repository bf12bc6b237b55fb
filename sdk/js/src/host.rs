//! What the core asks of JavaScript: the other side is `host.mjs`, where each is told.
//!
//! None of these calls back into the core, and none runs code of the user. They act on the connection that is being
//! entered: JavaScript enters one at a time, and names it first.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./host.mjs")]
extern "C" {
    // Text. Pointers are addresses in the core's memory.

    /// The UTF-8 text of `length` bytes at `address`.
    pub(crate) fn text(address: i32, length: i32) -> JsValue;
    /// UTF-16 units of a string; -1 for anything else.
    pub(crate) fn length(value: &JsValue) -> i32;
    /// Writes at most `units` units of `text` from `from` on to `address`, as UTF-8; with `stop`, up to the first
    /// that may begin a JSON array, object or string. Gives the bytes written.
    pub(crate) fn head(text: &JsValue, from: i32, address: i32, units: i32, stop: i32) -> i32;
    /// `before` unless it is `undefined`, two characters by their codes unless these are -1, `after`: in one string.
    pub(crate) fn join(before: &JsValue, first: i32, second: i32, after: &JsValue) -> JsValue;
    /// The parts of a string between that character, in an array.
    pub(crate) fn split(text: &JsValue, code: i32) -> JsValue;
    /// UTF-8 bytes of a string, or bytes of a binary value.
    pub(crate) fn bytes(value: &JsValue) -> i32;

    // Values.

    /// The item of an array; `undefined` past its end.
    pub(crate) fn item(array: &JsValue, at: i32) -> JsValue;
    /// A new empty array.
    pub(crate) fn list() -> JsValue;
    /// Appends to an array.
    pub(crate) fn push(array: &JsValue, value: &JsValue);
    /// A property of an object; `undefined` when it has none, or is not an object.
    pub(crate) fn field(value: &JsValue, name: &JsValue) -> JsValue;
    /// A number; `NaN` for anything else.
    pub(crate) fn number(value: &JsValue) -> f64;
    /// Parses the JSON behind `bytes` UTF-8 bytes after unit `from`, and puts the attachments into their places;
    /// `undefined` when the text ends there.
    pub(crate) fn parse(text: &JsValue, from: i32, bytes: i32, attachments: &JsValue) -> JsValue;
    /// The shape of a parsed value: see `edge.rs`.
    pub(crate) fn shape(value: &JsValue) -> i32;
    /// How many attachments encoded data has.
    pub(crate) fn attachments(data: &JsValue) -> i32;
    /// The text of encoded data behind a header. The user's listeners for what leaves hear of it.
    pub(crate) fn seal(header: &JsValue, data: &JsValue) -> JsValue;
    /// One attachment of encoded data.
    pub(crate) fn attachment(data: &JsValue, at: i32) -> JsValue;
    /// The last argument of an event, unless it is a text that is too long to be an offset.
    pub(crate) fn offset(event: &JsValue) -> JsValue;
    /// Encoded data for CONNECT: `pid`, `offset` unless it is `undefined`, and the keys of `auth`.
    pub(crate) fn rejoin(auth: &JsValue, pid: &JsValue, offset: &JsValue) -> JsValue;
    /// Binary as base64.
    #[wasm_bindgen(js_name = toBase64)]
    pub(crate) fn to_base64(binary: &JsValue) -> JsValue;
    /// The bytes of the base64 behind unit `from`; `undefined` when it is not base64.
    #[wasm_bindgen(js_name = fromBase64)]
    pub(crate) fn from_base64(text: &JsValue, from: i32) -> JsValue;

    // The world.

    /// Milliseconds that never go backwards.
    pub(crate) fn now() -> f64;
    /// Calls the connection's timeout in so many milliseconds, and not earlier than that; below 0: not at all.
    pub(crate) fn wake(millis: f64);
    /// Makes a transport; a WebSocket connects at once. `sid` is `undefined` for a new session.
    #[wasm_bindgen(js_name = openTransport)]
    pub(crate) fn open_transport(transport: i32, kind: &JsValue, protocol: &JsValue, sid: &JsValue);
    /// The session a transport has opened: its requests name it from now on.
    #[wasm_bindgen(js_name = joinSession)]
    pub(crate) fn join_session(transport: i32, sid: &JsValue);
    /// Sends a GET, and reports what came.
    pub(crate) fn poll(transport: i32);
    /// Sends a POST, and reports how it went.
    pub(crate) fn post(transport: i32, body: &JsValue);
    /// Sends one frame over a WebSocket.
    pub(crate) fn frame(transport: i32, data: &JsValue);
    /// Reports in a microtask that the WebSocket took the frames.
    pub(crate) fn taken(transport: i32);
    /// Lets go of a transport and its callbacks. A POST on its way goes on.
    #[wasm_bindgen(js_name = closeTransport)]
    pub(crate) fn close_transport(transport: i32);

    // What there is to tell: kept, and told once the core has been left. See `tell.rs`.

    #[wasm_bindgen(js_name = tellManager)]
    pub(crate) fn tell_manager(event: &JsValue, value: &JsValue, details: &JsValue);
    #[wasm_bindgen(js_name = tellEngine)]
    pub(crate) fn tell_engine(event: &JsValue, value: &JsValue);
    #[wasm_bindgen(js_name = tellSocket)]
    pub(crate) fn tell_socket(socket: i32, event: &JsValue, value: &JsValue, details: &JsValue, active: i32);
    #[wasm_bindgen(js_name = tellAuthenticate)]
    pub(crate) fn tell_authenticate(socket: i32);
    #[wasm_bindgen(js_name = tellJoined)]
    pub(crate) fn tell_joined(socket: i32, sid: &JsValue, recovered: i32);
    #[wasm_bindgen(js_name = tellEvent)]
    pub(crate) fn tell_event(socket: i32, data: &JsValue, ack: f64);
    #[wasm_bindgen(js_name = tellAck)]
    pub(crate) fn tell_ack(socket: i32, key: i32, error: &JsValue, data: &JsValue);

    // Values for the user.

    /// An `Error` with that message and `code`, and a `description` where it is not `undefined`.
    pub(crate) fn failure(message: &JsValue, code: &JsValue, description: &JsValue) -> JsValue;
    /// An `Error` with the message and the data that a server gave, and that `code`.
    pub(crate) fn refusal(answer: &JsValue, code: &JsValue) -> JsValue;
    /// `{ description }`.
    pub(crate) fn details(description: &JsValue) -> JsValue;
    /// A JavaScript number.
    pub(crate) fn numeral(value: f64) -> JsValue;
}
