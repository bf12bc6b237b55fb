//! What JavaScript asks of the core: `connection.mjs` is the only caller.
//!
//! There is one way in, with a number for what is asked: each export of its own would cost a hundred bytes. Sockets,
//! transports and messages are named by numbers. After each call everything there is to tell has been handed to the
//! facade.

use parlor_protocol::client::{Config, Heard, Machine, SocketId, WRONG_PROTOCOL};
use parlor_protocol::engine::client::{self as engine, Failure, Transports};
use parlor_protocol::engine::{Packet, TransportId, TransportKind};
use parlor_protocol::socket::client::Verdict;
use parlor_protocol::socket::{DecodeError, Kind, RESERVED_EVENTS};
use parlor_protocol::{Instant, Millis, Reason};

use crate::host;
use crate::page::{Page, Waiting, name, now};
use crate::tell::{Target, failure, tell, text};
use crate::wire::{self, Decoder, Received, millis};

/// One connection to one server.
#[derive(Debug)]
pub(crate) struct Connection {
    machine: Machine<Waiting>,
    decoder: Decoder,
    /// A parser of the user's decodes.
    custom: bool,
    /// When the timer is going to fire.
    armed: Instant,
}

/// What can be asked. The build gives these names to `connection.mjs`, with their places in [`ACTS`] as numbers.
#[derive(Debug, Clone, Copy)]
enum Act {
    Reserve,
    Socket,
    Tune,
    Open,
    Close,
    Discard,
    Break,
    Wake,
    Attempt,
    Lose,
    Connect,
    Authenticated,
    Disconnect,
    Verdict,
    Send,
    Packet,
    Elapsed,
    Opened,
    Text,
    Binary,
    Polled,
    Sent,
    PollFailed,
    PostFailed,
    WebSocketFailed,
    Malformed,
    Closed,
}

const ACTS: [Act; 27] = [
    Act::Reserve,
    Act::Socket,
    Act::Tune,
    Act::Open,
    Act::Close,
    Act::Discard,
    Act::Break,
    Act::Wake,
    Act::Attempt,
    Act::Lose,
    Act::Connect,
    Act::Authenticated,
    Act::Disconnect,
    Act::Verdict,
    Act::Send,
    Act::Packet,
    Act::Elapsed,
    Act::Opened,
    Act::Text,
    Act::Binary,
    Act::Polled,
    Act::Sent,
    Act::PollFailed,
    Act::PostFailed,
    Act::WebSocketFailed,
    Act::Malformed,
    Act::Closed,
];

/// The answer to [`Act::Verdict`] when an event is sent at once.
const SEND: i32 = 2;

/// No socket.
const NOBODY: i32 = -1;

const KINDS: [Kind; 7] =
    [Kind::Connect, Kind::Disconnect, Kind::Event, Kind::Ack, Kind::ConnectError, Kind::Event, Kind::Ack];

impl Connection {
    /// A connection that does nothing yet. `transports` are digits of two bits, the first one lowest; `flags` are bits: 1
    /// upgrades, 2 tries all transports, 4 has a parser of the user's; `seed` is random.
    pub(crate) fn new(mut transports: i32, flags: i32, seed: f64) -> Self {
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
        let config = Config { engine, ..Config::default() };
        Self {
            machine: Machine::new(config, seed.to_bits()),
            decoder: Decoder::new(),
            custom: flags & 4 != 0,
            armed: Instant::NEVER,
        }
    }

    /// Does one of [`Act`]. `at` is a socket or a transport; what the others mean depends on the act. Times are in
    /// milliseconds, and none where they are not a number.
    pub(crate) fn act(&mut self, act: i32, at: i32, bits: i32, number: f64) -> i32 {
        let act = usize::try_from(act).ok().and_then(|act| ACTS.get(act));
        let result = act.map_or(0, |act| self.run(*act, at, bits, number));
        // Timers sleep when the machine does, and the clock does not: one that is overdue may come late.
        let hot = matches!(act, Some(Act::Text | Act::Sent | Act::Send)) || result == SEND;
        if !hot && self.armed <= now() {
            self.armed = Instant::NEVER;
        }
        self.settle();
        result
    }

