//! Connection state recovery: what one namespace keeps, so that a client that was away gets what it missed.
//!
//! Every plain event is written into a [`Log`] before it is put before anybody, with its place in the log as last
//! argument; a client that comes back names its session and the last place it saw. `docs/RECOVERY.md` tells what that
//! guarantees. Rules:
//!
//! * One lock, [`Recovery::lock`], is held while an event is logged and put into the queues of those whom it is for. So
//!   every queue has the order of the log. It comes before the lock of the rooms, which comes before those of the queues;
//!   no user code runs under it, not even a destructor.
//! * Whoever is recovered gets everything that was for it, in order and once, or is told that it has a new session.
//! * A replay waits for its client in the log, not in a queue ([`Replay`]).
//!
//! [`Log`], [`Sessions`] and [`Stays`] are plain data: no network, and time is passed in.

mod enter;
mod log;
mod membership;
mod offset;
mod replay;
mod sessions;
mod settings;
mod stays;
mod sweep;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use parlor_protocol::{Instant, Reason};

pub(crate) use self::enter::{Fresh, Identity, enter};
pub(crate) use self::log::Audience;
use self::log::Log;
pub(crate) use self::membership::Membership;
pub(crate) use self::offset::Position;
use self::offset::{Epoch, Meant};
pub(crate) use self::replay::Replay;
use self::sessions::{Claim, Sessions};
pub use self::settings::ConnectionStateRecovery;
use self::stays::Span;
pub(crate) use self::stays::Stays;
use crate::Data;
use crate::clock::Clock;
use crate::link::Link;
use crate::prepared::Encoded;
use crate::rooms::Key;
use crate::sync::lock;

/// Of one namespace.
pub(crate) struct Recovery {
    settings: ConnectionStateRecovery,
    clock: Clock,
    /// How long after its client was last there a session may be taken up.
    longest: Duration,
    epoch: Epoch,
    span: Arc<Span>,
    state: Mutex<State>,
}

pub(crate) struct State {
    log: Log<Encoded>,
    sessions: Sessions<Session, Arc<Link>>,
    is_swept: bool,
}

/// What is kept of a client that is away.
pub(crate) struct Session {
    id: Arc<str>,
    key: Key,
    stays: Box<Stays>,
    data: Arc<Data>,
    /// What it got came after this.
    start: Position,
    /// The last event that was put before it.
    last: Position,
    /// The last event of all when it left.
    left: Position,
}

impl Recovery {
    /// `unnoticed` is how long a client may be gone before anybody notices.
    pub(crate) fn new(settings: ConnectionStateRecovery, unnoticed: Duration, clock: Clock) -> Self {
        let span = Arc::new(Span::default());
        let max_absence = settings.max_disconnection_duration;
        let longest = max_absence.saturating_add(unnoticed);
        let log = Log::new(span.clone(), settings.max_buffer_bytes, longest);
        let sessions = Sessions::new(settings.max_sessions, max_absence);
        Self {
            settings,
            clock,
            longest,
            epoch: Epoch::random(),
            span,
            state: Mutex::new(State { log, sessions, is_swept: false }),
        }
    }

    pub(crate) const fn skips_middlewares(&self) -> bool {
        self.settings.skip_middlewares
    }

    /// Stops time for the namespace: nothing is logged, nobody comes or goes.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The place of the last event, or of the next: as the text that goes with it.
    pub(crate) fn offset(&self, at: Position) -> String {
        self.epoch.offset(at)
    }

    /// Writes an event down, if there is anybody who could miss it. Its place is [`State::next`].
    pub(crate) fn log(&self, state: &mut State, audience: Audience, packet: &Encoded) {
        state.log.append(audience, packet.clone(), packet.memory_bytes(), self.clock.now());
        if state.sessions.is_empty() {
            state.log.clear();
        }
    }

    /// Forgets what is too old. Gives whether anything will have to be forgotten later.
    fn purge(&self) -> bool {
        let mut state = self.lock();
        let now = self.clock.now();
        state.log.purge(now);
        state.sessions.purge(now);
        let over = state.sessions.take_over();
        if state.sessions.is_empty() {
            state.log.clear();
            state.is_swept = false;
        }
        let is_swept = state.is_swept;
        drop(state);
        drop(over);
        is_swept
    }

    /// How long what was for a client may have to be kept.
    pub(crate) const fn span(&self) -> Duration {
        self.longest
    }

    /// Whether there are clients that may come back one day, here or away.
    pub(crate) fn has_sessions(&self) -> bool {
        !self.lock().sessions.is_empty()
    }

    /// Clients that are away will not find their sessions.
    pub(crate) fn give_up(&self) {
        let mut state = self.lock();
        state.sessions.purge(Instant::from_millis(u64::MAX));
        let over = state.sessions.take_over();
        drop(state);
        drop(over);
    }

    /// Whether clients are away that may come back.
    pub(crate) fn awaits_somebody(&self) -> bool {
        self.lock().sessions.left() > 0
    }

    /// How much is kept for clients that are away, in bytes, and for how many.
    pub(crate) fn kept(&self) -> (usize, usize) {
        let state = self.lock();
        (state.log.bytes(), state.sessions.left())
    }
}

impl State {
    /// The place of the last event.
    pub(crate) fn head(&self) -> Position {
        self.log.head()
    }

    /// The place of the next event.
    pub(crate) fn next(&self) -> Position {
        self.log.next()
    }
}

/// Whether a client that left for that reason may come back to what it had. Who said goodbye, or was sent away, or
/// broke the protocol, begins anew.
pub(crate) const fn is_recoverable(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TransportError
            | Reason::TransportClose
            | Reason::ForcedClose
            | Reason::PingTimeout
            | Reason::ServerShuttingDown
            | Reason::ForcedServerClose
    )
}

impl fmt::Debug for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recovery").field("settings", &self.settings).finish_non_exhaustive()
    }
}
