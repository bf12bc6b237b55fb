//! The way out.

use std::cell::RefCell;

use flate2::{Compress, Compression, FlushCompress};

use super::agreement::{Deflate, WINDOWS};

/// A third of what zlib's default, 6, costs on long messages, for an output that is a fifth longer. On short ones they
/// hardly differ.
pub(crate) const LEVEL: u32 = 3;

/// What a flushed block ends with; the client puts it back (RFC 7692, 7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

thread_local! {
    /// One for each window that this thread has compressed for: 250 to 370 KB each.
    static COMPRESSORS: RefCell<[Option<Compress>; WINDOWS]> = const { RefCell::new([const { None }; WINDOWS]) };
}

/// Compresses one message's payload; `None` when that does not make it shorter.
pub(in super::super) fn compress(payload: &[u8], deflate: Deflate) -> Option<Vec<u8>> {
    let level = Compression::new(LEVEL);
    let new = || Compress::new_with_window_bits(level, false, deflate.window_bits());
    let lent = COMPRESSORS.try_with(|compressors| {
        let mut compressors = compressors.borrow_mut();
        let compressor = compressors.get_mut(deflate.window())?.get_or_insert_with(new);
        compress_with(compressor, payload)
    });
    // A thread that ends has given its own back already.
    lent.unwrap_or_else(|_| compress_with(&mut new(), payload))
}

fn compress_with(compressor: &mut Compress, payload: &[u8]) -> Option<Vec<u8>> {
    compressor.reset();
    // What does not fit is not worth it, and is noticed without any more work.
    let mut compressed = Vec::with_capacity(payload.len() + TAIL.len());
    compressor.compress_vec(payload, &mut compressed, FlushCompress::Sync).ok()?;
    let is_complete =
        compressor.total_in() == payload.len() as u64 && compressed.len() < compressed.capacity();
    let length = compressed.strip_suffix(&TAIL).filter(|_| is_complete)?.len();
    compressed.truncate(length);
    (length < payload.len()).then_some(compressed)
}

#[cfg(test)]
mod tests {
    use super::{super::inflate, *};

    #[test]
    fn a_compressed_payload_inflates_to_what_it_was_whatever_the_window_is() {
        let far_apart = [vec![b'a'; 300], (0..=255).cycle().take(40_000).collect(), vec![b'a'; 300]].concat();
        for window_bits in [9, 12, 15] {
            let deflate = Deflate::with_window(window_bits);
            for payload in [&b"hello hello hello hello"[..], &[7; 100_000], &far_apart] {
                let compressed = compress(payload, deflate).unwrap();
                assert!(compressed.len() < payload.len());
                assert_eq!(inflate(&compressed, payload.len()).unwrap(), payload, "window {window_bits}");
            }
        }
    }

    #[test]
    fn messages_are_compressed_without_regard_to_those_before() {
        let payload = b"The same again. The same again.";
        let deflate = Deflate::with_window(15);
        let first = compress(payload, deflate).unwrap();
        compress(&[0; 1000], deflate).unwrap();
        assert_eq!(compress(payload, deflate).unwrap(), first);
    }

    #[test]
    fn what_does_not_get_shorter_is_not_compressed() {
        for payload in [b"".as_slice(), b"a", b"abcdefgh", &noise(100_000)] {
            assert_eq!(compress(payload, Deflate::with_window(15)), None, "{} bytes", payload.len());
        }
    }

    #[test]
    fn a_small_window_is_not_looked_beyond() {
        // All that is worth repeating lies 600 bytes back: too far for a client with a window of 512.
        let noise = noise(600);
        let payload = [&[b'#'; 300], &noise[..], &noise].concat();
        let [narrow, wide] = [9, 15].map(|bits| compress(&payload, Deflate::with_window(bits)).unwrap());
        assert!(narrow.len() > 1200 && wide.len() < 700, "{} and {}", narrow.len(), wide.len());
    }

    fn noise(bytes: usize) -> Vec<u8> {
        let mut state = 1_u32;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(bytes)
        .collect()
    }
}
