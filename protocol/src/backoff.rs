//! How long to wait before the next attempt to connect (Socket.IO client, "Reconnection").

use crate::Millis;

/// Waits that double from attempt to attempt, spread by chance so that clients do not return all at once.
///
/// Attempt `n` (from 0) waits `delay * 2^n`, give or take up to `randomization` of it, and at most `delay_max`:
/// the cap comes last, so that at the cap chance only shortens the wait.
///
/// ```
/// use parlor_protocol::backoff::Backoff;
///
/// let mut backoff = Backoff::new(1);
/// backoff.randomization = 0.0;
/// let waits: [u64; 5] = core::array::from_fn(|_| backoff.next().as_u64());
/// assert_eq!(waits, [1000, 2000, 4000, 5000, 5000]);
/// ```
#[derive(Debug, Clone)]
pub struct Backoff {
    /// The wait of the first attempt. Default 1 s.
    pub delay: Millis,
    /// The longest wait. Default 5 s.
    pub delay_max: Millis,
    /// How far chance may move a wait, from 0 (not at all) to 1 (by all of it). Default 0.5.
    pub randomization: f64,
    attempts: u32,
    random: Random,
}

impl Backoff {
    /// Waits with Socket.IO's defaults. `seed` is all the chance there is: the same seed waits the same.
    pub const fn new(seed: u64) -> Self {
        Self {
            delay: Millis::new(1_000),
            delay_max: Millis::new(5_000),
            randomization: 0.5,
            attempts: 0,
            random: Random::new(seed),
        }
    }

    /// The attempts so far, that is how often [`Backoff::next`] was called since the last reset.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Counts an attempt and tells how long to wait before it.
    #[expect(clippy::should_implement_trait, reason = "an iterator would promise more than a wait")]
    pub fn next(&mut self) -> Millis {
        let doublings = self.attempts.min(62);
        self.attempts = self.attempts.saturating_add(1);
        let mut millis = float(self.delay.as_u64()) * float(1 << doublings);
        if self.randomization > 0.0 {
            let chance = self.random.fraction();
            let deviation = chance * self.randomization * millis;
            // Up or down by a digit of the same number, as the original does.
            let down = self.random.last_is_even();
            millis += if down { -deviation } else { deviation };
        }
        let capped = millis.min(float(self.delay_max.as_u64())).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "capped just above")]
        Millis::new(capped as u64)
    }

    /// Starts again from the first wait: a connection was made, or the user asked for one.
    pub const fn reset(&mut self) {
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
