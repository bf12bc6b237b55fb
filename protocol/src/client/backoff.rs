//! How long to wait before the next attempt to connect (Socket.IO client, "Reconnection").

use super::ReconnectionConfig;
use crate::Millis;

/// Waits that double from attempt to attempt, spread by chance so that clients do not return all at once.
///
/// Attempt `n` (from 0) waits `delay * 2^n`, give or take up to `randomization` of it, and at most `delay_max`:
/// the cap comes last, so that at the cap chance only shortens the wait.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// The attempts so far, that is how often [`Backoff::next`] was called since the last reset.
    pub(super) const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Counts an attempt and tells how long to wait before it. `random` gives a number from 0 (included) to 1.
    pub(super) fn next(&mut self, config: &ReconnectionConfig, random: impl FnOnce() -> f64) -> Millis {
        let doublings = self.attempts.min(62);
        self.attempts = self.attempts.saturating_add(1);
        let mut millis = float(config.delay.as_u64()) * float(1 << doublings);
        if config.randomization > 0.0 {
            let chance = random();
            let deviation = chance * config.randomization * millis;
            // Up or down by a digit of the same number, as the original does.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a digit")]
            let down = (chance * 10.0) as u32 & 1 == 0;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let config = ReconnectionConfig { randomization: 0.0, ..ReconnectionConfig::default() };
        let mut backoff = Backoff::default();
        let waits: [u64; 5] = core::array::from_fn(|_| backoff.next(&config, || 0.5).as_u64());
        assert_eq!(waits, [1000, 2000, 4000, 5000, 5000]);
    }
}
