use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::task::Wake;

use parlor_protocol::json::Payload;
use parlor_protocol::socket::{Kind, Packet};

use super::*;

#[test]
fn packets_wait_until_the_transport_is_ready_and_leave_together() {
    let queue = Queue::new(1000);
    queue.push(event("a"), By::Task).unwrap();
    queue.push(event("b"), By::Task).unwrap();
    assert!(matches!(queue.next(false), Next::Nothing));
    assert_eq!(sent(&queue), [r#"42["a"]"#, r#"42["b"]"#]);
    assert!(matches!(queue.next(true), Next::Nothing));
}

#[test]
fn over_its_bound_the_queue_gives_up_once_and_for_good() {
    // Each event takes 2 + 7 bytes on the wire, and 64.
    let queue = Queue::new(2 * 73);
    queue.push(event("a"), By::Task).unwrap();
    queue.push(event("b"), By::Task).unwrap();
    assert_eq!(queue.push(event("c"), By::Task), Err(Closed));
    assert!(matches!(queue.next(true), Next::Overflow { bytes: 219 }));
    assert!(matches!(queue.next(true), Next::Nothing));
    assert_eq!(queue.push(event("d"), By::Task), Err(Closed));
}

#[test]
fn over_a_quarter_of_its_bound_the_queue_is_behind() {
    let queue = Queue::new(4 * 73);
    queue.push(event("a"), By::Task).unwrap();
    assert!(!queue.is_behind());
    queue.push(event("b"), By::Task).unwrap();
    assert!(queue.is_behind());
    sent(&queue);
    assert!(!queue.is_behind());
}

#[test]
fn an_empty_queue_admits_one_message_of_any_length() {
    let queue = Queue::new(10);
    queue.push(event("a"), By::Task).unwrap();
    assert_eq!(sent(&queue), [r#"42["a"]"#]);
    queue.push(event("b"), By::Task).unwrap();
    assert_eq!(queue.push(event("c"), By::Task), Err(Closed));
}

#[test]
fn a_batch_has_a_bound_and_a_longer_packet_goes_alone() {
    let queue = Queue::new(usize::MAX);
    let long = "x".repeat(MAX_BATCH_BYTES);
    for name in ["a", &long, "b", "c"] {
        queue.push(event(name), By::Task).unwrap();
    }
    let lengths: Vec<_> = [sent(&queue), sent(&queue), sent(&queue)].iter().map(Vec::len).collect();
    assert_eq!(lengths, [1, 1, 2]);
}

#[test]
fn a_farewell_is_not_overtaken_and_does_not_wait_for_the_transport() {
    let queue = Queue::new(1000);
    queue.push(event("a"), By::Task).unwrap();
    queue.push_farewell(Farewell::Namespace(Name::ROOT));
    queue.push(event("b"), By::Task).unwrap();
    assert!(matches!(queue.next(false), Next::Send(messages) if messages.len() == 1));
    assert!(matches!(queue.next(false), Next::Farewell(Farewell::Namespace(_))));
    assert!(matches!(queue.next(false), Next::Nothing));
    assert_eq!(sent(&queue), [r#"42["b"]"#]);
}

#[test]
fn a_volatile_packet_is_kept_only_if_it_would_leave_at_once() {
    let queue = Queue::new(1000);
    assert_eq!(queue.push_volatile(event("a"), By::Task), Err(Unsent::Dropped));
    assert!(matches!(queue.next(true), Next::Nothing));
    queue.set_writable(true);
    assert_eq!(queue.push_volatile(event("b"), By::Task), Ok(Pushed::Queued));
    assert_eq!(queue.push_volatile(event("c"), By::Task), Err(Unsent::Dropped));
    assert_eq!(sent(&queue), [r#"42["b"]"#]);
}

#[test]
fn the_task_is_woken_once_and_only_when_it_can_do_something() {
    let queue = Queue::new(1000);
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let cx = Context::from_waker(&waker);

    assert!(queue.sleep(&cx, true, None));
    queue.push(event("a"), By::Task).unwrap();
    queue.push(event("b"), By::Task).unwrap();
    assert_eq!(wakes.count(), 1);

    assert_eq!(queue.wake_up(&cx), Woken::Free(None));
    queue.push(event("c"), By::Task).unwrap();
    assert_eq!(wakes.count(), 1);
    assert!(!queue.sleep(&cx, true, None), "there is something to send");

    assert!(queue.sleep(&cx, false, None));
    queue.push(event("d"), By::Task).unwrap();
    assert_eq!(wakes.count(), 1, "the transport wakes it");
    queue.push_farewell(Farewell::Connection);
    assert_eq!(wakes.count(), 2);
}

#[test]
fn a_closed_queue_takes_nothing() {
    let queue = Queue::new(1000);
    queue.push(event("a"), By::Task).unwrap();
    queue.close();
    assert_eq!(queue.push(event("b"), By::Task), Err(Closed));
    assert!(matches!(queue.next(true), Next::Nothing));
}

#[derive(Default)]
pub(super) struct Wakes(AtomicUsize);

impl Wakes {
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

pub(super) fn event(name: &str) -> Encoded {
    let payload = Payload::event(name, &()).unwrap();
    Encoded::new(Packet::new(Kind::Event, Name::ROOT, Some(payload)), true, None)
}

pub(super) fn sent(queue: &Queue) -> Vec<String> {
    let Next::Send(messages) = queue.next(true) else { return Vec::new() };
    let text = |message: Prepared| String::from_utf8(message.frame().payload().into()).unwrap();
    messages.into_iter().map(text).collect()
}
