//! What a namespace has from its parent, and who is in one that may go again.

use std::sync::Mutex;

use super::{Namespace, Shared};
use crate::ParentNamespace;
use crate::recovery::Recovery;
use crate::sync::lock;

/// What makes a namespace a child.
pub(crate) struct Child {
    parent: ParentNamespace,
    /// `None` for one that the application made by name, which stays.
    occupants: Option<Mutex<Occupants>>,
}

/// Who is in, or about to be.
#[derive(Default)]
struct Occupants {
    count: usize,
    /// It is no namespace of the server any more.
    is_closed: bool,
}

impl Child {
    /// One that the application asked for by name.
    pub(crate) const fn of(parent: ParentNamespace) -> Self {
        Self { parent, occupants: None }
    }

    /// One that a client asked for.
    pub(crate) fn for_client(parent: ParentNamespace) -> Self {
        Self { parent, occupants: Some(Mutex::default()) }
    }
}

impl Shared {
    pub(crate) fn parent(&self) -> Option<&ParentNamespace> {
        self.child.as_ref().map(|child| &child.parent)
    }

    /// Whether a client thought of the name.
    pub(crate) fn is_made_for_client(&self) -> bool {
        self.occupants().is_some()
    }

    fn occupants(&self) -> Option<&Mutex<Occupants>> {
        self.child.as_ref()?.occupants.as_ref()
    }

    /// Somebody comes; false when the namespace is gone. [`Namespace::exit`] undoes it.
    pub(crate) fn enter(&self) -> bool {
        self.occupants().is_none_or(|occupants| {
            let mut occupants = lock(occupants);
            occupants.count += usize::from(!occupants.is_closed);
            !occupants.is_closed
        })
    }

    /// Closes the namespace for ever if nobody is in, or away and awaited, and gives whether it did.
    pub(crate) fn close_if_vacant(&self) -> bool {
        let is_awaited = || self.recovery.as_ref().is_some_and(Recovery::awaits_somebody);
        self.occupants().is_some_and(|occupants| {
            let mut occupants = lock(occupants);
            // Nobody comes or goes meanwhile, and whoever has gone is awaited already.
            occupants.is_closed |= occupants.count == 0 && !is_awaited();
            occupants.is_closed
        })
    }
}

impl Namespace {
    /// Somebody who had entered has left, or was not let in.
    pub(crate) fn exit(&self) {
        let Some(occupants) = self.0.occupants() else { return };
        let is_vacant = {
            let mut occupants = lock(occupants);
            occupants.count = occupants.count.saturating_sub(1);
            occupants.count == 0
        };
        if is_vacant {
            self.vacate();
        }
    }

    /// Goes, if it may and nobody is in.
    pub(crate) fn vacate(&self) {
        if let Some(home) = self.0.parent().and_then(ParentNamespace::home) {
            home.vacant(self);
        }
    }
}
