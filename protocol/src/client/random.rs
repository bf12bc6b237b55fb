//! Chance for those who have a seed of it.

/// A small generator (xorshift64*): good enough to spread waits, no use for secrets.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        // The generator cannot leave zero, and near seeds should not begin alike.
        Self((seed ^ 0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn step(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// From 0 (included) to 1 (excluded).
    pub(super) fn fraction(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
        let (number, bound) = ((self.step() >> 11) as f64, (1_u64 << 53) as f64);
        number / bound
    }
}
