//! One HTTP request of the polling transport, by `fetch`.

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestCredentials, RequestInit, Response};

use crate::endpoint::Endpoint;

#[wasm_bindgen]
extern "C" {
    /// The same in a page and in a worker, which `web_sys` keeps apart.
    fn fetch(url: &str, init: &RequestInit) -> Promise;
}

/// The HTTP status of a request that failed, 0 when there was no answer.
pub(super) type Status = u16;

pub(super) async fn get(endpoint: &Endpoint, url: &str, signal: &AbortSignal) -> Result<String, Status> {
    let init = init(endpoint, "GET", &[]);
    init.set_signal(Some(signal));
    send(url, &init).await
}

/// As `text/plain`, which asks no server for permission first.
pub(super) async fn post(
    endpoint: &Endpoint,
    url: &str,
    body: &str,
    signal: &AbortSignal,
) -> Result<(), Status> {
    let init = post_init(endpoint, body);
    init.set_signal(Some(signal));
    send(url, &init).await.map(drop)
}

/// A POST that outlives the page, and whose outcome nobody waits for.
pub(super) async fn farewell(endpoint: &Endpoint, url: &str) {
    let init = post_init(endpoint, "1");
    let _ = Reflect::set(&init, &JsValue::from_str("keepalive"), &JsValue::TRUE);
    let _ = send(url, &init).await;
}

fn post_init(endpoint: &Endpoint, body: &str) -> RequestInit {
    let init = init(endpoint, "POST", &[("Content-Type", "text/plain;charset=UTF-8")]);
    init.set_body(&JsValue::from_str(body));
    init
}

fn init(endpoint: &Endpoint, method: &str, own: &[(&str, &str)]) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_cache(RequestCache::NoStore);
    // Same-origin is what XMLHttpRequest does by default: sticky sessions rely on their cookie.
    init.set_credentials(if endpoint.with_credentials {
        RequestCredentials::Include
    } else {
        RequestCredentials::SameOrigin
    });
    if let Ok(headers) = Headers::new() {
        let users = endpoint.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.iter().copied().chain([("Accept", "*/*")]).chain(users) {
            // A name that is no header name is refused by the browser; the request goes without it.
            let _ = headers.set(name, value);
        }
        init.set_headers_headers(&headers);
    }
    init
}

async fn send(url: &str, init: &RequestInit) -> Result<String, Status> {
    let response = JsFuture::from(fetch(url, init)).await.map_err(|_| 0_u16)?;
    let response: Response = response.dyn_into().map_err(|_| 0_u16)?;
    if response.status() != 200 {
        return Err(response.status());
    }
    let body = JsFuture::from(response.text().map_err(|_| 0_u16)?).await.map_err(|_| 0_u16)?;
    body.as_string().ok_or(0)
}
