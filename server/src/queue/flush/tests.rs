//! What a flush writes to a real stream, and what it leaves to the task. The task is played by the test.

use parlor_protocol::json::Payload;
use parlor_protocol::socket::{Kind, Namespace as Name, Packet};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Duration, timeout};

use super::super::tests::{Wakes, event, sent};
use super::super::{By, Closed, Farewell, Next, Pushed, Unsent, Woken};
use super::*;
use crate::PerMessageDeflate;
use crate::prepared::Encoded;
use crate::websocket::Deflate;

/// How long anything may take before a test fails. It is never waited for when all is well.
const DEADLINE: Duration = Duration::from_secs(10);

/// For the kernel, which takes somewhat more, and much less than [`MANY`] packets.
const BUFFER_BYTES: u32 = 4096;
const MANY: usize = 1000;

/// A connection's queue and stream, the client at its other end, and how often the task was woken.
struct Connected {
    queue: Queue,
    stream: Arc<OwnedWriteHalf>,
    deflate: Option<Deflate>,
    client: TcpStream,
    wakes: Arc<Wakes>,
    tally: Tally,
}

impl Connected {
    /// With a task that sleeps, and could send at once.
    async fn asleep() -> Self {
        let connected = Self::bounded(usize::MAX).await;
        connected.sleep();
        connected
    }

    async fn bounded(max_bytes: usize) -> Self {
        let (stream, client) = pair().await;
        let (_, stream) = stream.into_split();
        stream.writable().await.unwrap();
        let (stream, wakes) = (Arc::new(stream), Arc::default());
        let queue = Queue::new(max_bytes);
        queue.set_writable(true);
        Self { queue, stream, deflate: None, client, wakes, tally: Tally::default() }
    }

    fn outlet(&self) -> Outlet {
        Outlet { stream: self.stream.clone(), deflate: self.deflate }
    }

    fn sleep(&self) {
        let waker = Waker::from(self.wakes.clone());
        assert!(self.queue.sleep(&Context::from_waker(&waker), true, Some(self.outlet())));
    }

    fn wake_up(&self) -> Woken {
        let waker = Waker::from(self.wakes.clone());
        self.queue.wake_up(&Context::from_waker(&waker))
    }

    /// What a broadcast puts into the queue.
    fn push(&self, packet: Encoded) -> Result<Pushed, Closed> {
        self.queue.push(packet, By::Flush)
    }

    fn flush(&mut self) {
        self.queue.flush(&mut self.tally);
    }

    async fn read(&mut self, length: usize) -> Vec<u8> {
        let mut wire = vec![0; length];
        timeout(DEADLINE, self.client.read_exact(&mut wire)).await.expect("it was not written").unwrap();
        wire
    }
}

/// Both ends of a stream that holds little.
async fn pair() -> (TcpStream, TcpStream) {
    let listening = TcpSocket::new_v4().unwrap();
    listening.set_recv_buffer_size(BUFFER_BYTES).unwrap();
    listening.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener: TcpListener = listening.listen(1).unwrap();
    let near = TcpSocket::new_v4().unwrap();
    near.set_send_buffer_size(BUFFER_BYTES).unwrap();
    let near = near.connect(listener.local_addr().unwrap()).await.unwrap();
    (near, listener.accept().await.unwrap().0)
}

/// An event of 1000 bytes, header included.
fn long(number: usize) -> Encoded {
    event(&format!("{number:0990}"))
}

/// The bytes of frames, as a client without compression gets them.
fn wire(packets: impl IntoIterator<Item = Encoded>) -> Vec<u8> {
    let frames = packets.into_iter().flat_map(|packet| packet.frames().cloned().collect::<Vec<_>>());
    frames.flat_map(|frame| frame.wire_for(None).to_vec()).collect()
}

