//! A stream whose peer must take what is written to it.
//!
//! Rule: the clock runs only while a write waits, and begins anew with every byte that is taken. A connection on which
//! nothing waits holds no timer.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{self, Sleep};

/// Writing fails with [`io::ErrorKind::TimedOut`] when the peer takes nothing for `timeout`.
#[derive(Debug)]
pub(crate) struct WriteDeadline<IO> {
    io: IO,
    timeout: Duration,
    /// Set while a write waits.
    patience: Option<Pin<Box<Sleep>>>,
}

impl<IO> WriteDeadline<IO> {
    pub(crate) const fn new(io: IO, timeout: Duration) -> Self {
        Self { io, timeout, patience: None }
    }

    pub(crate) const fn io(&self) -> &IO {
        &self.io
    }

    pub(crate) fn into_io(self) -> IO {
        self.io
    }

    /// What a write came to, unless it has waited too long.
    fn timed<T>(&mut self, written: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.patience = None;
            return written;
        }
        let timeout = self.timeout;
        let patience = self.patience.get_or_insert_with(|| Box::pin(time::sleep(timeout)));
        patience.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for WriteDeadline<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for WriteDeadline<IO> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.timed(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, slices);
        self.timed(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        self.timed(flushed, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.io).poll_shutdown(cx);
        self.timed(shut, cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(20);

    #[tokio::test(start_paused = true)]
    async fn a_write_that_makes_no_progress_fails_and_one_that_does_goes_on() {
        let (near, mut far) = tokio::io::duplex(1);
        let mut stream = WriteDeadline::new(near, TIMEOUT);
        let start = time::Instant::now();
        let writing = tokio::spawn(async move { stream.write_all(b"abcde").await });
        // A slow reader: three bytes, one each 19 seconds, then nothing more.
        for _ in 0..3 {
            tokio::task::yield_now().await;
            time::advance(Duration::from_secs(19)).await;
            far.read_u8().await.unwrap();
        }
        let error = writing.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed(), Duration::from_secs(3 * 19 + 20));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_costs_nothing_while_nothing_is_written() {
        let (near, mut far) = tokio::io::duplex(1);
        let mut stream = WriteDeadline::new(near, TIMEOUT);
        time::advance(Duration::from_secs(3600)).await;
        stream.write_all(b"a").await.unwrap();
        assert!(stream.patience.is_none());
        assert_eq!(far.read_u8().await.unwrap(), b'a');
    }
}
