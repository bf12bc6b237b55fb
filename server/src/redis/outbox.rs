//! What waits to be sent to Redis, in order.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::{Notify, oneshot};

use super::subscription::Subscription;
use crate::sync::lock;

/// How much may wait, in bytes. Redis takes hundreds of megabytes in a second: when so much waits it is behind by
/// seconds, and what is further behind is lost rather than kept.
pub(super) const MAX_OUTBOX_BYTES: usize = 64 * 1024 * 1024;

/// How many commands are sent in one go. Each go takes a round trip, so it should be many; all of them are in memory
/// twice meanwhile, so not too many.
const MAX_BATCH: usize = 1024;

/// What each command counts beside its body: its place in the queue, and the name of its channel.
const COMMAND_BYTES: usize = 128;

/// Something for Redis to do.
#[derive(Debug)]
pub(super) enum Command {
    Publish {
        verb: &'static str,
        channel: String,
        body: Vec<u8>,
    },
    Subscribe(Subscription),
    Unsubscribe(Subscription),
    /// Nothing: who waits hears when everything before has been done.
    Barrier(oneshot::Sender<()>),
}

impl Command {
    fn bytes(&self) -> usize {
        match self {
            Self::Publish { body, .. } => COMMAND_BYTES + body.len(),
            Self::Subscribe(_) | Self::Unsubscribe(_) | Self::Barrier(_) => COMMAND_BYTES,
        }
    }
}

/// A queue that is open while Redis is reached.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: Mutex<Queue>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    commands: VecDeque<Command>,
    bytes: usize,
    is_open: bool,
}

impl Outbox {
    /// From now on commands are taken.
    pub(super) fn open(&self) {
        lock(&self.queue).is_open = true;
    }

    /// None is taken any more. Gives how many messages waited to be published: nobody will hear them.
    pub(super) fn close(&self) -> u64 {
        let mut queue = lock(&self.queue);
        queue.is_open = false;
        queue.bytes = 0;
        let left = std::mem::take(&mut queue.commands);
        left.iter().filter(|command| matches!(command, Command::Publish { .. })).count() as u64
    }

    /// Gives the command back when it is not taken: Redis is not reached, or too much waits.
    pub(super) fn push(&self, command: Command) -> Result<(), Refused> {
        let mut queue = lock(&self.queue);
        if !queue.is_open {
            return Err(Refused::Closed);
        }
        let bytes = queue.bytes + command.bytes();
        if bytes > MAX_OUTBOX_BYTES && matches!(command, Command::Publish { .. }) {
            return Err(Refused::Full);
        }
        queue.bytes = bytes;
        queue.commands.push_back(command);
        drop(queue);
        self.filled.notify_one();
        Ok(())
    }

    /// Waits until there is something, and gives what may be sent in one go.
    pub(super) async fn batch(&self) -> Vec<Command> {
        loop {
            let batch = self.take();
            if !batch.is_empty() {
                return batch;
            }
            self.filled.notified().await;
        }
    }

    fn take(&self) -> Vec<Command> {
        let mut queue = lock(&self.queue);
        let count = queue.commands.len().min(MAX_BATCH);
        let batch: Vec<_> = queue.commands.drain(..count).collect();
        queue.bytes -= batch.iter().map(Command::bytes).sum::<usize>();
        batch
    }
}

/// Why a command was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Closed,
    Full,
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn publish(body: usize) -> Command {
        Command::Publish { verb: "PUBLISH", channel: "news".to_owned(), body: vec![0; body] }
    }

    #[test]
    fn what_is_taken_comes_out_in_order_and_in_batches() {
        let outbox = Outbox::default();
        assert_eq!(outbox.push(publish(1)), Err(Refused::Closed));
        outbox.open();
        assert!(outbox.batch().now_or_never().is_none());
        for length in 0..=MAX_BATCH {
            outbox.push(publish(length)).unwrap();
        }
        let lengths = |batch: Vec<Command>| -> Vec<usize> {
            batch.iter().map(|command| command.bytes() - COMMAND_BYTES).collect()
        };
        assert!(lengths(outbox.batch().now_or_never().unwrap()).into_iter().eq(0..MAX_BATCH));
        assert_eq!(lengths(outbox.batch().now_or_never().unwrap()), [MAX_BATCH]);
        assert_eq!(lock(&outbox.queue).bytes, 0);
    }

    #[test]
    fn beyond_the_bound_messages_are_refused_and_subscriptions_are_not() {
        let outbox = Outbox::default();
        outbox.open();
        let half = MAX_OUTBOX_BYTES / 2 - COMMAND_BYTES;
        assert_eq!(
            [half, half, 0].map(|body| outbox.push(publish(body)).err()),
            [None, None, Some(Refused::Full)]
        );
        outbox.push(Command::Subscribe(Subscription::channel("news"))).unwrap();
        assert_eq!(outbox.close(), 2);
        assert_eq!(outbox.push(publish(0)), Err(Refused::Closed));
        outbox.open();
        assert!(outbox.batch().now_or_never().is_none(), "what was closed in is gone");
    }
}
