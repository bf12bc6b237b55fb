//! What waits to be written to one peer, and the order in which it goes.
//!
//! Rules: a frame that has begun is finished first; then pongs, so that a long backlog does not look like a dead
//! server; then the queued frames, first in, first out. Nothing follows a Close frame.

use std::{collections::VecDeque, io::IoSlice};

use bytes::{Buf, Bytes};

use super::{Deflate, Frame};

/// How many pongs may wait. A peer that sends pings faster than it reads gets an answer to the newest instead, as
/// RFC 6455, 5.5.3 allows; sixteen keeps every answer for all but such peers, and costs at most 2 KB.
const MAX_WAITING_PONGS: usize = 16;

/// The frames queued for one peer.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    begun: Option<Bytes>,
    pongs: VecDeque<Bytes>,
    frames: VecDeque<Bytes>,
    waiting_bytes: usize,
    has_close: bool,
}

impl Outbox {
    /// Queues a frame; false when a Close frame was queued before, after which no data may be sent (5.5.1).
    pub(super) fn push(&mut self, frame: Frame, deflate: Option<Deflate>) -> bool {
        if self.has_close {
            return false;
        }
        self.has_close = frame.is_close();
        let wire = frame.into_wire(deflate);
        self.waiting_bytes += wire.len();
        self.frames.push_back(wire);
        true
    }

    /// Puts the rest of a frame that somebody else has begun before all others.
    pub(super) fn resume(&mut self, rest: Bytes) {
        self.waiting_bytes += rest.len();
        self.begun = Some(rest);
    }

    /// Queues a pong ahead of all frames that have not begun.
    pub(super) fn push_pong(&mut self, pong: Frame) {
        if self.has_close {
            return;
        }
        if self.pongs.len() == MAX_WAITING_PONGS
            && let Some(replaced) = self.pongs.pop_back()
        {
            self.waiting_bytes -= replaced.len();
        }
        self.waiting_bytes += pong.wire_bytes();
        self.pongs.push_back(pong.into_wire(None));
    }

    /// Says whether a Close frame was queued, written or not.
    pub(super) const fn has_close(&self) -> bool {
        self.has_close
    }

    pub(super) const fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }

    /// Puts what goes next into `slices` and gives the part that was filled.
    pub(super) fn fill<'a, 'b>(&'a self, slices: &'b mut [IoSlice<'a>]) -> &'b [IoSlice<'a>] {
        let mut filled = 0;
        for (slice, bytes) in slices.iter_mut().zip(self.in_order()) {
            *slice = IoSlice::new(bytes);
            filled += 1;
        }
        slices.get(..filled).unwrap_or_default()
    }

    /// Removes the first `written` bytes.
    pub(super) fn advance(&mut self, mut written: usize) {
        while written > 0 {
            let Some(mut bytes) = self.take_next() else { break };
            let taken = written.min(bytes.len());
            bytes.advance(taken);
            written -= taken;
            self.waiting_bytes -= taken;
            if !bytes.is_empty() {
                self.begun = Some(bytes);
            }
        }
        if self.frames.is_empty() {
            self.frames = VecDeque::new();
        }
        if self.pongs.is_empty() {
            self.pongs = VecDeque::new();
        }
    }

    fn in_order(&self) -> impl Iterator<Item = &Bytes> {
        self.begun.iter().chain(&self.pongs).chain(&self.frames)
    }

    fn take_next(&mut self) -> Option<Bytes> {
        self.begun.take().or_else(|| self.pongs.pop_front()).or_else(|| self.frames.pop_front())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::CloseCode, Frame, IoSlice, MAX_WAITING_PONGS, Outbox};

    #[test]
    fn begun_frame_is_finished_before_pongs_and_those_go_before_frames() {
        let mut outbox = Outbox::default();
        outbox.push(Frame::text("one"), None);
        outbox.push(Frame::text("two"), None);
        outbox.advance(3);
        outbox.push_pong(Frame::pong(b"p"));
        assert_eq!(wire(&outbox), b"ne\x8A\x01p\x81\x03two");
        assert_eq!(outbox.waiting_bytes(), 10);
        outbox.advance(2);
        assert_eq!(wire(&outbox), b"\x8A\x01p\x81\x03two");
    }

    #[test]
    fn any_split_of_the_writes_gives_the_same_bytes() {
        for size in 1..=12 {
            let mut outbox = Outbox::default();
            for text in ["", "a", "bc", "def"] {
                outbox.push(Frame::text(text), None);
            }
            outbox.push_pong(Frame::pong(b"p"));
            let mut written = Vec::new();
            while outbox.waiting_bytes() > 0 {
                let next = wire(&outbox);
                let size = size.min(next.len());
                written.extend_from_slice(&next[..size]);
                outbox.advance(size);
            }
            assert_eq!(written, b"\x8A\x01p\x81\x00\x81\x01a\x81\x02bc\x81\x03def", "writes of {size}");
            assert!(wire(&outbox).is_empty());
        }
    }

    #[test]
    fn one_write_takes_no_more_slices_than_there_are() {
        let mut outbox = Outbox::default();
        (0..5).for_each(|_| assert!(outbox.push(Frame::text("x"), None)));
        assert_eq!(outbox.fill(&mut [IoSlice::new(&[]); 3]).len(), 3);
    }

    #[test]
    fn nothing_follows_a_close_frame() {
        let mut outbox = Outbox::default();
        outbox.push_pong(Frame::pong(b""));
        assert!(outbox.push(Frame::close(CloseCode::NORMAL, ""), None));
        assert!(!outbox.push(Frame::text("late"), None));
        outbox.push_pong(Frame::pong(b"late"));
        assert_eq!(wire(&outbox), b"\x8A\x00\x88\x02\x03\xE8");
    }

    #[test]
    fn waiting_pongs_are_bounded_and_the_newest_ping_is_answered() {
        let mut outbox = Outbox::default();
        for number in 0..=200 {
            outbox.push_pong(Frame::pong(&[number]));
        }
        assert_eq!(outbox.waiting_bytes(), 3 * MAX_WAITING_PONGS);
        assert!(wire(&outbox).ends_with(b"\x8A\x01\x0E\x8A\x01\xC8"));
    }

    #[test]
    fn drained_queue_gives_its_memory_back() {
        let mut outbox = Outbox::default();
        for _ in 0..1000 {
            outbox.push(Frame::text("x"), None);
            outbox.push_pong(Frame::pong(b""));
        }
        outbox.advance(outbox.waiting_bytes());
        assert_eq!((outbox.frames.capacity(), outbox.pongs.capacity()), (0, 0));
    }

    fn wire(outbox: &Outbox) -> Vec<u8> {
        outbox.fill(&mut [IoSlice::new(&[]); 64]).iter().flat_map(|slice| slice.to_vec()).collect()
    }
}
