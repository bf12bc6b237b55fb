use std::{
    sync::{Arc, Mutex},
    task::Waker,
    time::Duration,
};

use tokio::{
    io::{AsyncWriteExt, BufStream, DuplexStream, ReadBuf, duplex},
    time::timeout,
};

use super::{super::ProtocolErrorKind, *};

/// Long enough for a loaded machine; what a test waits for takes microseconds.
const DEADLINE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn everything_goes_both_ways_through_a_pipe_of_three_bytes() {
    let (mut websocket, mut peer) = pair(3);
    let frames = ["", "one", &"x".repeat(125), &"y".repeat(126), &"z".repeat(70_000)].map(Frame::text);
    let expected: Vec<u8> = frames.iter().flat_map(|frame| frame.clone().into_wire(None)).collect();
    for frame in frames {
        websocket.queue(frame).unwrap();
    }
    assert_eq!(websocket.queued_bytes(), expected.len());
    let server = tokio::spawn(async move {
        let first = receive(&mut websocket).await;
        let second = receive(&mut websocket).await;
        websocket.flush().await.unwrap();
        assert!(websocket.is_idle());
        (first, second)
    });
    peer.write_all(b"\x01\x83\0\0\0\0abc\x80\x83\0\0\0\0def\x82\x81\0\0\0\0\x07").await.unwrap();
    let mut wire = vec![0; expected.len()];
    timeout(DEADLINE, peer.read_exact(&mut wire)).await.unwrap().unwrap();
    assert_eq!(wire, expected);
    let (first, second) = timeout(DEADLINE, server).await.unwrap().unwrap();
    assert_eq!(first.unwrap().unwrap(), Message::Text("abcdef".into()));
    assert_eq!(second.unwrap().unwrap(), Message::Binary(Bytes::from_static(&[7])));
}

#[tokio::test]
async fn peer_who_does_not_read_is_still_heard() {
    let (mut websocket, mut peer) = pair(16);
    websocket.queue(Frame::binary(&[0; 1000])).unwrap();
    peer.write_all(b"\x81\x82\0\0\0\0hi").await.unwrap();
    assert_eq!(receive(&mut websocket).await.unwrap().unwrap(), Message::Text("hi".into()));
    assert_eq!(websocket.queued_bytes(), 1004 - 16);
    assert!(!websocket.is_idle());
}

#[tokio::test]
async fn waiting_connection_holds_no_buffer() {
    let (mut websocket, mut peer) = pair(64 * 1024);
    peer.write_all(b"\x82\xFE\x13\x88\0\0\0\0").await.unwrap();
    peer.write_all(&[7; 5000]).await.unwrap();
    assert_eq!(receive(&mut websocket).await.unwrap().unwrap(), Message::Binary(Bytes::from(vec![7; 5000])));
    for _ in 0..100 {
        websocket.queue(Frame::text("x")).unwrap();
    }
    websocket.flush().await.unwrap();
    assert!(poll_receive(&mut websocket).await.is_pending());
    assert_eq!(websocket.unread.capacity(), 0);
    assert!(size_of::<WebSocket<()>>() <= 320, "{}", size_of::<WebSocket<()>>());

    // Half a header is all that is kept of half a header.
    peer.write_all(b"\x81\xFE\x01").await.unwrap();
    assert!(poll_receive(&mut websocket).await.is_pending());
    assert!(websocket.unread.capacity() < 16);
}

