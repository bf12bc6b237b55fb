//! The sockets of a client, by their ids.

use alloc::boxed::Box;

use super::SocketId;
use crate::socket::client::Join;

/// How far each socket has got with joining.
#[derive(Debug)]
pub(super) struct Sockets {
    count: u32,
    first: Piece,
}

/// What is kept in one place. A list that grows would bring along half an allocator, and the npm package has no other.
#[derive(Debug, Default)]
struct Piece {
    joins: [Join; 32],
    more: Option<Box<Self>>,
}

impl Sockets {
    pub(super) const fn new() -> Self {
        Self { count: 0, first: Piece { joins: [const { Join::new() }; 32], more: None } }
    }

    /// A new one. The ids are counted from 0.
    pub(super) const fn add(&mut self) -> SocketId {
        self.count += 1;
        SocketId(self.count - 1)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = SocketId> + use<> {
        (0..self.count).map(SocketId)
    }

    pub(super) fn get(&self, id: SocketId) -> Option<&Join> {
        let mut at = self.place(id)?;
        let mut piece = &self.first;
        while at >= piece.joins.len() {
            at -= piece.joins.len();
            piece = piece.more.as_ref()?;
        }
        piece.joins.get(at)
    }

    pub(super) fn get_mut(&mut self, id: SocketId) -> Option<&mut Join> {
        let mut at = self.place(id)?;
        let mut piece = &mut self.first;
        while at >= piece.joins.len() {
            at -= piece.joins.len();
            piece = piece.more.get_or_insert_default();
        }
        piece.joins.get_mut(at)
    }

    fn place(&self, id: SocketId) -> Option<usize> {
        usize::try_from(id.0).ok().filter(|_| id.0 < self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_may_be_more_than_a_piece_holds() {
        let mut sockets = Sockets::new();
        for _ in 0..100 {
            let id = sockets.add();
            assert!(!sockets.get(id).is_some_and(Join::is_active));
            sockets.get_mut(id).unwrap().activate();
        }
        assert!(sockets.ids().all(|id| sockets.get(id).unwrap().is_active()));
        assert_eq!(sockets.ids().count(), 100);
        assert!(sockets.get_mut(SocketId(100)).is_none());
    }
}
