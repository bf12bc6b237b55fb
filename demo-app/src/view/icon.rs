//! The few pictures, drawn where they stand: no font and no request is needed for them.

use yew::prelude::*;

/// Two speech bubbles, one behind the other.
pub(crate) fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <path class="logo-back" d="M13 5h11a5 5 0 0 1 5 5v5a5 5 0 0 1-5 5v4l-5-4h-6a5 5 0 0 1-5-5v-5a5 5 0 0 1 5-5z" />
            <path class="logo-front" d="M8 11h9a5 5 0 0 1 5 5v3a5 5 0 0 1-5 5h-4l-5 4v-4a5 5 0 0 1-5-5v-3a5 5 0 0 1 5-5z" />
        </svg>
    }
}

/// A clock: not acknowledged yet.
pub(crate) fn waiting() -> Html {
    outline("M8 4.5V8l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z")
}

/// A tick: stored by the server.
pub(crate) fn stored() -> Html {
    outline("M3 8.5l3.5 3.5L13 4.5")
}

/// Two ticks: seen by somebody.
pub(crate) fn seen() -> Html {
    outline("M1 8.5l3.5 3.5L11 4.5M8 12l6.5-7.5")
}

/// An exclamation mark: refused.
pub(crate) fn refused() -> Html {
    outline("M8 3v6M8 12.5v.5")
}

pub(crate) fn menu() -> Html {
    outline("M2.5 4h11M2.5 8h11M2.5 12h11")
}

pub(crate) fn people() -> Html {
    outline(
        "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5a4.5 4.5 0 0 1 9 0M10.5 2.8a2.5 2.5 0 0 1 0 4.4M12.5 9.8a4.5 4.5 0 0 1 2 3.7",
    )
}

pub(crate) fn cross() -> Html {
    outline("M4 4l8 8M12 4l-8 8")
}

pub(crate) fn plus() -> Html {
    outline("M8 3v10M3 8h10")
}

pub(crate) fn send() -> Html {
    outline("M8 13V3M3.5 7.5L8 3l4.5 4.5")
}

fn outline(d: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path {d} /></svg>
    }
}
