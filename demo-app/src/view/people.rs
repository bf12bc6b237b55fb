//! Who is here.

use std::rc::Rc;

use parlor_chat::Member;
use yew::prelude::*;

use crate::state::{Membership, Room};

use super::face::Face;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) room: Rc<Room>,
    /// Somebody was chosen, to talk in private.
    pub(crate) on_whisper: Callback<Member>,
}

#[component]
pub(crate) fn People(props: &Props) -> Html {
    let room = &props.room;
    let person = |member: &Member| {
        let is_you = room.you.as_ref() == Some(&member.id);
        html! {
            <li key={member.id.clone()} class="person">
                <Face nickname={member.nickname.clone()} />
                <span class="person-name">{ &member.nickname }</span>
                if is_you {
                    <span class="person-you">{ "you" }</span>
                } else if !room.is_private() {
                    { whisper(member, &props.on_whisper) }
                }
            </li>
        }
    };
    let is_stale = room.membership != Membership::In;
    html! {
        <>
            <h2>{ "Here now " }<span class="count">{ room.members.len() }</span></h2>
            <ul class={is_stale.then_some("is-stale")}>{ for room.members.iter().map(person) }</ul>
        </>
    }
}

fn whisper(member: &Member, on_whisper: &Callback<Member>) -> Html {
    let label = format!("Message {} in private", member.nickname);
    let chosen = member.clone();
    let onclick = on_whisper.reform(move |_: MouseEvent| chosen.clone());
    html! {
        <button class="quiet person-whisper" aria-label={label.clone()} title={label} {onclick}>{ "@" }</button>
    }
}
