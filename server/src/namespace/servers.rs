//! Speaking to the other servers of a cluster. A server alone reaches nobody.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Namespace, Shared};
use crate::adapter::{AdapterError, Message};
use crate::broadcast::Asked;
use crate::handler::{self, OnServerEvent, Running};
use crate::sync::{read, write};
use crate::{Ack, BroadcastAckFuture, EmitError, Payload};

/// How long other servers have for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Reserved beside the names that are in clients' events.
const RESERVED: [&str; 2] = ["connection", "new_namespace"];

impl Namespace {
    /// Sends an event to this namespace on the other servers of the cluster: to their
    /// [`Namespace::on_server_side`], not to clients. A server alone reaches nobody with it.
    ///
    /// # Errors
    ///
    /// The event's name is reserved (for clients' events, or as `connection` and `new_namespace` are), or its
    /// arguments have no form in JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::{Ack, Config, Server};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let io = Server::new(Config::default());
    /// io.on_server_side("reload", |what: String, ack: Ack| async move { ack.send(&what) });
    /// io.server_side_emit("reload", "words")?;
    /// assert_eq!(io.server_side_emit_with_ack::<String>("reload", "words").await?, [""; 0]);
    /// assert_eq!(io.server_count().await?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn server_side_emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), EmitError> {
        let data = server_event(event, args)?;
        if let Some(cluster) = &self.0.cluster {
            cluster.publish(self.name(), Message::ServerSideEmit { data, request: None });
        }
        Ok(())
    }

    /// Sends an event to this namespace on the other servers, and waits for their answers for five seconds. A server
    /// alone gets none, at once. In the error, [`Elsewhere::servers`](crate::Elsewhere::servers) says how many did not
    /// answer. Of servers that are not of this kind comes the first value of an answer only.
    pub fn server_side_emit_with_ack<A: DeserializeOwned + Send + 'static>(
        &self,
        event: &str,
        args: &(impl Serialize + ?Sized),
    ) -> BroadcastAckFuture<A> {
        BroadcastAckFuture::new(server_event(event, args).map(|data| {
            let asked = Asked::of_nobody(event, ANSWER_TIMEOUT);
            let Some(cluster) = &self.0.cluster else { return asked };
            let question = |request| Message::ServerSideEmit { data, request: Some(request) };
            asked.with_others(self.0.clone(), cluster.ask(self.name(), question))
        }))
    }

    /// Handles every event of that name that another server sends with [`Namespace::server_side_emit`].
    pub fn on_server_side<T, F, Fut>(&self, event: &str, handler: F)
    where
        T: DeserializeOwned + Send + 'static,
        F: Fn(T, Ack) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        write(&self.0.server_side).push((event.into(), handler::on_server_event(handler)));
    }

    /// How many servers the cluster has, this one included: 1 for a server alone.
    ///
    /// # Errors
    ///
    /// The cluster's engine cannot be reached.
    pub async fn server_count(&self) -> Result<usize, AdapterError> {
        match &self.0.cluster {
            Some(cluster) => cluster.others(self.name()).await.map(|others| others + 1),
            None => Ok(1),
        }
    }
}

impl Shared {
    /// Another server has sent an event.
    pub(crate) fn handle_server_side(&self, data: &Payload, ack: &Ack) -> Vec<Running> {
        let Some(name) = data.event_name() else { return Vec::new() };
        let handlers = read(&self.server_side);
        let wanted = handlers.iter().filter(|(event, _)| **event == *name).map(|(_, handler)| handler);
        let wanted: Vec<OnServerEvent> = wanted.cloned().collect();
        drop(handlers);
        wanted.into_iter().map(|handler| handler(data.clone(), ack.clone())).collect()
    }
}

fn server_event<T: Serialize + ?Sized>(event: &str, args: &T) -> Result<Payload, EmitError> {
    if RESERVED.contains(&event) {
        return Err(EmitError::Reserved);
    }
    Ok(Payload::event(event, args)?)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use crate::sync::lock;
    use crate::{Ack, BroadcastAckError, Config, EmitError, Payload, Server};

    #[test]
    fn what_another_server_says_reaches_the_handlers_of_its_namespace() {
        let (io, heard) = (Server::new(Config::default()), Arc::<Mutex<Vec<String>>>::default());
        for (namespace, event) in [("/", "reload"), ("/", "stop"), ("/other", "reload")] {
            let heard = heard.clone();
            io.of(namespace).on_server_side(event, move |what: String, _: Ack| {
                lock(&heard).push(format!("{namespace} {event} {what}"));
                async {}
            });
        }
        let hear = |data: Payload| {
            let running = io.of("/").0.handle_server_side(&data, &Ack::unwanted());
            futures_util::future::FutureExt::now_or_never(futures_util::future::join_all(running));
        };
        hear(Payload::event("reload", "words").unwrap());
        hear(Payload::event("reload", &7).unwrap());
        hear(Payload::event("unknown", "words").unwrap());
        assert_eq!(*lock(&heard), ["/ reload words"]);
    }

    #[tokio::test]
    async fn a_server_alone_reaches_nobody_and_some_names_are_reserved() {
        let io = Server::new(Config::default());
        io.on_server_side("reload", |(): (), ack: Ack| async move { ack.send(&1) });
        io.server_side_emit("reload", &()).unwrap();
        let answers: Vec<u32> = io.server_side_emit_with_ack("reload", &()).await.unwrap();
        assert!(answers.is_empty());
        for name in ["connect", "connection", "new_namespace"] {
            assert!(io.server_side_emit(name, &()).is_err(), "{name}");
        }
        let refused = io.of("/other").server_side_emit_with_ack::<()>("connection", &()).await;
        assert!(matches!(refused, Err(BroadcastAckError::Emit(EmitError::Reserved))), "{refused:?}");
    }
}
