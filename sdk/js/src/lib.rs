//! The npm package `parlor-client`: the Rust core as a page's JavaScript sees it.
//!
//! Two rules keep it small and fast:
//!
//! 1. Text and values stay in JavaScript, and so do the lists of what waits for a connection and the functions that wait
//!    for answers: they hold values of the user. Rust sees numbers, and decides.
//! 2. What crosses the border is an `i32` or an `f64`, for which no glue is needed.
//!
//! Around it: `host.mjs` is what the core asks of JavaScript, `connection.mjs` what JavaScript asks of the core,
//! and the rest of the facade is socket.io-client's API.
#![no_std]
#![cfg(target_arch = "wasm32")]

extern crate alloc;

mod act;
mod acts;
#[expect(unsafe_code, reason = "the signatures of what JavaScript offers")]
mod host;
#[expect(unsafe_code, reason = "an allocator")]
mod memory;
mod page;
#[expect(unsafe_code, reason = "see there")]
mod runtime;
mod tell;
mod wire;
