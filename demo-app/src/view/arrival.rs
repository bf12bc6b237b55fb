//! The first screen: who are you?

use parlor_chat::Nickname;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser::any_of;

use super::icon;

/// A nickname nobody has to think about is one of each of these.
const FIRST: [&str; 12] = [
    "Amber", "Brave", "Clever", "Gentle", "Golden", "Happy", "Jolly", "Lucky", "Quiet", "Rapid", "Sunny",
    "Witty",
];
const SECOND: [&str; 12] = [
    "Badger", "Falcon", "Fox", "Heron", "Lynx", "Marten", "Otter", "Owl", "Robin", "Seal", "Sparrow", "Wren",
];

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// The nickname so far, to be changed.
    pub(crate) nickname: Option<Nickname>,
    pub(crate) on_chosen: Callback<Nickname>,
}

#[component]
pub(crate) fn Arrival(props: &Props) -> Html {
    let input = use_node_ref();
    let trouble = use_state(|| None::<String>);
    let suggestion =
        use_memo((), |()| props.nickname.as_ref().map_or_else(suggest, |name| name.as_str().to_owned()));
    use_effect_with(input.clone(), |input| {
        // Selected, so that typing replaces the suggestion and Enter takes it.
        if let Some(input) = input.cast::<HtmlInputElement>() {
            let _ = input.focus();
            input.select();
        }
    });
    let onsubmit = {
        let (input, trouble, on_chosen) = (input.clone(), trouble.clone(), props.on_chosen.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            match Nickname::parse(&typed) {
                Ok(nickname) => on_chosen.emit(nickname),
                Err(refusal) => trouble.set(Some(refusal.message)),
            }
        })
    };
    // The same shape as the static first paint in index.html, so that nothing moves when this takes its place.
    html! {
        <main class="arrival">
            <form class="card" {onsubmit}>
                { icon::logo() }
                <h1>{ "Parlor" }</h1>
                <p class="lead">{ "A chat in Rust, from the browser to the server." }</p>
                <label for="nickname">{ "What should we call you?" }</label>
                <input id="nickname" ref={input} name="nickname" value={suggestion.to_string()} maxlength="48"
                    autocomplete="nickname" spellcheck="false" aria-describedby="nickname-note"
                    aria-invalid={trouble.is_some().to_string()} />
                <p id="nickname-note" class={classes!("note", trouble.is_some().then_some("is-trouble"))}
                    role="status">
                    { trouble.as_deref().unwrap_or("No sign-up. To be somebody else in a second tab, add ?guest=1 to the address.") }
                </p>
                <button class="primary">{ "Enter the lobby" }</button>
            </form>
        </main>
    }
}

fn suggest() -> String {
    let word = |words: &[&'static str]| any_of(words).unwrap_or("Guest");
    format!("{} {}", word(&FIRST), word(&SECOND))
}
