//! The HTTP side: which request belongs to which session, and every answer on the wire (Engine.IO v4, "Transports").
//! What is refused is answered clearly and logged in one line, without the session's id.

mod admission;
mod answer;
mod body;
mod coding;
mod cors;
mod polling;
mod response;
mod service;
mod upgrade;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use parlor_protocol::engine::TransportKind;
use parlor_protocol::engine::request::{self, Refusal, Route};

use self::admission::Unadmitted;
pub use self::response::Body;
pub use self::service::{Layer, NotFound, Service};
use crate::ending::Phase;
use crate::engine::Refused;
use crate::server::{Session, Shared};
use crate::{Handshake, websocket};

/// The body of every answer of the server's own.
pub(crate) type ResponseBody = Full<Bytes>;

async fn answer_request<B>(shared: &Arc<Shared>, request: Request<B>) -> Response<ResponseBody>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    if shared.phase() == Phase::Closing {
        return answer::unavailable();
    }
    let (head, body) = request.into_parts();
    let mut request = Request::from_parts(head, ());
    let Some(cors) = &shared.config.cors else { return routed(shared, &mut request, body).await };
    if let Some(answer) = cors::preflight(cors, request.method(), request.headers()) {
        return answer;
    }
    let mut answer = routed(shared, &mut request, body).await;
    cors::allow(cors, request.headers().get(header::ORIGIN), answer.headers_mut());
    answer
}

async fn routed<B>(shared: &Arc<Shared>, request: &mut Request<()>, body: B) -> Response<ResponseBody>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    let query = Query::read(request.uri().query().unwrap_or_default());
    let is_upgrade = websocket::Handshake::is_wanted(request.headers());
    let (route, session) = match route(shared, request, &query, is_upgrade) {
        Ok(routed) => routed,
        Err(refusal) => return refused(shared, request, &query, &refusal.into(), is_upgrade),
    };
    let mut answer = match (route, session) {
        (Route::Handshake(kind), _) => handshake(shared, request, &query, kind).await,
        (Route::Poll, Some(session)) => polling::poll(shared, &session, request).await,
        (Route::Post, Some(session)) => polling::post(shared, &session, request, body).await,
        (Route::Upgrade, Some(session)) => upgrade::offer(shared, session, request),
        (_, None) => return refused(shared, request, &query, &Refusal::SessionUnknown.into(), is_upgrade),
    };
    if matches!(answer.status(), StatusCode::OK | StatusCode::SWITCHING_PROTOCOLS) {
        shared.hooks.decorate(answer.headers_mut(), request, matches!(route, Route::Handshake(_)));
    }
    answer
}

/// Opens a session, if the client may have one.
async fn handshake(
    shared: &Arc<Shared>,
    request: &mut Request<()>,
    query: &Query,
    kind: TransportKind,
) -> Response<ResponseBody> {
    match (admission::admit(shared, Handshake::new(request), query.eio.as_deref()).await, kind) {
        (Ok(admitted), TransportKind::Polling) => polling::handshake(shared, admitted).await,
        (Ok(admitted), TransportKind::WebSocket) => upgrade::handshake(shared, admitted, request),
        (Err(Unadmitted::Refused(why)), _) => {
            refused(shared, request, query, &why, kind == TransportKind::WebSocket)
        }
        (Err(Unadmitted::Full), _) => {
            shared.metrics.handshakes_refused.add(1);
            answer::unavailable()
        }
    }
}

fn route(
    shared: &Shared,
    request: &Request<()>,
    query: &Query,
    upgrade: bool,
) -> Result<(Route, Option<Session>), Refusal> {
    let sid = query.sid.as_deref().filter(|_| !query.is_handshake());
    let session = sid.map(|sid| shared.session(sid));
    let known = session.as_ref().map(|session| match session {
        Some(session) => request::Session::Live(session.link.transport()),
        None => request::Session::Unknown,
    });
    let facts = request::Request {
        method: match *request.method() {
            Method::GET => request::Method::Get,
            Method::POST => request::Method::Post,
            _ => request::Method::Other,
        },
        upgrade,
        transport: query.transport.as_deref(),
        eio: query.eio.as_deref(),
        // The HTTP parser lets no other characters through.
        origin_valid: true,
        session: known,
    };
    let route = request::route(&facts, &shared.config.transports)?;
    Ok((route, session.flatten()))
}

fn refused(
    shared: &Shared,
    request: &Request<()>,
    query: &Query,
    refused: &Refused,
    is_upgrade: bool,
) -> Response<ResponseBody> {
    shared.metrics.requests_refused.add(&refused.refusal, 1);
    if query.is_handshake() {
        shared.metrics.handshakes_refused.add(1);
    }
    let (method, refusal) = (request.method(), refused.message());
    if refused.refusal == Refusal::SessionUnknown {
        // What every client asks once after a restart of the server.
        tracing::info!(%method, is_upgrade, refusal, "a request was refused");
    } else {
        tracing::warn!(%method, is_upgrade, refusal, "a request was refused");
    }
    shared.hooks.tell(request, refused);
    answer::refusal(refused, is_upgrade)
}

/// What the query says to this server; everything else in it is the application's.
#[derive(Debug, Default, PartialEq, Eq)]
struct Query {
    transport: Option<String>,
    eio: Option<String>,
    sid: Option<String>,
}

impl Query {
    /// Of a key that is given twice the first counts.
    fn read(query: &str) -> Self {
        let mut read = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match &*key {
                "transport" => &mut read.transport,
                "EIO" => &mut read.eio,
                "sid" => &mut read.sid,
                _ => continue,
            };
            slot.get_or_insert_with(|| value.into_owned());
        }
        read
    }

    /// Whether a new session is asked for. An empty id is none, as in engine.io.
    fn is_handshake(&self) -> bool {
        self.sid.as_deref().is_none_or(str::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_a_key_counts_and_other_keys_are_not_ours() {
        let query = Query::read("EIO=4&transport=polling&transport=websocket&t=x&sid=a%2Db&token=1");
        let expected =
            Query { transport: Some("polling".into()), eio: Some("4".into()), sid: Some("a-b".into()) };
        assert_eq!(query, expected);
        assert_eq!(Query::read(""), Query::default());
    }
}
