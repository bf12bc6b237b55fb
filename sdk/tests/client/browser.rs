//! A browser: where the server is, and how long a test waits.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

/// How long a test waits for anything, in milliseconds. Only a test that fails gets that far.
const DEADLINE_MILLIS: i32 = 8_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, millis: i32);
}

/// The server that the test command started.
pub(crate) fn server() -> String {
    let address = option_env!("PARLOR_TEST_SERVER").unwrap_or_else(|| {
        panic!("set PARLOR_TEST_SERVER to the address of a running test server, as `cargo xtask test` does")
    });
    address.into()
}

/// Waits for it, but not for ever.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let deadline = Promise::new(&mut |resolve, _| set_timeout(&resolve, DEADLINE_MILLIS));
    let mut deadline = pin!(JsFuture::from(deadline));
    poll_fn(|context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(value);
        }
        assert!(deadline.as_mut().poll(context).is_pending(), "waited too long for {what}");
        Poll::Pending
    })
    .await
}

/// Calls back as soon as the browser has nothing more urgent to do.
pub(crate) fn soon(callback: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(callback);
    set_timeout(callback.unchecked_ref(), 0);
}
