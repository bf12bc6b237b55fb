//! Answers, both ways, in a fake world.

use std::cell::RefCell;
use std::task::Waker;
use std::time::Duration;

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
    fake.log();
    (client, socket, fake)
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// The outcome in words; panics while there is none.
fn outcome<A: DeserializeOwned + fmt::Debug>(future: &mut AckFuture<A>) -> String {
    match poll(future) {
        Poll::Ready(Ok(answer)) => format!("{answer:?}"),
        Poll::Ready(Err(error)) => error.to_string(),
        Poll::Pending => panic!("still waiting"),
    }
}

#[test]
fn an_answer_is_read_by_the_tuple_rule() {
    let (_client, socket, fake) = joined();
    let mut none = socket.emit_with_ack::<()>("a", &());
    let mut one = socket.emit_with_ack::<u32>("b", &());
    let mut two = socket.emit_with_ack::<(u32, String)>("c", &());
    let mut wrong = socket.emit_with_ack::<u32>("d", &());
    assert!(poll(&mut none).is_pending());
    for answer in ["430[]", "431[7]", r#"432[7,"x"]"#, r#"433["x"]"#] {
        fake.receive(answer);
    }
    assert_eq!(outcome(&mut none), "()");
    assert_eq!(outcome(&mut one), "7");
    assert_eq!(outcome(&mut two), r#"(7, "x")"#);
    assert_eq!(outcome(&mut wrong), "the answer is not of the expected type");
}

#[test]
fn an_answer_fails_by_time_by_disconnection_and_by_dropping_the_client() {
    let (client, socket, fake) = joined();
    let mut timed = socket.timeout(Duration::from_millis(50)).emit_with_ack::<()>("a", &());
    let mut lost = socket.emit_with_ack::<()>("b", &());
    fake.pass(49);
    assert!(poll(&mut timed).is_pending());
    fake.pass(1);
    assert_eq!(outcome(&mut timed), "operation has timed out");
    fake.cut();
    assert_eq!(outcome(&mut lost), "socket has been disconnected");
    let mut buffered = socket.emit_with_ack::<()>("c", &());
    assert!(poll(&mut buffered).is_pending());
    drop((socket, client));
    assert_eq!(outcome(&mut buffered), "the client was dropped before the answer came");
}

#[test]
fn a_refused_emit_is_an_answer_that_fails() {
    let (_client, socket, fake) = joined();
    let mut refused = socket.emit_with_ack::<()>("connect", &());
    assert_eq!(outcome(&mut refused), "the event was not sent");
    assert!(fake.log().is_empty());
}

#[test]
fn dropping_the_future_loses_the_answer_and_nothing_else() {
    let (_client, socket, fake) = joined();
    drop(socket.emit_with_ack::<()>("a", &()));
    assert_eq!(fake.written(), [r#"420["a"]"#]);
    let mut next = socket.emit_with_ack::<u32>("b", &());
    fake.receive("430[1]");
    fake.receive("431[2]");
    assert_eq!(outcome(&mut next), "2");
}

#[test]
fn the_server_is_answered_once_under_its_id_now_or_later() {
    let (_client, socket, fake) = joined();
    let kept = Rc::new(RefCell::new(Vec::new()));
    let keep = |kept: &Rc<RefCell<Vec<Ack>>>| {
        let kept = Rc::clone(kept);
        move |(): (), ack: Ack| kept.borrow_mut().push(ack)
    };
    let _guards = (socket.on_with_ack("q", keep(&kept)), socket.on_with_ack("q", keep(&kept)));
    fake.receive(r#"4212["q"]"#);
    let mut acks = kept.take().into_iter();
    let (first, second) = (acks.next().unwrap(), acks.next().unwrap());
    assert!(second.is_wanted());
    first.send(&("yes", 1)).unwrap();
    assert!(!second.is_wanted());
    second.send(&"no").unwrap();
    assert_eq!(fake.written(), [r#"4312["yes",1]"#]);

    fake.sent();
    fake.receive(r#"42["q"]"#);
    let unwanted = kept.take().remove(0);
    assert!(!unwanted.is_wanted());
    unwanted.send(&()).unwrap();
    assert!(fake.log().is_empty());
}

#[test]
fn an_answer_tells_the_latency_unless_its_event_had_to_wait() {
    let (client, fake) = Fake::client(Settings { auth: None, max_buffered_bytes: 1000 });
    let socket = client.of("/");
    let waited = socket.emit_with_ack::<()>("a", &());
    socket.connect();
    fake.pass(100);
    fake.join();
    fake.receive("430[]");
    assert_eq!(client.latency(), None);
    let told = Rc::<RefCell<Vec<Duration>>>::default();
    let writer = Rc::clone(&told);
    let _guard = client.on_latency(move |latency| writer.borrow_mut().push(latency));
    let prompt = socket.emit_with_ack::<()>("b", &());
    fake.pass(14);
    fake.receive("431[]");
    assert_eq!(client.latency(), Some(Duration::from_millis(14)));
    assert_eq!(*told.borrow(), [Duration::from_millis(14)]);
    drop((waited, prompt));
}
