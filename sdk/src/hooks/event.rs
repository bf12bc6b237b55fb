//! A callback for an event.

use std::rc::Rc;

use ::yew::prelude::*;
use serde::de::DeserializeOwned;

use crate::Socket;

/// Calls back for every event of that name, for as long as the component is there: see [`Socket::on`].
///
/// The callback is the one of the last render, so that it sees what the component knew then; it is called for each event
/// by itself. State that grows by events is safer in [`use_fold`](super::use_fold): a handle of `use_state` is as old as
/// its render.
///
/// ```no_run
/// use parlor_client::hooks::{use_event, use_socket};
/// use yew::prelude::*;
///
/// #[component]
/// fn Title() -> Html {
///     let title = use_state(String::new);
///     let setter = title.setter();
///     let socket = use_socket("/");
///     use_event(&socket, "title", move |text: String| setter.set(text));
///     html! { <h1>{ &*title }</h1> }
/// }
/// ```
#[hook]
pub fn use_event<T: DeserializeOwned + 'static>(
    socket: &Socket,
    event: &str,
    callback: impl Fn(T) + 'static,
) {
    let latest = use_mut_ref(|| None::<Rc<dyn Fn(T)>>);
    *latest.borrow_mut() = Some(Rc::new(callback));
    use_effect_with((socket.clone(), event.to_owned()), move |(socket, event)| {
        let listener = socket.on(event, move |data: T| {
            // Not borrowed while it runs: it may render.
            let callback = latest.borrow().clone();
            if let Some(callback) = callback {
                callback(data);
            }
        });
        move || drop(listener)
    });
}
