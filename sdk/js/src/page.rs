//! The page as the sessions' host: its clock and its transports.

use core::convert::Infallible;

use parlor_protocol::Instant;
use parlor_protocol::engine::client::{Host, Outbox};
use parlor_protocol::engine::{Packet, TransportId, TransportKind};

use crate::host;
use crate::tell::{Target, failure, tell, text};

/// Where the calls of a client go: to the connection that JavaScript has named.
#[derive(Debug)]
pub(crate) struct Page;

/// Whether anything waits in the outbox, which JavaScript has.
#[derive(Debug, Default)]
pub(crate) struct Waiting(bool);

impl Outbox for Waiting {
    /// JavaScript has put it there.
    type Out = ();

    fn is_empty(&self) -> bool {
        !self.0
    }

    fn push(&mut self, transport: TransportId, packet: Packet<(), Infallible>) {
        if !matches!(packet, Packet::Message(())) {
            host::pong(name(transport));
        }
        self.0 = true;
    }

    fn clear(&mut self) {
        self.0 = false;
    }

    fn write(&mut self, transport: TransportId, _: Option<usize>, _: &mut impl Host<()>) {
        self.0 = host::write(name(transport)) > 0;
    }
}

impl Host<()> for Page {
    fn now(&mut self) -> Instant {
        now()
    }

    fn open(&mut self, transport: TransportId, kind: TransportKind, joins: bool) {
        host::open(name(transport), number(kind), joins.into());
    }

    fn poll(&mut self, transport: TransportId) {
        host::poll(name(transport));
    }

    fn write(&mut self, transport: TransportId, packet: Packet<(), Infallible>) {
        host::control(name(transport), matches!(packet, Packet::Upgrade).into());
    }

    fn flush(&mut self, _: TransportId) {
        // What is written has been flushed.
    }

    fn close(&mut self, transport: TransportId, farewell: bool) {
        host::close(name(transport), farewell.into());
    }

    fn remembers_websocket(&mut self) -> bool {
        host::remember(-1) > 0
    }

    fn remember_websocket(&mut self, works: bool) {
        host::remember(works.into());
    }

    fn drained(&mut self) {
        tell(Target::Engine, "drain");
    }

    fn upgrading(&mut self, kind: TransportKind) {
        text(kind.as_str());
        tell(Target::Engine, "upgrading");
    }

    fn upgraded(&mut self, kind: TransportKind) {
        text(kind.as_str());
        tell(Target::Engine, "upgrade");
    }

    fn upgrade_failed(&mut self) {
        failure("probe error", "ERR_UPGRADE", f64::NAN);
        tell(Target::Engine, "upgradeError");
    }
}

/// The page's clock.
pub(crate) fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970")]
    Instant::from_millis(host::now() as u64)
}

/// A transport as JavaScript numbers it.
pub(crate) const fn number(kind: TransportKind) -> i32 {
    match kind {
        TransportKind::Polling => 1,
        TransportKind::WebSocket => 2,
    }
}

/// The name of a transport in JavaScript.
pub(crate) const fn name(transport: TransportId) -> i32 {
    transport.0.cast_signed()
}

/// Where bytes are in our memory.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a wasm32 address has 32 bits"
)]
pub(crate) fn address(bytes: &[u8]) -> i32 {
    bytes.as_ptr().addr() as i32
}

/// A length, as JavaScript gets it.
pub(crate) fn length(bytes: &[u8]) -> i32 {
    i32::try_from(bytes.len()).unwrap_or(i32::MAX)
}
