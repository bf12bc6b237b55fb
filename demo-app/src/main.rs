//! Parlor's demo: a chat in Yew, over `parlor-client`.
//!
//! [`state`] holds every rule and knows no browser; [`connection`] alone talks to the server; [`view`] shows. [`lab`]
//! is a page beside the chat.

mod admin;
mod app;
mod browser;
mod connection;
mod inspector;
mod lab;
mod lane;
mod markdown;
mod nickname;
mod outbox;
mod state;
mod supervisor;
mod view;

fn main() {
    // The page's static first paint is in this element, and is replaced.
    match browser::element("app") {
        Some(root) => drop(yew::Renderer::<app::App>::with_root(root).render()),
        None => drop(yew::Renderer::<app::App>::new().render()),
    }
}
