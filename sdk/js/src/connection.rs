//! What JavaScript asks of the core: `connection.mjs` is the only caller, and calls the exports directly.
//!
//! Sockets, transports and answers are named by numbers. After each call everything there is to tell has been handed
//! to the facade.

use core::time::Duration;

use parlor_client::driver::Driver;
use parlor_protocol::Reason;
use parlor_protocol::client::{Config, Input, SocketId};
use parlor_protocol::engine::client::{self as engine, Failure};
use parlor_protocol::engine::{Packet, TransportId};
use parlor_protocol::socket::client::{Ask, Emit};
use parlor_protocol::socket::{AckKey, RESERVED_EVENTS, TextCodec};
use wasm_bindgen::prelude::*;

use crate::edge::{JsEdge, Outgoing};
use crate::host;
use crate::platform::JsPlatform;
use crate::tell::tell;
use crate::text::{to_js, to_rust};
use crate::wire::{self, Incoming, millis};

/// One connection to one server.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Connection {
    driver: Driver<JsPlatform>,
}

/// The bits of `Connection::emit`'s flags.
const VOLATILE: i32 = 1;
const COMPRESS: i32 = 2;

/// Longer than a URL may be, and the name of a namespace comes from one.
const MAX_NAMESPACE_UNITS: usize = 8192;

/// The event names that nobody may emit, in an array.
#[wasm_bindgen]
pub fn reserved() -> JsValue {
    let names = host::list();
    for name in RESERVED_EVENTS {
        host::push(&names, &to_js(name));
    }
    names
}

#[wasm_bindgen]
impl Connection {
    /// A connection that does nothing yet. `transports` is an array of names; `timeout`, in milliseconds, waits for
    /// ever below 0; `seed` is random.
    #[wasm_bindgen(constructor)]
    pub fn new(transports: &JsValue, upgrade: i32, timeout: f64, seed: f64, base64: i32) -> Self {
        let config = Config {
            engine: engine::Config { transports: wire::transports(transports), upgrade: upgrade != 0 },
            timeout: limit(timeout),
            ..Config::default()
        };
        let platform = JsPlatform::new(base64 != 0);
        Self { driver: Driver::new(config, TextCodec::new(JsEdge), seed.to_bits(), platform) }
    }

    /// When to try again: times in milliseconds, any number of attempts below 0.
    pub fn reconnection(
        &mut self,
        enabled: i32,
        attempts: f64,
        delay: f64,
        delay_max: f64,
        randomization: f64,
    ) {
        let config = self.driver.client_mut().reconnection();
        config.enabled = enabled != 0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
        let max_attempts = (attempts >= 0.0).then_some(attempts as u32);
        config.max_attempts = max_attempts;
        config.delay = millis(delay);
        config.delay_max = millis(delay_max);
        config.randomization = randomization;
    }

    /// The socket of a namespace.
    pub fn socket(&mut self, namespace: &JsValue) -> i32 {
        let namespace = to_rust(namespace, MAX_NAMESPACE_UNITS).unwrap_or_default();
        self.driver.socket(&namespace).0.cast_signed()
    }

    /// Opens the connection, also without a socket.
    pub fn open(&mut self) {
        self.input(Input::Open);
    }

    /// Closes the connection and stays away.
    pub fn close(&mut self) {
        self.input(Input::Close);
    }

    /// Ends the session as if it had been lost: it comes back.
    pub fn end(&mut self) {
        self.transport(engine::Input::Discard(Reason::ForcedClose));
    }

    /// Connects a socket.
    pub fn connect(&mut self, socket: i32) {
        self.input(Input::Connect(id(socket)));
    }

    /// The data of CONNECT, `undefined` for none.
    pub fn authenticate(&mut self, socket: i32, data: JsValue) {
        let data = (!data.is_undefined()).then_some(data);
        self.input(Input::Authenticate(id(socket), data));
    }

    /// Disconnects a socket.
    pub fn disconnect(&mut self, socket: i32) {
        self.input(Input::Disconnect(id(socket)));
    }

