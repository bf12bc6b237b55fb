//! Futures of one connection, polled together. While there are none they take no memory: most connections are idle.

use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

#[derive(Debug)]
pub(super) struct Futures<F>(Option<FuturesUnordered<F>>);

impl<F> Default for Futures<F> {
    fn default() -> Self {
        Self(None)
    }
}

impl<F: Future> Futures<F> {
    pub(super) fn push(&mut self, future: F) {
        self.0.get_or_insert_default().push(future);
    }

    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, FuturesUnordered::len)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// What one of them came to.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Option<F::Output> {
        match self.0.as_mut()?.poll_next_unpin(cx) {
            Poll::Ready(Some(output)) => Some(output),
            Poll::Ready(None) => {
                self.0 = None;
                None
            }
            Poll::Pending => None,
        }
    }
}
