//! One timer, moved about.

use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Timeout;

/// Calls back once after the time last set. Dropping it cancels.
pub(crate) struct Timer {
    callback: Rc<dyn Fn()>,
    /// A timer that has fired is dropped when the next is set: it may be the one that sets it.
    running: Option<Timeout>,
}

impl Timer {
    pub(crate) fn new(callback: impl Fn() + 'static) -> Self {
        Self { callback: Rc::new(callback), running: None }
    }

    /// Sets the timer, instead of what was set before; `None` stops it.
    pub(crate) fn set(&mut self, wait: Option<Duration>) {
        self.running = wait.map(|wait| {
            // Browsers keep the wait in a signed 32-bit number: a longer one would fire at once. Firing early does
            // no harm.
            let millis = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX).cast_unsigned();
            let callback = Rc::clone(&self.callback);
            Timeout::new(millis, move || callback())
        });
    }
}
