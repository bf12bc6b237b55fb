//! What is counted where it happens. Adding is one relaxed atomic addition; what happens for every packet is added up
//! in its connection's [`Tally`] first, and moves here once per turn of the connection's task.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

use parlor_protocol::Reason;
use parlor_protocol::engine::TransportKind;
use parlor_protocol::engine::request::Refusal;

use super::{Family, Kind, Sample};
use crate::websocket::{Deflate, Frame};

/// Declares the counters that have no label: the field, its sentence, its name.
macro_rules! counters {
    ($(#[doc = $help:literal] $field:ident: $name:literal,)* ; $(#[doc = $by_help:literal] $by:ident: $by_name:literal by $label:ty,)*) => {
        /// Everything that one server counts.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(#[doc = $help] pub(crate) $field: Counter,)*
            $(#[doc = $by_help] pub(crate) $by: CounterBy<$label>,)*
        }

        impl Counters {
            /// All of them, as they are now.
            pub(super) fn families(&self) -> Vec<Family> {
                vec![
                    $(self.$by.family($by_name, $by_help),)*
                    $(self.$field.family($name, $help),)*
                ]
            }
        }
    };
}

counters! {
    /// Connections that moved from polling to a WebSocket.
    upgrades: "parlor_upgrades_total",
    /// Requests for a new connection that were refused, whatever the reason.
    handshakes_refused: "parlor_handshakes_refused_total",
    /// Engine.IO packets that came from clients.
    packets_received: "parlor_packets_received_total",
    /// Engine.IO packets that were given to transports.
    packets_sent: "parlor_packets_sent_total",
    /// Events that came from clients.
    events_received: "parlor_events_received_total",
    /// Events that were emitted, once for each recipient.
    events_sent: "parlor_events_sent_total",
    /// Volatile events that were dropped because their recipient was not ready, once for each.
    volatile_dropped: "parlor_volatile_dropped_total",
    /// Connections cut off because more than max_queue_bytes waited for them.
    slow_consumers: "parlor_slow_consumers_total",
    /// Connections cut off because nothing could be written to them for too long.
    write_timeouts: "parlor_write_timeouts_total",
    /// Events over the rate limit: they waited, or ended their connection.
    rate_limited_events: "parlor_rate_limited_events_total",
    /// Clients that a middleware did not let into a namespace.
    middleware_refusals: "parlor_middleware_refusals_total",
    /// Events that were not handled: a middleware refused them, or their arguments did not fit.
    event_errors: "parlor_event_errors_total",
    /// Handlers of sockets, and middlewares, that panicked.
    handler_panics: "parlor_handler_panics_total",
    /// Messages of the chat that were stored.
    chat_messages_stored: "parlor_chat_messages_stored_total",
    ;
    /// Connections that were opened, by their first transport.
    connections_opened: "parlor_connections_opened_total" by TransportKind,
    /// Connections that were closed, by reason.
    connections_closed: "parlor_connections_closed_total" by Reason,
    /// Requests that were refused, by the code of Socket.IO that the client got.
    requests_refused: "parlor_requests_refused_total" by Refusal,
    /// Bytes of messages that came from clients, when they are unpacked, by transport.
    bytes_received: "parlor_received_bytes_total" by TransportKind,
    /// Bytes that were given to transports, with the heads of WebSocket frames, before they are compressed, by transport.
    bytes_sent: "parlor_sent_bytes_total" by TransportKind,
    /// Messages that were compressed, a broadcast once for many recipients, and polling bodies; by transport.
    compressions: "parlor_compressions_total" by TransportKind,
    /// Clients that came back and asked for what they had missed, by how that went.
    recoveries: "parlor_recoveries_total" by Recovery,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn family(&self, name: &'static str, help: &'static str) -> Family {
        let samples = vec![Sample { label: String::new(), value: self.value() }];
        Family { name, help: help.trim(), kind: Kind::Counter, label: None, samples }
    }
}

/// One counter for each value of a label.
#[derive(Debug)]
pub(crate) struct CounterBy<L> {
    counters: Box<[Counter]>,
    label: PhantomData<L>,
}

impl<L: Label> CounterBy<L> {
    pub(crate) fn add(&self, label: &L, count: u64) {
        let at = L::ALL.iter().position(|each| each == label);
        if let Some(counter) = at.and_then(|at| self.counters.get(at)) {
            counter.add(count);
        }
    }

    fn family(&self, name: &'static str, help: &'static str) -> Family {
        let counted = L::ALL.iter().zip(&self.counters);
        let sample =
            |(label, counter): (&L, &Counter)| Sample { label: label.text(), value: counter.value() };
        let samples = counted.map(sample).collect();
        Family { name, help: help.trim(), kind: Kind::Counter, label: Some(L::NAME), samples }
    }
}

impl<L: Label> Default for CounterBy<L> {
    fn default() -> Self {
        Self { counters: L::ALL.iter().map(|_| Counter::default()).collect(), label: PhantomData }
    }
}

/// What tells the counters of one metric apart. The values are few and no client chooses them.
pub(crate) trait Label: PartialEq + Sized + 'static {
    const NAME: &'static str;
    const ALL: &'static [Self];
    fn text(&self) -> String;
}

