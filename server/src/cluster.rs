//! The other servers, as one namespace sees them: what is said to them, who waits for their answers, and in [`hearing`]
//! what they say.
//!
//! Rules: what is for everybody happens here first, whatever becomes of it elsewhere. Nothing is waited for without an
//! end, because a server may be gone while its engine still counts it.

mod following;
mod hearing;
mod waiting;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::{self, Instant};

pub(crate) use self::following::Following;
pub(crate) use self::waiting::Responses;
use self::waiting::Waiting;
use crate::adapter::{Adapter, AdapterError, Message, Request, Response, SocketDetails};
use crate::clock;
use crate::first::First;

/// How many questions and events of other servers are at work at the same time, for each namespace. Further ones are
/// refused: their answers would come too late, and each holds memory for as long as a client may take to answer.
const MAX_ERRANDS: usize = 1024;

/// Of one namespace.
pub(crate) struct Cluster {
    adapter: Arc<dyn Adapter>,
    waiting: Arc<Waiting>,
    next_request: AtomicU64,
    errands: Arc<Semaphore>,
    /// The log has said that too many errands are under way.
    is_full: First,
    runtime: Handle,
}

impl Cluster {
    pub(crate) fn new(adapter: Arc<dyn Adapter>) -> Self {
        Self {
            adapter,
            waiting: Arc::default(),
            next_request: AtomicU64::new(0),
            errands: Arc::new(Semaphore::new(MAX_ERRANDS)),
            is_full: First::default(),
            runtime: Handle::current(),
        }
    }

    pub(crate) fn adapter(&self) -> &Arc<dyn Adapter> {
        &self.adapter
    }

    pub(crate) fn publish(&self, namespace: &str, message: Message) {
        self.adapter.publish(namespace, message);
    }

    /// Asks all others. The answers come to whom this gives; dropping it gives up on them.
    pub(crate) fn ask(&self, namespace: &str, question: impl FnOnce(Request) -> Message) -> Responses {
        let number = self.next_request.fetch_add(1, Ordering::Relaxed);
        // No other server's request has that name, because none has that id.
        let id: Box<str> = format!("{}-{number}", self.adapter.id()).into();
        let responses = self.waiting.wait(&id);
        self.publish(namespace, question(Request { id, from: self.adapter.id().into() }));
        responses
    }

    /// How many other servers there are.
    pub(crate) async fn others(&self, namespace: &str) -> Result<usize, AdapterError> {
        Ok(self.adapter.server_count(namespace).await?.saturating_sub(1))
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

    /// Goes on with something that another server wants, beside what it says next. False when there is too much of it.
    fn spawn(&self, errand: impl Future<Output = ()> + Send + 'static) -> bool {
        let Ok(permit) = self.errands.clone().try_acquire_owned() else {
            if self.is_full.is_now() {
                tracing::warn!(max_errands = MAX_ERRANDS, "other servers ask for too much: not answered");
            }
            return false;
        };
        self.runtime.spawn(async move {
            errand.await;
            drop(permit);
        });
        true
    }
}

/// When a time is over. One that is too long for the clock never is.
pub(crate) fn deadline(timeout: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(timeout).unwrap_or(now + clock::FAR)
}
