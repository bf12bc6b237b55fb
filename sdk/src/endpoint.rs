//! Where requests go and what they carry: all that a transport needs to know of the user's choices.

use parlor_protocol::engine::TransportKind;

use crate::platform::Network;
use crate::url::{Request, Server};

/// A server as transports reach it.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) server: Server,
    pub(crate) websocket_path: String,
    pub(crate) polling_path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) network: Network,
}

impl Endpoint {
    /// The address of a request. Polling has a `cache_buster`, or else a proxy may answer an old poll again.
    pub(crate) fn url(&self, kind: TransportKind, cache_buster: Option<&str>, sid: Option<&str>) -> String {
        let path = match kind {
            TransportKind::Polling => &self.polling_path,
            TransportKind::WebSocket => &self.websocket_path,
        };
        self.server.request(&Request { kind, path, query: &self.query, cache_buster, sid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_transport_has_its_own_path() {
        let endpoint = Endpoint {
            server: Server::parse("https://h", None).unwrap(),
            websocket_path: "/ws/".into(),
            polling_path: "/http/".into(),
            query: Vec::new(),
            network: Network::new(Vec::new(), false),
        };
        let polling = endpoint.url(TransportKind::Polling, Some("abcd1234"), None);
        assert_eq!(polling, "https://h/http/?EIO=4&transport=polling&t=abcd1234");
        let websocket = endpoint.url(TransportKind::WebSocket, None, Some("S"));
        assert_eq!(websocket, "wss://h/ws/?EIO=4&transport=websocket&sid=S");
    }
}
