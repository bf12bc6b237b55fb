//! Two servers on one Redis, and clients of both.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

use super::redis::url;
use super::rows::Mode;
use crate::Outcome;
use crate::fleet::Fleet;
use crate::peers::Peer;
use crate::process::Server;
use crate::scenario::fanout::Fanout;

/// How long servers may take to hear of each other.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before they are tried again.
const PAUSE: Duration = Duration::from_millis(10);

/// Server A, on which everybody publishes, and server B.
pub(super) struct Pair {
    pub(super) a: Server,
    pub(super) b: Server,
}

impl Pair {
    /// Each server may have its own way to the Redis.
    ///
    /// # Errors
    ///
    /// One of them did not start.
    pub(super) fn start(peer: &Peer, mode: Mode, ways: [SocketAddr; 2]) -> Outcome<Self> {
        let start = |way| {
            let url = url(way);
            let mut arguments = vec!["--redis", &*url];
            arguments.extend(mode.argument());
            Server::start(peer, &arguments)
        };
        let [a, b] = ways;
        Ok(Self { a: start(a)?, b: start(b)? })
    }

    /// Brings in the members of each room, those at the beginning to A and the rest to B, and lets the servers hear of
    /// them.
    pub(super) fn gather(&self, plan: &Fanout, on_a: usize) -> Outcome<Fleet> {
        let mut fleet = Fleet::new(self.a.address, false)?;
        for _ in 0..plan.rooms {
            fleet.come_to(self.a.address);
            fleet.connect(on_a)?;
            fleet.come_to(self.b.address);
            fleet.connect(plan.members - on_a)?;
        }
        plan.join(&mut fleet)?;
        meet(plan, &mut fleet)?;
        Ok(fleet)
    }
}

/// Tries until everybody hears what is said in their room: a server may answer that a client is in a room before the Redis
/// knows that the server listens to it.
fn meet(plan: &Fanout, fleet: &mut Fleet) -> Outcome {
    let began = Instant::now();
    let publishers: BTreeSet<usize> = (0..plan.rooms).map(|room| room * plan.members).collect();
    let mut deaf: BTreeSet<usize> = (0..plan.clients()).collect();
    while !deaf.is_empty() {
        if began.elapsed() > PATIENCE {
            return Err("the servers do not hear of each other".into());
        }
        say_in_all(plan, fleet, "try");
        // Their own server tells the publishers, so there is something to wait for.
        let mut waiting = publishers.clone();
        while !waiting.is_empty() {
            fleet.turn(|client, _, _| {
                waiting.remove(&client);
                deaf.remove(&client);
                Ok(())
            })?;
        }
        thread::sleep(PAUSE);
    }
    // What was said before is in front of it.
    say_in_all(plan, fleet, "last");
    hear(fleet, 0..plan.clients(), "last")
}

fn say_in_all(plan: &Fanout, fleet: &mut Fleet, text: &str) {
    (0..plan.rooms).for_each(|room| say(fleet, room * plan.members, &format!("room {room}"), text));
}

pub(super) fn say(fleet: &mut Fleet, client: usize, room: &str, text: &str) {
    fleet.sends().text(client, &format!(r#"42["shout","{room}","{text}"]"#));
}

/// Waits until all these clients have heard a text.
pub(super) fn hear(fleet: &mut Fleet, clients: Range<usize>, text: &str) -> Outcome {
    let expected = format!(r#"42["shout","{text}"]"#);
    let mut waiting: BTreeSet<usize> = clients.collect();
    while !waiting.is_empty() {
        fleet.turn(|client, message, _| {
            if message == expected.as_bytes() {
                waiting.remove(&client);
            }
            Ok(())
        })?;
    }
    Ok(())
}