    fn run(&mut self, act: Act, at: i32, bits: i32, number: f64) -> i32 {
        let machine = &mut self.machine;
        let host = &mut Page;
        let (socket, transport) = (SocketId(at.cast_unsigned()), TransportId(at.cast_unsigned()));
        match act {
            Act::Reserve => RESERVED_EVENTS.into_iter().for_each(text),
            Act::Socket => {
                let socket = machine.socket().0.cast_signed();
                if bits > 0 {
                    self.decoder.root = socket;
                }
                return socket;
            }
            Act::Tune => self.tune(at, number),
            Act::Open if bits > 0 => return machine.open_once(host).into(),
            Act::Open => machine.open(host),
            Act::Close => machine.close(host),
            Act::Discard => machine.end_session(host),
            Act::Break => machine.discard(Reason::ParseError, host),
            Act::Wake => return machine.woken(host).into(),
            Act::Attempt => machine.attempt(host),
            Act::Lose => machine.network_lost(host),
            Act::Connect => machine.connect(socket, host),
            Act::Authenticated => return machine.authenticated(socket).into(),
            Act::Disconnect => machine.disconnect(socket, host),
            Act::Verdict => {
                return match machine.verdict(socket, bits > 0, host) {
                    Verdict::Send => SEND,
                    Verdict::Keep => 1,
                    Verdict::Drop => 0,
                };
            }
            Act::Send => return send(machine).into(),
            Act::Packet => {
                let kind = usize::try_from(bits).ok().and_then(|kind| KINDS.get(kind));
                return kind.map_or(NOBODY, |kind| self.packet(*kind, at, number));
            }
            Act::Elapsed => {
                self.armed = Instant::NEVER;
                return machine.handle_timeout(host).into();
            }
            Act::Opened => machine.transport_opened(transport, host),
            Act::Text => return self.text(transport, bits),
            Act::Binary => {
                let heard = machine.received::<_, ()>(transport, Packet::Message(()), host);
                return if heard.is_some() { self.message(Decoder::attachment) } else { NOBODY };
            }
            Act::Polled => machine.polled(transport, host),
            Act::Sent => machine.sent(transport, host),
            Act::PollFailed => machine.transport_failed(transport, Failure::Poll(status(bits)), host),
            Act::PostFailed => machine.transport_failed(transport, Failure::Post(status(bits)), host),
            Act::WebSocketFailed => machine.transport_failed(transport, Failure::WebSocket, host),
            Act::Malformed => machine.transport_failed(transport, Failure::Malformed, host),
            Act::Closed => machine.transport_closed(transport, host),
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

    fn text(&mut self, transport: TransportId, head: i32) -> i32 {
        let head = head.to_le_bytes();
        let host = &mut Page;
        let Some(packet) = wire::read(head) else {
            self.machine.transport_failed(transport, Failure::Malformed, host);
            return NOBODY;
        };
        match self.machine.received(transport, packet, host) {
            None => {}
            Some(Heard::Handshake(())) => {
                self.decoder.reset();
                if wire::handshake(|terms| self.machine.opened(terms, host)).is_err() {
                    self.machine.transport_failed(transport, Failure::Handshake, host);
                }
            }
            Some(Heard::Message(())) => return self.message(|decoder| decoder.text(head)),
        }
        NOBODY
    }

    fn message(&mut self, decode: impl FnOnce(&mut Decoder) -> Result<Option<Received>, DecodeError>) -> i32 {
        if self.custom {
            host::custom();
            return NOBODY;
        }
        match decode(&mut self.decoder) {
            Ok(Some(Received { kind, socket, id, .. })) => return self.packet(kind, socket, id),
            Ok(None) => {}
            Err(error) => {
                text(error.message());
                host::broken();
                self.machine.discard(Reason::ParseError, &mut Page);
            }
        }
        NOBODY
    }

    /// Gives the socket that the packet is for, when it is an event that wants no answer: there is no more to tell.
    fn packet(&mut self, kind: Kind, at: i32, id: f64) -> i32 {
        let socket = SocketId(at.cast_unsigned());
        if !self.machine.is_active(socket) {
            return NOBODY;
        }
        match kind {
            Kind::Connect if host::accepts() > 0 => {
                self.machine.accepted(socket);
                host::tell_accepted(at);
            }
            Kind::Connect => {
                failure(WRONG_PROTOCOL, "ERR_WRONG_PROTOCOL", f64::NAN);
                tell(Target::Socket(socket), "connect_error");
            }
            Kind::ConnectError => {
                host::leave(at);
                self.machine.refused(socket, &mut Page);
                host::tell_refused(at);
            }
            Kind::Disconnect => {
                host::leave(at);
                self.machine.sent_away(socket, &mut Page);
            }
            Kind::Event if id < 0.0 => return at,
            Kind::Event => host::tell_event(at, id),
            Kind::Ack => host::tell_ack(at, id),
        }
        NOBODY
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

fn status(status: i32) -> u16 {
    u16::try_from(status).unwrap_or(0)
}

fn limit(timeout: f64) -> Option<Millis> {
    (timeout >= 0.0).then(|| millis(timeout))
}
