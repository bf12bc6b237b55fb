//! What the browser tells a page about its network and its life.

use parlor_protocol::engine::client::Input;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, PageTransitionEvent, VisibilityState};

use crate::connection::{Happened, Report};

/// Reports when the network goes and comes, and when the page wakes up. Dropping it stops that.
pub(crate) struct Hints(Vec<Listening>);

struct Listening {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Hints {
    /// A server on this very machine (`is_loopback`) stays in reach, whatever happens to the network.
    pub(crate) fn new(report: &Report, is_loopback: bool) -> Self {
        let window: EventTarget = js_sys::global().unchecked_into();
        let mut hints = Self(Vec::new());
        if !is_loopback {
            hints.listen(&window, "offline", report, |_| Some(Happened::Transport(Input::NetworkLost)));
        }
        hints.listen(&window, "online", report, |_| Some(Happened::Woken));
        // It is told at first, too, when nobody has slept.
        hints.listen(&window, "pageshow", report, |event| {
            let page = event.dyn_ref::<PageTransitionEvent>()?;
            page.persisted().then_some(Happened::Woken)
        });
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            hints.listen(&document, "resume", report, |_| Some(Happened::Woken));
            hints.listen(&document, "visibilitychange", report, |_| {
                let document = web_sys::window()?.document()?;
                (document.visibility_state() == VisibilityState::Visible).then_some(Happened::Woken)
            });
        }
        hints
    }

    fn listen(
        &mut self,
        target: &EventTarget,
        event: &'static str,
        report: &Report,
        what: fn(&Event) -> Option<Happened>,
    ) {
        let report = Report::clone(report);
        let callback = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            if let Some(happened) = what(&event) {
                report(happened);
            }
        });
        let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
        self.0.push(Listening { target: target.clone(), event, callback });
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        for Listening { target, event, callback } in &self.0 {
            let _ = target.remove_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
        }
    }
}
