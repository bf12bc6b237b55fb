//! A callback that emits.

use ::yew::prelude::*;
use serde::Serialize;

use crate::{EmitError, Socket};

/// A callback that emits what it is given: see [`Socket::emit`]. It is the same one at every render, so that children that
/// have it as a property do not render anew.
#[hook]
pub fn use_emit<T: Serialize + 'static>(socket: &Socket, event: &str) -> Callback<T, Result<(), EmitError>> {
    let callback = use_memo((socket.clone(), event.to_owned()), |(socket, event)| {
        let (socket, event) = (socket.clone(), event.clone());
        Callback::from(move |data: T| socket.emit(&event, &data))
    });
    (*callback).clone()
}
