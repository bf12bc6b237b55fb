//! The state of the connection, always in sight.

use yew::prelude::*;

use crate::state::Link;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) link: Link,
    pub(crate) is_online: bool,
}

#[component]
pub(crate) fn Pill(props: &Props) -> Html {
    let (state, word, detail) = words(props.link, props.is_online);
    html! {
        <p class="pill" role="status" data-state={state}>
            <span class="pill-dot" aria-hidden="true"></span>
            <span class="pill-word">{ word }</span>
            if !detail.is_empty() {
                <span class="pill-detail">{ detail }</span>
            }
        </p>
    }
}

/// A name for the style sheet, what is the matter, and more about it.
fn words(link: Link, is_online: bool) -> (&'static str, &'static str, String) {
    match link {
        Link::Offline => ("offline", "Offline", String::new()),
        Link::Connecting => ("connecting", "Connecting", String::new()),
        // The connection is there, and the chat on it not yet.
        Link::Connected { .. } if !is_online => ("connecting", "Connecting", String::new()),
        Link::Connected { transport } => ("connected", "Connected", transport.to_owned()),
        Link::Reconnecting { attempt } => ("reconnecting", "Reconnecting", format!("attempt {attempt}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pill_says_what_carries_the_connection_or_which_attempt_it_is() {
        let rows = [
            (Link::Offline, false, "Offline", ""),
            (Link::Connecting, false, "Connecting", ""),
            (Link::Connected { transport: "polling" }, false, "Connecting", ""),
            (Link::Connected { transport: "polling" }, true, "Connected", "polling"),
            (Link::Connected { transport: "websocket" }, true, "Connected", "websocket"),
            (Link::Reconnecting { attempt: 2 }, false, "Reconnecting", "attempt 2"),
        ];
        for (link, is_online, word, detail) in rows {
            let (_, shown, more) = words(link, is_online);
            assert_eq!((shown, more.as_str()), (word, detail));
        }
    }
}
