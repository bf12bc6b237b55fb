//! When to try again (Socket.IO client, "Reconnection").

use super::backoff::Backoff;
use crate::{Instant, Millis};

/// When and how often a client tries again by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Whether it does at all. Default true.
    pub enabled: bool,
    /// How many attempts in a row may fail; `None` for any number. Default `None`.
    pub max_attempts: Option<u32>,
    /// The wait before the first attempt. Default 1 s.
    pub delay: Millis,
    /// The longest wait. Default 5 s.
    pub delay_max: Millis,
    /// How far chance may move a wait, from 0 to 1. Default 0.5.
    pub randomization: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            enabled: true,
            max_attempts: None,
            delay: Millis::new(1_000),
            delay_max: Millis::new(5_000),
            randomization: 0.5,
        }
    }
}

/// The loop of attempts, from the loss of a connection to the next one, or to giving up.
#[derive(Debug)]
pub(super) struct Reconnection {
    config: Config,
    backoff: Backoff,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    /// The next attempt begins then.
    Waiting(Instant),
    /// An attempt of the loop is under way.
    Trying,
}

/// What follows a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// Another attempt.
    Wait,
    /// Nothing: reconnection is off.
    Stay,
    /// Nothing: the attempts are used up.
    GiveUp,
}

impl Reconnection {
    pub(super) fn new(config: Config) -> Self {
        Self { config, backoff: Backoff::default(), phase: Phase::Idle }
    }

    pub(super) const fn config(&mut self) -> &mut Config {
        &mut self.config
    }

    /// The number of the attempt that is planned or under way, from 1.
    pub(super) const fn attempts(&self) -> u32 {
        self.backoff.attempts()
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting(_))
    }

    pub(super) fn is_trying(&self) -> bool {
        self.phase == Phase::Trying && self.config.enabled
    }

    pub(super) const fn deadline(&self) -> Instant {
        match self.phase {
            Phase::Waiting(at) => at,
            Phase::Idle | Phase::Trying => Instant::NEVER,
        }
    }

    /// Whether an attempt is to begin now; if so, it counts as under way.
    pub(super) fn begin_if_due(&mut self, now: Instant) -> bool {
        let due = self.deadline() <= now;
        if due {
            self.phase = if self.config.enabled { Phase::Trying } else { Phase::Idle };
        }
        self.phase == Phase::Trying && due
    }

    /// Lets the attempt that is waited for begin at once.
    pub(super) const fn hurry(&mut self, now: Instant) {
        if let Phase::Waiting(at) = &mut self.phase {
            *at = now;
        }
    }

    /// Plans the next attempt.
    pub(super) fn plan(&mut self, now: Instant, random: impl FnOnce() -> f64) -> Plan {
        self.phase = Phase::Idle;
        if !self.config.enabled {
            return Plan::Stay;
        }
        if self.config.max_attempts.is_some_and(|max| self.backoff.attempts() >= max) {
            self.backoff.reset();
            return Plan::GiveUp;
        }
        self.phase = Phase::Waiting(now + self.backoff.next(&self.config, random));
        Plan::Wait
    }

    /// A connection was made. Gives the number of attempts when the loop made it.
    pub(super) fn succeeded(&mut self) -> Option<u32> {
        let attempts = self.is_trying().then(|| self.backoff.attempts());
        self.stop();
        attempts
    }

    /// Ends the loop: the next one begins with the shortest wait.
    pub(super) fn stop(&mut self) {
        self.phase = Phase::Idle;
        self.backoff.reset();
    }
}
