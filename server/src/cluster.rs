//! The other servers, as one namespace sees them: what is said to them, who waits for their answers, and in [`hearing`]
//! what they say.
//!
//! Rules: what is for everybody happens here first, whatever becomes of it elsewhere. Nothing is waited for without an
//! end, because a server may be gone while its engine still counts it.

mod following;
mod hearing;
mod waiting;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{self, Instant};

use self::following::Following;
pub(crate) use self::waiting::Responses;
use self::waiting::Waiting;
use crate::adapter::{Adapter, AdapterError, Message, Request, Response, SocketDetails};
use crate::clock;
use crate::first::First;

/// How many questions and events of other servers are at work at the same time, for each namespace. Further ones are
/// refused: their answers would come too late, and each holds memory for as long as a client may take to answer.
const MAX_ERRANDS: usize = 1024;

/// The adapter that a server was given, and the runtime in which that happened: what goes on by itself goes on there,
/// whoever sets it off.
#[derive(Clone)]
pub(crate) struct Joint {
    pub(crate) adapter: Arc<dyn Adapter>,
    runtime: Handle,
}

impl Joint {
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub(crate) fn new(adapter: impl Adapter) -> Self {
        Self { adapter: Arc::new(adapter), runtime: Handle::current() }
    }
}

/// Of one namespace.
pub(crate) struct Cluster {
    joint: Joint,
    waiting: Arc<Waiting>,
    /// Which rooms the adapter follows, if it wants to know of rooms.
    following: OnceLock<Arc<Following>>,
    next_request: AtomicU64,
    errands: Arc<Semaphore>,
    /// The log has said that too many errands are under way.
    is_full: First,
}

/// A place among the errands. It is given back when the errand is done, or dropped.
struct Errand(OwnedSemaphorePermit);

impl Cluster {
    pub(crate) fn new(joint: Joint) -> Self {
        Self {
            joint,
            waiting: Arc::default(),
            following: OnceLock::new(),
            next_request: AtomicU64::new(0),
            errands: Arc::new(Semaphore::new(MAX_ERRANDS)),
            is_full: First::default(),
        }
    }

    pub(crate) fn adapter(&self) -> &Arc<dyn Adapter> {
        &self.joint.adapter
    }

    /// From now on the adapter hears of rooms; of one that is empty for as long as somebody may come back to it.
    pub(crate) fn follow(&self, absence: Option<Duration>) -> Arc<Following> {
        self.following.get_or_init(|| Arc::new(Following::new(self.joint.clone(), absence))).clone()
    }

    /// The namespace takes part no longer.
    pub(crate) fn leave(&self, namespace: &str) {
        if let Some(following) = self.following.get() {
            following.end();
        }
        self.adapter().leave(namespace);
    }

    pub(crate) fn publish(&self, namespace: &str, message: Message) {
        self.adapter().publish(namespace, message);
    }

    /// Asks all others. The answers come to whom this gives; dropping it gives up on them.
    pub(crate) fn ask(&self, namespace: &str, question: impl FnOnce(Request) -> Message) -> Responses {
        let number = self.next_request.fetch_add(1, Ordering::Relaxed);
        // No other server's request has that name, because none has that id.
        let id: Box<str> = format!("{}-{number}", self.adapter().id()).into();
        let responses = self.waiting.wait(&id);
        self.publish(namespace, question(Request { id, from: self.adapter().id().into() }));
        responses
    }

    /// How many other servers there are.
    pub(crate) async fn others(&self, namespace: &str) -> Result<usize, AdapterError> {
        Ok(self.adapter().server_count(namespace).await?.saturating_sub(1))
    }

    /// Who is there on the other servers; `found` is what is known when not all of them answer.
    pub(crate) async fn fetch(
        &self,
        namespace: &str,
        question: impl FnOnce(Request) -> Message,
        timeout: Duration,
        found: &mut Vec<SocketDetails>,
    ) -> Result<(), AdapterError> {
        let deadline = deadline(timeout);
        let others = time::timeout_at(deadline, self.others(namespace));
        let mut silent = others.await.map_err(|_| AdapterError::Unreachable)??;
        if silent == 0 {
            return Ok(());
        }
        let mut responses = self.ask(namespace, question);
        while silent > 0 {
            match time::timeout_at(deadline, responses.next()).await {
                Ok(Some(Response::Sockets(sockets))) => {
                    found.extend(sockets);
                    silent -= 1;
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return Err(AdapterError::TimedOut { servers: silent }),
            }
        }
        Ok(())
    }

    /// A place for something that another server wants, and that goes on beside what it says next. `None` when there is too
    /// much of it.
    fn errand(&self) -> Option<Errand> {
        let place = self.errands.clone().try_acquire_owned().ok();
        if place.is_none() && self.is_full.is_now() {
            tracing::warn!(max_errands = MAX_ERRANDS, "other servers ask for too much: not answered");
        }
        place.map(Errand)
    }

    fn run(&self, Errand(place): Errand, errand: impl Future<Output = ()> + Send + 'static) {
        self.joint.runtime.spawn(async move {
            errand.await;
            drop(place);
        });
    }
}

/// When a time is over. One that is too long for the clock never is.
pub(crate) fn deadline(timeout: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(timeout).unwrap_or(now + clock::FAR)
}
