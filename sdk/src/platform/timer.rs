//! One timer, moved about.

use std::time::Duration;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::globals;

/// Calls back once after the time last set. Dropping it cancels.
pub(crate) struct Timer {
    callback: Closure<dyn FnMut()>,
    running: Option<JsValue>,
}

impl Timer {
    pub(crate) fn new(callback: impl FnMut() + 'static) -> Self {
        Self { callback: Closure::new(callback), running: None }
    }

    /// Sets the timer, instead of what was set before; `None` stops it.
    pub(crate) fn set(&mut self, wait: Option<Duration>) {
        self.stop();
        self.running = wait.map(|wait| {
            // Browsers keep the wait in 32 bits: a longer one would fire at once. Firing early does no harm.
            let millis = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
            globals::set_timeout(self.callback.as_ref().unchecked_ref(), millis)
        });
    }

    fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            globals::clear_timeout(&running);
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.stop();
    }
}
