//! Changing one's own message where it stands, or taking it back.

use parlor_chat::{MessageId, Text};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::state::Action;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) id: MessageId,
    pub(crate) text: AttrValue,
    pub(crate) on_action: Callback<Action>,
}

/// The buttons beside a message. To take it back needs two: it is for good.
#[component]
pub(crate) fn Choices(props: &Props) -> Html {
    let is_sure = use_state(|| false);
    let edit = act(props, Action::TakeInHand(Some(props.id.clone())));
    let take_back = act(props, Action::Revise { id: props.id.clone(), text: None });
    let set = |value: bool| {
        let is_sure = is_sure.clone();
        Callback::from(move |_: MouseEvent| is_sure.set(value))
    };
    // Enough to know which one it is.
    let begins: String = props.text.chars().take(40).collect();
    html! {
        <span class={classes!("message-choices", is_sure.then_some("is-open"))}>
            if *is_sure {
                <button class="quiet is-trouble" onclick={take_back}>{ "Delete for everybody" }</button>
                <button class="quiet" onclick={set(false)}>{ "Keep" }</button>
            } else {
                <button class="quiet" aria-label={format!("Edit: {begins}")} onclick={edit}>{ "Edit" }</button>
                <button class="quiet" aria-label={format!("Delete: {begins}")} onclick={set(true)}>{ "Delete" }</button>
            }
        </span>
    }
}

/// The field in the place of the message.
#[component]
pub(crate) fn Revise(props: &Props) -> Html {
    let field = use_node_ref();
    let trouble = use_state(|| None::<String>);
    // Whatever it says meanwhile in another tab, this is what is changed here.
    let before = use_memo((), |()| props.text.clone());
    {
        let before = before.clone();
        use_effect_with(field.clone(), move |field| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                field.set_value(&before);
                let _ = field.focus();
            }
        });
    }
    let save = {
        let (field, trouble) = (field.clone(), trouble.clone());
        let (id, on_action) = (props.id.clone(), props.on_action.clone());
        Callback::from(move |()| {
            let Some(field) = field.cast::<HtmlTextAreaElement>() else { return };
            match Text::parse(&field.value()) {
                Ok(text) => on_action.emit(Action::Revise { id: id.clone(), text: Some(text) }),
                Err(refusal) => trouble.set(Some(refusal.message)),
            }
        })
    };
    let cancel = props.on_action.reform(|()| Action::TakeInHand(None));
    let onkeydown = {
        let (save, cancel) = (save.clone(), cancel.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.shift_key() && !event.is_composing() => {
                event.prevent_default();
                save.emit(());
            }
            "Escape" => cancel.emit(()),
            _ => {}
        })
    };
    let onsubmit = save.reform(|event: SubmitEvent| event.prevent_default());
    html! {
        <form class="revise" {onsubmit}>
            <textarea ref={field} rows="1" aria-label="Edit your message" {onkeydown} />
            <button class="quiet">{ "Save" }</button>
            <button type="button" class="quiet" onclick={cancel.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
            <p class="note is-trouble" role="status">{ trouble.as_deref().unwrap_or_default() }</p>
        </form>
    }
}

fn act(props: &Props, action: Action) -> Callback<MouseEvent> {
    props.on_action.reform(move |_| action.clone())
}
