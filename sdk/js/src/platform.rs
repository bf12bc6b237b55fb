//! The page as the driver sees it.

use alloc::vec::Vec;

use parlor_client::driver::Platform;
use parlor_protocol::Instant;
use parlor_protocol::engine::{self, Packet, TransportId, TransportKind};
use parlor_protocol::socket::TextCodec;
use wasm_bindgen::JsValue;

use crate::edge::{JsEdge, Outgoing};
use crate::host;
use crate::text::to_js;
use crate::wire;

/// Transports, timer and clock of the page.
#[derive(Debug)]
pub(crate) struct JsPlatform {
    /// Whether binary messages go as text on a WebSocket too.
    pub(crate) base64: bool,
    /// The WebSockets among the transports in use: two while one takes over, at most.
    websockets: Vec<TransportId>,
    /// When the timer is going to fire.
    armed: Option<Instant>,
}

impl JsPlatform {
    pub(crate) const fn new(base64: bool) -> Self {
        Self { base64, websockets: Vec::new(), armed: None }
    }

    /// The timer has fired.
    pub(crate) const fn fired(&mut self) {
        self.armed = None;
    }
}

impl Platform for JsPlatform {
    type Codec = TextCodec<JsEdge>;

    fn now(&self) -> Instant {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "milliseconds since 1970"
        )]
        Instant::from_millis(host::now() as u64)
    }

    fn open(&mut self, transport: TransportId, kind: TransportKind, sid: Option<&str>) {
        if kind == TransportKind::WebSocket {
            self.websockets.push(transport);
        }
        let sid = sid.map_or(JsValue::UNDEFINED, to_js);
        host::open_transport(name(transport), &to_js(kind.as_str()), &to_js(engine::PROTOCOL), &sid);
    }

    fn poll(&mut self, transport: TransportId) {
        host::poll(name(transport));
    }

    fn write(&mut self, transport: TransportId, packets: Vec<Packet<Outgoing>>) {
        if !self.websockets.contains(&transport) {
            return host::post(name(transport), &wire::body(packets));
        }
        for packet in packets {
            host::frame(name(transport), &wire::frame(packet, self.base64));
        }
        host::taken(name(transport));
    }

    fn close(&mut self, transport: TransportId, farewell: bool) {
        let websocket = self.websockets.contains(&transport);
        if farewell && !websocket {
            host::post(name(transport), &wire::farewell());
        }
        host::close_transport(name(transport));
        self.websockets.retain(|open| *open != transport);
    }

    /// Every ping moves the deadline, and setting a timer costs more than handling a ping: one that fires early is
    /// left alone, and set anew then.
    fn wake_at(&mut self, deadline: Option<Instant>) {
        let Some(at) = deadline else {
            self.armed = None;
            return host::wake(-1.0);
        };
        if self.armed.is_none_or(|armed| at < armed) {
            self.armed = deadline;
            #[expect(
                clippy::cast_precision_loss,
                reason = "far beyond any timer where it loses a millisecond"
            )]
            host::wake((at - self.now()).as_millis() as f64);
        }
    }
}

/// A transport as JavaScript names it.
fn name(transport: TransportId) -> i32 {
    transport.0.cast_signed()
}
