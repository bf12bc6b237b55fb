//! Namespaces that are made when a client asks for them.

use std::sync::Arc;

use parlor_protocol::json::Payload;
use regex_lite::Regex;

use super::Server;
use crate::parent::Condition;
use crate::{Namespace, ParentNamespace, PatternError, handler};

impl Server {
    /// All namespaces whose names match a regular expression: Socket.IO's `of(/…/)`. One is made when the first client
    /// asks for it, or [`Server::of`] does.
    ///
    /// As in JavaScript the match may be anywhere in the name, which begins with a slash: `^/room-\d+$` means the whole
    /// name, and a bare `admin` lets clients have `/not-admin` too. Matching takes time linear in the name, whatever
    /// the pattern; the price is that there are no look-arounds and no back references. Parents are asked in the order
    /// in which they were registered, and only for names that no namespace has.
    ///
    /// # Errors
    ///
    /// The text is no such expression.
    pub fn of_pattern(&self, pattern: &str) -> Result<ParentNamespace, PatternError> {
        let pattern = Regex::new(pattern).map_err(PatternError)?;
        Ok(self.add_parent(Condition::Pattern(pattern)))
    }

    /// All namespaces that a condition admits, given the name and the client's `auth`, `{}` if it said nothing:
    /// Socket.IO's `of(function)`. One is made when the first client asks for it.
    ///
    /// The condition is asked for every client whose namespace is not there yet, and only then: to judge each client is
    /// the business of [`ParentNamespace::middleware`]. While it waits, nothing else does. One that panics says no.
    pub fn of_predicate<F, Fut>(&self, condition: F) -> ParentNamespace
    where
        F: Fn(String, Payload) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = bool> + Send + 'static,
    {
        self.add_parent(Condition::Predicate(handler::predicate(condition)))
    }

    /// Runs for every namespace but `/` that is made from now on, before anybody is in it: the place to give a child
    /// handlers of its own. Whoever made the namespace waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::{Config, Namespace, Server, Socket};
    ///
    /// let io = Server::new(Config::default());
    /// io.on_new_namespace(|namespace: Namespace| {
    ///     let name = namespace.name().to_owned();
    ///     namespace.on_connection(move |socket: Socket| {
    ///         let _ = socket.emit("welcome to", &name);
    ///         async {}
    ///     });
    /// });
    /// ```
    pub fn on_new_namespace(&self, listener: impl Fn(Namespace) + Send + Sync + 'static) {
        self.shared.namespaces.on_new(Arc::new(listener));
    }

    fn add_parent(&self, condition: Condition) -> ParentNamespace {
        let parent = ParentNamespace::new(condition, Arc::downgrade(&self.shared.namespaces));
        self.shared.namespaces.add_parent(parent.clone());
        parent
    }
}
