//! How long the server takes to answer: asked every few seconds, and forgotten with the connection.

use super::State;

/// Asked this often, in milliseconds: a person sees that it is alive, and it costs some bytes a second.
const EVERY: u64 = 5_000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pulse {
    latency: Option<u32>,
    /// When it is asked next, in milliseconds since 1970.
    due: u64,
}

impl State {
    /// Milliseconds from the last question to its answer; `None` until there was one.
    pub(crate) const fn latency(&self) -> Option<u32> {
        self.pulse.latency
    }

    /// The answer; none when it took too long, or the question was dropped.
    pub(super) fn pulsed(&mut self, latency: Option<u32>) {
        self.pulse.latency = latency.filter(|_| self.is_online);
    }

    /// Another connection, or another transport: what was measured is another one's.
    pub(super) fn forget_pulse(&mut self) {
        self.pulse = Pulse::default();
    }

    pub(super) fn is_pulse_due(&mut self, now: u64) -> bool {
        let is_due = self.is_online && now >= self.pulse.due;
        if is_due {
            self.pulse.due = now + EVERY;
        }
        is_due
    }
}
