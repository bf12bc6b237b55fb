//! The guide's page, in Yew.

use parlor_client::Client;
use parlor_client::hooks::{ClientProvider, use_emit, use_fold, use_socket};
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[component]
fn App() -> Html {
    let client = use_memo((), |()| Client::builder("http://127.0.0.1:3000").build().expect("a good address"));
    html! { <ClientProvider client={(*client).clone()}><Chat /></ClientProvider> }
}

#[component]
fn Chat() -> Html {
    let socket = use_socket("/");
    let lines = use_fold(&socket, "said", Vec::new, |lines, (id, text): (String, String)| {
        lines.push(format!("{id}: {text}"));
    });
    let say = use_emit::<String>(&socket, "say");
    let field = use_node_ref();
    let onsubmit = {
        let field = field.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = field.cast::<HtmlInputElement>() {
                let _ = say.emit(input.value());
                input.set_value("");
            }
        }
    };
    html! {
        <>
            <form {onsubmit}><input ref={field} aria-label="Message" /><button>{ "Say" }</button></form>
            <ul>{ for lines.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
        </>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
