//! One clock out of two: it never goes backwards, and it notices that the machine has slept.
//!
//! The steady clock stands still while some machines sleep, so that a dead connection would look fresh;
//! the one on the wall jumps when somebody sets it. Time here moves on by whichever moved further.

use std::cell::Cell;

use parlor_protocol::Instant;

/// The time since the clock was made, from readings of both clocks in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    last: Cell<Option<(f64, f64)>>,
    passed: Cell<f64>,
}

impl Clock {
    pub(crate) fn read(&self, wall: f64, steady: f64) -> Instant {
        let (wall_before, steady_before) = self.last.replace(Some((wall, steady))).unwrap_or((wall, steady));
        let step = (wall - wall_before).max(steady - steady_before).max(0.0);
        self.passed.set(self.passed.get() + step);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "only grows from 0; saturates"
        )]
        Instant::from_millis(self.passed.get() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_on_by_whichever_clock_moved_further() {
        let rows = [
            ("awake", (100.0, 100.0), 100),
            ("asleep: only the wall clock moved", (60_000.0, 0.0), 60_100),
            ("the wall clock was set back", (-3_600_000.0, 50.0), 60_150),
            ("both stand still", (0.0, 0.0), 60_150),
            ("both were set back", (-10.0, -5.0), 60_150),
        ];
        let clock = Clock::default();
        let (mut wall, mut steady) = (1e12, 7.0);
        assert_eq!(clock.read(wall, steady).as_millis(), 0);
        for (what, (by_wall, by_steady), expected) in rows {
            wall += by_wall;
            steady += by_steady;
            assert_eq!(clock.read(wall, steady).as_millis(), expected, "{what}");
        }
    }
}
