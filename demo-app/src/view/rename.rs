//! The dialog for another nickname.

use parlor_chat::Nickname;
use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use super::icon;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// The nickname so far.
    pub(crate) nickname: Option<Nickname>,
    pub(crate) on_chosen: Callback<Nickname>,
    /// The dialog is closed, whether one was chosen or not.
    pub(crate) on_closed: Callback<()>,
}

#[component]
pub(crate) fn Rename(props: &Props) -> Html {
    let (dialog, input) = (use_node_ref(), use_node_ref());
    let trouble = use_state(|| None::<String>);
    // As it was at first: what is typed since then is not typed over.
    let so_far =
        use_memo((), |()| props.nickname.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default());
    use_effect_with((dialog.clone(), input.clone()), |(dialog, input)| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
            // The browser keeps the focus inside, closes at Escape, and gives the focus back.
            let _ = dialog.show_modal();
        }
        // Selected, so that typing replaces it.
        if let Some(input) = input.cast::<HtmlInputElement>() {
            let _ = input.focus();
            input.select();
        }
    });
    let close = {
        let dialog = dialog.clone();
        Callback::from(move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    let onsubmit = {
        let (input, trouble, close) = (input.clone(), trouble.clone(), close.clone());
        let on_chosen = props.on_chosen.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            match Nickname::parse(&typed) {
                Ok(nickname) => {
                    on_chosen.emit(nickname);
                    close.emit(());
                }
                Err(refusal) => trouble.set(Some(refusal.message)),
            }
        })
    };
    let onclose = props.on_closed.reform(|_: Event| ());
    let oncancel = close.reform(|_: MouseEvent| ());
    html! {
        <dialog class="card" ref={dialog} {onclose} aria-labelledby="rename-title">
            <form {onsubmit}>
                { icon::logo() }
                <h2 id="rename-title">{ "Change nickname" }</h2>
                <label for="nickname">{ "What should we call you?" }</label>
                <input id="nickname" ref={input} name="nickname" value={so_far.to_string()} maxlength="48"
                    autocomplete="nickname" spellcheck="false" aria-describedby="nickname-note"
                    aria-invalid={trouble.is_some().to_string()} />
                <p id="nickname-note" class={classes!("note", trouble.is_some().then_some("is-trouble"))}
                    role="status">
                    { trouble.as_deref().unwrap_or("No sign-up. To be somebody else in a second tab, add ?guest=1 to the address.") }
                </p>
                <div class="choices">
                    <button type="button" class="quiet" onclick={oncancel}>{ "Cancel" }</button>
                    <button class="primary">{ "Take this name" }</button>
                </div>
            </form>
        </dialog>
    }
}
