//! The rows of the table: what is measured, how much of it must hold, and how it is explained.

use crate::Outcome;
use crate::peers::{FLOOR, NODE, PARLOR, Peer};
use crate::process::Server;
use crate::scenario::acks::Acks;
use crate::scenario::fanout::{Fanout, Payload};
use crate::scenario::slow::Slow;
use crate::scenario::{Pace, Sample, arrival};

#[derive(Debug)]
pub(crate) struct Row {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) unit: &'static str,
    work: Work,
    pub(crate) must: Bound,
    pub(crate) goal: Bound,
    /// How it is measured, for the report.
    pub(crate) how: &'static str,
}

#[derive(Debug)]
enum Work {
    Fanout(Fanout),
    Deflate(Fanout),
    Acks(Acks),
    Coming(usize),
    BeingThere(usize),
    Slow(Slow),
}

/// At most so many times of something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) at_most: f64,
    pub(crate) of: Of,
}

/// What our figure is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    /// The best of the rivals.
    BestPeer,
    Peer(&'static str),
    /// Nothing: the figure itself counts.
    Itself,
}

const fn bound(at_most: f64, of: Of) -> Bound {
    Bound { at_most, of }
}

const fn fanout(rooms: usize, members: usize, in_flight: usize, payload: Payload) -> Fanout {
    Fanout { rooms, members, in_flight, payload, further_rooms: 0, aside: 0 }
}

/// CPU time of the server for each unit.
const MICROS: &str = "µs";
/// The one unit whose figures are compared to nothing: they are comparisons already.
const RATIO: &str = "ratio";

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "fanout-8",
        title: "fan-out to 1 000 in one room, 64 B, 8 publishes in flight; per delivery",
        unit: MICROS,
        work: Work::Fanout(fanout(1, 1000, 8, Payload::Text(64))),
        must: bound(0.8, Of::BestPeer),
        goal: bound(1.25, Of::Peer(FLOOR)),
        how: "One member of the room publishes a text of 64 bytes, and all 1 000 hear it, the publisher too. There are \
              always eight that somebody has yet to hear; a delivery is one publish heard by one client.",
    },
    Row {
        name: "fanout-1",
        title: "the same, one publish at a time; per delivery",
        unit: MICROS,
        work: Work::Fanout(fanout(1, 1000, 1, Payload::Text(64))),
        must: bound(0.9, Of::BestPeer),
        goal: bound(1.15, Of::Peer(FLOOR)),
        how: "The next publish leaves when the last client has heard the one before.",
    },
    Row {
        name: "rooms",
        title: "100 rooms of 10, 8 in flight; per delivery",
        unit: MICROS,
        work: Work::Fanout(fanout(100, 10, 8, Payload::Text(64))),
        must: bound(0.9, Of::BestPeer),
        goal: bound(1.25, Of::Peer(FLOOR)),
        how: "The rooms take turns, and in each its first member publishes. The eight in flight are over all rooms.",
    },
    Row {
        name: "acks-1",
        title: "acks: 50 clients, one in flight each; per ack",
        unit: MICROS,
        work: Work::Acks(Acks { clients: 50, in_flight: 1 }),
        must: bound(0.95, Of::BestPeer),
        goal: bound(1.15, Of::Peer(FLOOR)),
        how: "Each client emits an event with 64 bytes of text and gets them back as the acknowledgement; then it emits \
              the next.",
    },
    Row {
        name: "acks-16",
        title: "acks: 50 clients, 16 in flight each; per ack",
        unit: MICROS,
        work: Work::Acks(Acks { clients: 50, in_flight: 16 }),
        must: bound(0.8, Of::BestPeer),
        goal: bound(2.0, Of::Peer(FLOOR)),
        how: "The same, but each client has 16 events on their way at any time.",
    },
    Row {
        name: "idle",
        title: "idle WebSocket connections, resident KiB each",
        unit: "KiB",
        work: Work::BeingThere(5000),
        must: bound(12.0, Of::Itself),
        goal: bound(6.0, Of::Itself),
        how: "What the server's resident memory (`VmRSS`) has grown by when 5 000 clients are in the namespace and \
              silent, divided by their number. What the kernel keeps for a socket is not in it.",
    },
    Row {
        name: "connecting",
        title: "connecting; per connection",
        unit: MICROS,
        work: Work::Coming(2000),
        must: bound(0.8, Of::BestPeer),
        goal: bound(2.0, Of::Peer(FLOOR)),
        how: "2 000 clients come, at most 32 at a time, after 200 others have come: TCP, the WebSocket's handshake, and \
              Socket.IO's up to the answer to CONNECT.",
    },
    Row {
        name: "deflate-1",
        title: "compressed broadcast, 2 KB JSON to 1 000, one publish at a time; per delivery",
        unit: MICROS,
        work: Work::Deflate(fanout(1, 1000, 1, Payload::Object(2048))),
        must: bound(0.1, Of::Peer(NODE)),
        goal: bound(0.05, Of::Peer(NODE)),
        how: "As with one publish at a time, but with permessage-deflate, which all clients offer, and with an object of \
              about 2 KB. Only Node and Parlor compress what they send.",
    },
    Row {
        name: "deflate-8",
        title: "the same, 8 publishes in flight; per delivery",
        unit: MICROS,
        work: Work::Deflate(fanout(1, 1000, 8, Payload::Object(2048))),
        must: bound(0.1, Of::Peer(NODE)),
        goal: bound(0.05, Of::Peer(NODE)),
        how: "One at a time, a write for each delivery is most of what is left of the cost; eight share a write, so that \
              this shows what compressing itself costs.",
    },
    Row {
        name: "slow",
        title: "one slow reader among 1 000: p99 of the others / the same without it",
        unit: RATIO,
        work: Work::Slow(Slow { members: 1000, publishes: 400 }),
        must: bound(1.2, Of::Itself),
        goal: bound(1.05, Of::Itself),
        how: "One publish of 1 KiB at a time. When all is warm, one client stops to read, its receive buffer made small, \
              and the time until the other 999 have heard each of 400 publishes is compared with the same on a server \
              where all 1 000 read. So that it falls behind in seconds, this client is told 28 KiB more before each \
              publish, alone, in both halves. Three such pairs, each half on a fresh server; the median of their ratios \
              counts. Parlor must have cut the sleeper off by then (`max_queue_bytes`, here its default of 4 MiB); \
              whether the others did stands in their cells.",
    },
];