impl Label for TransportKind {
    const NAME: &'static str = "transport";
    const ALL: &'static [Self] = &[Self::Polling, Self::WebSocket];

    fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

impl Label for Reason {
    const NAME: &'static str = "reason";
    /// Those with which a connection can end on a server.
    const ALL: &'static [Self] = &[
        Self::TransportClose,
        Self::TransportError,
        Self::PingTimeout,
        Self::ParseError,
        Self::ForcedClose,
        Self::ForcedServerClose,
        Self::ServerShuttingDown,
        Self::ClientNamespaceDisconnect,
        Self::ServerNamespaceDisconnect,
    ];

    fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

impl Label for Refusal {
    const NAME: &'static str = "code";
    const ALL: &'static [Self] = &[
        Self::TransportUnknown,
        Self::SessionUnknown,
        Self::BadHandshakeMethod,
        Self::BadRequest,
        Self::Forbidden,
        Self::UnsupportedProtocol,
        Self::MethodNotAllowed,
    ];

    fn text(&self) -> String {
        self.code().map_or_else(|| "none".to_owned(), |code| code.to_string())
    }
}

/// How it went for a client that asked for its old session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recovery {
    Succeeded,
    Failed,
}

impl Label for Recovery {
    const NAME: &'static str = "result";
    const ALL: &'static [Self] = &[Self::Succeeded, Self::Failed];

    fn text(&self) -> String {
        match self {
            Self::Succeeded => "success".to_owned(),
            Self::Failed => "failure".to_owned(),
        }
    }
}

/// What one connection's task counts during a turn, without atomics.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) packets_received: usize,
    pub(crate) packets_sent: usize,
    pub(crate) events_received: usize,
    pub(crate) polling: Traffic,
    pub(crate) websocket: Traffic,
}

/// The bytes that passed over one kind of transport.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) bytes_received: usize,
    pub(crate) bytes_sent: usize,
    pub(crate) compressions: usize,
}

impl Traffic {
    /// A frame goes to a recipient who agreed to this about compression: it is compressed now, if nobody needed it so
    /// before.
    pub(crate) fn add_frame(&mut self, frame: &Frame, deflate: Option<Deflate>) {
        self.bytes_sent += frame.wire_bytes();
        self.compressions += usize::from(deflate.is_some_and(|deflate| frame.deflate_for(deflate)));
    }
}

impl Tally {
    /// Adds all of it to the server's counters, and begins anew.
    pub(crate) fn move_to(&mut self, counters: &Counters) {
        let tally = std::mem::take(self);
        let (polling, websocket) = (tally.polling, tally.websocket);
        let add = |counter: &Counter, count: usize| {
            if count > 0 {
                counter.add(count as u64);
            }
        };
        let add_by = |counter: &CounterBy<TransportKind>, transport: TransportKind, count: usize| {
            if count > 0 {
                counter.add(&transport, count as u64);
            }
        };
        add(&counters.packets_received, tally.packets_received);
        add(&counters.packets_sent, tally.packets_sent);
        add(&counters.events_received, tally.events_received);
        add_by(&counters.bytes_received, TransportKind::Polling, polling.bytes_received);
        add_by(&counters.bytes_received, TransportKind::WebSocket, websocket.bytes_received);
        add_by(&counters.bytes_sent, TransportKind::Polling, polling.bytes_sent);
        add_by(&counters.bytes_sent, TransportKind::WebSocket, websocket.bytes_sent);
        add_by(&counters.compressions, TransportKind::WebSocket, websocket.compressions);
    }
}
