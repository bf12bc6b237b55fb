//! A Socket.IO client: for the browser, in Rust compiled to WebAssembly, and for programs.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use parlor_client::{Client, Listener};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("http://127.0.0.1:3000").build()?;
//! let socket = client.of("/chat");
//!
//! // Keep the guard: dropping it unsubscribes.
//! let guard: Listener = socket.on("message", |(author, text): (String, String)| {
//!     println!("{author}: {text}");
//! });
//! socket.connect();
//!
//! socket.emit("message", &("Ada", "hello"))?;
//! let stored: u64 =
//!     socket.timeout(Duration::from_secs(5)).emit_with_ack("store", &"hello").await?;
//!
//! let mut typing = socket.events::<String>("typing");
//! while let Some(name) = typing.next().await {
//!     println!("{} is typing", name?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Arguments follow one rule everywhere, for events and acks alike: a tuple is the list of arguments, `()` none,
//! any other value the only one. [`bytes::Bytes`] anywhere inside travel as attachments.
//!
//! Everything belongs to one thread, and nothing blocks. Callbacks run one after the other, never from within each
//! other, and may do anything: emit, disconnect, unsubscribe, drop the client.
//!
//! # Features
//!
//! * `json` (default): all of the above, over the browser's own WebSocket and `fetch`.
//! * `native`: the same in a program, over tokio, tokio-tungstenite and reqwest. A client is made and used inside a
//!   [`LocalSet`](https://docs.rs/tokio/latest/tokio/task/struct.LocalSet.html), because it belongs to one thread; outside of
//!   one, connecting panics. What is under way when the `LocalSet` is dropped ends with it. Roots of trust are the system's.
//! * `js`: `Js`, a JavaScript value where an argument is wanted.
//! * `yew`: hooks for components, in the module `hooks`.
//! * without it: only [`driver`], `no_std` and free of JSON, for whoever builds another face or another platform.
#![cfg_attr(not(feature = "json"), no_std)]

extern crate alloc;

pub mod driver;

#[cfg(feature = "json")]
mod ack;
#[cfg(feature = "json")]
mod auth;
#[cfg(feature = "json")]
mod builder;
#[cfg(feature = "json")]
mod client;
#[cfg(feature = "json")]
mod connection;
#[cfg(feature = "json")]
mod emit;
#[cfg(feature = "json")]
mod endpoint;
#[cfg(feature = "json")]
mod error;
#[cfg(feature = "json")]
mod events;
#[cfg(test)]
#[cfg(feature = "json")]
mod fake;
#[cfg(feature = "yew")]
pub mod hooks;
#[cfg(feature = "js")]
mod js;
#[cfg(feature = "json")]
mod listener;
#[cfg(feature = "json")]
mod namespace;
#[cfg(feature = "json")]
mod platform;
#[cfg(feature = "json")]
mod socket;
#[cfg(feature = "json")]
mod state;
#[cfg(feature = "json")]
mod tap;
#[cfg(feature = "json")]
mod transport;
#[cfg(feature = "json")]
mod typed;
#[cfg(feature = "json")]
mod url;

pub use parlor_protocol as protocol;

#[cfg(feature = "json")]
pub use crate::ack::{Ack, AckFuture};
#[cfg(feature = "json")]
pub use crate::auth::{AuthError, AuthErrorKind};
#[cfg(feature = "json")]
pub use crate::builder::{Builder, MAX_BUFFERED_BYTES, TransportOptions};
#[cfg(feature = "json")]
pub use crate::client::Client;
#[cfg(feature = "json")]
pub use crate::emit::Emitter;
#[cfg(feature = "json")]
pub use crate::error::{
    AckError, AckErrorKind, BuildError, BuildErrorKind, ConnectError, ConnectErrorKind, Disconnect,
    EmitError, EmitErrorKind, EventError, EventErrorKind, Refusal,
};
#[cfg(feature = "json")]
pub use crate::events::{Events, MAX_STREAM_BYTES, MAX_STREAM_EVENTS};
#[cfg(feature = "js")]
pub use crate::js::Js;
#[cfg(feature = "json")]
pub use crate::listener::Listener;
#[cfg(feature = "json")]
pub use crate::socket::Socket;
#[cfg(feature = "json")]
pub use crate::state::ConnectionState;
#[cfg(feature = "json")]
pub use crate::tap::{Direction, PacketSeen};
#[cfg(feature = "json")]
pub use crate::typed::{Typed, TypedAck};
#[cfg(feature = "json")]
pub use parlor_protocol::engine::TransportKind;
#[cfg(feature = "json")]
pub use parlor_protocol::json::{ArgsError, EncodeError, Payload};
#[cfg(feature = "json")]
pub use parlor_protocol::{Reason, TypedEvent};
