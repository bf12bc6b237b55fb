//! The npm package `parlor-client`: the Rust core as a page's JavaScript sees it.
//!
//! Two rules keep it small and fast:
//!
//! 1. Text and values stay in JavaScript. Rust holds references to them and sees numbers, the first bytes of a
//!    message, and the few strings that decide something.
//! 2. What crosses the border is an `externref`, an `i32` or an `f64`, for which wasm-bindgen needs no glue.
//!
//! Around it: `host.mjs` is what the core asks of JavaScript, `connection.mjs` what JavaScript asks of the core,
//! and the rest of the facade is socket.io-client's API. No decision of the protocol is taken there.
#![no_std]
#![cfg(target_arch = "wasm32")]

extern crate alloc;

mod connection;
mod edge;
mod host;
mod platform;
mod runtime;
mod tell;
mod text;
mod wire;

pub use connection::{Connection, reserved};
