//! A namespace that is connected for as long as a component uses it.

use std::cell::RefCell;
use std::rc::Rc;

use ::yew::prelude::*;
use gloo_timers::future::TimeoutFuture;

use super::provider::use_provided;
use crate::{Socket, platform};

/// The socket of that namespace of the [`ClientProvider`](super::ClientProvider)'s client.
///
/// It is connected when the first component that uses it is there, and disconnected when the last one is gone, unless
/// another takes its place in the same breath, as on a change of pages.
///
/// # Panics
///
/// There is no `ClientProvider` above this component.
#[hook]
pub fn use_socket(namespace: &str) -> Socket {
    let provided = use_provided();
    let socket = provided.client.of(namespace);
    use_effect_with((socket.clone(), provided.users), |(socket, users)| {
        let user = users.enter(socket);
        move || drop(user)
    });
    socket
}

/// How many components use each socket.
#[derive(Debug, Clone, Default)]
pub(super) struct Users(Rc<RefCell<Vec<(Socket, usize)>>>);

impl PartialEq for Users {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Users {
    fn enter(&self, socket: &Socket) -> User {
        let before = self.change(socket, |count| count + 1);
        if before == 0 {
            socket.connect();
        }
        User { users: self.clone(), socket: socket.clone() }
    }

    /// Changes a count, and gives what it was.
    fn change(&self, socket: &Socket, change: impl FnOnce(usize) -> usize) -> usize {
        let mut users = self.0.borrow_mut();
        if let Some((_, count)) = users.iter_mut().find(|(known, _)| known == socket) {
            let before = *count;
            *count = change(before);
            return before;
        }
        users.push((socket.clone(), change(0)));
        0
    }

    fn leave_if_unused(&self, socket: &Socket) {
        let mut users = self.0.borrow_mut();
        let at = users.iter().position(|(known, count)| known == socket && *count == 0);
        let unused = at.map(|at| users.swap_remove(at));
        drop(users);
        if unused.is_some() {
            socket.disconnect();
        }
    }
}

/// A component that uses a socket, as long as it lives.
struct User {
    users: Users,
    socket: Socket,
}

impl Drop for User {
    fn drop(&mut self) {
        let last = self.users.change(&self.socket, |count| count - 1) == 1;
        if last {
            let (users, socket) = (self.users.clone(), self.socket.clone());
            platform::spawn(async move {
                // Whoever takes its place has rendered by then.
                TimeoutFuture::new(0).await;
                users.leave_if_unused(&socket);
            });
        }
    }
}
