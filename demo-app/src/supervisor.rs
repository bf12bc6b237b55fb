//! What `cargo xtask demo` runs beside the room server, so that a page can have it killed: there or not, and the wish.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

const PATH: &str = "/supervisor/";
/// What it says of itself. Other servers answer with a page of their own to a path they do not know.
const SAYS: &str = "parlor supervisor";

/// Whether there is one.
pub(crate) async fn is_there() -> bool {
    let init = RequestInit::new();
    init.set_method("GET");
    let Some(response) = fetch(PATH, &init).await.filter(Response::ok) else { return false };
    let Ok(text) = response.text() else { return false };
    JsFuture::from(text).await.ok().and_then(|text| text.as_string()).is_some_and(|text| text.trim() == SAYS)
}

/// Has the room server killed. Whether it will be.
pub(crate) async fn kill() -> bool {
    let init = RequestInit::new();
    init.set_method("POST");
    fetch(&format!("{PATH}kill"), &init).await.is_some_and(|response| response.ok())
}

async fn fetch(path: &str, init: &RequestInit) -> Option<Response> {
    let asked = web_sys::window()?.fetch_with_str_and_init(path, init);
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}