#[tokio::test]
async fn what_waits_is_written_in_order_and_the_task_sleeps_on() {
    let mut connected = Connected::asleep().await;
    for round in 1..=2 {
        assert_eq!(connected.push(event("a")), Ok(Pushed::Awaited), "the first is told to flush");
        assert_eq!(connected.push(event("b")), Ok(Pushed::Queued));
        assert_eq!(connected.queue.push(event("c"), By::Task), Ok(Pushed::Queued));
        connected.flush();
        let expected = b"\x81\x0742[\"a\"]\x81\x0742[\"b\"]\x81\x0742[\"c\"]";
        assert_eq!(connected.read(27).await.escape_ascii().to_string(), expected.escape_ascii().to_string());
        assert_eq!((connected.queue.bytes(), connected.wakes.count()), (0, 0));
        assert_eq!(
            (connected.tally.packets_sent, connected.tally.websocket.bytes_sent),
            (round * 3, round * 27)
        );
    }
    assert_eq!(connected.wake_up(), Woken::Free(None));
}

#[tokio::test]
async fn the_frames_of_a_packet_follow_each_other_and_each_is_compressed_for_the_window_of_its_client() {
    let files = |letter: &str| {
        let args = (Bytes::from(letter.repeat(1000)), Bytes::from_static(b"short"));
        let packet = Packet::new(Kind::Event, Name::ROOT, Some(Payload::event("files", &args).unwrap()));
        Encoded::new(packet, true, Some(PerMessageDeflate { threshold_bytes: 100 }))
    };
    for window in [None, Some(9), Some(15)] {
        let mut connected = Connected::bounded(usize::MAX).await;
        connected.deflate = window.map(Deflate::with_window);
        connected.sleep();
        let packets = [files("a"), files("b")];
        for packet in packets.clone() {
            connected.push(packet).unwrap();
        }
        connected.flush();
        let mut expected: Vec<u8> = Vec::new();
        for packet in &packets {
            let frames: Vec<_> = packet.frames().map(|frame| frame.wire_for(connected.deflate)).collect();
            // The text, `452-["files",{"_placeholder":true,"num":0},…]`, is not far over a hundred bytes.
            let first_bytes: Vec<_> = frames.iter().map(|frame| frame[0]).collect();
            let (long, short) = (if window.is_some() { 0xC2 } else { 0x82 }, 0x82);
            assert_eq!(first_bytes, [0x81, long, short], "window {window:?}");
            expected.extend(frames.into_iter().flatten().copied());
        }
        assert_eq!(connected.read(expected.len()).await, expected, "window {window:?}");
    }
}

#[tokio::test]
async fn what_the_stream_does_not_take_goes_before_what_comes_later_and_wakes_the_task() {
    let mut connected = Connected::asleep().await;
    for number in 0..MANY {
        connected.push(long(number)).unwrap();
    }
    connected.flush();
    assert_eq!(connected.wakes.count(), 1);
    assert_eq!(connected.push(long(MANY)), Ok(Pushed::Queued), "that is the task's business now");
    assert_eq!(connected.wakes.count(), 1);

    let Woken::Free(Some(rest)) = connected.wake_up() else { panic!("it has the rest of a frame") };
    let waiting = connected.queue.bytes() / (1000 + PACKET_OVERHEAD_BYTES);
    assert!((1..MANY).contains(&waiting), "some were written, and some were not: {waiting} wait");
    let written = (MANY + 1 - waiting) * 1000 - rest.len();
    let mut got = connected.read(written).await;
    got.extend(rest);
    while let Next::Send(messages) = connected.queue.next(true) {
        got.extend(messages.iter().flat_map(|message| message.frame().wire_for(None).to_vec()));
    }
    assert!(got == wire((0..=MANY).map(long)), "the bytes are those of the frames, in order");
    assert_eq!(connected.queue.bytes(), 0);
}

