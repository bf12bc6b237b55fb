//! The way in.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

use super::super::ProtocolErrorKind as Kind;

/// Follows each message: what its sender left out (RFC 7692, 7.2.2), and a final block without content. That one is
/// found to be final only if the message does not end in the middle of a block.
const TAIL: [u8; 9] = [0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF];

/// The first guess at how much longer a message gets: what JSON does.
const EXPECTED_RATIO: usize = 4;

thread_local! {
    static DECOMPRESSOR: RefCell<Option<Decompress>> = const { RefCell::new(None) };
}

/// Says how long the compressed form of a message may be that may have `max_bytes` itself.
///
/// What cannot be compressed gets longer, by zlib's own bound (`deflateBound`) no more than this.
pub(in super::super) const fn max_deflated_bytes(max_bytes: usize) -> usize {
    max_bytes.saturating_add(max_bytes / 7).saturating_add(64)
}

/// Gives a message's payload, of at most `max_bytes`; not much more than that is ever held.
pub(in super::super) fn inflate(payload: &[u8], max_bytes: usize) -> Result<Vec<u8>, Kind> {
    let lent = DECOMPRESSOR.try_with(|decompressor| {
        let mut decompressor = decompressor.borrow_mut();
        inflate_with(decompressor.get_or_insert_with(|| Decompress::new(false)), payload, max_bytes)
    });
    // A thread that ends has given its own back already.
    lent.unwrap_or_else(|_| inflate_with(&mut Decompress::new(false), payload, max_bytes))
}

fn inflate_with(decompressor: &mut Decompress, payload: &[u8], max_bytes: usize) -> Result<Vec<u8>, Kind> {
    decompressor.reset(false);
    let mut inflated = Vec::new();
    let mut inflating = Inflating { decompressor, inflated: &mut inflated, max_bytes, has_ended: false };
    inflating.reserve(payload.len().saturating_mul(EXPECTED_RATIO));
    inflating.feed(payload)?;
    inflating.feed(&TAIL)?;
    if !inflating.has_ended {
        return Err(Kind::InvalidDeflate);
    }
    inflated.shrink_to_fit();
    Ok(inflated)
}

struct Inflating<'a> {
    decompressor: &'a mut Decompress,
    inflated: &'a mut Vec<u8>,
    max_bytes: usize,
    /// The last block was final.
    has_ended: bool,
}

