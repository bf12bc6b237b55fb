//! The drawer: the timeline, newest first, with a filter and a way to take it elsewhere.

use std::rc::Rc;

use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::Record;
use super::timeline::{Entry, Filter, MAX_ENTRIES, Way};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) record: Record,
    pub(crate) on_close: Callback<()>,
}

pub(crate) enum Msg {
    News,
    Words(String),
    Heartbeats(bool),
    Copy,
    Copied(bool),
    Clear,
}

pub(crate) struct Drawer {
    filter: Filter,
    /// What came of copying.
    word: &'static str,
}

impl Component for Drawer {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let reader = ctx.link().callback(|()| Msg::News);
        ctx.props().record.0.reader.replace(Some(reader));
        Self { filter: Filter::default(), word: "" }
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        ctx.props().record.0.reader.replace(None);
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::News => {}
            Msg::Words(words) => self.filter.words = words,
            Msg::Heartbeats(with_heartbeats) => self.filter.with_heartbeats = with_heartbeats,
            Msg::Copy => self.copy(ctx),
            Msg::Copied(is_done) => {
                self.word = if is_done { "Copied" } else { "The browser does not let this page copy" };
            }
            Msg::Clear => ctx.props().record.0.timeline.borrow_mut().clear(),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let shown = self.shown(ctx);
        let on_close = ctx.props().on_close.clone();
        let onkeydown = {
            let on_close = on_close.clone();
            Callback::from(move |event: KeyboardEvent| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    on_close.emit(());
                }
            })
        };
        let oninput = link.callback(|event: InputEvent| Msg::Words(field(&event).value()));
        let onchange = link.callback(|event: Event| {
            Msg::Heartbeats(event.target_unchecked_into::<HtmlInputElement>().checked())
        });
        html! {
            <section id="inspector" class="inspector" aria-label="Inspector" {onkeydown}>
                <div class="inspector-tools">
                    <h2>{ "Inspector" }</h2>
                    <input type="search" aria-label="Filter" placeholder="Filter" value={self.filter.words.clone()} {oninput} />
                    <label><input type="checkbox" checked={self.filter.with_heartbeats} {onchange} />{ "Heartbeats" }</label>
                    <span class="note" role="status">{ self.word }</span>
                    <button class="quiet" onclick={link.callback(|_| Msg::Copy)}>{ "Copy" }</button>
                    <button class="quiet" onclick={link.callback(|_| Msg::Clear)}>{ "Clear" }</button>
                    <button class="quiet" onclick={on_close.reform(|_| ())}>{ "Close" }</button>
                </div>
                <ol class="inspector-log" tabindex="0" aria-label={format!("What passed, newest first, at most {MAX_ENTRIES}")}>
                    { for shown.iter().map(row) }
                </ol>
                if shown.is_empty() {
                    <p class="empty">{ "Nothing like this has passed." }</p>
                }
            </section>
        }
    }
}

impl Drawer {
    fn shown(&self, ctx: &Context<Self>) -> Vec<Rc<Entry>> {
        ctx.props().record.0.timeline.borrow().shown(&self.filter)
    }

    /// Copies what is shown, oldest first, as one reads.
    fn copy(&self, ctx: &Context<Self>) {
        let lines: Vec<_> = self.shown(ctx).iter().rev().map(|entry| entry.line()).collect();
        let copied = ctx.link().callback(Msg::Copied);
        spawn_local(async move {
            let clipboard = web_sys::window().map(|window| window.navigator().clipboard());
            let is_done = match clipboard {
                Some(clipboard) => JsFuture::from(clipboard.write_text(&lines.join("\n"))).await.is_ok(),
                None => false,
            };
            copied.emit(is_done);
        });
    }
}

fn field(event: &InputEvent) -> HtmlInputElement {
    event.target_unchecked_into()
}

fn row(entry: &Rc<Entry>) -> Html {
    let (state, arrow, way) = match entry.way {
        Some(Way::Sent) => ("sent", "→", "sent"),
        Some(Way::Received) => ("received", "←", "received"),
        None => ("note", "·", ""),
    };
    let meaning = &entry.meaning;
    let ack = match (meaning.ack, entry.took) {
        (Some(id), Some(took)) => format!("#{id} after {took} ms"),
        (Some(id), None) => format!("#{id}"),
        (None, _) => String::new(),
    };
    html! {
        <li key={entry.number} data-way={state}>
            <span class="inspector-time">{ entry.time() }</span>
            <span class="inspector-way" aria-hidden="true">{ arrow }</span><span class="hidden">{ way }</span>
            if entry.way.is_some() {
                <span class="inspector-kind">{ meaning.kind }</span>
                <span class="inspector-where">{ meaning.namespace.clone().unwrap_or_default() }</span>
                <b>{ meaning.event.clone().unwrap_or_default() }</b>
                <span class="inspector-ack">{ ack }</span>
                <span class="inspector-size">{ format!("{} B", entry.size_bytes) }</span>
            }
            <code>{ &entry.text }</code>
        </li>
    }
}
