//! How the connection fares.

use std::time::Duration;

use ::yew::prelude::*;

use super::provider::use_client;
use crate::{Client, ConnectionState, TransportKind};

/// How a connection fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// Whether it is open, sought, or neither.
    pub state: ConnectionState,
    /// What it is carried by, while it is open.
    pub transport: Option<TransportKind>,
    /// How long the last answer took: see [`Client::latency`].
    pub latency: Option<Duration>,
}

impl Connection {
    fn of(client: &Client) -> Self {
        let state = client.state();
        let transport = match state {
            ConnectionState::Connected { transport } => Some(transport),
            _ => None,
        };
        Self { state, transport, latency: client.latency() }
    }
}

/// How the connection of the [`ClientProvider`](super::ClientProvider)'s client fares. The component renders when that changes.
///
/// # Panics
///
/// There is no `ClientProvider` above this component.
#[hook]
pub fn use_connection() -> Connection {
    let client = use_client();
    let connection = use_state_eq(|| Connection::of(&client));
    use_effect_with(client, {
        let setter = connection.setter();
        move |client| {
            let look = {
                let client = client.clone();
                move || setter.set(Connection::of(&client))
            };
            // Something may have happened since the render.
            look();
            let also = look.clone();
            let listeners = (client.on_state(move |_| look()), client.on_latency(move |_| also()));
            move || drop(listeners)
        }
    });
    *connection
}
