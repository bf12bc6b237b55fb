//! Clients come, and stay: what coming costs, and what being there does.

use std::time::Duration;

use super::{Sample, per_unit, percentile};
use crate::Outcome;
use crate::fleet::Fleet;
use crate::process::Server;

/// How many come before anything is measured: a server that has never served anybody pays for itself first.
const WARM_UP: usize = 200;

/// CPU time for each client that comes: TCP, the WebSocket's handshake, Socket.IO's.
pub(crate) fn coming(server: &Server, clients: usize) -> Outcome<Sample> {
    let mut fleet = Fleet::new(server.address, false)?;
    fleet.connect(WARM_UP)?;
    further(&mut fleet, server, clients)
}

/// The same, for those who come to where others are.
pub(crate) fn further(fleet: &mut Fleet, server: &Server, clients: usize) -> Outcome<Sample> {
    let before = server.process.cpu_nanos()?;
    let mut took = fleet.connect(clients)?;
    settle();
    let units = clients as u64;
    let figure = per_unit(server.process.cpu_nanos()? - before, units)?;
    Ok(Sample { figure, p99_us: percentile(&mut took, 99), units, note: None })
}

/// KiB for each client that is there and silent.
pub(crate) fn being_there(server: &Server, clients: usize) -> Outcome<Sample> {
    let mut fleet = Fleet::new(server.address, false)?;
    let figure = memory_of(server, clients, || fleet.connect(clients).map(drop))?;
    Ok(Sample { figure, p99_us: None, units: clients as u64, note: None })
}

/// By how many KiB the server grows while something happens, for each client.
pub(crate) fn memory_of(server: &Server, clients: usize, what: impl FnOnce() -> Outcome) -> Outcome<f64> {
    let before = server.process.resident_kib()?;
    what()?;
    settle();
    Ok(server.process.resident_kib()?.saturating_sub(before) as f64 / clients as f64)
}

/// What a server does behind an arrival is part of it.
fn settle() {
    std::thread::sleep(Duration::from_millis(500));
}
