//! The list of rooms: those joined, those there are, and a field for a new one.

use std::rc::Rc;

use parlor_chat::{RoomName, RoomSummary};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::state::Room;

use super::icon;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) rooms: Vec<Rc<Room>>,
    pub(crate) listing: Vec<RoomSummary>,
    pub(crate) current: Option<RoomName>,
    pub(crate) on_open: Callback<RoomName>,
    pub(crate) on_leave: Callback<RoomName>,
}

#[component]
pub(crate) fn Rooms(props: &Props) -> Html {
    // A name the server tells is shown only if it is one.
    let others =
        props.listing.iter().filter_map(|summary| Some((RoomName::parse(&summary.name).ok()?, summary)));
    let is_joined = |name: &RoomName| props.rooms.iter().any(|room| room.name == *name);
    let others: Vec<_> = others.filter(|(name, _)| !is_joined(name)).collect();
    html! {
        <>
            <nav class="rooms" aria-label="Rooms">
                <h2>{ "Your rooms" }</h2>
                <ul>{ for props.rooms.iter().map(|room| joined(room, props)) }</ul>
                if !others.is_empty() {
                    <h2>{ "More rooms" }</h2>
                    <ul>{ for others.iter().map(|(name, summary)| other(name, summary, &props.on_open)) }</ul>
                }
            </nav>
            <NewRoom on_open={props.on_open.clone()} />
        </>
    }
}

fn joined(room: &Room, props: &Props) -> Html {
    let name = room.name.as_str();
    let (sign, label) = room.label();
    let is_current = props.current.as_ref() == Some(&room.name);
    html! {
        <li key={name.to_owned()} class={classes!("room", is_current.then_some("is-current"))}>
            <button class="room-open" aria-current={is_current.then_some("true")} onclick={pick(&props.on_open, &room.name)}>
                <span class="hash" aria-hidden="true">{ sign }</span>
                <span class="room-name">{ label.to_owned() }</span>
                if room.unread > 0 {
                    <span class="badge">{ room.unread }<span class="hidden">{ " unread" }</span></span>
                }
            </button>
            <button class="room-leave" aria-label={format!("Leave {sign}{label}")} title="Leave"
                onclick={pick(&props.on_leave, &room.name)}>{ icon::cross() }</button>
        </li>
    }
}

fn other(name: &RoomName, summary: &RoomSummary, on_open: &Callback<RoomName>) -> Html {
    html! {
        <li key={name.as_str().to_owned()} class="room">
            <button class="room-open" onclick={pick(on_open, name)}>
                <span class="hash" aria-hidden="true">{ "#" }</span>
                <span class="room-name">{ name.as_str().to_owned() }</span>
                if summary.members > 0 {
                    <span class="room-members">{ summary.members }<span class="hidden">{ " here" }</span></span>
                }
            </button>
        </li>
    }
}

fn pick(callback: &Callback<RoomName>, name: &RoomName) -> Callback<MouseEvent> {
    let name = name.clone();
    callback.reform(move |_| name.clone())
}

#[derive(Properties, PartialEq)]
struct NewRoomProps {
    on_open: Callback<RoomName>,
}

#[component]
fn NewRoom(props: &NewRoomProps) -> Html {
    let input = use_node_ref();
    let trouble = use_state(|| None::<String>);
    let onsubmit = {
        let (input, trouble, on_open) = (input.clone(), trouble.clone(), props.on_open.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            match RoomName::parse(&input.value()) {
                Ok(name) => {
                    input.set_value("");
                    trouble.set(None);
                    on_open.emit(name);
                }
                Err(refusal) => trouble.set(Some(refusal.message)),
            }
        })
    };
    html! {
        <form class="new-room" {onsubmit}>
            <label class="hidden" for="new-room">{ "Join or create a room" }</label>
            <input id="new-room" ref={input} placeholder="Join or create a room" maxlength="32" autocomplete="off"
                autocapitalize="none" spellcheck="false" aria-invalid={trouble.is_some().to_string()}
                aria-describedby="new-room-trouble" />
            <button class="quiet" aria-label="Join or create">{ icon::plus() }</button>
            <p id="new-room-trouble" class="note is-trouble" role="status">{ trouble.as_deref().unwrap_or_default() }</p>
        </form>
    }
}
