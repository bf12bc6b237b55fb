//! Unmasking a client's payload, in place (RFC 6455, 5.3).
//!
//! Rule: a payload may arrive in pieces of any size; the mask remembers where in its four bytes it stopped.

/// The masking key of one frame, rotated to the next payload byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mask([u8; 4]);

impl Mask {
    pub(super) const fn new(key: [u8; 4]) -> Self {
        Self(key)
    }

    /// Unmasks the next piece of the payload.
    pub(super) fn apply(&mut self, piece: &mut [u8]) {
        let [a, b, c, d] = self.0;
        let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
        // Eight bytes at a time: twice the key, so that every word meets it at the same place.
        let (words, tail) = piece.as_chunks_mut::<8>();
        for word in words {
            *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
        }
        for (byte, key) in tail.iter_mut().zip([a, b, c, d, a, b, c, d]) {
            *byte ^= key;
        }
        self.0.rotate_left(tail.len() % 4);
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;

    #[test]
    fn rfc_example_is_unmasked() {
        // RFC 6455, 5.7: a masked "Hello".
        let mut payload = [0x7f, 0x9f, 0x4d, 0x51, 0x58];
        Mask::new([0x37, 0xfa, 0x21, 0x3d]).apply(&mut payload);
        assert_eq!(&payload, b"Hello");
    }

    #[test]
    fn pieces_of_any_size_unmask_like_the_whole() {
        let key = [0x01, 0x20, 0x40, 0x80];
        let masked: Vec<u8> = (0..=255).collect();
        let expected: Vec<u8> =
            (0..=255_u8).zip(key.into_iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        for size in 1..=40 {
            let mut mask = Mask::new(key);
            let mut actual = masked.clone();
            actual.chunks_mut(size).for_each(|piece| mask.apply(piece));
            assert_eq!(actual, expected, "pieces of {size}");
        }
    }
}
