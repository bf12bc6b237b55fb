//! From CONNECT to a socket's identity: that of an old session where the client has one, a new one otherwise.

use std::sync::Arc;

use parlor_protocol::json::Payload;
use serde_json::{Map, Value};

use super::membership::Membership;
use super::{Claim, Meant, Position, Recovery, Session, Stays};
use crate::link::Link;
use crate::metrics::RecoveryOutcome as Outcome;
use crate::namespace::Shared as Namespace;
use crate::queue::Farewell;
use crate::rooms::Key;
use crate::{Data, id};

/// The longest private id, or offset, that is looked at. Ours have 20 characters, and 22 at most.
const MAX_TEXT_BYTES: usize = 64;

/// The ids of a new session.
#[derive(Debug)]
pub(crate) struct Fresh {
    id: Arc<str>,
    pid: Arc<str>,
}

impl Fresh {
    /// Draws them.
    ///
    /// # Errors
    ///
    /// The system has no randomness to give.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        Ok(Self { id: id::random()?.into(), pid: id::random()?.into() })
    }
}

/// Who a socket is.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The public id.
    pub(crate) id: Arc<str>,
    pub(crate) key: Key,
    pub(crate) data: Arc<Data>,
    /// If it can be recovered.
    pub(crate) membership: Option<Membership>,
    /// When it was where.
    pub(crate) stays: Option<Box<Stays>>,
}

/// What a client wants to come back to.
struct Wish {
    pid: String,
    offset: Option<Value>,
}

/// Finds out who a client is. When it comes back before its old connection is known to be dead, that one is ended
/// first, and its handlers hear so before the client is let in again.
pub(crate) async fn enter(
    namespace: &Namespace,
    link: &Arc<Link>,
    fresh: Fresh,
    auth: Option<&Payload>,
) -> Identity {
    let Some(recovery) = &namespace.recovery else { return anew(fresh, None) };
    let Some(wish) = auth.and_then(Wish::read) else { return anew(fresh, Some(recovery)) };
    let identity = loop {
        match recovery.claim(&wish.pid, link) {
            Claim::Taken(session) => break recovery.resume(&wish, session),
            Claim::Held(holder, left) if !Arc::ptr_eq(&holder, link) => {
                holder.queue.push_farewell(Farewell::Replaced);
                // However it ends, the session is free then.
                let _ = left.await;
            }
            Claim::Held(..) | Claim::Unknown => break None,
        }
    };
    let outcome = if identity.is_some() { Outcome::Succeeded } else { Outcome::Failed };
    link.metrics.recoveries.add(&outcome, 1);
    identity.unwrap_or_else(|| anew(fresh, Some(recovery)))
}

impl Identity {
    /// Somebody who was not here before, and will not be recognised again.
    pub(crate) fn new(id: impl Into<Arc<str>>) -> Self {
        Self { id: id.into(), key: Key::draw(), data: Arc::default(), membership: None, stays: None }
    }
}

/// A session that nobody was in before.
fn anew(Fresh { id, pid }: Fresh, recovery: Option<&Recovery>) -> Identity {
    let stays = recovery.map(|recovery| Box::new(Stays::new(recovery.span.clone())));
    Identity { membership: recovery.map(|_| Membership::new(pid)), stays, ..Identity::new(id) }
}

impl Recovery {
    fn claim(&self, pid: &str, claimant: &Arc<Link>) -> Claim<Session, Arc<Link>> {
        let mut state = self.lock();
        let claim = state.sessions.claim(pid, claimant.clone(), self.clock.now());
        let over = state.sessions.take_over();
        drop(state);
        drop(over);
        claim
    }

    /// Goes on with a session, if everything that it missed is still there.
    fn resume(&self, wish: &Wish, session: Session) -> Option<Identity> {
        let from = self.place(wish, &session);
        let key = session.key.next_life();
        let (Some(from), Some(key)) = (from, key) else {
            self.lock().sessions.end(&wish.pid);
            return None;
        };
        let Session { id, stays, data, .. } = session;
        let membership =
            Membership::old(wish.pid.as_str().into(), from, session.start, session.last, session.left);
        Some(Identity { id, key, data, membership: Some(membership), stays: Some(stays) })
    }

    /// The place from which the session goes on.
    fn place(&self, wish: &Wish, session: &Session) -> Option<Position> {
        let had = match &wish.offset {
            // It has received nothing in this session.
            None => session.start,
            Some(Value::String(text)) if text.len() <= MAX_TEXT_BYTES => match self.epoch.read(text) {
                // What is older than the session was received in another: stock clients keep it until they get
                // something newer.
                Meant::Place(at) if at <= self.span.head() => at.max(session.start),
                Meant::OtherLife => session.start,
                Meant::Place(_) | Meant::Nothing => return None,
            },
            Some(_) => return None,
        };
        // Who had the last event that was put before it missed only what came when it was away, however old that is.
        let from = if session.last <= had { had.max(session.left) } else { had };
        (from >= self.span.base() && from >= session.stays.forgotten()).then_some(from)
    }
}

impl Wish {
    /// What the client says in its `auth`. Whatever it is, it is the client's, and no reason to turn it away.
    fn read(auth: &Payload) -> Option<Self> {
        if !auth.json().contains("\"pid\"") {
            return None;
        }
        let mut auth = auth.read_value::<Map<String, Value>>().ok()?;
        let Some(Value::String(pid)) = auth.remove("pid") else { return None };
        (pid.len() <= MAX_TEXT_BYTES).then(|| Self { pid, offset: auth.remove("offset") })
    }
}
