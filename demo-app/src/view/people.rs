//! Who is here.

use std::rc::Rc;

use yew::prelude::*;

use crate::state::{Membership, Room};

use super::face::Face;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) room: Rc<Room>,
}

#[component]
pub(crate) fn People(props: &Props) -> Html {
    let room = &props.room;
    let person = |member: &parlor_chat::Member| {
        let is_you = room.you.as_ref() == Some(&member.id);
        html! {
            <li key={member.id.clone()} class="person">
                <Face nickname={member.nickname.clone()} />
                <span class="person-name">{ &member.nickname }</span>
                if is_you {
                    <span class="person-you">{ "you" }</span>
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
