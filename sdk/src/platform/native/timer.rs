//! One timer, moved about.

use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinHandle;

/// Calls back once after the time last set. Dropping it cancels.
pub(crate) struct Timer {
    callback: Rc<dyn Fn()>,
    running: Option<JoinHandle<()>>,
}

impl Timer {
    pub(crate) fn new(callback: impl Fn() + 'static) -> Self {
        Self { callback: Rc::new(callback), running: None }
    }

    /// Sets the timer, instead of what was set before; `None` stops it.
    pub(crate) fn set(&mut self, wait: Option<Duration>) {
        self.stop();
        self.running = wait.map(|wait| {
            let callback = Rc::clone(&self.callback);
            tokio::task::spawn_local(async move {
                tokio::time::sleep(wait).await;
                // It may set the timer anew, and so abort this task: nothing may follow.
                callback();
            })
        });
    }

    fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.stop();
    }
}
