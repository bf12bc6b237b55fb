//! The browser's globals that a page and a worker have alike, which `web_sys` keeps apart.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::url::Page;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;

    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(text: &str);

    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn random_values(bytes: &mut [u8]);

    /// Missing where there is no page, as in Node.
    #[wasm_bindgen(thread_local_v2, js_name = location)]
    static LOCATION: Option<web_sys::Location>;
}

pub(crate) fn wall_millis() -> f64 {
    js_sys::Date::now()
}

pub(crate) fn steady_millis() -> f64 {
    performance_now()
}

/// The page that runs us.
pub(crate) fn page() -> Option<Page> {
    LOCATION.with(|location| {
        let location = location.as_ref()?;
        Some(Page { protocol: location.protocol().ok()?, host: location.host().ok()? })
    })
}

/// Tells whoever develops the page.
pub(crate) fn warn(text: &str) {
    console_warn(&["parlor-client: ", text].concat());
}

/// Chance that nobody can guess.
pub(crate) fn random() -> u64 {
    let mut bytes = [0; 8];
    random_values(&mut bytes);
    u64::from_le_bytes(bytes)
}
