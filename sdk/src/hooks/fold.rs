//! State that grows by events, and is rendered once a frame.

use std::cell::RefCell;
use std::rc::Rc;

use ::yew::prelude::*;
use gloo_render::{AnimationFrame, request_animation_frame};
use serde::de::DeserializeOwned;

use super::event::use_event;
use crate::Socket;

/// What the events of that name have made of an initial value.
///
/// Every event is folded in when it comes, in order; the component renders at most once a frame, however many came, and not
/// while the page is hidden. The value is cloned at most once for each render. It stays when the socket reconnects.
///
/// ```no_run
/// use parlor_client::hooks::{use_fold, use_socket};
/// use yew::prelude::*;
///
/// #[component]
/// fn Total() -> Html {
///     let socket = use_socket("/");
///     let total = use_fold(&socket, "amount", || 0, |total, amount: u64| *total += amount);
///     html! { <output>{ *total }</output> }
/// }
/// ```
#[hook]
pub fn use_fold<T, S>(
    socket: &Socket,
    event: &str,
    initial: impl FnOnce() -> S,
    fold: impl Fn(&mut S, T) + 'static,
) -> Rc<S>
where
    T: DeserializeOwned + 'static,
    S: Clone + 'static,
{
    let state = use_mut_ref(|| Rc::new(initial()));
    let frame = use_frame();
    use_event(socket, event, {
        let state = Rc::clone(&state);
        move |data: T| {
            fold(Rc::make_mut(&mut state.borrow_mut()), data);
            frame.wish();
        }
    });
    let value = state.borrow();
    Rc::clone(&value)
}

/// Renders a component with the next frame, however often that was wished for.
#[derive(Clone)]
struct Frame {
    /// Dropping it takes the wish back.
    wished: Rc<RefCell<Option<AnimationFrame>>>,
    render: UseForceUpdateHandle,
}

impl Frame {
    fn wish(&self) {
        let mut wished = self.wished.borrow_mut();
        if wished.is_none() {
            let it = self.clone();
            *wished = Some(request_animation_frame(move |_| {
                it.wished.borrow_mut().take();
                it.render.force_update();
            }));
        }
    }
}

#[hook]
fn use_frame() -> Frame {
    let wished = use_mut_ref(|| None);
    let render = use_force_update();
    use_effect_with((), {
        let wished = Rc::clone(&wished);
        // A wish holds what it is kept in.
        move |()| move || drop(wished.borrow_mut().take())
    });
    Frame { wished, render }
}
