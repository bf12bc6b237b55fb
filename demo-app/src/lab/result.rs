//! What came of a line: each client, whether it received it, what was answered, and the frames.

use parlor_chat::lab::{SEATS, Seat};
use yew::prelude::*;

use super::run::{Frame, Received, Run, outcome};
use crate::state::Link;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) links: [Link; SEATS.len()],
    /// The line, if one was said.
    pub(crate) name: Option<String>,
    pub(crate) promised: Received,
    /// `None` while it is under way.
    pub(crate) run: Option<Run>,
}

#[component]
pub(crate) fn ResultOf(props: &Props) -> Html {
    let seats = SEATS.iter().enumerate().map(|(at, seat)| place(at, *seat, props));
    html! {
        <>
            <h2>{ "The clients" }</h2>
            <ul class="lab-seats">{ for seats }</ul>
            <h2>{ props.name.clone().unwrap_or_else(|| "Who received what".to_owned()) }</h2>
            <div class="lab-words" aria-live="polite">{ words(props) }</div>
            if let Some(run) = &props.run {
                <h2>{ format!("The frames: {}", run.frames.len()) }</h2>
                <ol class="lab-frames" aria-label="Frames">{ for run.frames.iter().map(frame) }</ol>
                <p class="note">{ "Left out: heartbeats, and the question to each client whether all has come." }</p>
            }
        </>
    }
}

fn place(at: usize, seat: Seat, props: &Props) -> Html {
    let counts = props.run.as_ref().map(|run| {
        let count = |counts: &[u32]| counts.get(at).copied().unwrap_or_default();
        count(&run.received.root) + count(&run.received.custom)
    });
    let (state, received) = match counts {
        None => ("waiting", ""),
        Some(0) => ("nothing", "received nothing"),
        Some(_) => ("received", "received it"),
    };
    let link = match props.links.get(at) {
        Some(Link::Connected { transport }) => transport,
        _ => "not connected",
    };
    html! {
        <li class="lab-seat" data-state={state}>
            <span class="lab-name">{ seat.name }</span>
            <span class="note">{ format!("{}{}", seat.rooms.join(", "), if at == 0 { " · the sender" } else { "" }) }</span>
            <span class="note">{ link.to_owned() }</span>
            <span class="lab-received">{ received }</span>
        </li>
    }
}

fn words(props: &Props) -> Html {
    match (&props.name, &props.run) {
        (None, _) => html! { <p class="note">{ "Press a line." }</p> },
        (Some(_), None) => html! { <p class="note">{ "It is being said…" }</p> },
        (Some(_), Some(run)) => {
            let is_kept = run.said.is_ok() && run.received == props.promised;
            let verdict = if is_kept {
                "As promised: these, once, and nobody else.".to_owned()
            } else {
                format!("Not as promised. It should have been: {}", props.promised.words())
            };
            html! {
                <>
                    <p class="lab-who">{ run.received.words() }</p>
                    <p>{ outcome(&run.said) }</p>
                    <p class="lab-verdict" data-state={if is_kept { "kept" } else { "broken" }}>{ verdict }</p>
                </>
            }
        }
    }
}

fn frame(frame: &Frame) -> Html {
    let (arrow, way) = if frame.is_sent { ("→", "sent") } else { ("←", "received") };
    html! {
        <li>
            <span class="lab-way"><b>{ frame.seat }</b><span aria-hidden="true">{ arrow }</span>
                <span class="hidden">{ way }</span></span>
            <code>{ &frame.text }</code>
            <span class="note">{ format!("{} B", frame.size_bytes) }</span>
        </li>
    }
}