    /// Sends an event. Below 0 `key` wants no answer, and `timeout` waits for it for ever.
    pub fn emit(&mut self, socket: i32, data: JsValue, flags: i32, key: i32, timeout: f64) {
        let ask = |key| Ask { key: AckKey(key), timeout: limit(timeout) };
        let ack = u32::try_from(key).ok().map(ask);
        let emit = Emit { data, ack, volatile: flags & VOLATILE != 0, compress: flags & COMPRESS != 0 };
        self.input(Input::Emit(id(socket), emit));
    }

    /// Answers an event.
    pub fn answer(&mut self, socket: i32, ack: f64, data: JsValue) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an id that came from here"
        )]
        self.input(Input::Answer(id(socket), ack as u64, data));
    }

    /// The timer has fired.
    pub fn timeout(&mut self) {
        self.driver.platform_mut().fired();
        self.driver.timeout();
        self.tell();
    }

    /// A WebSocket is open.
    pub fn opened(&mut self, transport: i32) {
        self.transport(engine::Input::Opened(transport_id(transport)));
    }

    /// A WebSocket brought a text.
    pub fn text(&mut self, transport: i32, text: JsValue) {
        self.packet(transport, wire::read(text));
    }

    /// A WebSocket brought bytes.
    pub fn binary(&mut self, transport: i32, bytes: JsValue) {
        self.packet(transport, Some(Packet::Message(Incoming::Binary(bytes))));
    }

    /// A poll brought a body.
    pub fn polled(&mut self, transport: i32, body: &JsValue) {
        for packet in wire::read_payload(body) {
            self.packet(transport, packet);
        }
        self.transport(engine::Input::Polled(transport_id(transport)));
    }

    /// A POST was answered, or a WebSocket took the frames.
    pub fn sent(&mut self, transport: i32) {
        self.transport(engine::Input::Sent(transport_id(transport)));
    }

    /// A poll failed, with that HTTP status or 0.
    pub fn poll_failed(&mut self, transport: i32, status: i32) {
        self.failed(transport, Failure::Poll(status_of(status)));
    }

    /// A POST failed, with that HTTP status or 0.
    pub fn post_failed(&mut self, transport: i32, status: i32) {
        self.failed(transport, Failure::Post(status_of(status)));
    }

    /// A WebSocket failed.
    pub fn websocket_failed(&mut self, transport: i32) {
        self.failed(transport, Failure::WebSocket);
    }

    /// A WebSocket is closed.
    pub fn closed(&mut self, transport: i32) {
        self.transport(engine::Input::Closed(transport_id(transport)));
    }
}

impl Connection {
    fn input(&mut self, input: Input<TextCodec<JsEdge>>) {
        self.driver.input(input);
        self.tell();
    }

    fn transport(&mut self, input: engine::Input<Incoming, Outgoing>) {
        self.input(Input::Transport(input));
    }

    fn packet(&mut self, transport: i32, packet: Option<Packet<Incoming>>) {
        if let Some(Packet::Open(handshake)) = &packet {
            host::join_session(transport, &to_js(&handshake.sid));
        }
        let transport = transport_id(transport);
        self.transport(match packet {
            Some(packet) => engine::Input::Received(transport, packet),
            None => engine::Input::Malformed(transport),
        });
    }

    fn failed(&mut self, transport: i32, failure: Failure) {
        self.transport(engine::Input::Failed(transport_id(transport), failure));
    }

    fn tell(&mut self) {
        while let Some(output) = self.driver.next_output() {
            tell(output);
        }
    }
}

fn id(socket: i32) -> SocketId {
    SocketId(socket.cast_unsigned())
}

fn transport_id(transport: i32) -> TransportId {
    TransportId(transport.cast_unsigned())
}

fn status_of(status: i32) -> u16 {
    u16::try_from(status).unwrap_or(0)
}

fn limit(timeout: f64) -> Option<Duration> {
    (timeout >= 0.0).then(|| millis(timeout))
}
