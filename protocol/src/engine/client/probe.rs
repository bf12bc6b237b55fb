//! The upgrade: a second transport proves itself beside the first, then takes over
//! (Engine.IO v4, "Upgrade").

use super::{End, Host, Outbox, Packet, Session, State, TransportId, TransportKind};

/// A transport that wants to take over.
#[derive(Debug)]
pub(super) struct Probe {
    pub(super) id: TransportId,
    kind: TransportKind,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    /// `2probe` is on its way.
    Asked,
    /// `3probe` came: the session is silent until the old transport has come to rest.
    Proven,
}

impl Probe {
    pub(super) fn is_proven(&self) -> bool {
        self.stage == Stage::Proven
    }
}

impl<Q: Outbox> Session<Q> {
    /// The first transport on offer that is wanted and is not the one in use.
    fn upgrade_to(&self, offered: &[TransportKind]) -> Option<TransportKind> {
        let wanted =
            |kind: &&TransportKind| **kind != self.transport.kind && self.transports.contains(**kind);
        offered.iter().find(wanted).copied().filter(|_| self.upgrade)
    }

    pub(super) fn begin_probe(&mut self, offered: &[TransportKind], host: &mut impl Host<Q::Out>) {
        let Some(kind) = self.upgrade_to(offered) else { return };
        let id = self.next_id();
        self.probe = Some(Probe { id, kind, stage: Stage::Opening });
        host.remember_websocket(false);
        host.open(id, kind, true);
    }

    pub(super) fn probe_opened(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) {
        if let Some(probe) = self.probe.as_mut().filter(|probe| probe.id == id) {
            probe.stage = Stage::Asked;
            host.write(id, Packet::Ping { probe: true });
            host.flush(id);
        }
    }

    /// The end of a session that only waited for its upgrade, when the probe fails.
    pub(super) fn probe_received(&mut self, pong: bool, host: &mut impl Host<Q::Out>) -> Option<End> {
        let probe = self.probe.as_mut()?;
        if probe.stage == Stage::Asked && pong {
            probe.stage = Stage::Proven;
            let kind = probe.kind;
            host.upgrading(kind);
            host.remember_websocket(kind == TransportKind::WebSocket);
            self.upgrade_when_at_rest(host);
            None
        } else {
            let id = probe.id;
            self.probe_failed(id, host)
        }
    }

    /// Moves the session when the old transport's last poll and last POST are done.
    pub(super) fn upgrade_when_at_rest(&mut self, host: &mut impl Host<Q::Out>) {
        let at_rest = !self.transport.polling && !self.transport.writing;
        let Some(probe) = self.probe.take_if(|probe| probe.is_proven() && at_rest) else { return };
        host.close(self.transport.id, false);
        self.transport.id = probe.id;
        self.transport.kind = probe.kind;
        self.transport.writing = true;
        host.write(probe.id, Packet::Upgrade);
        host.flush(probe.id);
        // Nobody is told of a session that only tidies up after itself.
        if self.state == State::Open {
            host.upgraded(probe.kind);
        }
    }

    pub(super) fn probe_failed(&mut self, id: TransportId, host: &mut impl Host<Q::Out>) -> Option<End> {
        if self.probe.as_ref().is_none_or(|probe| probe.id != id) {
            return None;
        }
        self.abandon_probe(host);
        host.upgrade_failed();
        self.poll_again(host);
        self.flush(host);
        self.close_when_drained(host)
    }

    pub(super) fn abandon_probe(&mut self, host: &mut impl Host<Q::Out>) {
        if let Some(probe) = self.probe.take() {
            host.close(probe.id, false);
        }
    }
}