#[tokio::test]
async fn while_the_rest_of_a_frame_waits_a_volatile_packet_would_not_leave_at_once() {
    let mut connected = Connected::asleep().await;
    // One packet at a time, until the stream takes only a part.
    for _ in 0..MANY {
        if connected.wakes.count() == 0 {
            connected.push(event(&"x".repeat(15_000))).unwrap();
            connected.flush();
        }
    }
    assert_eq!(connected.wakes.count(), 1);
    assert_eq!(connected.queue.bytes(), 0);
    assert_eq!(connected.queue.push_volatile(event("a"), By::Flush), Err(Unsent::Dropped));
    assert!(matches!(connected.wake_up(), Woken::Free(Some(_))));
    assert_eq!(connected.queue.push_volatile(event("b"), By::Flush), Err(Unsent::Dropped));
    // Written, says the task.
    connected.queue.set_writable(true);
    connected.sleep();
    assert_eq!(connected.queue.push_volatile(event("c"), By::Flush), Ok(Pushed::Awaited));
}

#[tokio::test]
async fn a_stream_that_has_failed_is_left_to_the_task_with_all_that_waits() {
    let mut connected = Connected::bounded(usize::MAX).await;
    Arc::get_mut(&mut connected.stream).unwrap().shutdown().await.unwrap();
    connected.sleep();
    connected.push(event("a")).unwrap();
    connected.flush();
    assert_eq!(connected.wakes.count(), 1);
    assert_eq!(connected.wake_up(), Woken::Free(Some(Bytes::from_static(b"\x81\x0742[\"a\"]"))));
}

