//! The HTTP requests of a polling transport, by `fetch`.

use std::rc::Rc;

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Headers, RequestCache, RequestCredentials, RequestInit, Response,
};

use crate::endpoint::Endpoint;

#[wasm_bindgen]
extern "C" {
    /// The same in a page and in a worker, which `web_sys` keeps apart.
    fn fetch(url: &str, init: &RequestInit) -> Promise;
}

/// The HTTP status of a request that failed, 0 when there was no answer.
type Status = u16;

/// What the requests of one client carry; the browser has the rest.
#[derive(Debug)]
pub(crate) struct Network {
    headers: Vec<(String, String)>,
    with_credentials: bool,
}

impl Network {
    pub(crate) const fn new(headers: Vec<(String, String)>, with_credentials: bool) -> Self {
        Self { headers, with_credentials }
    }
}

/// The requests of one polling transport.
#[derive(Debug)]
pub(crate) struct Requests {
    endpoint: Rc<Endpoint>,
    get: Option<AbortController>,
    post: Option<AbortController>,
}

impl Requests {
    pub(crate) fn new(endpoint: &Rc<Endpoint>) -> Self {
        let [get, post] = [(); 2].map(|()| AbortController::new().ok());
        Self { endpoint: Rc::clone(endpoint), get, post }
    }

    pub(crate) async fn get(&self, url: &str) -> Result<String, Status> {
        let init = init(&self.endpoint.network, "GET", &[]);
        init.set_signal(signal(self.get.as_ref()).as_ref());
        send(url, &init).await
    }

    /// As `text/plain`, which asks no server for permission first.
    pub(crate) async fn post(&self, url: &str, body: String) -> Result<(), Status> {
        let init = post_init(&self.endpoint.network, &body);
        init.set_signal(signal(self.post.as_ref()).as_ref());
        send(url, &init).await.map(drop)
    }

    /// A POST that outlives the page, and whose outcome nobody waits for.
    pub(crate) async fn farewell(&self, url: &str) {
        let init = post_init(&self.endpoint.network, "1");
        let _ = Reflect::set(&init, &JsValue::from_str("keepalive"), &JsValue::TRUE);
        let _ = send(url, &init).await;
    }

    /// Abandons those under way, but for a farewell.
    pub(crate) fn abort(&self) {
        for request in [&self.get, &self.post].into_iter().flatten() {
            request.abort();
        }
    }
}

fn signal(abort: Option<&AbortController>) -> Option<AbortSignal> {
    abort.map(AbortController::signal)
}

fn post_init(network: &Network, body: &str) -> RequestInit {
    let init = init(network, "POST", &[("Content-Type", "text/plain;charset=UTF-8")]);
    init.set_body(&JsValue::from_str(body));
    init
}

fn init(network: &Network, method: &str, own: &[(&str, &str)]) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_cache(RequestCache::NoStore);
    // Same-origin is what XMLHttpRequest does by default: sticky sessions rely on their cookie.
    init.set_credentials(if network.with_credentials {
        RequestCredentials::Include
    } else {
        RequestCredentials::SameOrigin
    });
    if let Ok(headers) = Headers::new() {
        let users = network.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
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
