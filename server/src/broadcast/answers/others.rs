//! What the other servers of the cluster answer: how many they are, how many clients each has asked, and what those say.

use std::sync::Arc;

use super::Elsewhere;
use crate::Payload;
use crate::adapter::{AdapterError, AdapterFuture, Response};
use crate::cluster::Responses;
use crate::namespace::Shared as Namespace;

/// The other servers, asked once.
pub(super) struct Others {
    responses: Option<Responses>,
    /// Ready when it is known how many there are.
    counting: AdapterFuture<'static, Result<usize, AdapterError>>,
    servers: Option<Result<usize, AdapterError>>,
    servers_heard: usize,
    clients: usize,
    clients_heard: usize,
    misunderstood: usize,
}

impl Others {
    pub(super) fn new(namespace: Arc<Namespace>, responses: Responses) -> Self {
        let counting = Box::pin(async move {
            match &namespace.cluster {
                Some(cluster) => cluster.others(namespace.name.as_str()).await,
                None => Ok(0),
            }
        });
        Self { responses: Some(responses), counting, servers: None, ..Self::nobody() }
    }

    /// There are none.
    pub(super) fn nobody() -> Self {
        Self {
            responses: None,
            counting: Box::pin(async { Ok(0) }),
            servers: Some(Ok(0)),
            servers_heard: 0,
            clients: 0,
            clients_heard: 0,
            misunderstood: 0,
        }
    }

    /// Whether nothing more is to come: every server has said how many clients it has asked, and so many have answered.
    pub(super) fn have_answered(&self) -> bool {
        match self.servers {
            None => false,
            Some(Err(_)) => true,
            Some(Ok(servers)) => self.servers_heard >= servers && self.clients_heard >= self.clients,
        }
    }

    /// Waits for something to come; gives it if it is an answer. Cancelling it loses nothing.
    pub(super) async fn next(&mut self) -> Option<Payload> {
        let Some(responses) = &mut self.responses else { return None };
        let response = tokio::select! {
            servers = &mut self.counting, if self.servers.is_none() => {
                self.servers = Some(servers);
                return None;
            }
            response = responses.next() => response,
        };
        match response? {
            Response::ClientCount(clients) => {
                self.servers_heard += 1;
                self.clients = self.clients.saturating_add(usize::try_from(clients).unwrap_or(usize::MAX));
                None
            }
            Response::ClientAck(args) => {
                self.clients_heard += 1;
                Some(args)
            }
            Response::ServerAck(args) => {
                self.servers_heard += 1;
                Some(args)
            }
            _ => None,
        }
    }

    /// The last answer was of no use.
    pub(super) const fn misunderstood(&mut self) {
        self.misunderstood += 1;
    }

    /// What has not come.
    pub(super) fn missing(self) -> Elsewhere {
        let (mut servers, error) = match self.servers {
            Some(Ok(servers)) => (servers.saturating_sub(self.servers_heard), None),
            Some(Err(error)) => (0, Some(error)),
            None => (0, Some(AdapterError::Unreachable)),
        };
        let mut clients = self.clients.saturating_sub(self.clients_heard);
        // A question goes to clients or to servers, never to both.
        *(if self.clients > 0 { &mut clients } else { &mut servers }) += self.misunderstood;
        Elsewhere { servers, clients, error }
    }
}
