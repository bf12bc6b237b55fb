//! Reactions: the buttons that throw them, and what flies by.

use parlor_chat::REACTIONS;
use yew::prelude::*;

use crate::state::{Action, Flying};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) flying: Vec<Flying>,
    pub(crate) on_action: Callback<Action>,
}

#[component]
pub(crate) fn Burst(props: &Props) -> Html {
    let button = |reaction: &'static str| {
        let onclick = props.on_action.reform(move |_: MouseEvent| Action::React(reaction));
        let label = format!("Throw {reaction}: everybody here sees it fly by");
        html! { <button class="reaction" title={label.clone()} aria-label={label} {onclick}>{ reaction }</button> }
    };
    html! {
        <div class="reactions" role="group" aria-label="Reactions">
            { for REACTIONS.into_iter().map(button) }
            // Whoever listens hears of it in the line above the field.
            <div class="burst" aria-hidden="true">{ for props.flying.iter().map(flying) }</div>
        </div>
    }
}

fn flying(flying: &Flying) -> Html {
    // Beside each other, in an order that looks like none.
    let lane = flying.number * 37 % 100;
    html! {
        <span key={flying.number} class="flying" style={format!("--lane:{lane}%")}>{ flying.reaction }</span>
    }
}
