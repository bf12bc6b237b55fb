//! The upgrade: a WebSocket proves itself beside the polling transport, then takes over
//! (Engine.IO v4, "Upgrade").

use super::{Output, Packet, Response, Session, Transport, TransportId};
use crate::{Instant, limits};

/// A WebSocket that wants to take over.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) id: TransportId,
    give_up: Instant,
    /// Set once the client has asked `2probe`: from then on held polls are released, because the client waits
    /// for its last one before it moves.
    next_release: Option<Instant>,
    /// The answer to `2probe` is still on its way into the WebSocket.
    pub(super) writing: bool,
}

impl Candidate {
    pub(super) fn deadline(&self) -> Instant {
        self.next_release.map_or(self.give_up, |release| release.min(self.give_up))
    }
}

impl<In, Out> Session<In, Out> {
    pub(super) fn upgrade_offered(&mut self, id: TransportId, now: Instant) {
        let on_polling = matches!(self.transport, Transport::Polling { .. });
        if on_polling && self.candidate.is_none() && self.is_open() {
            let give_up = now + self.config.upgrade_timeout;
            self.candidate = Some(Candidate { id, give_up, next_release: None, writing: false });
        } else {
            self.outputs.push_back(Output::Close(id));
        }
    }

    pub(super) fn candidate_received(&mut self, packet: &Packet<In>, now: Instant) {
        let Some(candidate) = &mut self.candidate else { return };
        let id = candidate.id;
        match packet {
            // Once: who asks on and on without reading would make us hoard answers.
            Packet::Ping { probe: true } if candidate.next_release.is_none() => {
                candidate.next_release = Some(now);
                candidate.writing = true;
                self.outputs.push_back(Output::Write(id, [Packet::Pong { probe: true }].into()));
                self.release_poll(now);
            }
            Packet::Upgrade if candidate.next_release.is_some() => {
                let writing = candidate.writing;
                self.upgraded(id, writing, now);
            }
            _ => self.abandon_candidate(id),
        }
    }

    pub(super) fn upgrade_timeout(&mut self, now: Instant) {
        let Some(candidate) = &self.candidate else { return };
        if candidate.give_up <= now {
            self.abandon_candidate(candidate.id);
        } else if candidate.next_release.is_some_and(|release| release <= now) {
            self.release_poll(now);
        }
    }

    fn release_poll(&mut self, now: Instant) {
        if let Some(candidate) = &mut self.candidate {
            candidate.next_release = Some(now + limits::UPGRADE_RELEASE_INTERVAL);
        }
        if let Transport::Polling { held } = &mut self.transport
            && let Some(request) = held.take()
        {
            self.respond(request, Response::Payload([Packet::Noop].into()));
        }
    }

    fn upgraded(&mut self, id: TransportId, writing: bool, now: Instant) {
        self.release_poll(now);
        self.candidate = None;
        self.transport = Transport::WebSocket { id, writing };
        self.heartbeat.rest(now);
        self.outputs.push_back(Output::Upgraded(id));
        self.flush();
        self.close_when_drained();
    }

    pub(super) fn abandon_candidate(&mut self, id: TransportId) {
        if self.candidate.take_if(|candidate| candidate.id == id).is_some() {
            self.outputs.push_back(Output::Close(id));
        }
    }
}
