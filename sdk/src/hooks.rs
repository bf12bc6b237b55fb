//! Hooks for Yew: sockets that live as long as the components that use them.
//!
//! A [`ClientProvider`] high up in the tree has the client. Below it [`use_socket`] connects a namespace for as long as
//! anybody uses it, [`use_event`] and [`use_fold`] listen, [`use_emit`] speaks, and [`use_connection`] says how the
//! connection fares.
//!
//! ```no_run
//! use parlor_client::Client;
//! use parlor_client::hooks::{ClientProvider, use_connection, use_emit, use_fold, use_socket};
//! use yew::prelude::*;
//!
//! #[component]
//! fn App() -> Html {
//!     let client = use_memo((), |()| Client::builder("").build().expect("a page has a host"));
//!     html! { <ClientProvider client={(*client).clone()}><Chat /></ClientProvider> }
//! }
//!
//! #[component]
//! fn Chat() -> Html {
//!     let socket = use_socket("/");
//!     let lines = use_fold(&socket, "said", Vec::new, |lines, (id, text): (String, String)| {
//!         lines.push(format!("{id} said {text}"));
//!     });
//!     let say = use_emit::<String>(&socket, "say");
//!     let state = use_connection().state;
//!     let onclick = move |_| {
//!         let _ = say.emit("hello".into());
//!     };
//!     html! {
//!         <>
//!             <p>{ format!("{state:?}") }</p>
//!             { for lines.iter().map(|line| html! { <p>{ line }</p> }) }
//!             <button {onclick}>{ "Say hello" }</button>
//!         </>
//!     }
//! }
//! ```
//!
//! On a server that renders pages, nothing connects and nothing is heard: all of it happens in effects.

mod connection;
mod emit;
mod event;
mod fold;
mod provider;
mod socket;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;

pub use self::connection::{Connection, use_connection};
pub use self::emit::use_emit;
pub use self::event::use_event;
pub use self::fold::use_fold;
pub use self::provider::{ClientProvider, ClientProviderProps, use_client};
pub use self::socket::use_socket;
