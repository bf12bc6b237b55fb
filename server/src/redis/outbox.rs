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

/// How much of it is sent in one go, in bytes, unless one message is longer: what a slow network takes well within the
/// time in which Redis must have answered.
const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;

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
    /// A subscription was not taken: everything has to be subscribed to again.
    is_overrun: bool,
}

impl Outbox {
    /// From now on commands are taken.
    pub(super) fn open(&self) {
        let mut queue = lock(&self.queue);
        queue.is_open = true;
        queue.is_overrun = false;
    }

    /// Whether a subscription was not taken since it was opened: the connection has to be made again.
    pub(super) fn is_overrun(&self) -> bool {
        lock(&self.queue).is_overrun
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
        if bytes > MAX_OUTBOX_BYTES {
            queue.is_overrun |= matches!(command, Command::Subscribe(_) | Command::Unsubscribe(_));
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
        let mut bytes = 0;
        let fits = |command: &&Command| {
            bytes += command.bytes();
            bytes <= MAX_BATCH_BYTES
        };
        let count = queue.commands.iter().take(MAX_BATCH).take_while(fits).count().max(1);
        let count = count.min(queue.commands.len());
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
    fn a_batch_is_bounded_in_bytes_but_for_one_that_is_longer_alone() {
        let outbox = Outbox::default();
        outbox.open();
        let third = MAX_BATCH_BYTES / 3;
        for length in [third, third, third, 2 * MAX_BATCH_BYTES, 1] {
            outbox.push(publish(length)).unwrap();
        }
        let sizes: Vec<usize> =
            std::iter::from_fn(|| outbox.batch().now_or_never().map(|batch| batch.len())).collect();
        assert_eq!(sizes, [2, 1, 1, 1]);
    }

    #[test]
    fn beyond_the_bound_all_is_refused_and_a_subscription_asks_for_another_connection() {
        let outbox = Outbox::default();
        outbox.open();
        let half = MAX_OUTBOX_BYTES / 2 - COMMAND_BYTES;
        assert_eq!(
            [half, half, 0].map(|body| outbox.push(publish(body)).err()),
            [None, None, Some(Refused::Full)]
        );
        assert!(!outbox.is_overrun());
        let subscribe = || Command::Subscribe(Subscription::channel("news"));
        assert_eq!(outbox.push(subscribe()), Err(Refused::Full));
        assert!(outbox.is_overrun());
        assert_eq!(outbox.close(), 2);
        assert_eq!(outbox.push(publish(0)), Err(Refused::Closed));
        outbox.open();
        assert!(!outbox.is_overrun());
        assert!(outbox.batch().now_or_never().is_none(), "what was closed in is gone");
    }
}
