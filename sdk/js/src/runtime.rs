//! What a program without `std` needs of its own: an allocator, and an end.
//!
//! This is the only place of `unsafe` in this repository. An allocator cannot be written without it, and the ones
//! to be had cost the page two to three kilobytes that this one does not.
#![expect(unsafe_code, reason = "implementing `GlobalAlloc` is unsafe by its nature")]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use core::ptr;

#[global_allocator]
static ALLOCATOR: Allocator =
    Allocator(UnsafeCell::new(Heap { free: [ptr::null_mut(); CLASSES], next: 0, end: 0 }));

/// Nothing that comes from a peer panics; if a bug does, the page gets a `RuntimeError` and no machinery to word it.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}

/// Blocks are powers of two, and a freed block waits in the list of its size for the next of that size.
///
/// Nothing is ever given back or merged. What a connection needs is a few small things of the same sizes over and
/// over, so that the lists fill once and the memory stops growing.
struct Allocator(UnsafeCell<Heap>);

struct Heap {
    /// The freed blocks of each size; the first word of one points to the next.
    free: [*mut u8; CLASSES],
    /// Fresh memory from here …
    next: usize,
    /// … to here.
    end: usize,
}

/// One for each power of two there is.
const CLASSES: usize = usize::BITS as usize;
/// Room for the pointer of a list, and the alignment of everything this crate allocates.
const MIN_BLOCK: usize = 16;
const PAGE: usize = 65536;

// SAFETY: this artefact is built for wasm32 without threads: there is nobody to share it with.
unsafe impl Sync for Allocator {}

// SAFETY: a block is at least as large as asked for and begins at a multiple of 16; who asks for more alignment gets
// none. It is in one list at most, and in none while it is in use. The pages come from `memory_grow` and are nobody
// else's. There are no threads and no re-entrance.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe {
            let heap = &mut *self.0.get();
            let class = class_of(layout);
            let head = heap.free[class];
            if layout.align() > MIN_BLOCK {
                return ptr::null_mut();
            }
            if head.is_null() {
                return heap.fresh(1 << class);
            }
            heap.free[class] = *head.cast::<*mut u8>();
            head
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            let heap = &mut *self.0.get();
            let class = class_of(layout);
            *block.cast::<*mut u8>() = heap.free[class];
            heap.free[class] = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe {
            let grown = Layout::from_size_align_unchecked(size, layout.align());
            if class_of(layout) == class_of(grown) {
                return block;
            }
            let moved = self.alloc(grown);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

impl Heap {
    fn fresh(&mut self, size: usize) -> *mut u8 {
        let mut start = self.next;
        if self.end - start < size {
            let pages = size.div_ceil(PAGE);
            let first = wasm32::memory_grow(0, pages);
            if first == usize::MAX {
                return ptr::null_mut();
            }
            // Fresh pages continue the last ones unless somebody else grew the memory in between.
            if first * PAGE != self.end {
                start = first * PAGE;
            }
            self.end = (first + pages) * PAGE;
        }
        self.next = start + size;
        ptr::without_provenance_mut(start)
    }
}

/// The power of two of the block that fits.
fn class_of(layout: Layout) -> usize {
    let size = layout.size().max(layout.align()).max(MIN_BLOCK);
    (usize::BITS - (size - 1).leading_zeros()) as usize
}
