//! What one namespace has sent of late, for those who come back: bounded in bytes and in time, the oldest goes first.
//!
//! Rule: an event is in the log, with everybody whom it was for, or whoever asks is told that it is gone. There is never
//! a hole.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::Instant;

use super::Position;
use super::stays::{Span, Stays};
use crate::rooms::{Key, Target};

/// What an event costs in the log beside its packet and the names of rooms.
const EVENT_OVERHEAD_BYTES: usize = 128;

/// How many events one reading looks at. Others wait for the log meanwhile.
const MAX_LOOKED_AT: usize = 4096;

/// Whom an event was for.
#[derive(Debug, Clone)]
pub(crate) enum Audience {
    /// The session whose first key that is.
    Session(Key),
    Target(Target),
}

/// `P` is what is sent.
#[derive(Debug)]
pub(crate) struct Log<P> {
    span: Arc<Span>,
    events: VecDeque<Event<P>>,
    bytes: usize,
    max_bytes: usize,
    max_age: Duration,
}

#[derive(Debug)]
struct Event<P> {
    logged: Instant,
    bytes: usize,
    audience: Audience,
    packet: P,
}

/// Whose events are read.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    /// The session's first key.
    pub(crate) origin: Key,
    pub(crate) stays: &'a Stays,
}

/// A part of what one session missed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<P> {
    pub(crate) packets: Vec<P>,
    /// The last event in it that was for the session.
    pub(crate) last: Option<Position>,
    /// How far has been read.
    pub(crate) read: Position,
}

/// The events are not there any more, or nobody knows any more whom they were for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Gone;

impl<P: Clone> Log<P> {
    pub(crate) fn new(span: Arc<Span>, max_bytes: usize, max_age: Duration) -> Self {
        Self { span, events: VecDeque::new(), bytes: 0, max_bytes, max_age }
    }

    /// The place of the last event.
    pub(crate) fn head(&self) -> Position {
        self.span.head()
    }

    /// The place of the next event.
    pub(crate) fn next(&self) -> Position {
        Position(self.span.head().0 + 1)
    }

    /// Logs the next event. `packet_bytes` is what the packet takes in memory.
    pub(crate) fn append(&mut self, audience: Audience, packet: P, packet_bytes: usize, now: Instant) {
        let bytes = EVENT_OVERHEAD_BYTES + packet_bytes + audience.bytes();
        self.bytes += bytes;
        self.events.push_back(Event { logged: now, bytes, audience, packet });
        let head = self.next();
        self.span.set(self.span.base(), head);
        self.purge(now);
    }

    /// Lets go of what is too old or too much.
    pub(crate) fn purge(&mut self, now: Instant) {
        let mut base = self.span.base();
        while let Some(oldest) = self.events.front() {
            if self.bytes <= self.max_bytes && now.since(oldest.logged) <= self.max_age {
                break;
            }
            self.bytes -= oldest.bytes;
            self.events.pop_front();
            base.0 += 1;
        }
        if self.events.is_empty() {
            self.events = VecDeque::new();
        }
        self.span.set(base, self.span.head());
    }

    /// Lets go of everything: there is nobody who could ask.
    pub(crate) fn clear(&mut self) {
        self.events = VecDeque::new();
        self.bytes = 0;
        self.span.set(self.span.head(), self.span.head());
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// What was for one session after `from` and up to `until`: at least one packet if there is one, no more than go
    /// into `max_bytes`, and not too many at once.
    ///
    /// # Errors
    ///
    /// Some of it is gone, or it is forgotten whether it was for the session.
    pub(crate) fn read(
        &self,
        reader: &Reader<'_>,
        from: Position,
        until: Position,
        max_bytes: usize,
    ) -> Result<Part<P>, Gone> {
        if from < reader.stays.forgotten() {
            return Err(Gone);
        }
        let skipped = from.0.checked_sub(self.span.base().0).ok_or(Gone)?;
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let mut part = Part { packets: Vec::new(), last: None, read: from };
        let mut part_bytes = 0;
        for event in self.events.iter().skip(skipped).take(MAX_LOOKED_AT) {
            if part.read >= until {
                break;
            }
            let at = Position(part.read.0 + 1);
            if event.audience.includes(reader, at) {
                if part_bytes > 0 && part_bytes + event.bytes > max_bytes {
                    break;
                }
                part_bytes += event.bytes;
                part.packets.push(event.packet.clone());
                part.last = Some(at);
            }
            part.read = at;
        }
        Ok(part)
    }
}

impl Audience {
    fn bytes(&self) -> usize {
        match self {
            Self::Session(_) => 0,
            Self::Target(Target { rooms, except, .. }) => {
                let name_bytes = |name: &str| size_of::<Box<str>>() + name.len();
                rooms.iter().chain(except).map(|name| name_bytes(name)).sum()
            }
        }
    }

    /// Whether the event at `at` was for that session.
    fn includes(&self, reader: &Reader<'_>, at: Position) -> bool {
        match self {
            Self::Session(origin) => *origin == reader.origin,
            Self::Target(Target { rooms, except, sender }) => {
                let had = |rooms: &[Box<str>]| rooms.iter().any(|room| reader.stays.had(room, at));
                sender.is_none_or(|sender| sender.origin() != reader.origin)
                    && (rooms.is_empty() || had(rooms))
                    && !had(except)
            }
        }
    }
}

#[cfg(test)]
mod tests;
