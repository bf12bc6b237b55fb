//! The answers that the application waits for.
//!
//! Ids are counted per namespace, so that one frame can ask many clients under one id.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use parlor_protocol::json::Payload;
use parlor_protocol::socket::Pending;
use tokio::sync::{mpsc, oneshot};

use crate::queue::Unsent;
use crate::sync::lock;

/// An answer, or why there will be none.
pub(crate) type Answer = Result<Payload, Unsent>;

/// The answers that one socket's application waits for.
#[derive(Debug)]
pub(crate) struct PendingAcks {
    /// `None` when the socket has left.
    waiting: Mutex<Option<Pending<Asker>>>,
}

/// Who waits.
#[derive(Debug)]
enum Asker {
    One(oneshot::Sender<Payload>),
    Many(Share),
}

/// One client's share in the answers to a broadcast. It speaks once: dropped without an answer, it says that the
/// client has left.
#[derive(Debug)]
pub(crate) struct Share {
    /// Which of the clients.
    index: usize,
    answers: Option<mpsc::UnboundedSender<(usize, Answer)>>,
}

impl PendingAcks {
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::new(Some(Pending::default())) }
    }

    /// Draws an id from the namespace's counter and waits for its answer. `None` when the socket has left.
    pub(crate) fn wait(&self, ids: &AtomicU64) -> Option<(u64, oneshot::Receiver<Payload>)> {
        let id = ids.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        lock(&self.waiting).as_mut()?.insert(id, None, Asker::One(sender));
        Some((id, receiver))
    }

    /// Waits for this client's answer to a broadcast.
    pub(crate) fn wait_among_many(&self, id: u64, share: Share) {
        if let Some(pending) = lock(&self.waiting).as_mut() {
            pending.insert(id, None, Asker::Many(share));
        }
    }

    /// An answer came. Late and unknown ones are ignored.
    pub(crate) fn resolve(&self, id: u64, args: Payload) {
        match self.take(id) {
            Some(Asker::One(sender)) => drop(sender.send(args)),
            // Alone it would keep alive all that came with it, for as long as others take to answer.
            Some(Asker::Many(share)) => share.settle(Ok(args.detached())),
            None => {}
        }
    }

    /// The question of a broadcast was not sent to this client.
    pub(crate) fn unsent(&self, id: u64, why: Unsent) {
        if let Some(Asker::Many(share)) = self.take(id) {
            share.settle(Err(why));
        }
    }

    /// Nobody waits for that answer any more.
    pub(crate) fn forget(&self, id: u64) {
        drop(self.take(id));
    }

    /// The socket has left: everybody who waits hears so.
    pub(crate) fn fail(&self) {
        let waiting = lock(&self.waiting).take();
        drop(waiting);
    }

    /// How many answers are waited for.
    pub(crate) fn count(&self) -> usize {
        lock(&self.waiting).as_ref().map_or(0, Pending::len)
    }

    fn take(&self, id: u64) -> Option<Asker> {
        lock(&self.waiting).as_mut()?.take(id)
    }
}

impl Share {
    pub(crate) const fn new(index: usize, answers: mpsc::UnboundedSender<(usize, Answer)>) -> Self {
        Self { index, answers: Some(answers) }
    }

    fn settle(mut self, answer: Answer) {
        self.say(answer);
    }

    fn say(&mut self, answer: Answer) {
        if let Some(answers) = self.answers.take() {
            // Who asked may have given up.
            let _ = answers.send((self.index, answer));
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.say(Err(Unsent::Closed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reaches_whoever_asked_for_it_and_unknown_ones_nobody() {
        let (acks, ids) = (PendingAcks::new(), AtomicU64::new(7));
        let (first, mut one) = acks.wait(&ids).unwrap();
        let (second, mut two) = acks.wait(&ids).unwrap();
        assert_eq!((first, second), (7, 8));
        acks.resolve(8, Payload::args("b").unwrap());
        acks.resolve(8, Payload::args("again").unwrap());
        acks.resolve(99, Payload::args("unknown").unwrap());
        assert_eq!(two.try_recv().unwrap().json(), r#"["b"]"#);
        assert!(one.try_recv().is_err());
    }

    #[test]
    fn who_waits_hears_that_the_socket_has_left() {
        let (acks, ids) = (PendingAcks::new(), AtomicU64::new(0));
        let (_, mut answer) = acks.wait(&ids).unwrap();
        acks.fail();
        assert_eq!(answer.try_recv(), Err(oneshot::error::TryRecvError::Closed));
        assert!(acks.wait(&ids).is_none());
    }

    #[test]
    fn each_share_in_a_broadcast_speaks_once_whatever_becomes_of_its_client() {
        let (sender, mut answers) = mpsc::unbounded_channel();
        let clients: [PendingAcks; 4] = std::array::from_fn(|_| PendingAcks::new());
        clients[3].fail();
        for (index, client) in clients.iter().enumerate() {
            client.wait_among_many(5, Share::new(index, sender.clone()));
        }
        clients[0].resolve(5, Payload::args("a").unwrap());
        clients[0].resolve(5, Payload::args("again").unwrap());
        clients[1].unsent(5, Unsent::Dropped);
        clients[2].fail();
        drop(sender);
        let mut said = Vec::new();
        while let Ok((index, answer)) = answers.try_recv() {
            said.push((index, answer.map(|args| args.json().to_owned())));
        }
        let gone = |index| (index, Err(Unsent::Closed));
        assert_eq!(said, [gone(3), (0, Ok(r#"["a"]"#.to_owned())), (1, Err(Unsent::Dropped)), gone(2)]);
    }
}
