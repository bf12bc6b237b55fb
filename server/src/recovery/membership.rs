//! One socket's part in a session: from being let in to leaving it to be found again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parlor_protocol::Reason;

use super::replay::{Progress, Replay};
use super::{Position, Recovery, Session, is_recoverable, sweep};
use crate::Socket;
use crate::namespace::Untold;

/// Which session a socket is in.
#[derive(Debug)]
pub(crate) struct Membership {
    pid: Arc<str>,
    progress: Arc<Progress>,
    /// The last event before the session began.
    start: AtomicU64,
    /// Where it goes on, if it is an old one.
    resumed: Option<Resumed>,
    /// The server sends the client away.
    is_given_up: AtomicBool,
}

#[derive(Debug)]
struct Resumed {
    from: Position,
    /// When it was left.
    left: Position,
}

/// A socket has left, and nobody has taken note yet.
#[must_use = "its client waits for it"]
pub(crate) struct Departed {
    pid: Arc<str>,
    /// If there is one to come back to.
    session: Option<Session>,
}

impl Membership {
    pub(super) fn new(pid: Arc<str>) -> Self {
        Self {
            pid,
            progress: Arc::new(Progress::new(Position(0))),
            start: AtomicU64::new(0),
            resumed: None,
            is_given_up: AtomicBool::new(false),
        }
    }

    pub(super) fn old(
        pid: Arc<str>,
        from: Position,
        start: Position,
        last: Position,
        left: Position,
    ) -> Self {
        let progress = Arc::new(Progress::new(last));
        Self {
            pid,
            progress,
            start: AtomicU64::new(start.0),
            resumed: Some(Resumed { from, left }),
            is_given_up: AtomicBool::new(false),
        }
    }

    /// The session ends with this socket, whatever becomes of the connection before the client hears so.
    pub(crate) fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Release);
    }

    /// The private id.
    pub(crate) fn pid(&self) -> &str {
        &self.pid
    }

    /// Whether it is an old session.
    pub(crate) const fn is_recovered(&self) -> bool {
        self.resumed.is_some()
    }

    /// A logged event is put before the socket.
    pub(crate) fn logged(&self, at: Position) {
        self.progress.logged(at);
    }
}

impl Recovery {
    /// The socket is let in: from now on it is reached by what is sent, and what it missed until now stands first in
    /// its queue.
    pub(crate) fn admit(&self, socket: &Socket, membership: &Membership) -> Untold {
        let mut state = self.lock();
        let head = state.head();
        match &membership.resumed {
            None => {
                membership.start.store(head.0, Ordering::Release);
                state.sessions.hold(membership.pid.clone(), socket.link().clone());
            }
            Some(Resumed { from, .. }) if *from < head => {
                let (namespace, progress) = (socket.namespace_shared().clone(), membership.progress.clone());
                let replay = Replay::new(namespace, socket.key(), progress, *from, head);
                socket.link().queue.push_replay(Arc::new(replay));
            }
            Some(_) => {}
        }
        sweep::begin(&mut state, socket.namespace_shared());
        socket.reach()
    }

    /// The socket has left for that reason, or, without one, was not let in: nothing reaches it any more. Its session
    /// is not free before [`Recovery::release`].
    pub(crate) fn depart(
        &self,
        socket: &Socket,
        membership: &Membership,
        reason: Option<Reason>,
    ) -> (Departed, Untold) {
        let state = self.lock();
        let (stays, untold) = socket.unreach();
        let left = match (reason, &membership.resumed) {
            _ if membership.is_given_up.load(Ordering::Acquire) => None,
            (Some(reason), _) => is_recoverable(reason).then(|| state.head()),
            // The client may try once more with what it had.
            (None, Some(resumed)) => Some(resumed.left),
            (None, None) => None,
        };
        let session = stays.zip(left).map(|(stays, left)| Session {
            id: socket.shared_id(),
            key: socket.key(),
            stays,
            data: socket.shared_data().clone(),
            start: Position(membership.start.load(Ordering::Acquire)),
            last: membership.progress.last(),
            left,
        });
        drop(state);
        (Departed { pid: membership.pid.clone(), session }, untold)
    }

    /// From now on the client may come back.
    pub(crate) fn release(&self, Departed { pid, session }: Departed) {
        let mut state = self.lock();
        match session {
            Some(session) => state.sessions.leave(pid, session, self.clock.now()),
            None => state.sessions.end(&pid),
        }
        let over = state.sessions.take_over();
        drop(state);
        drop(over);
    }
}
