//! The upgrade: a second transport proves itself beside the first, then takes over
//! (Engine.IO v4, "Upgrade").

use super::{Output, Packet, Session, Size, TransportId, TransportKind};

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
    pub(super) const fn opened(&mut self) {
        self.stage = Stage::Asked;
    }

    pub(super) fn is_proven(&self) -> bool {
        self.stage == Stage::Proven
    }
}

impl<In, Out: Size> Session<In, Out> {
    /// The first transport on offer that is wanted and is not the one in use.
    pub(super) fn upgrade_to(&self, offered: &[TransportKind]) -> Option<TransportKind> {
        let wanted =
            |kind: &&TransportKind| **kind != self.transport.kind && self.config.transports.contains(kind);
        offered.iter().find(wanted).copied().filter(|_| self.config.upgrade)
    }

    pub(super) fn begin_probe(&mut self, kind: TransportKind) {
        let id = TransportId(self.next_transport);
        self.next_transport = self.next_transport.wrapping_add(1);
        self.probe = Some(Probe { id, kind, stage: Stage::Opening });
        self.outputs.push(Output::Open { transport: id, kind, sid: self.sid.clone() });
    }

    pub(super) fn probe_received(&mut self, packet: &Packet<In>) {
        let Some(probe) = &mut self.probe else { return };
        if probe.stage == Stage::Asked && matches!(packet, Packet::Pong { probe: true }) {
            probe.stage = Stage::Proven;
            self.outputs.push(Output::Upgrading(probe.kind));
            self.upgrade_when_at_rest();
        } else {
            let id = probe.id;
            self.probe_failed(id);
        }
    }

    /// Moves the session when the old transport's last poll and last POST are done.
    pub(super) fn upgrade_when_at_rest(&mut self) {
        let at_rest = !self.transport.polling && !self.transport.writing;
        let Some(probe) = self.probe.take_if(|probe| probe.is_proven() && at_rest) else { return };
        self.outputs.push(Output::Close { transport: self.transport.id, farewell: false });
        self.transport.id = probe.id;
        self.transport.kind = probe.kind;
        self.transport.writing = true;
        self.outputs.push(Output::Write(probe.id, [Packet::Upgrade].into()));
        self.outputs.push(Output::Upgraded(probe.kind));
    }

    pub(super) fn probe_failed(&mut self, id: TransportId) {
        if self.probe.as_ref().is_none_or(|probe| probe.id != id) {
            return;
        }
        self.abandon_probe();
        self.outputs.push(Output::UpgradeFailed);
        self.poll_again();
        self.flush();
        self.close_when_drained();
    }

    pub(super) fn abandon_probe(&mut self) {
        if let Some(probe) = self.probe.take() {
            self.outputs.push(Output::Close { transport: probe.id, farewell: false });
        }
    }
}
