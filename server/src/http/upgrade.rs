//! Requests that become WebSockets: for a new session, or for one that is on polling.

use std::sync::Arc;

use http::{Request, Response};
use hyper::upgrade::{self, OnUpgrade};
use tokio::time;

use super::ResponseBody;
use super::admission::Admitted;
use crate::connection::{self, AcceptedWebSocket, Command, Opening};
use crate::server::{Session, Shared};
use crate::stream::Stream;
use crate::websocket::{self, Options, WebSocket};
use crate::write_deadline::WriteDeadline;

/// Opens a session on a WebSocket.
pub(super) fn handshake(
    shared: &Arc<Shared>,
    admitted: Admitted,
    request: &mut Request<()>,
) -> Response<ResponseBody> {
    let (answer, options) = match accepted(shared, request) {
        Ok(accepted) => accepted,
        Err(error) => {
            shared.metrics.handshakes_refused.add(1);
            return refused(error);
        }
    };
    let upgrade = upgrade::on(request);
    let shared = shared.clone();
    tokio::spawn(async move {
        let Admitted { sid, handshake, counted, under_way } = admitted;
        if let Some(websocket) = upgraded(&shared, upgrade, options).await {
            connection::open(&shared, sid, handshake, counted, Opening::WebSocket(websocket));
        }
        drop(under_way);
    });
    answer
}

/// Offers a WebSocket to a session that is on polling.
pub(super) fn offer(
    shared: &Arc<Shared>,
    session: Session,
    request: &mut Request<()>,
) -> Response<ResponseBody> {
    let (answer, options) = match accepted(shared, request) {
        Ok(accepted) => accepted,
        Err(error) => return refused(error),
    };
    let upgrade = upgrade::on(request);
    let shared = shared.clone();
    tokio::spawn(async move {
        if let Some(websocket) = upgraded(&shared, upgrade, options).await {
            // A session that has ended meanwhile needs no WebSocket.
            let _ = session.commands.send(Box::new(Command::WebSocket(websocket))).await;
        }
    });
    answer
}

/// The answer 101, and what it promises.
fn accepted(
    shared: &Shared,
    request: &Request<()>,
) -> Result<(Response<ResponseBody>, Options), websocket::HandshakeError> {
    let mut handshake = websocket::Handshake::check(request)?;
    let deflate = shared.config.per_message_deflate.and_then(|_| handshake.accept_deflate());
    let options = Options { max_message_bytes: shared.config.max_http_buffer_bytes, deflate };
    Ok((handshake.response(), options))
}

/// What the connection is once the answer 101 has been sent.
async fn upgraded(shared: &Shared, upgrade: OnUpgrade, options: Options) -> Option<Box<AcceptedWebSocket>> {
    match time::timeout(shared.config.upgrade_timeout, upgrade).await {
        Ok(Ok(upgraded)) => {
            let (stream, unread) = Stream::new(upgraded);
            let stream = WriteDeadline::new(stream, shared.config.write_timeout);
            Some(Box::new(WebSocket::with_unread(stream, unread, options)))
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
