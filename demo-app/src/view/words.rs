//! What a message says, as nodes: nothing that a person typed is ever read as HTML.

use std::rc::Rc;

use yew::prelude::*;

use crate::markdown::{self, Span};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) text: AttrValue,
    /// Who can be mentioned.
    pub(crate) names: Rc<Vec<String>>,
    pub(crate) me: AttrValue,
    pub(crate) is_edited: bool,
}

#[component]
pub(crate) fn Words(props: &Props) -> Html {
    let names: Vec<&str> = props.names.iter().map(String::as_str).collect();
    let spans = markdown::read(&props.text, &names);
    let is_for_me = markdown::mentions(&spans, &props.me);
    html! {
        <div class={classes!("text", is_for_me.then_some("is-for-me"))}>
            { nodes(&spans, &props.me) }
            if props.is_edited {
                <small class="edited">{ " edited" }</small>
            }
        </div>
    }
}

fn nodes(spans: &[Span<'_>], me: &str) -> Html {
    spans.iter().map(|span| node(span, me)).collect()
}

fn node(span: &Span<'_>, me: &str) -> Html {
    match span {
        Span::Text(text) => html! { (*text).to_owned() },
        Span::Bold(inner) => html! { <strong>{ nodes(inner, me) }</strong> },
        Span::Italic(inner) => html! { <em>{ nodes(inner, me) }</em> },
        Span::Code(code) => html! { <code>{ (*code).to_owned() }</code> },
        Span::Block(code) => html! { <pre tabindex="0"><code>{ (*code).to_owned() }</code></pre> },
        Span::Link { address, label } => html! {
            // A page that is opened learns nothing of this one, and cannot turn it into another.
            <a href={(*address).to_owned()} title={(*address).to_owned()} target="_blank" rel="noopener noreferrer nofollow">
                { nodes(label, me) }
            </a>
        },
        Span::Mention(name) => html! {
            <span class={classes!("mention", (*name == me).then_some("is-me"))}>{ format!("@{name}") }</span>
        },
    }
}
