//! What JavaScript asks of the core: `connection.mjs` is the only caller.
//!
//! There is one way in, with a number for what is asked: each export of its own would cost a hundred bytes. Sockets
//! and transports are named by numbers. After each call everything there is to tell has been handed to the
//! facade.

use parlor_protocol::client::{Config, Heard, Machine, ReconnectionConfig, SocketId};
use parlor_protocol::engine::client::{self as engine, Failure, Status, Transports};
use parlor_protocol::engine::{Terms, TransportId, TransportKind};
use parlor_protocol::socket::client::Verdict;
use parlor_protocol::{Instant, Millis, Reason};

use crate::acts::*;
use crate::host;
use crate::page::{Page, Waiting, name, now};
use crate::wire::{self, millis};

/// One connection to one server.
#[derive(Debug)]
pub(crate) struct Connection {
    machine: Machine<Waiting>,
    /// When the timer is going to fire.
    armed: Instant,
}

/// The answer to [`VERDICT`] when an event is sent at once.
const SENDS: i32 = 2;

impl Connection {
    /// A connection that does nothing yet. `transports` are digits of two bits, the first one lowest; `flags` are bits: 1
    /// upgrades, 2 tries all transports.
    pub(crate) fn new(mut transports: i32, flags: i32) -> Self {
        let mut engine = engine::Config {
            transports: Transports::default(),
            upgrade: flags & 1 != 0,
            try_all: flags & 2 != 0,
        };
        while transports > 0 {
            let polling = transports & 3 == 1;
            engine.transports.push(if polling { TransportKind::Polling } else { TransportKind::WebSocket });
            transports >>= 2;
        }
        let config = Config { engine, reconnection: ReconnectionConfig::default(), timeout: None };
        Self { machine: Machine::new(config), armed: Instant::NEVER }
    }

    /// Does one of the [`crate::acts`]. `at` is a socket or a transport; what the others mean depends on the act. Times are in
    /// milliseconds, and none where they are not a number.
    pub(crate) fn act(&mut self, act: i32, at: i32, bits: i32, number: f64, other: f64) -> i32 {
        let result = self.run(act, at, bits, number, other);
        // Timers sleep when the machine does, and the clock does not: one that is overdue may come late.
        let hot = matches!(act, RECEIVED | SENT | SEND) || (act == VERDICT && result == SENDS);
        if !hot && self.armed <= now() {
            self.armed = Instant::NEVER;
        }
        self.settle();
        result
    }

    fn run(&mut self, act: i32, at: i32, bits: i32, number: f64, other: f64) -> i32 {
        let machine = &mut self.machine;
        let host = &mut Page;
        let (socket, transport) = (SocketId(at.cast_unsigned()), TransportId(at.cast_unsigned()));
        match act {
            SOCKET => return machine.socket().0.cast_signed(),
            TUNE => self.tune(at, number),
            OPEN if bits > 0 => return machine.open_once(host).into(),
            OPEN => machine.open(host),
            CLOSE => machine.close(host),
            DISCARD => machine.end_session(host),
            BREAK => machine.discard(Reason::ParseError, host),
            WAKE => return machine.woken(host).into(),
            ATTEMPT => machine.attempt(host),
            LOSE => machine.network_lost(host),
            CONNECT => machine.connect(socket, host),
            AUTHENTICATED => return machine.authenticated(socket).into(),
            DISCONNECT => machine.disconnect(socket, host),
            VERDICT => {
                return match machine.verdict(socket, bits > 0, host) {
                    Verdict::Send => SENDS,
                    Verdict::Keep => 1,
                    Verdict::Drop => 0,
                };
            }
            SEND => return send(machine).into(),
            ELAPSED => {
                self.armed = Instant::NEVER;
                return machine.handle_timeout(host).into();
            }
            OPENED => machine.transport_opened(transport, host),
            RECEIVED => return self.received(transport, bits, number > 1.0),
            AGREED => agree(machine, at > 0, millis(number), millis(other)),
            ACCEPTED => {
                machine.accepted(socket);
            }
            REFUSED => {
                machine.refused(socket, host);
            }
            SENT_AWAY => machine.sent_away(socket, host),
            POLLED => machine.polled(transport, host),
            SENT => machine.sent(transport, host),
            POLL_FAILED => machine.transport_failed(transport, Failure::Poll(Status::default()), host),
            POST_FAILED => machine.transport_failed(transport, Failure::Post(Status::default()), host),
            WEB_SOCKET_FAILED => machine.transport_failed(transport, Failure::WebSocket, host),
            MALFORMED => machine.transport_failed(transport, Failure::Malformed, host),
            NO_HANDSHAKE => machine.transport_failed(transport, Failure::Handshake, host),
            CLOSED => machine.transport_closed(transport, host),
            _ => {}
        }
        0
    }

    /// Every ping moves the deadline, and setting a timer costs more than handling a ping: one that fires early is
    /// left alone, and set anew then.
    fn settle(&mut self) {
        let deadline = self.machine.deadline();
        let idle = deadline == Instant::NEVER;
        if self.armed == deadline || (self.armed < deadline && !idle) {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "far beyond any timer")]
        let wait = deadline.as_millis().saturating_sub(now().as_millis()) as f64;
        host::wake(if idle { -1.0 } else { wait });
        self.armed = deadline;
    }

    /// A packet that begins with that unit: 1 when it is a message, 2 when it is a handshake that is waited for.
    fn received(&mut self, transport: TransportId, first: i32, more: bool) -> i32 {
        let host = &mut Page;
        let Some(packet) = wire::read(first, more) else {
            self.machine.transport_failed(transport, Failure::Malformed, host);
            return 0;
        };
        match self.machine.received(transport, packet, host) {
            None => 0,
            Some(Heard::Message(())) => 1,
            Some(Heard::Handshake(())) => 2,
        }
    }

    /// Changes one of the settings that can change while a connection lives.
    fn tune(&mut self, setting: i32, number: f64) {
        let config = self.machine.reconnection();
        match setting {
            0 => config.enabled = number > 0.0,
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
            1 => config.max_attempts = (number >= 0.0).then_some(number as u32),
            2 => config.delay = millis(number),
            3 => config.delay_max = millis(number),
            4 => config.randomization = number,
            _ => self.machine.set_timeout(limit(number)),
        }
    }
}

/// Sends what JavaScript has put into the outbox: at once, where a transport is lent for that.
fn send(machine: &mut Machine<Waiting>) -> bool {
    match machine.lend() {
        Some(transport) => {
            host::write(name(transport));
            true
        }
        None => machine.send([()], &mut Page),
    }
}

/// The handshake made sense. How much a POST may hold is known to JavaScript, which writes.
fn agree(machine: &mut Machine<Waiting>, upgrades: bool, ping_interval: Millis, ping_timeout: Millis) {
    let websocket: &[_] = &[TransportKind::WebSocket];
    let upgrades = if upgrades { websocket } else { &[] };
    machine.opened(&Terms { upgrades, ping_interval, ping_timeout, max_payload_bytes: 0 }, &mut Page);
}

fn limit(timeout: f64) -> Option<Millis> {
    (timeout >= 0.0).then(|| millis(timeout))
}
