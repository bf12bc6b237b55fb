//! Who waits for answers of other servers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use crate::adapter::Response;
use crate::sync::lock;

/// How many answers to one question may wait to be read. It is read all the time, and each client answers once: only
/// peers that break the protocol come near it. Further ones are dropped.
const MAX_UNREAD: usize = 65_536;

/// The questions that wait for answers, by their ids.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<BTreeMap<Box<str>, mpsc::Sender<Response>>>);

/// The answers to one question, as they come. Dropping it gives up on further ones.
#[derive(Debug)]
pub(crate) struct Responses {
    id: Box<str>,
    coming: mpsc::Receiver<Response>,
    waiting: Arc<Waiting>,
}

impl Waiting {
    pub(super) fn wait(self: &Arc<Self>, id: &str) -> Responses {
        let (sender, coming) = mpsc::channel(MAX_UNREAD);
        lock(&self.0).insert(id.into(), sender);
        Responses { id: id.into(), coming, waiting: self.clone() }
    }

    /// Late and unknown answers are ignored.
    pub(super) fn resolve(&self, id: &str, response: Response) {
        if let Some(asker) = lock(&self.0).get(id) {
            // Who does not read has more than enough.
            let _ = asker.try_send(response);
        }
    }
}

impl Responses {
    pub(crate) async fn next(&mut self) -> Option<Response> {
        self.coming.recv().await
    }
}

impl Drop for Responses {
    fn drop(&mut self) {
        lock(&self.waiting.0).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_reach_who_asked_until_they_are_not_waited_for() {
        let waiting = Arc::<Waiting>::default();
        let (mut one, two) = (waiting.wait("1"), waiting.wait("2"));
        waiting.resolve("1", Response::ClientCount(1));
        waiting.resolve("3", Response::ClientCount(3));
        drop(two);
        waiting.resolve("2", Response::ClientCount(2));
        assert_eq!(one.coming.try_recv().unwrap(), Response::ClientCount(1));
        assert!(one.coming.try_recv().is_err());
        assert_eq!(lock(&waiting.0).len(), 1);
        drop(one);
        assert!(lock(&waiting.0).is_empty());
    }
}
