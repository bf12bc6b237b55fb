//! What a WebSocket lives on after the upgrade: the TCP stream itself where it can be had, or whatever HTTP server there
//! is around it.
//!
//! The stream itself is read by its task alone, and written by whoever holds its [`Outlet`].

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use crate::write_deadline::WriteDeadline;

/// A stream on which HTTP is over.
#[derive(Debug)]
pub(crate) enum Stream {
    /// The write half goes when it is shut down.
    Tcp(OwnedReadHalf, Option<Arc<OwnedWriteHalf>>),
    Other(Box<TokioIo<Upgraded>>),
}

impl Stream {
    /// Finds the TCP stream below, and what was read of it already.
    pub(crate) fn new(upgraded: Upgraded) -> (Self, Bytes) {
        let upgraded = match upgraded.downcast::<TokioIo<WriteDeadline<TcpStream>>>() {
            Ok(parts) => return (Self::tcp(parts.io.into_inner().into_io()), parts.read_buf),
            Err(upgraded) => upgraded,
        };
        match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => (Self::tcp(parts.io.into_inner()), parts.read_buf),
            Err(upgraded) => (Self::Other(Box::new(TokioIo::new(upgraded))), Bytes::new()),
        }
    }

    fn tcp(stream: TcpStream) -> Self {
        let (reading, writing) = stream.into_split();
        Self::Tcp(reading, Some(Arc::new(writing)))
    }

    /// What others may write to.
    pub(crate) const fn shared(&self) -> Option<&Arc<OwnedWriteHalf>> {
        match self {
            Self::Tcp(_, writing) => writing.as_ref(),
            Self::Other(_) => None,
        }
    }
}

/// Writes to the stream as soon as it takes something.
fn write(
    stream: Option<&Arc<OwnedWriteHalf>>,
    cx: &mut Context<'_>,
    write: impl Fn(&OwnedWriteHalf) -> io::Result<usize>,
) -> Poll<io::Result<usize>> {
    let Some(stream) = stream else { return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())) };
    loop {
        ready!(TcpStream::poll_write_ready((**stream).as_ref(), cx))?;
        match write(stream) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            written => return Poll::Ready(written),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream, _) => Pin::new(stream).poll_read(cx, buffer),
            Self::Other(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(_, stream) => write(stream.as_ref(), cx, |stream| stream.try_write(bytes)),
            Self::Other(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(_, stream) => write(stream.as_ref(), cx, |stream| stream.try_write_vectored(slices)),
            Self::Other(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(..) => true,
            Self::Other(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            // Nothing is held back.
            Self::Tcp(..) => Poll::Ready(Ok(())),
            Self::Other(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(_, writing) => {
                // The last one to let go of a write half shuts it down.
                *writing = None;
                Poll::Ready(Ok(()))
            }
            Self::Other(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
