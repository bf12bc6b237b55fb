//! The field in which one writes. What is written stays with its room while one looks at another.

use std::collections::BTreeMap;

use parlor_chat::{RoomName, Text};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::icon;

/// The field's id: where the skip link goes.
pub(crate) const FIELD: &str = "composer";

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) room: RoomName,
    /// What the room is called.
    pub(crate) label: AttrValue,
    pub(crate) on_typed: Callback<()>,
    pub(crate) on_submit: Callback<Text>,
    /// The person wants to change what they said last.
    pub(crate) on_last: Callback<()>,
}

#[component]
pub(crate) fn Composer(props: &Props) -> Html {
    let field = use_node_ref();
    let drafts = use_mut_ref(BTreeMap::<RoomName, String>::new);
    let trouble = use_state(|| None::<String>);
    {
        let (field, drafts) = (field.clone(), drafts.clone());
        use_effect_with(props.room.clone(), move |room| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                field.set_value(drafts.borrow().get(room).map_or("", String::as_str));
                let _ = field.focus();
            }
        });
    }
    let oninput = {
        let (room, drafts, trouble) = (props.room.clone(), drafts.clone(), trouble.clone());
        let on_typed = props.on_typed.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            if !text.is_empty() {
                on_typed.emit(());
            }
            drafts.borrow_mut().insert(room.clone(), text);
            trouble.set(None);
        })
    };
    let submit = {
        let (room, field, trouble) = (props.room.clone(), field.clone(), trouble.clone());
        let on_submit = props.on_submit.clone();
        Callback::from(move |()| {
            let Some(field) = field.cast::<HtmlTextAreaElement>() else { return };
            let typed = field.value();
            match Text::parse(&typed) {
                Ok(text) => {
                    field.set_value("");
                    drafts.borrow_mut().remove(&room);
                    on_submit.emit(text);
                }
                // An empty field needs no word about it.
                Err(refusal) => trouble.set((!typed.trim().is_empty()).then_some(refusal.message)),
            }
            let _ = field.focus();
        })
    };
    let onkeydown = {
        let (submit, on_last, field) = (submit.clone(), props.on_last.clone(), field.clone());
        Callback::from(move |event: KeyboardEvent| {
            let is_empty =
                || field.cast::<HtmlTextAreaElement>().is_some_and(|field| field.value().is_empty());
            if event.key() == "ArrowUp" && is_empty() {
                event.prevent_default();
                on_last.emit(());
            }
            // While a word is being composed (Japanese, Chinese…), Enter chooses it.
            if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                event.prevent_default();
                submit.emit(());
            }
        })
    };
    let onsubmit = submit.reform(|event: SubmitEvent| event.prevent_default());
    let label = format!("Message {}", props.label);
    html! {
        <form class="composer" {onsubmit}>
            <label class="hidden" for={FIELD}>{ label.clone() }</label>
            <textarea id={FIELD} ref={field} rows="1" placeholder={label} autocomplete="off" enterkeyhint="send"
                aria-describedby="composer-trouble" {oninput} {onkeydown} />
            <button class="primary" aria-label="Send">{ icon::send() }</button>
            <p id="composer-trouble" class="note is-trouble" role="status">{ trouble.as_deref().unwrap_or_default() }</p>
        </form>
    }
}
