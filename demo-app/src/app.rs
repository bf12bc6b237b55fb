//! The page: the chat, under a nickname that is given at once and can be changed; or, when its address asks for it, the emit
//! lab.

use parlor_chat::Nickname;
use yew::prelude::*;

use crate::lab::Lab;
use crate::view::{Chat, Rename};
use crate::{browser, nickname};

#[component]
pub(crate) fn App() -> Html {
    let nickname = use_state(remembered_or_given);
    let is_renaming = use_state(|| false);
    let on_chosen = {
        let nickname = nickname.clone();
        Callback::from(move |chosen: Nickname| {
            browser::remember_nickname(&chosen);
            nickname.set(Some(chosen));
        })
    };
    let (on_rename, on_closed) = (setter(&is_renaming, true), setter(&is_renaming, false));
    if browser::is_lab() {
        return html! { <Lab /> };
    }
    html! {
        <>
            if let Some(me) = (*nickname).clone() {
                <Chat {me} {on_rename} />
            }
            if *is_renaming || nickname.is_none() {
                <Rename nickname={(*nickname).clone()} {on_chosen} {on_closed} />
            }
        </>
    }
}

fn remembered_or_given() -> Option<Nickname> {
    browser::remembered_nickname().or_else(|| {
        let given = nickname::by_chance()?;
        // Another tab, opened next, is the same person.
        browser::remember_nickname(&given);
        Some(given)
    })
}

fn setter(state: &UseStateHandle<bool>, value: bool) -> Callback<()> {
    let state = state.clone();
    Callback::from(move |()| state.set(value))
}
