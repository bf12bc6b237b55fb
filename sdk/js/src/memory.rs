//! The allocator: blocks whose sizes are powers of two, and for each size a list of those that are free.
//!
//! A page's client needs some dozens of small blocks, and the same sizes again with every reconnection. What is general
//! costs half a kilobyte more, of which each page would download every byte.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// All of the memory behind the program's own data.
#[derive(Debug)]
pub(crate) struct Memory;

const PAGE_BYTES: usize = 0x1_0000;

/// For each exponent of two the first free block, which holds the address of the next one; 0 for none.
static FREE: [AtomicUsize; 32] = [const { AtomicUsize::new(0) }; 32];

/// Where what was never given out begins, and where it ends.
static TOP: AtomicUsize = AtomicUsize::new(0);
static END: AtomicUsize = AtomicUsize::new(0);

/// The exponent of the smallest block that is large enough; its address is a multiple of its size, or of a page's.
const fn exponent(layout: Layout) -> usize {
    let least = size_of::<usize>();
    let bytes = if layout.size() > least { layout.size() } else { least };
    let bytes = if layout.align() > bytes { layout.align() } else { bytes };
    bytes.next_power_of_two().trailing_zeros() as usize
}

// SAFETY: a block is at most in one place: given out, in one list, or behind `TOP`. There are no threads.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let exponent = exponent(layout);
        let free = FREE[exponent].load(Relaxed);
        if free != 0 {
            let block = ptr::with_exposed_provenance_mut::<usize>(free);
            FREE[exponent].store(unsafe { *block }, Relaxed);
            return block.cast();
        }
        let bytes = 1 << exponent;
        let align = bytes.min(PAGE_BYTES);
        let mut at = TOP.load(Relaxed).next_multiple_of(align);
        if at + bytes > END.load(Relaxed) {
            let pages = bytes.div_ceil(PAGE_BYTES);
            let grown = wasm32::memory_grow(0, pages);
            if grown == usize::MAX {
                return ptr::null_mut();
            }
            at = grown * PAGE_BYTES;
            END.store((grown + pages) * PAGE_BYTES, Relaxed);
        }
        TOP.store(at + bytes, Relaxed);
        ptr::with_exposed_provenance_mut(at)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let list = &FREE[exponent(layout)];
        unsafe { *block.cast() = list.load(Relaxed) };
        list.store(block.expose_provenance(), Relaxed);
    }
}
