//! How long to wait before the next attempt to connect (Socket.IO client, "Reconnection").

use super::ReconnectionConfig;
use crate::Millis;

/// Waits that double from attempt to attempt, spread by chance so that clients do not return all at once.
///
/// Attempt `n` (from 0) waits `delay * 2^n`, give or take up to `randomization` of it, and at most `delay_max`:
/// the cap comes last, so that at the cap chance only shortens the wait.
#[derive(Debug, Clone)]
pub(super) struct Backoff {
    attempts: u32,
    random: Random,
}

impl Backoff {
    /// `seed` is all the chance there is: the same seed waits the same.
    pub(super) const fn new(seed: u64) -> Self {
        Self { attempts: 0, random: Random::new(seed) }
    }

    /// The attempts so far, that is how often [`Backoff::next`] was called since the last reset.
    pub(super) const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Counts an attempt and tells how long to wait before it.
    pub(super) fn next(&mut self, config: &ReconnectionConfig) -> Millis {
        let doublings = self.attempts.min(62);
        self.attempts = self.attempts.saturating_add(1);
        let mut millis = float(config.delay.as_u64()) * float(1 << doublings);
        if config.randomization > 0.0 {
            let chance = self.random.fraction();
            let deviation = chance * config.randomization * millis;
            // Up or down by a digit of the same number, as the original does.
            let down = self.random.last_is_even();
            millis += if down { -deviation } else { deviation };
        }
        let capped = millis.min(float(config.delay_max.as_u64())).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "capped just above")]
        Millis::new(capped as u64)
    }

    /// Starts again from the first wait: a connection was made, or the user asked for one.
    pub(super) const fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact for powers of two, and for every wait that anybody waits"
)]
const fn float(number: u64) -> f64 {
    number as f64
}

/// A small generator (xorshift64*): good enough to spread waits, no use for secrets.
#[derive(Debug, Clone)]
struct Random(u64);

impl Random {
    const fn new(seed: u64) -> Self {
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
    fn fraction(&mut self) -> f64 {
        float(self.step() >> 11) / float(1 << 53)
    }

    fn last_is_even(&self) -> bool {
        self.0 & 1 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let config = ReconnectionConfig { randomization: 0.0, ..ReconnectionConfig::default() };
        let mut backoff = Backoff::new(1);
        let waits: [u64; 5] = core::array::from_fn(|_| backoff.next(&config).as_u64());
        assert_eq!(waits, [1000, 2000, 4000, 5000, 5000]);
    }
}
