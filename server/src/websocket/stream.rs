//! One WebSocket connection over a tokio stream.
//!
//! Rules:
//! * One task drives both directions, and neither waits for the other: the `poll_*` methods return at once, so a
//!   peer who does not read can still be heard, pinged and closed.
//! * Payloads are never copied on their way out: up to 64 frames go in one vectored write.
//! * A connection on which nothing happens holds no read buffer and no queue.
//! * No clock: whoever owns the connection decides how long a write, a silence or a closing handshake may last.

use std::{
    cell::Cell,
    fmt,
    future::poll_fn,
    io::{self, IoSlice},
    mem,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

use super::{CloseCode, Closed, Decoder, Deflate, Error, Frame, Message, outbox::Outbox};

/// The smallest read: enough for most messages, and one page of memory.
const MIN_READ_BYTES: usize = 4 * 1024;

/// The largest read: past this, fewer system calls no longer pay for the memory of the buffer.
const MAX_READ_BYTES: usize = 64 * 1024;

/// How many frames one vectored write takes; a kernel takes 1024, but the array lies on the stack (1 KB).
const MAX_WRITE_SLICES: usize = 64;

/// The default of [`Options::max_message_bytes`]: what Socket.IO servers accept. This module stands alone, so it does
/// not take the number from the protocol; the server passes its own setting.
const MAX_MESSAGE_BYTES: usize = 1_000_000;

thread_local! {
    /// The read buffer of whoever has begun to read on this thread, and has not found the end of what there is: it goes
    /// from connection to connection, so that a small message costs no allocation.
    static BUFFER: Cell<BytesMut> = Cell::default();
}

/// What the owner of a connection may choose.
#[derive(Clone, Debug)]
pub struct Options {
    /// The largest message accepted, in bytes, all fragments together. Default: 1 000 000.
    pub max_message_bytes: usize,
    /// What [`Handshake::accept_deflate`](super::Handshake::accept_deflate) gave. Default: nothing is compressed, and
    /// a compressed message breaks the protocol.
    pub deflate: Option<Deflate>,
}

/// One connection, after the handshake, on the server's side.
///
/// Call [`poll_receive`](Self::poll_receive) and then [`poll_flush`](Self::poll_flush) in each turn of the task;
/// each wakes the task when it should be called again, and extra calls are harmless. [`receive`](Self::receive) does
/// both.
///
/// A Ping is answered without the owner's help, and so is a Close. When messages end (`None`), [`finish`](Self::finish)
/// says goodbye properly; dropping the connection just cuts it.
///
/// # Examples
///
/// ```
/// use parlor_server::websocket::{Frame, Message, Options, WebSocket};
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let (io, mut client) = tokio::io::duplex(64);
/// # client.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i', 0x88, 0x80, 0, 0, 0, 0]).await?;
///
/// let mut websocket = WebSocket::new(io, Options::default());
/// while let Some(message) = websocket.receive().await {
///     if let Message::Text(text) = message? {
///         websocket.queue(Frame::text_of(&["echo: ", &text]))?;
///     }
/// }
/// websocket.finish().await?; // in earnest: with a deadline
/// # drop(websocket);
/// # let mut wire = Vec::new();
/// # client.read_to_end(&mut wire).await?;
/// # assert_eq!(wire, b"\x81\x08echo: hi\x88\x00");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WebSocket<IO> {
    io: IO,
    deflate: Option<Deflate>,
    decoder: Decoder,
    /// Bytes that the decoder could not use yet, at most one control frame between two polls.
    unread: BytesMut,
    inbound: Inbound,
    outbox: Outbox,
    outbound: Outbound,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inbound {
    Open,
    /// The peer broke the protocol. It may still be sending; nothing of that is looked at.
    Failed,
    /// The peer closed, or went away.
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outbound {
    Flushed,
    /// Something was written that `io` may hold back until it is flushed.
    Written,
    Shut,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> WebSocket<IO> {
    /// Takes over a stream on which the handshake has been answered.
    #[must_use]
    pub fn new(io: IO, options: Options) -> Self {
        Self::with_unread(io, Bytes::new(), options)
    }

    /// Takes over a stream of which an HTTP server has already read bytes beyond the handshake.
    #[must_use]
    pub fn with_unread(io: IO, unread: Bytes, options: Options) -> Self {
        let decoder = Decoder::new(options.max_message_bytes);
        Self {
            io,
            deflate: options.deflate,
            decoder: if options.deflate.is_some() { decoder.with_deflate() } else { decoder },
            unread: unread.into(),
            inbound: Inbound::Open,
            outbox: Outbox::default(),
            outbound: Outbound::Flushed,
        }
    }

    /// Gives the next message; `None` when there will be no more.
    ///
    /// `None` follows [`Message::Close`], or an error, or, when neither came before, the loss of the connection
    /// without a closing handshake. The answer to a Ping, to a Close or to a broken protocol is queued, not written.
    ///
    /// # Errors
    ///
    /// * [`Error::Protocol`]: the peer broke the protocol; a Close frame that says so is queued.
    /// * [`Error::Io`]: the stream failed.
    pub fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, Error>>> {
        while self.inbound == Inbound::Open {
            match self.decoder.decode(&mut self.unread) {
                Ok(Some(message)) => {
                    self.answer(&message);
                    return Poll::Ready(Some(Ok(message)));
                }
                Err(error) => {
                    self.inbound = Inbound::Failed;
                    self.outbox.push(Frame::close(error.close_code(), error.sentence()), None);
                    return Poll::Ready(Some(Err(Error::Protocol(error))));
                }
                Ok(None) => {}
            }
            match ready!(self.poll_read(cx)) {
                Ok(0) => self.end(),
                Ok(_) => {}
                Err(error) => {
                    self.end();
                    return Poll::Ready(Some(Err(Error::Io(error))));
                }
            }
        }
        Poll::Ready(None)
    }

    /// Queues a frame behind those queued before; nothing is written until [`poll_flush`](Self::poll_flush).
    ///
    /// The queue has no bound of its own: [`queued_bytes`](Self::queued_bytes) is for the owner's policy.
    /// Queueing a Close frame begins the closing handshake. A frame that is [compressible](Frame::compressible) is
    /// compressed here, if that was agreed on and nobody needed it before; until then it costs no more than the others.
    ///
    /// # Errors
    ///
    /// [`Closed`]: a Close frame was queued before, by this end or as the answer to the peer's. The frame is dropped.
    pub fn queue(&mut self, frame: Frame) -> Result<(), Closed> {
        if self.outbox.push(frame, self.deflate) { Ok(()) } else { Err(Closed) }
    }

    /// Takes over from somebody who wrote frames past this, and has begun one of which this is the rest: it goes before
    /// everything else. Call it only when whatever was queued before had been written when that began.
    pub(crate) fn resume(&mut self, rest: Bytes) {
        self.outbox.resume(rest);
    }

    /// The stream.
    pub(crate) const fn io(&self) -> &IO {
        &self.io
    }

    /// Writes what is queued; ready when all of it has been handed to the operating system.
    ///
    /// # Errors
    ///
    /// The stream failed; nothing more can be sent.
    pub fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.outbox.waiting_bytes() > 0 {
            let mut slices = [IoSlice::new(&[]); MAX_WRITE_SLICES];
            let slices = self.outbox.fill(&mut slices);
            let written = ready!(Pin::new(&mut self.io).poll_write_vectored(cx, slices))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.outbox.advance(written);
            self.outbound = Outbound::Written;
        }
        if self.outbound == Outbound::Written {
            ready!(Pin::new(&mut self.io).poll_flush(cx))?;
            self.outbound = Outbound::Flushed;
        }
        Poll::Ready(Ok(()))
    }

    /// Ends the connection: sends Close (1000 unless one is queued), waits for the peer's, shuts the stream down.
    ///
    /// Messages that still come are dropped. A peer who broke the protocol is not asked for a Close, but the end of
    /// its stream is awaited, for TCP takes back our Close frame when the peer's bytes are left unread.
    /// Nothing here takes a time: an unwilling peer can delay the end for as long as the caller allows.
    ///
    /// # Errors
    ///
    /// The stream failed; the connection is over all the same.
    pub fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outbox.push(Frame::close(CloseCode::NORMAL, ""), None);
        let drained = self.poll_drain(cx);
        ready!(self.poll_flush(cx))?;
        if self.inbound == Inbound::Open {
            return Poll::Pending; // until the peer's Close: `poll_drain` has asked to be woken
        }
        if self.outbound != Outbound::Shut {
            ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
            self.outbound = Outbound::Shut;
        }
        drained.map(Ok)
    }

    /// Gives the next message, writing what is queued in the meantime. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// As [`poll_receive`](Self::poll_receive); a failed write is an [`Error::Io`].
    pub async fn receive(&mut self) -> Option<Result<Message, Error>> {
        poll_fn(|cx| {
            let received = self.poll_receive(cx);
            match self.poll_flush(cx) {
                Poll::Ready(Err(error)) if received.is_pending() => {
                    self.end();
                    Poll::Ready(Some(Err(Error::Io(error))))
                }
                // A write that failed beside a message fails again at the next call.
                Poll::Ready(_) | Poll::Pending => received,
            }
        })
        .await
    }

    /// Writes all that is queued. Nothing is read meanwhile. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// As [`poll_flush`](Self::poll_flush).
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Ends the connection as [`poll_finish`](Self::poll_finish) does; the caller's deadline goes around it.
    ///
    /// # Errors
    ///
    /// As [`poll_finish`](Self::poll_finish).
    pub async fn finish(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_finish(cx)).await
    }

    /// Says what was agreed on about compression.
    #[must_use]
    pub const fn deflate(&self) -> Option<Deflate> {
        self.deflate
    }

    /// Says how many bytes wait to be written, headers and the rest of a frame that has begun included.
    #[must_use]
    pub fn queued_bytes(&self) -> usize {
        self.outbox.waiting_bytes()
    }

    /// Says whether nothing waits to be written, so that a frame queued now is the next to go.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.outbox.waiting_bytes() == 0
    }

    /// Says whether a Close frame was queued, so that [`queue`](Self::queue) takes no more frames.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.outbox.has_close()
    }

    fn answer(&mut self, message: &Message) {
        match message {
            Message::Ping(payload) => self.outbox.push_pong(Frame::pong(payload)),
            Message::Close(reason) => {
                // Echoes the code (5.5.1); dropped when this close is itself the answer to ours.
                let echo = reason.as_ref().map(|reason| Frame::close(reason.code, ""));
                self.outbox.push(echo.unwrap_or_else(Frame::close_without_code), None);
                self.end();
            }
            Message::Text(_) | Message::Binary(_) | Message::Pong(_) => {}
        }
    }

    fn end(&mut self) {
        self.inbound = Inbound::Ended;
        self.unread = BytesMut::new();
        self.decoder = Decoder::new(0);
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let wanted = usize::try_from(self.decoder.remaining_bytes()).unwrap_or(MAX_READ_BYTES);
        if self.unread.capacity() == 0 {
            self.unread = BUFFER.take();
            self.unread.clear();
        }
        self.unread.reserve(wanted.clamp(MIN_READ_BYTES, MAX_READ_BYTES));
        let read = pin!(self.io.read_buf(&mut self.unread)).poll(cx);
        if read.is_pending() {
            // Waiting costs no more than the bytes that are there: mostly none.
            let unread = BytesMut::from(&*self.unread);
            BUFFER.set(mem::replace(&mut self.unread, unread));
        }
        read
    }

    /// Reads and drops all that comes; ready when nothing can come any more.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while ready!(self.poll_receive(cx)).is_some() {}
        while self.inbound == Inbound::Failed {
            self.unread.clear();
            if matches!(ready!(self.poll_read(cx)), Ok(0) | Err(_)) {
                self.end();
            }
        }
        Poll::Ready(())
    }
}

impl<IO> fmt::Debug for WebSocket<IO> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket")
            .field("inbound", &self.inbound)
            .field("outbound", &self.outbound)
            .field("queued_bytes", &self.outbox.waiting_bytes())
            .finish_non_exhaustive()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { max_message_bytes: MAX_MESSAGE_BYTES, deflate: None }
    }
}

#[cfg(test)]
mod tests;
