//! What the browser tests need: a server's address, ways to wait for something, and a deadline for each wait.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::{Function, Promise};
use parlor_client::{Builder, Client, Socket, TransportKind};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

/// How long a test waits for anything, in milliseconds. Only a test that fails gets that far.
const DEADLINE_MILLIS: i32 = 8_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, millis: i32);
}

/// The ways to be connected, and the transport that each ends up on.
pub(crate) const WAYS: [(&str, &[TransportKind], TransportKind); 3] = [
    ("polling only", &[TransportKind::Polling], TransportKind::Polling),
    ("websocket only", &[TransportKind::WebSocket], TransportKind::WebSocket),
    ("upgraded", &[TransportKind::Polling, TransportKind::WebSocket], TransportKind::WebSocket),
];

/// The server that the test command started.
pub(crate) fn server() -> &'static str {
    option_env!("PARLOR_TEST_SERVER").unwrap_or_else(|| {
        panic!("set PARLOR_TEST_SERVER to the address of a running test server, as `cargo xtask test` does")
    })
}

pub(crate) fn builder() -> Builder {
    Client::builder(server())
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

/// Waits for it, but not for ever.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let deadline = Promise::new(&mut |resolve, _| set_timeout(&resolve, DEADLINE_MILLIS));
    let mut deadline = pin!(JsFuture::from(deadline));
    poll_fn(|context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(value);
        }
        assert!(deadline.as_mut().poll(context).is_pending(), "waited too long for {what}");
        Poll::Pending
    })
    .await
}

/// Calls back as soon as the browser has nothing more urgent to do.
pub(crate) fn soon(callback: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(callback);
    set_timeout(callback.unchecked_ref(), 0);
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
