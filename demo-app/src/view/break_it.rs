//! A row of buttons with which the chat is put to the test. Each says what it really does.

use yew::platform::spawn_local;
use yew::prelude::*;

use crate::supervisor;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) is_offline: bool,
    pub(crate) is_slow: bool,
    pub(crate) on_offline: Callback<bool>,
    pub(crate) on_slow: Callback<bool>,
    pub(crate) is_inspected: bool,
    pub(crate) on_inspect: Callback<bool>,
}

/// The id of the button that opens the inspector: where the focus goes back to.
pub(crate) const INSPECT: &str = "inspect";

#[component]
pub(crate) fn BreakIt(props: &Props) -> Html {
    let has_supervisor = use_state(|| false);
    let word = use_state(|| "");
    {
        let has_supervisor = has_supervisor.clone();
        use_effect_with((), move |()| {
            spawn_local(async move { has_supervisor.set(supervisor::is_there().await) });
        });
    }
    let kill = {
        let word = word.clone();
        Callback::from(move |_| {
            let word = word.clone();
            spawn_local(async move {
                let is_done = supervisor::kill().await;
                word.set(if is_done {
                    "The server was killed (SIGKILL) and is started again in 3 seconds."
                } else {
                    "The supervisor did not answer."
                });
            });
        })
    };
    let offline = (props.is_offline, props.on_offline.clone());
    let slow = (props.is_slow, props.on_slow.clone());
    html! {
        <div class="break-it" role="group" aria-label="Break it">
            <span class="break-it-title" aria-hidden="true">{ "Break it" }</span>
            <a class="quiet" href="?guest=1" target="_blank" rel="noopener"
                title="Opens this chat once more, as somebody else">{ "Second tab" }</a>
            { switch("Go offline", "Closes this page's connection, and opens none until it is pressed again", offline) }
            { switch("Slow link", "In this page everything waits a second, each way, and who is typing is not told", slow) }
            { inspect(props.is_inspected, props.on_inspect.clone()) }
            if *has_supervisor {
                <button class="quiet" onclick={kill}
                    title="Ends the server's process (SIGKILL), and starts it again after 3 seconds">
                    { "Kill the server" }</button>
            }
            <span class="note" role="status">{ *word }</span>
        </div>
    }
}

fn switch(name: &'static str, title: &'static str, (is_on, on_switch): (bool, Callback<bool>)) -> Html {
    let onclick = Callback::from(move |_| on_switch.emit(!is_on));
    html! {
        <button class={classes!("quiet", is_on.then_some("is-on"))} aria-pressed={is_on.to_string()} {title} {onclick}>
            { name }</button>
    }
}

fn inspect(is_open: bool, on_inspect: Callback<bool>) -> Html {
    let onclick = Callback::from(move |_| on_inspect.emit(!is_open));
    html! {
        <button id={INSPECT} class={classes!("quiet", is_open.then_some("is-on"))} aria-expanded={is_open.to_string()}
            aria-controls="inspector" title="Shows every packet that passes" {onclick}>{ "Inspect" }</button>
    }
}
