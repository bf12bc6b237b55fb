//! Speaking to the other servers of a cluster in `/`.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Server;
use crate::{Ack, BroadcastAckFuture, EmitError};

impl Server {
    /// See [`Namespace::server_side_emit`](crate::Namespace::server_side_emit).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn server_side_emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        self.root.server_side_emit(event, args)
    }

    /// See [`Namespace::server_side_emit_with_ack`](crate::Namespace::server_side_emit_with_ack).
    pub fn server_side_emit_with_ack<A: DeserializeOwned + Send + 'static>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> BroadcastAckFuture<A> {
        self.root.server_side_emit_with_ack(event, args)
    }

    /// See [`Namespace::on_server_side`](crate::Namespace::on_server_side).
    pub fn on_server_side<T, F, Fut>(&self, event: &str, handler: F)
    where
        T: DeserializeOwned + Send + 'static,
        F: Fn(T, Ack) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.root.on_server_side(event, handler);
    }

    /// How many servers the cluster has, this one included: 1.
    pub async fn server_count(&self) -> usize {
        self.root.server_count().await
    }
}