impl Inflating<'_> {
    fn feed(&mut self, mut input: &[u8]) -> Result<(), Kind> {
        loop {
            if self.has_ended && !input.is_empty() {
                // A sender may end each piece of a message with a final block (7.2.3.4).
                self.decompressor.reset(false);
                self.has_ended = false;
            }
            let (read_before, made_before) = (self.decompressor.total_in(), self.inflated.len());
            let status = self.decompressor.decompress_vec(input, self.inflated, FlushDecompress::None);
            self.has_ended = status.map_err(|_| Kind::InvalidDeflate)? == Status::StreamEnd;
            let read = usize::try_from(self.decompressor.total_in() - read_before).unwrap_or(usize::MAX);
            input = input.get(read..).unwrap_or_default();
            if self.inflated.len() > self.max_bytes {
                return Err(Kind::MessageTooBig);
            }
            let is_full = self.inflated.len() == self.inflated.capacity();
            if input.is_empty() && (self.has_ended || !is_full) {
                return Ok(());
            }
            if is_full {
                self.reserve(self.inflated.len());
            } else if read == 0 && self.inflated.len() == made_before && !self.has_ended {
                return Err(Kind::InvalidDeflate);
            }
        }
    }

    /// Makes room for more, but never for more than the limit and the one byte that shows that it is passed.
    fn reserve(&mut self, more_bytes: usize) {
        let most = self.max_bytes.saturating_add(1).saturating_sub(self.inflated.len());
        self.inflated.reserve_exact(more_bytes.max(64).min(most));
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::ProtocolErrorKind, *};

    const TOO_BIG: ProtocolErrorKind = ProtocolErrorKind::MessageTooBig;
    const INVALID: ProtocolErrorKind = ProtocolErrorKind::InvalidDeflate;

    #[test]
    fn the_examples_of_the_rfc_are_read() {
        let rows: [(&str, &[u8]); 4] = [
            ("7.2.3.1 one block", b"\xf2\x48\xcd\xc9\xc9\x07\x00"),
            ("7.2.3.3 a block without compression", b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"),
            ("7.2.3.4 a final block", b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
            ("7.2.3.5 two blocks", b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"),
        ];
        for (name, payload) in rows {
            assert_eq!(inflate(payload, 5).unwrap(), b"Hello", "{name}");
            assert_eq!(inflate(payload, 4), Err(TOO_BIG), "{name}");
        }
        let twice = b"\xf3\x48\xcd\xc9\xc9\x07\x00\xf3\x48\xcd\xc9\xc9\x07\x00\x00";
        assert_eq!(inflate(twice, 10).unwrap(), b"HelloHello", "final blocks may follow each other");
    }

    #[test]
    fn what_is_cut_or_damaged_is_refused() {
        let rows: [(&str, &[u8]); 6] = [
            ("nothing", b""),
            ("a reserved block type", b"\x07"),
            ("a length that does not match its complement", b"\x00\x05\x00\xfa\xfe\x48\x65\x6c\x6c\x6f\x00"),
            ("the middle of a block", b"\xf2\x48\xcd\xc9"),
            ("half a block without compression", b"\x00\x05\x00\xfa\xff\x48\x65"),
            ("a final block without the empty one behind it", b"\xf3\x48\xcd\xc9\xc9\x07\x00"),
        ];
        for (name, payload) in rows {
            assert_eq!(inflate(payload, 1000), Err(INVALID), "{name}");
        }
        // It is lent in good order all the same.
        assert_eq!(inflate(b"\xf2\x48\xcd\xc9\xc9\x07\x00", 5).unwrap(), b"Hello");
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        // Each further 258 bytes are a few bits.
        let bomb = bomb(10_000_000);
        assert!(bomb.len() < 10_100);
        assert_eq!(inflate(&bomb, 1_000_000), Err(TOO_BIG));
        assert_eq!(inflate(&bomb, 9_999_999), Err(TOO_BIG));
        assert_eq!(inflate(&bomb, 10_000_000).unwrap().len(), 10_000_000);
    }

    #[test]
    fn no_more_is_held_than_the_limit_and_one_byte() {
        let mut decompressor = Decompress::new(false);
        let mut inflated = Vec::new();
        let mut inflating = Inflating {
            decompressor: &mut decompressor,
            inflated: &mut inflated,
            max_bytes: 1000,
            has_ended: false,
        };
        inflating.reserve(usize::MAX);
        assert_eq!(inflating.feed(&bomb(1_000_000)), Err(TOO_BIG));
        assert_eq!((inflated.len(), inflated.capacity()), (1001, 1001));
    }

    #[test]
    fn an_empty_message_is_one_byte() {
        assert_eq!(inflate(b"\x00", 0).unwrap(), b"");
    }

    #[test]
    fn what_cannot_be_compressed_may_be_as_long_as_it_gets() {
        // The worst that any zlib does: a block of 5 bytes for every 128 (`deflateBound`, for the least memory).
        for bytes in [0_usize, 1, 127, 1000, 1_000_000, 16 << 20] {
            let worst = bytes + bytes.div_ceil(8) + bytes.div_ceil(64) + 5;
            assert!(max_deflated_bytes(bytes) >= worst, "{bytes}");
        }
    }

    fn bomb(bytes: usize) -> Vec<u8> {
        let mut compressor = flate2::Compress::new(flate2::Compression::best(), false);
        let mut bomb = Vec::with_capacity(bytes / 500);
        compressor.compress_vec(&vec![0; bytes], &mut bomb, flate2::FlushCompress::Sync).unwrap();
        bomb.truncate(bomb.len() - 4);
        bomb
    }
}
