//! The real world as one connection sees it.

use std::rc::Rc;

use parlor_protocol::Instant;
use parlor_protocol::engine::{Packet, TransportId, TransportKind};

use super::clock::Clock;
use super::here::{self, Hints, Timer};
use crate::connection::{Codec, Happened, Report};
use crate::driver::Platform;
use crate::endpoint::Endpoint;
use crate::transport::frame::Message;
use crate::transport::{Reporter, Transport};

/// The real world as one connection sees it. Dropping it closes what is open and removes every callback.
pub(crate) struct Real {
    endpoint: Rc<Endpoint>,
    clock: Clock,
    timer: Timer,
    /// At most two: the one in use, and the one that wants to take over.
    transports: Vec<(TransportId, Transport)>,
    report: Report,
    _hints: Hints,
}

impl Real {
    pub(crate) fn new(endpoint: Endpoint, report: Report) -> Self {
        let alarm = Rc::clone(&report);
        let timer = Timer::new(move || alarm(Happened::Alarm));
        let hints = Hints::new(&report, endpoint.server.is_loopback());
        let endpoint = Rc::new(endpoint);
        Self { endpoint, clock: Clock::default(), timer, transports: Vec::new(), report, _hints: hints }
    }

    fn transport(&self, id: TransportId) -> Option<&Transport> {
        self.transports.iter().find(|(known, _)| *known == id).map(|(_, transport)| transport)
    }
}

impl Platform for Real {
    type Codec = Codec;

    fn now(&self) -> Instant {
        self.clock.read(here::wall_millis(), here::steady_millis())
    }

    fn open(&mut self, id: TransportId, kind: TransportKind, sid: Option<&str>) {
        let reporter = Reporter { id, report: Rc::clone(&self.report) };
        self.transports.push((id, Transport::open(kind, &self.endpoint, sid, reporter)));
    }

    fn poll(&mut self, id: TransportId) {
        if let Some(transport) = self.transport(id) {
            transport.poll();
        }
    }

    fn write(&mut self, id: TransportId, packets: Vec<Packet<Message>>) {
        if let Some(transport) = self.transport(id) {
            transport.write(packets);
        }
    }

    fn close(&mut self, id: TransportId, farewell: bool) {
        if let Some(at) = self.transports.iter().position(|(known, _)| *known == id) {
            self.transports.swap_remove(at).1.close(farewell);
        }
    }

    fn wake_at(&mut self, deadline: Option<Instant>) {
        let wait = deadline.map(|deadline| deadline.since(self.now()));
        self.timer.set(wait);
    }
}
