//! The page: first a nickname, then the chat; or, when its address asks for it, the emit lab.

use parlor_chat::Nickname;
use yew::prelude::*;

use crate::browser;
use crate::lab::Lab;
use crate::view::{Arrival, Chat};

#[component]
pub(crate) fn App() -> Html {
    // Known when this tab is only loaded again.
    let nickname = use_state(browser::remembered_nickname);
    let is_renaming = use_state(|| false);
    let on_chosen = {
        let (nickname, is_renaming) = (nickname.clone(), is_renaming.clone());
        Callback::from(move |chosen: Nickname| {
            browser::remember_nickname(&chosen);
            nickname.set(Some(chosen));
            is_renaming.set(false);
        })
    };
    if browser::is_lab() {
        return html! { <Lab /> };
    }
    match (*nickname).clone().filter(|_| !*is_renaming) {
        Some(me) => {
            let on_rename = Callback::from(move |()| is_renaming.set(true));
            html! { <Chat {me} {on_rename} /> }
        }
        None => html! { <Arrival nickname={(*nickname).clone()} {on_chosen} /> },
    }
}
