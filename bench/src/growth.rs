//! What happens to the figures when there are more connections, or more rooms.

use crate::Outcome;
use crate::cells::Cells;
use crate::fleet::Fleet;
use crate::peers::{FLOOR, PARLOR, Peer, SOCKETIOXIDE};
use crate::process::Server;
use crate::scenario::acks::Acks;
use crate::scenario::arrival::{further, memory_of};
use crate::scenario::fanout::{Fanout, Payload};
use crate::scenario::{Pace, per_unit};

/// The servers that are looked at.
pub(crate) const SERVERS: [&str; 3] = [FLOOR, SOCKETIOXIDE, PARLOR];

/// How many connections there are, or in how many rooms each of [`IN_ROOMS`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Connections(usize),
    Rooms(usize),
}

/// What grows, and the figures that are looked at meanwhile, in the order in which [`Stage::measure`] gives them.
#[derive(Debug)]
pub(crate) struct Axis {
    pub(crate) title: &'static str,
    pub(crate) stages: &'static [Stage],
    pub(crate) panels: &'static [Panel],
}

#[derive(Debug)]
pub(crate) struct Panel {
    pub(crate) title: &'static str,
    pub(crate) unit: &'static str,
}

const fn panel(title: &'static str, unit: &'static str) -> Panel {
    Panel { title, unit }
}

pub(crate) const AXES: &[Axis] = &[
    Axis {
        title: "connections",
        stages: &[Stage::Connections(100), Stage::Connections(1000), Stage::Connections(8000)],
        panels: &[
            panel("fan-out, one in flight", "µs per delivery"),
            panel("fan-out, 8 in flight", "µs per delivery"),
            panel("acks, 50 clients × 16", "µs per ack"),
            panel("idle connections", "KiB each"),
            panel("connecting", "µs per connection"),
        ],
    },
    Axis {
        title: "rooms per connection",
        stages: &[Stage::Rooms(1), Stage::Rooms(10), Stage::Rooms(100)],
        panels: &[
            panel("fan-out, one in flight", "µs per delivery"),
            panel("joining", "µs per join"),
            panel("memory", "KiB per connection"),
        ],
    },
];

/// Who is there while the number of rooms grows.
const IN_ROOMS: usize = 1000;

const ACKS: Acks = Acks { clients: 50, in_flight: 16 };

/// How many come to where others are: so many more than there are, but enough to see what each costs.
const MIN_COMING: usize = 500;
const MAX_COMING: usize = 1000;

pub(crate) fn runs_on(peer: &Peer) -> bool {
    SERVERS.contains(&peer.name)
}

const fn fanout(members: usize, in_flight: usize, further_rooms: usize) -> Fanout {
    Fanout { rooms: 1, members, in_flight, payload: Payload::Text(64), further_rooms, aside: 0 }
}

impl Stage {
    pub(crate) const fn size(self) -> usize {
        match self {
            Self::Connections(size) | Self::Rooms(size) => size,
        }
    }

    pub(crate) fn name(self) -> String {
        match self {
            Self::Connections(connections) => format!("clients × {connections}"),
            Self::Rooms(rooms) => format!("rooms × {rooms}"),
        }
    }

    /// One value for each panel.
    ///
    /// # Errors
    ///
    /// The server did not do what it is there for.
    pub(crate) fn measure(self, peer: &Peer, pace: Pace) -> Outcome<Vec<f64>> {
        match self {
            Self::Connections(connections) => with_connections(peer, connections, pace),
            Self::Rooms(rooms) => with_rooms(peer, rooms, pace),
        }
    }
}

fn with_connections(peer: &Peer, connections: usize, pace: Pace) -> Outcome<Vec<f64>> {
    let server = Server::start(peer, &[])?;
    let mut fleet = Fleet::new(server.address, false)?;
    let kib = memory_of(&server, connections, || fleet.connect(connections).map(drop))?;
    let (one, eight) = (fanout(connections, 1, 0), fanout(connections, 8, 0));
    one.join(&mut fleet)?;
    let one = one.shout(&mut fleet, &server, pace)?;
    let eight = eight.shout(&mut fleet, &server, pace)?;
    let acks = ACKS.ask(&mut fleet, &server, pace)?;
    drop((fleet, server));
    let coming = coming(peer, connections)?;
    Ok(vec![one.figure, eight.figure, acks.figure, kib, coming])
}

/// On a server of its own, so that nobody else is there who does not count.
fn coming(peer: &Peer, connections: usize) -> Outcome<f64> {
    let server = Server::start(peer, &[])?;
    let mut fleet = Fleet::new(server.address, false)?;
    fleet.connect(connections)?;
    Ok(further(&mut fleet, &server, connections.clamp(MIN_COMING, MAX_COMING))?.figure)
}

fn with_rooms(peer: &Peer, rooms: usize, pace: Pace) -> Outcome<Vec<f64>> {
    let plan = fanout(IN_ROOMS, 1, rooms - 1);
    let server = Server::start(peer, &[])?;
    let mut fleet = Fleet::new(server.address, false)?;
    let mut spent = 0;
    let kib = memory_of(&server, IN_ROOMS, || {
        fleet.connect(IN_ROOMS)?;
        spent = server.process.cpu_nanos()?;
        plan.join(&mut fleet)?;
        spent = server.process.cpu_nanos()? - spent;
        Ok(())
    })?;
    let join = per_unit(spent, (IN_ROOMS * rooms) as u64)?;
    let shout = plan.shout(&mut fleet, &server, pace)?;
    Ok(vec![shout.figure, join, kib])
}

/// A value for each panel, or why there is none.
type Run = Result<Vec<f64>, String>;

/// What was measured, by stage and server.
#[derive(Debug, Default)]
pub(crate) struct Growth(Cells<Stage, Vec<f64>>);

impl Growth {
    pub(crate) fn add(&mut self, stage: Stage, peer: &'static str, run: Run) {
        self.0.add(stage, peer, run);
    }

    /// The median over the rounds, if none failed.
    pub(crate) fn median(&self, stage: Stage, peer: &'static str, panel: usize) -> Option<f64> {
        self.0.median(stage, peer, |values| values.get(panel).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figure_of_a_stage_is_the_median_of_rounds_that_all_went_well() {
        let stage = Stage::Rooms(10);
        let mut growth = Growth::default();
        for values in [[1.0, 30.0], [2.0, 10.0], [9.0, 20.0]] {
            growth.add(stage, "floor", Ok(values.to_vec()));
        }
        assert_eq!(growth.median(stage, "floor", 0), Some(2.0));
        assert_eq!(growth.median(stage, "floor", 1), Some(20.0));
        assert_eq!(growth.median(stage, "floor", 2), None);
        growth.add(stage, "floor", Err("lost".to_owned()));
        assert_eq!(growth.median(stage, "floor", 0), None);
        assert_eq!(growth.median(stage, "parlor", 0), None);
    }
}
