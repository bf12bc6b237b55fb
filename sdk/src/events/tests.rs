//! Streams of events in a fake world.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Wake;

use super::*;
use crate::client::Client;
use crate::connection::Settings;
use crate::fake::Fake;
use crate::socket::Socket;

fn joined() -> (Client, Socket, Fake) {
    let (client, fake) = Fake::client(Settings { auth: None, max_buffered_bytes: 1000 });
    let socket = client.of("/");
    socket.connect();
    fake.join();
    (client, socket, fake)
}

/// The next item in words.
fn next(events: &Events<u32>) -> String {
    match events.poll_event(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(Ok(value))) => value.to_string(),
        Poll::Ready(Some(Err(error))) => error.to_string(),
        Poll::Ready(None) => "end".into(),
        Poll::Pending => "pending".into(),
    }
}

#[test]
fn a_stream_that_is_not_read_drops_the_oldest_and_says_how_many() {
    let (_client, socket, fake) = joined();
    let events = socket.events::<u32>("n");
    for number in 0..1026 {
        fake.receive(&format!(r#"42["n",{number}]"#));
    }
    assert_eq!(next(&events), "2 events were dropped because the stream was not read in time");
    assert_eq!(next(&events), "2");
    assert_eq!(next(&events), "3");
}

#[test]
fn a_stream_is_bounded_in_bytes_too_but_one_event_always_fits() {
    let (_client, socket, fake) = joined();
    let events = socket.events::<u32>("n");
    let huge = format!(r#"42["n",1,"{}"]"#, "x".repeat(MAX_STREAM_BYTES));
    fake.receive(&huge);
    assert_eq!(next(&events), "1");
    fake.receive(r#"42["n",2]"#);
    fake.receive(&huge);
    assert_eq!(next(&events), "1 events were dropped because the stream was not read in time");
    assert_eq!(next(&events), "1");
    assert_eq!(next(&events), "pending");
}

#[test]
fn an_event_of_another_type_is_an_error_in_its_place() {
    let (_client, socket, fake) = joined();
    let events = socket.events::<u32>("n");
    fake.receive(r#"42["n","x"]"#);
    fake.receive(r#"42["m",1]"#);
    fake.receive(r#"42["n",2]"#);
    assert!(next(&events).starts_with("the arguments of \"n\""));
    assert_eq!(next(&events), "2");
}

#[test]
fn a_reader_is_woken_by_an_event_and_by_the_end() {
    struct Count(AtomicU32);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let (client, socket, fake) = joined();
    let events = socket.events::<u32>("n");
    let count = Arc::new(Count(AtomicU32::new(0)));
    let waker = Waker::from(Arc::clone(&count));
    assert!(events.poll_event(&mut Context::from_waker(&waker)).is_pending());
    fake.receive(r#"42["n",1]"#);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(next(&events), "1");
    assert!(events.poll_event(&mut Context::from_waker(&waker)).is_pending());
    drop((client, socket));
    assert_eq!(count.0.load(Ordering::Relaxed), 2);
    assert_eq!(next(&events), "end");
}

#[test]
fn dropping_the_stream_unsubscribes() {
    let (_client, socket, fake) = joined();
    let events = socket.events::<u32>("n");
    let queue = Rc::downgrade(&events.queue);
    drop(events);
    fake.receive(r#"42["n",1]"#);
    assert!(queue.upgrade().is_none(), "somebody still fills it");
}
