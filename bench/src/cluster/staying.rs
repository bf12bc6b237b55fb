//! Broadcasts that are for nobody on B: how many of them come there all the same.

use super::pair::{Pair, hear, say};
use super::redis::Redis;
use super::rows::Mode;
use super::tap::Tap;
use crate::Outcome;
use crate::peers::Peer;
use crate::scenario::fanout::{Fanout, Payload};

/// How many are said.
pub(super) const BROADCASTS: usize = 1000;

/// A room of clients of A.
const HERE: &str = "here";
const SAID: &str = "this is for the members on A alone";

/// A room with one client on each.
const BOTH: Fanout = Fanout {
    rooms: 1,
    members: 2,
    in_flight: 1,
    payload: Payload::Text(SAID.len()),
    further_rooms: 0,
    aside: 0,
};

/// The one who publishes, and the one on A who listens.
const PUBLISHER: usize = 0;
const LISTENER: usize = 2;

/// How many of the broadcasts to a room of A came to B from the Redis.
///
/// # Errors
///
/// A server did not do what it is there for.
pub(super) fn run(peer: &Peer, mode: Mode) -> Outcome<usize> {
    let redis = Redis::start()?;
    let tap = Tap::open(redis.address, SAID)?;
    let pair = Pair::start(peer, mode, [redis.address, tap.address])?;
    let mut fleet = pair.gather(&BOTH, 1)?;
    fleet.come_to(pair.a.address);
    fleet.connect(1)?;
    fleet.ask([(LISTENER, format!(r#"420["join","{HERE}"]"#))])?;
    for _ in 0..BROADCASTS {
        say(&mut fleet, PUBLISHER, HERE, SAID);
        hear(&mut fleet, LISTENER..LISTENER + 1, SAID)?;
    }
    // Whatever A has sent to B before is in front of it.
    say(&mut fleet, PUBLISHER, "room 0", "last");
    hear(&mut fleet, 0..BOTH.members, "last")?;
    Ok(tap.seen())
}
