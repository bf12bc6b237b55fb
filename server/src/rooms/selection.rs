//! Whom a broadcast reaches.

use std::sync::Arc;

use super::Key;

/// Members of a namespace, each once, in the order in which they came. Cloning shares the list.
#[derive(Debug, Clone)]
pub(crate) struct Selection<M> {
    list: Arc<[(Key, M)]>,
    /// The one who sends, who is in the list but not meant.
    sender: Option<Key>,
}

impl<M> Selection<M> {
    pub(super) fn new(list: Arc<[(Key, M)]>, sender: Option<Key>) -> Self {
        // A handler may send with the socket of an earlier life.
        Self { list, sender: sender.map(Key::origin) }
    }

    /// Each with its place, by which [`Selection::member`] finds it.
    pub(crate) fn places(&self) -> impl Iterator<Item = (usize, &M)> {
        let members = self.list.iter().enumerate();
        members
            .filter(|(_, (key, _))| Some(key.origin()) != self.sender)
            .map(|(at, (_, member))| (at, member))
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &M> {
        self.places().map(|(_, member)| member)
    }

    pub(crate) fn member(&self, at: usize) -> Option<&M> {
        self.list.get(at).map(|(_, member)| member)
    }
}
