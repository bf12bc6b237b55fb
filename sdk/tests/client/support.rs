//! What the tests need: clients of the server, and ways to wait for something.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use parlor_client::{Builder, Client, Socket, TransportKind};

pub(crate) use crate::platform::{server, within};

/// The ways to be connected, and the transport that each ends up on.
pub(crate) const WAYS: [(&str, &[TransportKind], TransportKind); 3] = [
    ("polling only", &[TransportKind::Polling], TransportKind::Polling),
    ("websocket only", &[TransportKind::WebSocket], TransportKind::WebSocket),
    ("upgraded", &[TransportKind::Polling, TransportKind::WebSocket], TransportKind::WebSocket),
];

pub(crate) fn builder() -> Builder {
    Client::builder(&server())
}

/// A client of the test server over these transports.
pub(crate) fn client(transports: &[TransportKind]) -> Client {
    builder().transports(transports.iter().copied()).build().unwrap()
}

/// Connects, and waits until the server has let the socket in.
pub(crate) async fn connected(socket: &Socket) {
    let signal = Signal::new();
    let _guard = socket.on_connect(signal.sender(|| ()));
    socket.connect();
    signal.next("the connection").await;
}

/// What callbacks put down and a test picks up, in order.
pub(crate) struct Signal<T>(Rc<RefCell<(VecDeque<T>, Option<Waker>)>>);

impl<T: 'static> Signal<T> {
    pub(crate) fn new() -> Self {
        Self(Rc::new(RefCell::new((VecDeque::new(), None))))
    }

    pub(crate) fn put(&self, value: T) {
        let mut inside = self.0.borrow_mut();
        inside.0.push_back(value);
        if let Some(waker) = inside.1.take() {
            waker.wake();
        }
    }

    /// A callback without arguments that puts down what `value` makes.
    pub(crate) fn sender(&self, value: impl Fn() -> T + 'static) -> impl FnMut() + 'static {
        let signal = self.clone();
        move || signal.put(value())
    }

    /// A callback that puts down what it is given.
    pub(crate) fn receiver(&self) -> impl FnMut(T) + 'static {
        let signal = self.clone();
        move |value| signal.put(value)
    }

    pub(crate) async fn next(&self, what: &str) -> T {
        let next = poll_fn(|context| {
            let mut inside = self.0.borrow_mut();
            match inside.0.pop_front() {
                Some(value) => Poll::Ready(value),
                None => {
                    inside.1 = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        });
        within(what, next).await
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().0.is_empty()
    }
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}
