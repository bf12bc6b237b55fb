//! Engine.IO v4 and Socket.IO v5 with no I/O: the core that Parlor's browser client and room server share.
//!
//! Nothing here opens a socket, reads a clock, draws a random number or starts a thread. Whoever drives a
//! machine owns all of that and passes it in; the same inputs at the same times always give the same outputs.
//!
//! # The run loop
//!
//! Every machine ([`client::Client`], [`server::Connection`] and the engine sessions below them) has the
//! same four calls:
//!
//! 1. `handle_input(input, now)`: something happened (a frame arrived, the user emitted an event).
//! 2. `handle_timeout(now)`: the time that `deadline()` named has come. Calling it early or twice is harmless.
//! 3. `poll_output()`: what the driver has to do or tell the user. Call it after 1 and 2 until it is `None`.
//! 4. `deadline()`: when to call `handle_timeout` next. Ask again whenever `poll_output` has run dry.
//!
//! Beneath `Client` is [`client::Machine`], which tells each output to its [`client::Host`] at once in place of 3.
//!
//! # The user's data is opaque
//!
//! The machines move [`socket::Packet`]s whose data they never look at; a [`socket::Codec`] turns those into
//! what a transport carries and back. The built-in one, [`socket::TextCodec`], frames `2/chat,12` + *data* and
//! leaves the data to an [`socket::Edge`]: JSON text in shared bytes for Rust (feature `json`). In the npm package
//! messages never leave JavaScript, which tells a [`client::Machine`] what they were.
//!
//! # Limits
//!
//! Every bound of the protocol that a peer could lean on is in [`limits`], and what a peer sends never panics.
#![no_std]
#![warn(clippy::string_slice, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod client;
pub mod engine;
#[cfg(feature = "json")]
pub mod json;
pub mod limits;
mod message;
mod reason;
pub mod server;
pub mod socket;
mod time;
mod typed_event;

pub use message::{Message, Size};
pub use reason::Reason;
pub use time::{Instant, Millis};
pub use typed_event::TypedEvent;
