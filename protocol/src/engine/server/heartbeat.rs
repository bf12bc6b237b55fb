//! When to ping a client, and when a silent one counts as dead (Engine.IO v4, "Heartbeat").

use core::time::Duration;

use crate::Instant;

/// Pings an interval after the handshake and after each pong; a client that does not answer is dead.
#[derive(Debug)]
pub(super) struct Heartbeat {
    interval: Duration,
    timeout: Duration,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// The next ping is due then.
    Resting(Instant),
    /// A pong is due then. Any other packet proves life too, and extends it once: a large upload may stand
    /// before the pong.
    Asked { deadline: Instant, extended: bool },
}

/// What the time asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tick {
    Wait,
    Ping,
    Dead,
}

impl Heartbeat {
    pub(super) fn new(interval: Duration, timeout: Duration, now: Instant) -> Self {
        Self { interval, timeout, stage: Stage::Resting(now + interval) }
    }

    pub(super) const fn deadline(&self) -> Instant {
        match self.stage {
            Stage::Resting(deadline) | Stage::Asked { deadline, .. } => deadline,
        }
    }

    pub(super) fn tick(&mut self, now: Instant) -> Tick {
        if now < self.deadline() {
            return Tick::Wait;
        }
        match self.stage {
            Stage::Resting(_) => {
                self.stage = Stage::Asked { deadline: now + self.timeout, extended: false };
                Tick::Ping
            }
            Stage::Asked { .. } => Tick::Dead,
        }
    }

    /// A pong came. One that nobody asked for changes nothing.
    pub(super) fn pong(&mut self, now: Instant) {
        if matches!(self.stage, Stage::Asked { .. }) {
            self.rest(now);
        }
    }

    /// Another packet came.
    pub(super) fn alive(&mut self, now: Instant) {
        if let Stage::Asked { deadline, extended: extended @ false } = &mut self.stage {
            *extended = true;
            *deadline = now + self.timeout;
        }
    }

    /// Begins anew, as after an upgrade: a pong on the old transport may never come.
    pub(super) fn rest(&mut self, now: Instant) {
        self.stage = Stage::Resting(now + self.interval);
    }
}
