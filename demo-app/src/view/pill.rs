//! The state of the connection, always in sight: `websocket · 14 ms · 0 lost · 0 dup`.
//!
//! Only the first word is announced to those who listen: the numbers change every few seconds.

use yew::prelude::*;

use crate::state::{Counts, Link};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) link: Link,
    pub(crate) is_online: bool,
    /// In milliseconds.
    pub(crate) latency: Option<u32>,
    pub(crate) counts: Counts,
}

#[component]
pub(crate) fn Pill(props: &Props) -> Html {
    let (state, word, detail) = words(props.link, props.is_online);
    html! {
        <div class="pill" data-state={state} title={sentence(props.counts)}>
            <span class="pill-dot" aria-hidden="true"></span>
            <span class="pill-word" role="status">{ word }</span>
            if let Some(detail) = detail {
                <span class="pill-detail">{ detail }</span>
            }
            if state == "connected" {
                <span class="pill-detail pill-latency">{ latency(props.latency) }</span>
                { for audit(props.counts).into_iter().map(shown) }
            }
        </div>
    }
}

fn shown((text, is_bad): (String, bool)) -> Html {
    let class = if is_bad { "pill-bad" } else { "pill-detail pill-good" };
    html! { <span {class}>{ text }</span> }
}

/// A name for the style sheet, what is the matter, and more about it.
fn words(link: Link, is_online: bool) -> (&'static str, &'static str, Option<String>) {
    match link {
        Link::Offline => ("offline", "Offline", None),
        Link::Connecting => ("connecting", "Connecting", None),
        // The connection is there, and the chat on it not yet.
        Link::Connected { .. } if !is_online => ("connecting", "Connecting", None),
        Link::Connected { transport } => ("connected", transport, None),
        Link::Reconnecting { attempt } => {
            ("reconnecting", "Reconnecting", Some(format!("attempt {attempt}")))
        }
    }
}

fn latency(latency: Option<u32>) -> String {
    latency.map_or_else(|| "· … ms".to_owned(), |latency| format!("· {latency} ms"))
}

/// What the audit counts, and whether that is bad. What cannot be so in an ordered stream is shown only if it is.
fn audit(counts: Counts) -> Vec<(String, bool)> {
    let Counts { lost, duplicated, reordered, .. } = counts;
    let mut parts =
        vec![(format!("· {lost} lost"), lost > 0), (format!("· {duplicated} dup"), duplicated > 0)];
    if reordered > 0 {
        parts.push((format!("· {reordered} reordered"), true));
    }
    parts
}

fn sentence(counts: Counts) -> String {
    let Counts { lost, duplicated, reordered, recovered } = counts;
    format!(
        "Delivery, by the messages' numbers: {lost} lost, {duplicated} duplicated, {reordered} reordered, {recovered} recovered"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pill_says_what_carries_the_connection_or_which_attempt_it_is() {
        let rows = [
            (Link::Offline, false, "Offline", None),
            (Link::Connecting, false, "Connecting", None),
            (Link::Connected { transport: "polling" }, false, "Connecting", None),
            (Link::Connected { transport: "polling" }, true, "polling", None),
            (Link::Connected { transport: "websocket" }, true, "websocket", None),
            (Link::Reconnecting { attempt: 2 }, false, "Reconnecting", Some("attempt 2")),
        ];
        for (link, is_online, word, detail) in rows {
            let (_, shown, more) = words(link, is_online);
            assert_eq!((shown, more.as_deref()), (word, detail));
        }
    }

    #[test]
    fn pill_counts_lost_and_duplicated_always_and_reordered_if_there_are_any() {
        let rows = [
            (Counts::default(), "· 0 lost · 0 dup"),
            (Counts { recovered: 7, ..Counts::default() }, "· 0 lost · 0 dup"),
            (
                Counts { lost: 2, duplicated: 1, reordered: 3, recovered: 0 },
                "· 2 lost! · 1 dup! · 3 reordered!",
            ),
        ];
        for (counts, expected) in rows {
            let parts = audit(counts).into_iter().map(|(text, is_bad)| text + if is_bad { "!" } else { "" });
            assert_eq!(parts.collect::<Vec<_>>().join(" "), expected);
        }
        assert_eq!([latency(None), latency(Some(14))], ["· … ms", "· 14 ms"]);
    }
}
