//! The allocator: blocks of one size, and a list of those that are free.
//!
//! A page's client needs one block for each connection, and more only for a connection of very many sockets. What is
//! general costs half a kilobyte more, of which each page would download every byte.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// All of the memory behind the program's own data.
#[derive(Debug)]
pub(crate) struct Memory;

/// Enough for the largest thing that is ever kept: see `runtime.rs`.
pub(crate) const BLOCK_BYTES: usize = 512;

const PAGE_BYTES: usize = 0x1_0000;

/// The first free block, which holds the address of the next one; 0 for none.
static FREE: AtomicUsize = AtomicUsize::new(0);

/// Where what was never given out begins. It ends with its page.
static TOP: AtomicUsize = AtomicUsize::new(0);

// SAFETY: a block is at most in one place: given out, in the list, or behind `TOP`. There are no threads.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > BLOCK_BYTES || layout.align() > BLOCK_BYTES {
            return ptr::null_mut();
        }
        let free = FREE.load(Relaxed);
        if free != 0 {
            let block = ptr::with_exposed_provenance_mut::<usize>(free);
            FREE.store(unsafe { *block }, Relaxed);
            return block.cast();
        }
        let mut at = TOP.load(Relaxed);
        if at.is_multiple_of(PAGE_BYTES) {
            let page = wasm32::memory_grow(0, 1);
            if page == usize::MAX {
                return ptr::null_mut();
            }
            at = page * PAGE_BYTES;
        }
        TOP.store(at + BLOCK_BYTES, Relaxed);
        ptr::with_exposed_provenance_mut(at)
    }

    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        unsafe { *block.cast() = FREE.load(Relaxed) };
        FREE.store(block.expose_provenance(), Relaxed);
    }
}