impl Row {
    /// Whether there is anything to measure: not everybody compresses, and the floor ends when a client reads nothing.
    pub(crate) fn runs_on(&self, peer: &Peer) -> bool {
        match self.work {
            Work::Deflate(_) => peer.deflates,
            Work::Slow(_) => peer.name != FLOOR,
            _ => true,
        }
    }

    /// Whether it may fail there: what rivals do with a client that reads nothing is for information.
    pub(crate) fn may_fail_on(&self, peer: &str) -> bool {
        matches!(self.work, Work::Slow(_)) && peer != PARLOR
    }

    /// Whether anybody waits for anything: who is only there does not.
    pub(crate) fn has_delay(&self) -> bool {
        !matches!(self.work, Work::BeingThere(_))
    }

    pub(crate) fn is_ratio(&self) -> bool {
        self.unit == RATIO
    }

    /// # Errors
    ///
    /// The server did not do what it is there for.
    pub(crate) fn measure(&self, peer: &Peer, pace: Pace) -> Outcome<Sample> {
        let deflate = matches!(self.work, Work::Deflate(_));
        let arguments: &[&str] = if deflate { &["--deflate"] } else { &[] };
        let start = || Server::start(peer, arguments);
        match self.work {
            Work::Fanout(plan) | Work::Deflate(plan) => plan.run(&start()?, deflate, pace),
            Work::Acks(plan) => plan.run(&start()?, pace),
            Work::Coming(clients) => arrival::coming(&start()?, clients),
            Work::BeingThere(clients) => arrival::being_there(&start()?, clients),
            Work::Slow(plan) => plan.run(start, pace, peer.name == PARLOR),
        }
    }
}
