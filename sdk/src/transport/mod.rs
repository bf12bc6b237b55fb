//! The ways to carry packets. Each lets go of its callbacks and tasks when it is dropped.

pub(crate) mod frame;
mod polling;

use std::rc::Rc;

use parlor_protocol::engine::{Packet, TransportId, TransportKind};

use self::polling::Polling;
use crate::connection::{Happened, Report, TransportInput};
use crate::endpoint::Endpoint;
use crate::platform::WebSocket;
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
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reporter").field("id", &self.id).finish_non_exhaustive()
    }
}
