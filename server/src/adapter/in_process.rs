//! A cluster within one process.

use std::sync::{Arc, Mutex};

use super::{Adapter, AdapterError, AdapterFuture, Message, Node, Request, Response, Status};
use crate::sync::lock;

/// Joins servers that live in one process: for tests of what several servers do together, and as the shortest example
/// of an [`Adapter`].
///
/// # Examples
///
/// ```
/// use parlor_server::adapter::InProcess;
/// use parlor_server::{Ack, Config, Server};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let cluster = InProcess::default();
/// let one = Server::with_adapter(Config::default(), cluster.adapter("one"));
/// let other = Server::with_adapter(Config::default(), cluster.adapter("other"));
/// other.on_server_side("double", |number: u32, ack: Ack| async move { ack.send(&(number * 2)) });
/// assert_eq!(one.server_count().await?, 2);
/// assert_eq!(one.server_side_emit_with_ack::<u32>("double", &4).await?, [8]);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct InProcess {
    nodes: Arc<Mutex<Vec<Seat>>>,
}

/// The id of a server, and one of its nodes.
type Seat = (Arc<str>, Node);

impl InProcess {
    /// The adapter for the server of that id. Each server needs another.
    #[must_use]
    pub fn adapter(&self, id: &str) -> impl Adapter + use<> {
        OneServer { id: id.into(), cluster: self.clone() }
    }

    /// The nodes of a namespace on the servers that are `wanted`. No lock is held while they hear.
    fn nodes(&self, namespace: &str, wanted: impl Fn(&str) -> bool) -> Vec<Node> {
        let nodes = lock(&self.nodes);
        let there = nodes.iter().filter(|(server, node)| wanted(server) && node.namespace() == namespace);
        there.map(|(_, node)| node.clone()).collect()
    }
}

#[derive(Debug)]
struct OneServer {
    id: Arc<str>,
    cluster: InProcess,
}

impl Adapter for OneServer {
    fn id(&self) -> &str {
        &self.id
    }

    fn join(&self, node: Node) {
        lock(&self.cluster.nodes).push((self.id.clone(), node));
    }

    fn leave(&self, namespace: &str) {
        let is_it = |server: &Arc<str>, node: &Node| *server == self.id && node.namespace() == namespace;
        lock(&self.cluster.nodes).retain(|(server, node)| !is_it(server, node));
    }

    fn publish(&self, namespace: &str, message: Message) {
        let others = self.cluster.nodes(namespace, |server| *server != *self.id);
        others.iter().for_each(|node| node.hear(message.clone()));
    }

    fn respond(&self, namespace: &str, request: &Request, response: Response) {
        let asker = self.cluster.nodes(namespace, |server| *server == *request.from);
        asker.iter().for_each(|node| node.hear_response(&request.id, response.clone()));
    }

    fn server_count<'a>(&'a self, namespace: &'a str) -> AdapterFuture<'a, Result<usize, AdapterError>> {
        Box::pin(async move { Ok(self.cluster.nodes(namespace, |_| true).len()) })
    }

    fn status(&self) -> Status {
        Status { is_connected: true, ..Status::default() }
    }

    fn close(&self) -> AdapterFuture<'_, ()> {
        Box::pin(async { lock(&self.cluster.nodes).retain(|(server, _)| *server != self.id) })
    }
}
