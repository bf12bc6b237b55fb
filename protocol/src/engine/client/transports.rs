//! Which transports a client may use.

use alloc::vec::Vec;

use crate::engine::TransportKind;

/// The transports that may be used, best known first, each once.
///
/// ```
/// use parlor_protocol::engine::TransportKind::{Polling, WebSocket};
/// use parlor_protocol::engine::client::Transports;
///
/// let transports = Transports::from([WebSocket, WebSocket, Polling]);
/// assert_eq!(transports.iter().collect::<Vec<_>>(), [WebSocket, Polling]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Transports([Option<TransportKind>; 2]);

impl Transports {
    /// Appends one, unless it is there already.
    pub fn push(&mut self, kind: TransportKind) {
        let Self([first, second]) = self;
        if first.is_none() {
            *first = Some(kind);
        } else if *first != Some(kind) {
            *second = Some(kind);
        }
    }

    /// The one to begin with; `None` when there is none at all.
    pub const fn first(self) -> Option<TransportKind> {
        self.0[0]
    }

    /// The others.
    #[must_use]
    pub const fn rest(self) -> Self {
        Self([self.0[1], None])
    }

    /// Whether that one may be used.
    pub fn contains(self, kind: TransportKind) -> bool {
        self.0[0] == Some(kind) || self.0[1] == Some(kind)
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = TransportKind> {
        self.0.into_iter().flatten()
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0[0].is_none()
    }
}

impl FromIterator<TransportKind> for Transports {
    fn from_iter<I: IntoIterator<Item = TransportKind>>(kinds: I) -> Self {
        let mut transports = Self::default();
        kinds.into_iter().for_each(|kind| transports.push(kind));
        transports
    }
}

impl<const N: usize> From<[TransportKind; N]> for Transports {
    fn from(kinds: [TransportKind; N]) -> Self {
        kinds.into_iter().collect()
    }
}

impl From<Vec<TransportKind>> for Transports {
    fn from(kinds: Vec<TransportKind>) -> Self {
        kinds.into_iter().collect()
    }
}