#[tokio::test]
async fn a_task_that_wakes_during_a_flush_waits_for_its_stream() {
    let connected = Connected::asleep().await;
    connected.push(event("a")).unwrap();
    let (outlet, mut items) = connected.queue.begin_flush().unwrap();
    assert_eq!(connected.wake_up(), Woken::Flushing);
    assert_eq!(connected.wake_up(), Woken::Flushing, "whatever wakes it");
    assert_eq!(connected.push(event("b")), Ok(Pushed::Queued));
    assert!(connected.queue.begin_flush().is_none(), "one writes at a time");
    assert_eq!(connected.wakes.count(), 0);
    assert_eq!(write(&outlet, &mut items, &mut Tally::default()), None);
    connected.queue.end_flush(items, None);
    assert_eq!(connected.wakes.count(), 1);
    assert_eq!(connected.wake_up(), Woken::Free(None));
    assert_eq!(sent(&connected.queue), [r#"42["b"]"#]);
}

#[tokio::test]
async fn what_comes_during_a_flush_wakes_the_task_behind_it() {
    // By whom; whether the stream takes what was there before; what is left to the task.
    let rows: [(By, bool, &[&str]); 4] = [
        (By::Flush, true, &[r#"42["b"]"#]),
        (By::Flush, false, &[r#"42["a"]"#, r#"42["b"]"#]),
        (By::Task, true, &[r#"42["b"]"#]),
        (By::Task, false, &[r#"42["a"]"#, r#"42["b"]"#]),
    ];
    for (by, takes, left) in rows {
        let connected = Connected::asleep().await;
        connected.push(event("a")).unwrap();
        let (_, mut items) = connected.queue.begin_flush().unwrap();
        assert_eq!(connected.queue.push(event("b"), by), Ok(Pushed::Queued));
        assert_eq!(connected.wakes.count(), 0);
        if takes {
            items.clear();
        }
        connected.queue.end_flush(items, None);
        assert_eq!(connected.wakes.count(), 1, "{by:?}, {takes}");
        assert_eq!(connected.wake_up(), Woken::Free(None));
        assert_eq!(connected.queue.bytes(), left.len() * 73);
        assert_eq!(sent(&connected.queue), left);
    }
}

#[tokio::test]
async fn the_queue_of_a_task_that_is_awake_is_not_flushed() {
    let mut connected = Connected::asleep().await;
    connected.push(event("a")).unwrap();
    assert_eq!(connected.wake_up(), Woken::Free(None));
    assert_eq!(connected.push(event("b")), Ok(Pushed::Queued), "nobody need flush");
    connected.flush();
    assert_eq!(connected.wakes.count(), 0);
    assert_eq!(sent(&connected.queue), [r#"42["a"]"#, r#"42["b"]"#]);

    // A job that comes too late for one flush does the next, and the next one's finds nothing.
    connected.sleep();
    assert_eq!(connected.push(event("c")), Ok(Pushed::Awaited));
    assert_eq!(connected.wake_up(), Woken::Free(None));
    assert_eq!(sent(&connected.queue), [r#"42["c"]"#]);
    connected.sleep();
    assert_eq!(connected.push(event("d")), Ok(Pushed::Awaited));
    connected.flush();
    connected.flush();
    assert_eq!(connected.read(9).await, b"\x81\x0742[\"d\"]");
    assert_eq!((connected.tally.packets_sent, connected.wakes.count()), (1, 0));
}

#[tokio::test]
async fn a_task_that_sleeps_without_an_outlet_is_woken_by_a_broadcast() {
    let connected = Connected::bounded(usize::MAX).await;
    let waker = Waker::from(connected.wakes.clone());
    assert!(connected.queue.sleep(&Context::from_waker(&waker), true, None));
    assert_eq!(connected.push(event("a")), Ok(Pushed::Queued));
    assert_eq!(connected.wakes.count(), 1);
}

#[tokio::test]
async fn a_long_packet_and_what_comes_behind_it_are_left_to_the_task() {
    let mut connected = Connected::asleep().await;
    let long = "x".repeat(16 * 1024);
    for name in ["a", &long, "b"] {
        connected.push(event(name)).unwrap();
    }
    connected.flush();
    assert_eq!(connected.read(9).await, b"\x81\x0742[\"a\"]");
    assert_eq!(connected.wakes.count(), 1);
    assert_eq!(connected.wake_up(), Woken::Free(None));
    assert_eq!(sent(&connected.queue), [&format!(r#"42["{long}"]"#), r#"42["b"]"#]);
}

#[tokio::test]
async fn a_queue_that_overflows_during_a_flush_stays_closed_and_empty() {
    // Each event takes 73 bytes; what is being written is not counted.
    let connected = Connected::bounded(2 * 73).await;
    connected.sleep();
    connected.push(event("a")).unwrap();
    let (_, items) = connected.queue.begin_flush().unwrap();
    for name in ["b", "c"] {
        connected.push(event(name)).unwrap();
    }
    assert_eq!(connected.push(event("d")), Err(Closed));
    assert_eq!(connected.wakes.count(), 1);
    assert_eq!(connected.wake_up(), Woken::Flushing);
    connected.queue.end_flush(items, Some(Bytes::from_static(b"rest")));
    assert_eq!(connected.wakes.count(), 2);
    assert_eq!(connected.wake_up(), Woken::Free(None), "nothing more is written");
    assert!(matches!(connected.queue.next(true), Next::Overflow { bytes: 219 }));
    assert!(matches!(connected.queue.next(true), Next::Nothing));
    assert_eq!(connected.push(event("e")), Err(Closed));
    assert_eq!(connected.queue.bytes(), 0);
}

#[tokio::test]
async fn a_queue_that_is_closed_before_its_flush_is_not_written_and_lets_go_of_the_stream() {
    let mut connected = Connected::asleep().await;
    connected.push(event("a")).unwrap();
    connected.queue.close();
    connected.flush();
    assert_eq!((connected.tally.packets_sent, connected.queue.bytes()), (0, 0));
    assert_eq!(Arc::strong_count(&connected.stream), 1);
}

#[tokio::test]
async fn a_flush_lets_go_of_the_stream_before_the_task_has_it() {
    let mut connected = Connected::asleep().await;
    connected.push(event("a")).unwrap();
    connected.flush();
    assert_eq!(connected.wake_up(), Woken::Free(None));
    assert_eq!(Arc::strong_count(&connected.stream), 1);
}

#[tokio::test]
async fn a_farewell_overtakes_neither_what_a_flush_is_writing_nor_what_it_was_to_write() {
    let farewell = || Farewell::Namespace(Name::ROOT);
    // Before the flush begins: the task is woken, and does it all.
    let mut connected = Connected::asleep().await;
    connected.push(event("a")).unwrap();
    connected.queue.push_farewell(farewell());
    connected.push(event("b")).unwrap();
    assert_eq!(connected.wakes.count(), 1);
    connected.flush();
    assert_eq!(connected.wake_up(), Woken::Free(None));
    expect_a_farewell_between(&connected.queue, "a", "b");

    // While it writes: the rest of a frame comes first, then what was not written.
    let connected = Connected::asleep().await;
    for name in ["written", "a"] {
        connected.push(event(name)).unwrap();
    }
    let (_, mut items) = connected.queue.begin_flush().unwrap();
    connected.queue.push_farewell(farewell());
    connected.push(event("b")).unwrap();
    assert_eq!(connected.wakes.count(), 1);
    assert_eq!(connected.wake_up(), Woken::Flushing);
    items.pop_front();
    connected.queue.end_flush(items, Some(Bytes::from_static(b"rest")));
    assert_eq!(connected.wakes.count(), 2);
    assert_eq!(connected.wake_up(), Woken::Free(Some(Bytes::from_static(b"rest"))));
    expect_a_farewell_between(&connected.queue, "a", "b");
}

fn expect_a_farewell_between(queue: &Queue, before: &str, behind: &str) {
    assert_eq!(sent(queue), [format!(r#"42["{before}"]"#)]);
    assert!(matches!(queue.next(true), Next::Farewell(Farewell::Namespace(_))));
    assert_eq!(sent(queue), [format!(r#"42["{behind}"]"#)]);
}

#[tokio::test]
async fn a_task_that_is_awake_writes_what_waits_up_to_what_is_not_a_short_packet() {
    let mut connected = Connected::bounded(usize::MAX).await;
    let outlet = connected.outlet();
    let long = "x".repeat(16 * 1024);
    for name in ["a", "b", &long] {
        connected.push(event(name)).unwrap();
    }
    let flushed = connected.queue.flush_awake(&outlet, &mut connected.tally).unwrap();
    assert_eq!((flushed.rest, connected.tally.packets_sent), (None, 2));
    assert_eq!(connected.read(18).await, b"\x81\x0742[\"a\"]\x81\x0742[\"b\"]");
    assert_eq!(sent(&connected.queue), [format!(r#"42["{long}"]"#)]);

    assert!(connected.queue.flush_awake(&outlet, &mut connected.tally).is_none(), "there is nothing");
    connected.push(event("c")).unwrap();
    connected.queue.push_farewell(Farewell::Connection);
    assert!(
        connected.queue.flush_awake(&outlet, &mut connected.tally).is_none(),
        "the machine must hear of that"
    );
}

/// Connections as a broadcast has them.
struct Several(Vec<Connected>);

impl Queues for Several {
    fn queue(&self, at: usize) -> Option<&Queue> {
        self.0.get(at).map(|connected| &connected.queue)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_whose_flush_is_awaited_are_written_to_and_no_others() {
    let mut several = Several(Vec::new());
    for _ in 0..2 * MAX_CONNECTIONS + 1 {
        several.0.push(Connected::asleep().await);
    }
    for connected in &several.0 {
        connected.push(event("a")).unwrap();
    }
    // The second is somebody else's.
    let awaited: Vec<_> = (0..several.0.len()).filter(|at| *at != 1).collect();
    let several = Arc::new(several);
    spawn(&several, &awaited, &Handle::current(), &Arc::default());
    let mut several = timeout(DEADLINE, only_handle(several)).await.expect("a job holds the list");
    for (at, connected) in several.0.iter_mut().enumerate() {
        if at != 1 {
            assert_eq!(connected.read(9).await, b"\x81\x0742[\"a\"]", "{at}");
        }
        assert_eq!(connected.queue.bytes(), if at == 1 { 73 } else { 0 }, "{at}");
        assert_eq!(connected.wakes.count(), 0, "{at}");
    }
}

/// The list, when all jobs are done with it.
async fn only_handle(mut list: Arc<Several>) -> Several {
    loop {
        match Arc::try_unwrap(list) {
            Ok(list) => return list,
            Err(shared) => list = shared,
        }
        tokio::task::yield_now().await;
    }
}
