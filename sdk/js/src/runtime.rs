//! The border to JavaScript, and what a program without `std` needs of its own: an end.
//!
//! One of the three modules with `unsafe`, beside `host` and `memory`: JavaScript names a connection by its address, and
//! nothing but its promise stands for it. wasm-bindgen would keep books on that, and the bookkeeping is a tenth of the package.

use alloc::boxed::Box;
use core::arch::wasm32;
use core::panic::PanicInfo;

use crate::act::Connection;
use crate::memory::{BLOCK_BYTES, Memory};

#[global_allocator]
static ALLOCATOR: Memory = Memory;

const _: () = assert!(size_of::<Connection>() <= BLOCK_BYTES);

/// Nothing that comes from a peer panics; if a bug does, the page gets a `RuntimeError` and no machinery to word it.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}

/// A new connection: see [`Connection::new`].
// SAFETY: nothing else exports this name.
#[unsafe(no_mangle)]
extern "C" fn create(transports: i32, flags: i32) -> *mut Connection {
    Box::into_raw(Box::new(Connection::new(transports, flags)))
}

/// See [`Connection::act`].
// SAFETY: nothing else exports this name. `connection.mjs` gives what `create` gave it and `free` has not got yet, and
// is the only one to do so; what it is asked for meanwhile (`host.rs`) never enters again, and runs no code but the
// facade's own.
#[unsafe(no_mangle)]
unsafe extern "C" fn act(
    connection: *mut Connection,
    act: i32,
    at: i32,
    bits: i32,
    number: f64,
    other: f64,
) -> i32 {
    unsafe { (*connection).act(act, at, bits, number, other) }
}

/// Ends a connection that nobody can reach any more.
// SAFETY: as for `act`; a finalizer calls it, once.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(connection: *mut Connection) {
    drop(unsafe { Box::from_raw(connection) });
}
