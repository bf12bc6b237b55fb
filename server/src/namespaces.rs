//! All namespaces of a server: those that the application made by name, and those that parents made for clients.
//!
//! Rules: no user code runs under the lock of the table. A namespace is in the table before anybody hears of it, so
//! that there is one of each name; nobody gets in before [`Server::on_new_namespace`](crate::Server::on_new_namespace)
//! has seen it. Who enters is counted, and a child goes only under the lock of its count, when nobody is in.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use parlor_protocol::json::Payload;
use parlor_protocol::socket::Namespace as Name;

use crate::clock::Clock;
use crate::cluster::{Cluster, Joint};
use crate::first::First;
use crate::handler::{self, OnNewNamespace};
use crate::metrics::Counters;
use crate::namespace::Child;
use crate::socket;
use crate::sync::{read, write};
use crate::{Config, Namespace, ParentNamespace, Refusal};

pub(crate) struct Namespaces {
    table: RwLock<Table>,
    /// In the order in which they are asked.
    parents: RwLock<Vec<ParentNamespace>>,
    on_new: RwLock<Vec<OnNewNamespace>>,
    /// The log has said that no more are made for clients.
    is_full: First,
    metrics: Arc<Counters>,
    config: Arc<Config>,
    clock: Clock,
    joint: Option<Joint>,
}

#[derive(Default)]
struct Table {
    by_name: HashMap<Name, Namespace>,
    /// How many of them were made for clients.
    dynamic: usize,
}

impl Namespaces {
    pub(crate) fn new(
        config: Arc<Config>,
        metrics: Arc<Counters>,
        clock: Clock,
        joint: Option<Joint>,
    ) -> Self {
        Self {
            table: RwLock::default(),
            parents: RwLock::default(),
            on_new: RwLock::default(),
            is_full: First::default(),
            metrics,
            config,
            clock,
            joint,
        }
    }

    /// The namespace that the application calls by that name.
    pub(crate) fn named(&self, name: Name) -> Namespace {
        if let Some(namespace) = self.find(&name) {
            return namespace;
        }
        let parent = read(&self.parents).iter().find(|parent| parent.matches(name.as_str())).cloned();
        let (namespace, is_new) = {
            let mut table = write(&self.table);
            let found = table.by_name.get(&name).cloned();
            found.map_or_else(
                || (table.insert(self.make(name, parent.map(Child::of))), true),
                |it| (it, false),
            )
        };
        if is_new {
            self.announce(&namespace);
        }
        namespace
    }

    pub(crate) fn find(&self, name: &Name) -> Option<Namespace> {
        read(&self.table).by_name.get(name).cloned()
    }

    /// The namespace that a client asks for; made now, if a parent wants it.
    ///
    /// # Errors
    ///
    /// There is none, and none is made.
    pub(crate) async fn asked_for(&self, name: &Name, auth: Option<&Payload>) -> Result<Namespace, Refusal> {
        if let Some(namespace) = self.find(name) {
            return Ok(namespace);
        }
        let parents = read(&self.parents).clone();
        let nothing = socket::nothing();
        for parent in parents {
            if parent.accepts(name.as_str(), auth.unwrap_or(&nothing)).await {
                return self.adopt(name, parent);
            }
        }
        Err(Refusal::new("Invalid namespace"))
    }

    fn adopt(&self, name: &Name, parent: ParentNamespace) -> Result<Namespace, Refusal> {
        let namespace = {
            let mut table = write(&self.table);
            if let Some(namespace) = table.by_name.get(name) {
                // Another client was faster.
                return Ok(namespace.clone());
            }
            if table.dynamic >= self.config.max_dynamic_namespaces {
                let bound = self.config.max_dynamic_namespaces;
                if self.is_full.is_now() {
                    tracing::warn!(max_dynamic_namespaces = bound, "no more namespaces are made for clients");
                }
                return Err(Refusal::new("too many namespaces"));
            }
            table.dynamic += 1;
            table.insert(self.make(name.clone(), Some(Child::for_client(parent))))
        };
        self.announce(&namespace);
        Ok(namespace)
    }

    fn make(&self, name: Name, child: Option<Child>) -> Namespace {
        let cluster = self.joint.clone().map(Cluster::new);
        Namespace::new(name, self.metrics.clone(), &self.config, self.clock, child, cluster)
    }

    /// Shows a namespace to the cluster and to the application, and then opens it.
    fn announce(&self, namespace: &Namespace) {
        namespace.join_cluster();
        if !namespace.0.name.is_root() {
            let listeners = read(&self.on_new).clone();
            for listener in listeners {
                handler::guarded_call("new namespace", || listener(namespace.clone()));
            }
        }
        namespace.0.open();
    }

    /// A child that was made for a client has nobody in it. It stays as long as somebody may come back to it.
    pub(crate) fn vacant(&self, namespace: &Namespace) {
        if !self.config.cleanup_empty_child_namespaces {
            return;
        }
        let mut table = write(&self.table);
        let is_there = table.by_name.get(&namespace.0.name) == Some(namespace);
        if is_there && namespace.0.close_if_vacant() {
            // Under the lock, so that another one of that name cannot join the cluster before this one has left it.
            namespace.leave_cluster();
            table.by_name.remove(&namespace.0.name);
            table.dynamic -= 1;
        }
    }

    pub(crate) fn add_parent(&self, parent: ParentNamespace) {
        write(&self.parents).push(parent);
    }

    pub(crate) fn on_new(&self, listener: OnNewNamespace) {
        write(&self.on_new).push(listener);
    }

    pub(crate) fn children(&self, parent: &ParentNamespace) -> Vec<Namespace> {
        let table = read(&self.table);
        let children = table.by_name.values().filter(|namespace| namespace.0.parent() == Some(parent));
        children.cloned().collect()
    }

    pub(crate) fn all(&self) -> Vec<Namespace> {
        read(&self.table).by_name.values().cloned().collect()
    }
}

impl Table {
    fn insert(&mut self, namespace: Namespace) -> Namespace {
        self.by_name.insert(namespace.0.name.clone(), namespace.clone());
        namespace
    }
}

impl fmt::Debug for Namespaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Namespaces").finish_non_exhaustive()
    }
}
