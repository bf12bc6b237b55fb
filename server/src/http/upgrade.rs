//! Requests that become WebSockets: for a new session, or for one that is on polling.

use std::sync::Arc;

use http::{Request, Response};
use hyper::upgrade::{self, OnUpgrade};
use hyper_util::rt::TokioIo;
use parlor_protocol::engine::request::Refusal;
use tokio::time;

use super::polling::draw_sid;
use super::{ResponseBody, answer};
use crate::Handshake;
use crate::connection::{self, AcceptedWebSocket, Command, Opening};
use crate::server::{Session, Shared};
use crate::websocket::{self, Options, WebSocket};

/// Opens a session on a WebSocket.
pub(super) fn handshake<B>(shared: &Arc<Shared>, mut request: Request<B>) -> Response<ResponseBody> {
    let answer = match websocket::Handshake::check(&request) {
        Ok(handshake) => handshake.response(),
        Err(error) => {
            shared.metrics.handshakes_refused.add(1);
            return refused(error);
        }
    };
    let Some(sid) = draw_sid() else { return answer::refusal(Refusal::BadRequest, true) };
    let upgrade = upgrade::on(&mut request);
    let handshake = Handshake::new(&request.into_parts().0);
    let shared = shared.clone();
    tokio::spawn(async move {
        if let Some(websocket) = upgraded(&shared, upgrade).await {
            connection::open(&shared, sid, handshake, Opening::WebSocket(websocket));
        }
    });
    answer
}

/// Offers a WebSocket to a session that is on polling.
pub(super) fn offer<B>(
    shared: &Arc<Shared>,
    session: Session,
    mut request: Request<B>,
) -> Response<ResponseBody> {
    let answer = match websocket::Handshake::check(&request) {
        Ok(handshake) => handshake.response(),
        Err(error) => return refused(error),
    };
    let upgrade = upgrade::on(&mut request);
    let shared = shared.clone();
    tokio::spawn(async move {
        if let Some(websocket) = upgraded(&shared, upgrade).await {
            // A session that has ended meanwhile needs no WebSocket.
            let _ = session.commands.send(Command::WebSocket(websocket)).await;
        }
    });
    answer
}

/// What the connection is once the answer 101 has been sent.
async fn upgraded(shared: &Shared, upgrade: OnUpgrade) -> Option<Box<AcceptedWebSocket>> {
    match time::timeout(shared.config.upgrade_timeout, upgrade).await {
        Ok(Ok(upgraded)) => {
            let options = Options { max_message_bytes: shared.config.max_http_buffer_bytes, deflate: None };
            Some(Box::new(WebSocket::new(TokioIo::new(upgraded), options)))
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "a connection did not become a WebSocket: does the HTTP server do upgrades?");
            None
        }
        Err(_) => {
            tracing::debug!("a connection did not become a WebSocket in time");
            None
        }
    }
}

fn refused(error: websocket::HandshakeError) -> Response<ResponseBody> {
    tracing::warn!(%error, "a request for a WebSocket was refused");
    error.response()
}
