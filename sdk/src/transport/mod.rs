//! The browser's ways to carry packets. Each owns its callbacks, and lets go of them when it is dropped.

pub(crate) mod frame;
mod polling;
mod request;
mod websocket;

use std::rc::Rc;

use parlor_protocol::engine::{Packet, TransportId, TransportKind};

use self::polling::Polling;
use self::websocket::WebSocket;
use crate::connection::{Happened, Report, TransportInput};
use crate::endpoint::Endpoint;
use crate::transport::frame::Message;

/// One transport of one session.
#[derive(Debug)]
pub(crate) enum Transport {
    Polling(Polling),
    WebSocket(WebSocket),
}

impl Transport {
    pub(crate) fn open(
        kind: TransportKind,
        endpoint: &Rc<Endpoint>,
        sid: Option<&str>,
        reporter: Reporter,
    ) -> Self {
        match kind {
            TransportKind::Polling => Self::Polling(Polling::new(Rc::clone(endpoint), sid, reporter)),
            TransportKind::WebSocket => Self::WebSocket(WebSocket::open(endpoint, sid, reporter)),
        }
    }

    pub(crate) fn poll(&self) {
        match self {
            Self::Polling(polling) => polling.poll(),
            Self::WebSocket(_) => {}
        }
    }

    pub(crate) fn write(&self, packets: Vec<Packet<Message>>) {
        match self {
            Self::Polling(polling) => polling.write(packets),
            Self::WebSocket(websocket) => websocket.write(packets),
        }
    }

    /// Closes it. Only polling has to say farewell: a WebSocket is seen to close.
    pub(crate) fn close(self, farewell: bool) {
        match self {
            Self::Polling(polling) => polling.close(farewell),
            Self::WebSocket(websocket) => drop(websocket),
        }
    }
}

/// How a transport reports, under its name.
#[derive(Clone)]
pub(crate) struct Reporter {
    pub(crate) id: TransportId,
    pub(crate) report: Report,
}

impl Reporter {
    pub(crate) fn tell(&self, input: impl FnOnce(TransportId) -> TransportInput) {
        (self.report)(Happened::Transport(input(self.id)));
    }

    /// Tells it from a microtask: for what is known while the driver is still calling.
    pub(crate) fn tell_soon(&self, input: impl FnOnce(TransportId) -> TransportInput + 'static) {
        let reporter = self.clone();
        wasm_bindgen_futures::spawn_local(async move { reporter.tell(input) });
    }
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reporter").field("id", &self.id).finish_non_exhaustive()
    }
}