#[tokio::test]
async fn dropping_a_receive_loses_nothing() {
    let (mut websocket, mut peer) = pair(64);
    for piece in [b"\x81\x84\0".as_slice(), b"\0\0\0a", b"bc"] {
        peer.write_all(piece).await.unwrap();
        let receive = pin!(websocket.receive());
        assert!(receive.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    peer.write_all(b"d").await.unwrap();
    assert_eq!(receive(&mut websocket).await.unwrap().unwrap(), Message::Text("abcd".into()));
}

#[tokio::test]
async fn bytes_that_the_http_server_read_come_first() {
    let (io, mut peer) = duplex(64);
    let unread = Bytes::from_static(b"\x81\x82\0\0\0\0h");
    let mut websocket = WebSocket::with_unread(io, unread, Options::default());
    peer.write_all(b"i").await.unwrap();
    assert_eq!(receive(&mut websocket).await.unwrap().unwrap(), Message::Text("hi".into()));
}

#[tokio::test]
async fn frames_are_written_together_and_never_copied() {
    let io = Recorder::default();
    let written = Arc::clone(&io.written);
    let mut websocket = WebSocket::new(io, Options::default());
    let frame = Frame::text("shared");
    for _ in 0..100 {
        websocket.queue(frame.clone()).unwrap();
    }
    websocket.flush().await.unwrap();
    let address = frame.into_wire(None).as_ptr().addr();
    assert_eq!(*written.lock().unwrap(), [vec![address; 64], vec![address; 36]]);
}

#[tokio::test]
async fn compressible_frames_are_compressed_for_who_agreed_and_counted_as_they_go_out() {
    let frame = Frame::text(&"Hello".repeat(9)).compressible();
    let deflate = Some(Deflate::with_window(15));
    let (io, mut peer) = duplex(128);
    let mut websocket = WebSocket::new(io, Options { deflate, ..Options::default() });
    websocket.queue(frame.clone()).unwrap();
    let compressed_bytes = websocket.queued_bytes();
    assert!(compressed_bytes < 20, "{compressed_bytes}");
    websocket.queue(Frame::text("plain")).unwrap();
    websocket.flush().await.unwrap();
    let wire = take(&mut peer).await;
    assert_eq!(wire[0], 0xC1);
    assert_eq!(&wire[compressed_bytes..], b"\x81\x05plain");

    let (mut websocket, _peer) = pair(128);
    websocket.queue(frame).unwrap();
    assert_eq!(websocket.queued_bytes(), 2 + 45);
}

#[tokio::test]
async fn stream_that_holds_bytes_back_is_flushed() {
    let (io, mut peer) = duplex(64);
    let mut websocket = WebSocket::new(BufStream::new(io), Options::default());
    websocket.queue(Frame::text("hi")).unwrap();
    websocket.flush().await.unwrap();
    assert_eq!(take(&mut peer).await, b"\x81\x02hi");
}

#[tokio::test]
async fn receive_writes_while_it_waits() {
    let (mut websocket, mut peer) = pair(4);
    websocket.queue(Frame::text("longer than the pipe")).unwrap();
    let server = tokio::spawn(async move { receive(&mut websocket).await.is_none() });
    let mut wire = [0; 22];
    timeout(DEADLINE, peer.read_exact(&mut wire)).await.unwrap().unwrap();
    assert_eq!(&wire, b"\x81\x14longer than the pipe");
    drop(peer);
    assert!(timeout(DEADLINE, server).await.unwrap().unwrap());
}

#[tokio::test]
async fn failed_read_or_write_ends_the_messages() {
    let mut websocket = WebSocket::new(tokio::io::join(Broken, tokio::io::sink()), Options::default());
    assert!(matches!(receive(&mut websocket).await, Some(Err(Error::Io(_)))));
    assert!(receive(&mut websocket).await.is_none());

    let (silent, _peer) = duplex(64);
    let mut websocket = WebSocket::new(tokio::io::join(silent, Broken), Options::default());
    websocket.queue(Frame::text("x")).unwrap();
    assert!(matches!(receive(&mut websocket).await, Some(Err(Error::Io(_)))));
    assert!(receive(&mut websocket).await.is_none());
}

#[tokio::test]
async fn lost_connection_ends_the_messages_without_a_close() {
    for wire in [b"".as_slice(), b"\x81", b"\x81\x82\0\0\0\0h"] {
        let (mut websocket, mut peer) = pair(64);
        peer.write_all(wire).await.unwrap();
        drop(peer);
        assert!(receive(&mut websocket).await.is_none());
    }
}

#[tokio::test]
async fn broken_protocol_is_one_error_and_then_the_end() {
    let (mut websocket, mut peer) = pair(128);
    peer.write_all(b"\x81\x01a").await.unwrap();
    let Some(Err(Error::Protocol(error))) = receive(&mut websocket).await else { panic!("error expected") };
    assert_eq!(error.kind(), ProtocolErrorKind::Unmasked);
    assert!(receive(&mut websocket).await.is_none());
    assert_eq!(websocket.queue(Frame::text("late")), Err(Closed));
    assert_eq!(take(&mut peer).await, b"\x88\x30\x03\xEAunmasked frame, a client must mask every frame");
}

#[tokio::test]
async fn finish_reads_what_a_refused_peer_still_sends() {
    let (mut websocket, mut peer) = pair(64);
    peer.write_all(b"\x83").await.unwrap();
    assert!(matches!(receive(&mut websocket).await, Some(Err(Error::Protocol(_)))));
    let server = tokio::spawn(async move { websocket.finish().await });
    peer.write_all(&[0xFF; 1000]).await.unwrap();
    let mut wire = Vec::new();
    // The stream is shut down before the peer has gone.
    timeout(DEADLINE, peer.read_to_end(&mut wire)).await.unwrap().unwrap();
    assert_eq!(wire[..4], [0x88, 57, 0x03, 0xEA]);
    assert!(!server.is_finished());
    drop(peer);
    timeout(DEADLINE, server).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn finish_waits_for_the_close_of_the_peer_and_drops_messages() {
    let (mut websocket, mut peer) = pair(64);
    websocket.queue(Frame::text("bye")).unwrap();
    websocket.queue(Frame::close(CloseCode::GOING_AWAY, "")).unwrap();
    assert!(websocket.is_closing());
    peer.write_all(b"\x81\x81\0\0\0\0a\x89\x80\0\0\0\0").await.unwrap();
    assert!(poll_finish(&mut websocket).await.is_pending());
    assert_eq!(take(&mut peer).await, b"\x81\x03bye\x88\x02\x03\xE9");
    assert!(pin!(peer.read(&mut [0])).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    peer.write_all(b"\x88\x82\0\0\0\0\x03\xE9").await.unwrap();
    assert!(matches!(poll_finish(&mut websocket).await, Poll::Ready(Ok(()))));
    assert!(take(&mut peer).await.is_empty());
}

#[tokio::test]
async fn finish_does_not_wait_for_a_peer_who_closed_first() {
    let (mut websocket, mut peer) = pair(64);
    peer.write_all(b"\x88\x80\0\0\0\0").await.unwrap();
    assert_eq!(receive(&mut websocket).await.unwrap().unwrap(), Message::Close(None));
    assert!(receive(&mut websocket).await.is_none());
    assert!(matches!(poll_finish(&mut websocket).await, Poll::Ready(Ok(()))));
    assert_eq!(take(&mut peer).await, b"\x88\x00");
}

fn pair(pipe_bytes: usize) -> (WebSocket<DuplexStream>, DuplexStream) {
    let (io, peer) = duplex(pipe_bytes);
    (WebSocket::new(io, Options::default()), peer)
}

async fn receive<IO>(websocket: &mut WebSocket<IO>) -> Option<Result<Message, Error>>
where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    timeout(DEADLINE, websocket.receive()).await.unwrap()
}

async fn poll_receive(websocket: &mut WebSocket<DuplexStream>) -> Poll<Option<Result<Message, Error>>> {
    poll_fn(|cx| Poll::Ready(websocket.poll_receive(cx))).await
}

async fn poll_finish(websocket: &mut WebSocket<DuplexStream>) -> Poll<io::Result<()>> {
    poll_fn(|cx| Poll::Ready(websocket.poll_finish(cx))).await
}

/// Gives what the pipe holds now.
async fn take(peer: &mut DuplexStream) -> Vec<u8> {
    let mut wire = vec![0; 4096];
    let length = timeout(DEADLINE, peer.read(&mut wire)).await.unwrap().unwrap();
    wire.truncate(length);
    wire
}

/// Remembers the addresses of the slices of each vectored write, and takes all of them.
#[derive(Default)]
struct Recorder {
    written: Arc<Mutex<Vec<Vec<usize>>>>,
}

impl AsyncWrite for Recorder {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::Error::other("a write of a single slice")))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.written.lock().unwrap().push(slices.iter().map(|slice| slice.as_ptr().addr()).collect());
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Recorder {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

/// Fails at every call.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

impl AsyncWrite for Broken {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
