//! The requests of a session on polling: GETs that wait, POSTs (Engine.IO v4, "HTTP long-polling").

use alloc::vec::Vec;

use super::{Packet, RequestId, Response, Session, State, Transport, TransportKind};
use crate::{Instant, Reason};

impl<In, Out> Session<In, Out> {
    pub(super) fn poll(&mut self, request: RequestId) {
        match &mut self.transport {
            Transport::Polling { held: held @ None } => {
                *held = Some(request);
                self.flush();
                self.close_when_drained();
            }
            Transport::Polling { held: Some(_) } => {
                self.respond(request, Response::BadRequest);
                self.end(Reason::TransportError);
            }
            Transport::WebSocket { .. } => self.respond(request, Response::BadRequest),
        }
    }

    pub(super) fn post_begun(&mut self, request: RequestId) {
        if self.transport_kind() != TransportKind::Polling {
            self.respond(request, Response::BadRequest);
        } else if self.posting.is_some() {
            self.respond(request, Response::BadRequest);
            self.end(Reason::TransportError);
        } else {
            self.posting = Some(request);
        }
    }

    pub(super) fn posting(&mut self, request: RequestId, packets: Vec<Packet<In>>, now: Instant) {
        if !self.read_post(request, packets, now) {
            return;
        }
        if self.state == State::Closed {
            self.respond(request, Response::Ok);
        } else {
            self.posting = Some(request);
        }
    }

    pub(super) fn posted(
        &mut self,
        request: RequestId,
        packets: Vec<Packet<In>>,
        complete: bool,
        now: Instant,
    ) {
        if !self.read_post(request, packets, now) {
            return;
        }
        self.respond(request, Response::Ok);
        if !complete && self.state != State::Closed {
            self.end(Reason::ParseError);
        }
    }

    /// Reads packets of the POST that is under way; false when this is another one. Until it is put back it is not
    /// under way: whatever ends the session, a POST that was read is answered with `ok`.
    fn read_post(&mut self, request: RequestId, packets: Vec<Packet<In>>, now: Instant) -> bool {
        let is_under_way = self.posting.take_if(|posting| *posting == request).is_some();
        for packet in packets {
            if is_under_way && self.state != State::Closed {
                self.packet(packet, now);
            }
        }
        is_under_way
    }

    pub(super) fn post_refused(&mut self, request: RequestId, fatal: bool) {
        self.posting.take_if(|posting| *posting == request);
        if fatal {
            self.end(Reason::TransportError);
        }
    }

    pub(super) fn aborted(&mut self, request: RequestId) {
        let was_held = match &mut self.transport {
            Transport::Polling { held } => held.take_if(|held| *held == request).is_some(),
            Transport::WebSocket { .. } => false,
        };
        let was_posting = self.posting.take_if(|posting| *posting == request).is_some();
        if (was_held || was_posting) && self.transport_kind() == TransportKind::Polling {
            self.end(Reason::TransportError);
        }
    }
}
