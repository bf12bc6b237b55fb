//! What the browser knows about the network.

use parlor_protocol::engine::client::Input;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::EventTarget;

use crate::connection::{Happened, Report};

/// Reports when the browser loses its network. Dropping it stops that.
pub(crate) struct Offline {
    window: EventTarget,
    callback: Closure<dyn FnMut()>,
}

impl Offline {
    pub(crate) fn new(report: Report) -> Self {
        let window: EventTarget = js_sys::global().unchecked_into();
        let callback = Closure::<dyn FnMut()>::new(move || report(Happened::Transport(Input::NetworkLost)));
        let _ = window.add_event_listener_with_callback("offline", callback.as_ref().unchecked_ref());
        Self { window, callback }
    }
}

impl Drop for Offline {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        let _ = self.window.remove_event_listener_with_callback("offline", callback);
    }
}
