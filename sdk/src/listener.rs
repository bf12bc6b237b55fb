//! Who listens to what. A listener lives as long as its guard: dropping the guard unsubscribes, and drops the
//! callback with everything it captured.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

/// A subscription. Dropping it unsubscribes: from then on the callback is not called again.
///
/// A callback that captures a [`Socket`](crate::Socket) keeps the connection alive, until its guard is dropped.
#[must_use = "dropping the guard unsubscribes at once: keep it for as long as you want to listen"]
pub struct Listener {
    table: Weak<dyn Table>,
    id: u64,
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(table) = self.table.upgrade() {
            table.remove(self.id);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

/// The listeners to one kind of thing, in the order in which they came.
pub(crate) struct Listeners<A: 'static> {
    entries: RefCell<Vec<Rc<Entry<A>>>>,
    next_id: Cell<u64>,
}

struct Entry<A: 'static> {
    id: u64,
    live: Cell<bool>,
    callback: RefCell<Callback<A>>,
}

type Callback<A> = Box<dyn FnMut(&A)>;

trait Table {
    fn remove(&self, id: u64);
}

impl<A: 'static> Listeners<A> {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self { entries: RefCell::default(), next_id: Cell::new(0) })
    }

    pub(crate) fn add(self: &Rc<Self>, callback: impl FnMut(&A) + 'static) -> Listener {
        let id = self.next_id.replace(self.next_id.get() + 1);
        let entry = Entry { id, live: Cell::new(true), callback: RefCell::new(Box::new(callback)) };
        self.entries.borrow_mut().push(Rc::new(entry));
        let table: Weak<Self> = Rc::downgrade(self);
        Listener { table, id }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.borrow().is_empty()
    }

    /// Tells everybody who listens now. Who subscribes meanwhile is not told, who unsubscribes is not either.
    /// Gives whether there was anybody.
    pub(crate) fn tell(&self, what: &A) -> bool {
        let entries: Vec<_> = self.entries.borrow().clone();
        for entry in &entries {
            // Things are told one after the other, never from within a callback: it is not borrowed here.
            if entry.live.get()
                && let Ok(mut callback) = entry.callback.try_borrow_mut()
            {
                callback(what);
            }
        }
        !entries.is_empty()
    }
}

impl<A: 'static> Table for Listeners<A> {
    fn remove(&self, id: u64) {
        let mut entries = self.entries.borrow_mut();
        let at = entries.iter().position(|entry| entry.id == id);
        let removed = at.map(|at| entries.remove(at));
        // What the callback captured is dropped without any borrow: it may well hold further guards.
        drop(entries);
        if let Some(entry) = removed {
            entry.live.set(false);
        }
    }
}

impl<A> fmt::Debug for Listeners<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listeners").field("len", &self.entries.borrow().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Log = Rc<RefCell<Vec<u32>>>;

    /// A log, and callbacks that write what they hear into it, added to a tag.
    fn log() -> (Log, impl Fn(u32) -> Callback<u32>) {
        let log = Log::default();
        let writer = Rc::clone(&log);
        let callback = move |tag: u32| -> Callback<u32> {
            let log = Rc::clone(&writer);
            Box::new(move |what| log.borrow_mut().push(tag + what))
        };
        (log, callback)
    }

    #[test]
    fn listeners_are_told_in_the_order_they_came() {
        let (log, callback) = log();
        let listeners = Listeners::new();
        let _first = listeners.add(callback(10));
        let _second = listeners.add(callback(20));
        assert!(listeners.tell(&1));
        assert_eq!(*log.borrow(), [11, 21]);
    }

    #[test]
    fn dropping_the_guard_unsubscribes_and_drops_the_callback() {
        let (log, callback) = log();
        let listeners = Listeners::new();
        let captured = Rc::new(());
        let weak = Rc::downgrade(&captured);
        let mut inner = callback(10);
        let guard = listeners.add(move |what| {
            let _ = &captured;
            inner(what);
        });
        drop(guard);
        assert!(!listeners.tell(&1));
        assert!(log.borrow().is_empty());
        assert!(weak.upgrade().is_none(), "the callback is still there");
    }

    #[test]
    fn a_listener_may_unsubscribe_another_that_is_next() {
        let (log, callback) = log();
        let listeners = Listeners::new();
        let victim = Rc::new(RefCell::new(None));
        let hand = Rc::clone(&victim);
        let _first = listeners.add(move |_| drop(hand.borrow_mut().take()));
        *victim.borrow_mut() = Some(listeners.add(callback(20)));
        listeners.tell(&1);
        assert!(log.borrow().is_empty());
    }

    #[test]
    fn a_guard_inside_a_dropped_callback_is_dropped_without_a_panic() {
        let listeners: Rc<Listeners<u32>> = Listeners::new();
        let inner = listeners.add(|_| {});
        let outer = listeners.add(move |_| {
            let _ = &inner;
        });
        drop(outer);
        assert!(!listeners.tell(&1));
    }
}
