//! What is subscribed to, and which namespace hears what comes there.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use super::wire::Seat;
use crate::sync::{read, write};

/// What a server wants to hear.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Subscription {
    kind: Kind,
    /// A channel, or a pattern for channels.
    pub(super) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Channel,
    Pattern,
    Shard,
}

impl Subscription {
    pub(super) fn channel(name: impl Into<String>) -> Self {
        Self { kind: Kind::Channel, name: name.into() }
    }

    pub(super) fn pattern(name: impl Into<String>) -> Self {
        Self { kind: Kind::Pattern, name: name.into() }
    }

    /// A channel of sharded pub/sub.
    pub(super) fn shard(name: impl Into<String>) -> Self {
        Self { kind: Kind::Shard, name: name.into() }
    }

    /// The commands that begin and end it.
    pub(super) const fn verbs(&self) -> [&'static str; 2] {
        match self.kind {
            Kind::Channel => ["SUBSCRIBE", "UNSUBSCRIBE"],
            Kind::Pattern => ["PSUBSCRIBE", "PUNSUBSCRIBE"],
            Kind::Shard => ["SSUBSCRIBE", "SUNSUBSCRIBE"],
        }
    }
}

/// All subscriptions, with who hears. They outlive connections.
#[derive(Debug, Default)]
pub(super) struct Subscriptions(RwLock<HashMap<String, (Subscription, Arc<Seat>)>>);

impl Subscriptions {
    pub(super) fn insert(&self, subscription: Subscription, seat: &Arc<Seat>) {
        write(&self.0).insert(subscription.name.clone(), (subscription, seat.clone()));
    }

    pub(super) fn remove(&self, subscription: &Subscription) {
        write(&self.0).remove(&subscription.name);
    }

    /// Who hears what comes by the subscription of that name.
    pub(super) fn seat(&self, name: &str) -> Option<Arc<Seat>> {
        read(&self.0).get(name).map(|(_, seat)| seat.clone())
    }

    pub(super) fn all(&self) -> Vec<Subscription> {
        read(&self.0).values().map(|(subscription, _)| subscription.clone()).collect()
    }
}
