//! permessage-deflate (RFC 7692): what is agreed on, and the two directions of it.
//!
//! Rules:
//! * No context is ever taken over from one message to the next, in either direction. So a compressed message stands
//!   for itself, the same bytes serve every recipient whose window has the same size, and no connection owns the
//!   state of a compressor (370 KB) or of a decompressor (46 KB): each thread has its own to lend.
//! * What comes out of a decompressor is bounded while it comes.

mod agreement;
mod compress;
mod inflate;

pub use agreement::Deflate;
pub(super) use agreement::{WINDOWS, accept, is_broken_in};
pub(crate) use compress::LEVEL;
pub(super) use compress::compress;
pub(super) use inflate::{inflate, max_deflated_bytes};
