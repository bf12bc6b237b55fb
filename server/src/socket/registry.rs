//! The handlers of one socket, whatever they are for, in the order in which they run.
//!
//! Rule: they are given out by copies of their `Arc`s. None is called, and none is dropped, under the lock.

use std::mem;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::handler::{EventMiddleware, OnAny, OnDisconnect, OnError, OnEvent, OnOutgoing};
use crate::sync::lock;

/// What a handler is for.
pub(super) enum Handler {
    Event { name: Box<str>, handler: OnEvent, is_once: bool },
    Any(OnAny),
    Outgoing(OnOutgoing),
    Middleware(EventMiddleware),
    Disconnecting(OnDisconnect),
    Disconnect(OnDisconnect),
    Error(OnError),
}

#[derive(Default)]
pub(super) struct Registry {
    list: Mutex<List>,
    /// Which of the kinds below are there. Read without the lock, so that an event costs nothing for what nobody uses.
    kinds: AtomicU8,
}

/// The handlers of one event. There is mostly one, for which no list is made.
#[derive(Default)]
pub(crate) struct OnEvents {
    /// Those before the last one, in their order.
    pub(crate) before: Vec<OnEvent>,
    /// `None` when there is none at all.
    pub(crate) last: Option<OnEvent>,
}

impl OnEvents {
    fn push(&mut self, handler: OnEvent) {
        self.before.extend(self.last.replace(handler));
    }
}

const ANY: u8 = 1;
const OUTGOING: u8 = 2;
const MIDDLEWARE: u8 = 4;

#[derive(Default)]
struct List {
    handlers: Vec<(u64, Handler)>,
    next_id: u64,
    /// The socket has left. A handler that holds it would keep it for ever.
    is_closed: bool,
}

impl Registry {
    /// Adds a handler behind the others, and gives its id.
    pub(super) fn push(&self, handler: Handler) -> u64 {
        self.insert(handler, |handlers| handlers.len())
    }

    /// Adds a handler before the others.
    pub(super) fn push_front(&self, handler: Handler) -> u64 {
        self.insert(handler, |_| 0)
    }

    fn insert(&self, handler: Handler, at: impl FnOnce(&[(u64, Handler)]) -> usize) -> u64 {
        let mut list = lock(&self.list);
        let id = list.next_id;
        list.next_id += 1;
        if list.is_closed {
            // Dropping may run user code.
            drop(list);
            drop(handler);
        } else {
            let at = at(&list.handlers);
            list.handlers.insert(at, (id, handler));
            self.kinds.store(kinds(&list.handlers), Ordering::Release);
        }
        id
    }

    /// Removes a handler. Harmless when it is not there.
    pub(super) fn remove(&self, id: u64) {
        let mut list = lock(&self.list);
        let at = list.handlers.iter().position(|(other, _)| *other == id);
        let removed = at.map(|at| list.handlers.remove(at));
        self.kinds.store(kinds(&list.handlers), Ordering::Release);
        drop(list);
        drop(removed);
    }

    /// The socket has left: forgets all handlers, those that are still to come too. Gives what runs at the end.
    pub(super) fn close(&self) -> Vec<OnDisconnect> {
        let mut list = lock(&self.list);
        list.is_closed = true;
        let handlers = mem::take(&mut list.handlers);
        self.kinds.store(0, Ordering::Release);
        drop(list);
        let at_the_end = |(_, handler)| match handler {
            Handler::Disconnect(handler) => Some(handler),
            _ => None,
        };
        handlers.into_iter().filter_map(at_the_end).collect()
    }

    /// The handlers of an event. Those that handle one only are not there any more.
    pub(super) fn of(&self, event: &str) -> OnEvents {
        let mut list = lock(&self.list);
        let mut found = OnEvents::default();
        let mut is_any_once = false;
        for (_, handler) in &list.handlers {
            if let Handler::Event { name, handler, is_once } = handler
                && **name == *event
            {
                found.push(handler.clone());
                is_any_once |= is_once;
            }
        }
        if is_any_once {
            let is_done = |handler: &Handler| matches!(handler, Handler::Event { name, is_once: true, .. } if **name == *event);
            list.handlers.retain(|(_, handler)| !is_done(handler));
        }
        found
    }

    /// Whether anybody wants events before their handlers do.
    pub(super) fn is_watched(&self) -> bool {
        self.kinds.load(Ordering::Acquire) & (ANY | MIDDLEWARE) != 0
    }

    /// Whether anybody hears what is sent.
    pub(super) fn is_overheard(&self) -> bool {
        self.kinds.load(Ordering::Acquire) & OUTGOING != 0
    }

    pub(super) fn any(&self) -> Vec<OnAny> {
        self.pick(ANY, |handler| match handler {
            Handler::Any(handler) => Some(handler.clone()),
            _ => None,
        })
    }

    pub(super) fn outgoing(&self) -> Vec<OnOutgoing> {
        self.pick(OUTGOING, |handler| match handler {
            Handler::Outgoing(handler) => Some(handler.clone()),
            _ => None,
        })
    }

    pub(super) fn middlewares(&self) -> Vec<EventMiddleware> {
        self.pick(MIDDLEWARE, |handler| match handler {
            Handler::Middleware(handler) => Some(handler.clone()),
            _ => None,
        })
    }

    pub(super) fn disconnecting(&self) -> Vec<OnDisconnect> {
        self.pick(u8::MAX, |handler| match handler {
            Handler::Disconnecting(handler) => Some(handler.clone()),
            _ => None,
        })
    }

    pub(super) fn errors(&self) -> Vec<OnError> {
        self.pick(u8::MAX, |handler| match handler {
            Handler::Error(handler) => Some(handler.clone()),
            _ => None,
        })
    }

    fn pick<T>(&self, kind: u8, pick: impl Fn(&Handler) -> Option<T>) -> Vec<T> {
        if kind != u8::MAX && self.kinds.load(Ordering::Acquire) & kind == 0 {
            return Vec::new();
        }
        lock(&self.list).handlers.iter().filter_map(|(_, handler)| pick(handler)).collect()
    }
}

/// One bit for each of the kinds that have one.
fn kinds(handlers: &[(u64, Handler)]) -> u8 {
    let kind = |(_, handler): &(u64, Handler)| match handler {
        Handler::Any(_) => ANY,
        Handler::Outgoing(_) => OUTGOING,
        Handler::Middleware(_) => MIDDLEWARE,
        Handler::Event { .. } | Handler::Disconnecting(_) | Handler::Disconnect(_) | Handler::Error(_) => 0,
    };
    handlers.iter().map(kind).fold(0, |all, kind| all | kind)
}
