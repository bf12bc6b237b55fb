//! The HTTP side: which request belongs to which session, and every answer on the wire (Engine.IO v4, "Transports").
//! What is refused is answered clearly and logged in one line, without the session's id.

mod answer;
mod body;
mod cors;
mod polling;
mod upgrade;

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, header};
use http_body_util::Full;
use parlor_protocol::engine::TransportKind;
use parlor_protocol::engine::request::{self, Refusal, Route};

use crate::server::{Session, Shared};
use crate::websocket;

/// The body of every answer.
pub(crate) type ResponseBody = Full<Bytes>;

/// The HTTP side of a server, for `tower` and for `hyper`: made by [`Server::service`](crate::Server::service).
///
/// WebSockets need an HTTP server that supports upgrades, as hyper's does `with_upgrades`.
///
/// # Examples
///
/// ```
/// use http_body_util::Full;
/// use parlor_server::{Config, Server};
/// use tower_service::Service;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let mut service = Server::new(Config::default()).service();
/// let request = http::Request::get("/socket.io/?EIO=3&transport=polling").body(Full::<bytes::Bytes>::default())?;
/// assert_eq!(service.call(request).await?.status(), 400);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Service {
    shared: Arc<Shared>,
    path: Arc<str>,
}

impl Service {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let path = shared.config.request_path().into();
        Self { shared, path }
    }

    /// Answers one request.
    pub(crate) fn answer<B>(
        &self,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response<ResponseBody>, Infallible>> + Send + use<B>
    where
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: fmt::Display,
    {
        let (shared, path) = (self.shared.clone(), self.path.clone());
        async move { Ok(answer_request(&shared, &path, request).await) }
    }
}

async fn answer_request<B>(shared: &Arc<Shared>, path: &str, request: Request<B>) -> Response<ResponseBody>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    if request.uri().path() != path {
        return answer::not_found();
    }
    if shared.is_closing() {
        return answer::unavailable();
    }
    let Some(cors) = &shared.config.cors else { return routed(shared, request).await };
    if let Some(answer) = cors::preflight(cors, request.method(), request.headers()) {
        return answer;
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut answer = routed(shared, request).await;
    cors::allow(cors, origin.as_ref(), answer.headers_mut());
    answer
}

async fn routed<B>(shared: &Arc<Shared>, request: Request<B>) -> Response<ResponseBody>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    let query = Query::read(request.uri().query().unwrap_or_default());
    let is_upgrade = websocket::Handshake::is_wanted(request.headers());
    let (route, session) = match route(shared, &request, &query, is_upgrade) {
        Ok(routed) => routed,
        Err(refusal) => return refused(shared, &request, &query, refusal, is_upgrade),
    };
    match (route, session) {
        (Route::Handshake(TransportKind::Polling), _) => polling::handshake(shared, request).await,
        (Route::Handshake(TransportKind::WebSocket), _) => upgrade::handshake(shared, request),
        (Route::Poll, Some(session)) => polling::poll(&session).await,
        (Route::Post, Some(session)) => polling::post(shared, &session, request).await,
        (Route::Upgrade, Some(session)) => upgrade::offer(shared, session, request),
        (_, None) => refused(shared, &request, &query, Refusal::SessionUnknown, is_upgrade),
    }
}

fn route<B>(
    shared: &Shared,
    request: &Request<B>,
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
    if matches!(route, Route::Handshake(_)) {
        request::check_protocol(query.eio.as_deref())?;
    }
    Ok((route, session.flatten()))
}

fn refused<B>(
    shared: &Shared,
    request: &Request<B>,
    query: &Query,
    refusal: Refusal,
    is_upgrade: bool,
) -> Response<ResponseBody> {
    shared.metrics.requests_refused.add(&refusal, 1);
    if query.is_handshake() {
        shared.metrics.handshakes_refused.add(1);
    }
    let method = request.method();
    if refusal == Refusal::SessionUnknown {
        // What every client asks once after a restart of the server.
        tracing::info!(%method, is_upgrade, %refusal, "a request was refused");
    } else {
        tracing::warn!(%method, is_upgrade, %refusal, "a request was refused");
    }
    answer::refusal(refusal, is_upgrade)
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

type Answering = Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, Infallible>> + Send>>;

impl<B> tower_service::Service<Request<B>> for Service
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answering {
        Box::pin(self.answer(request))
    }
}

impl<B> hyper::service::Service<Request<B>> for Service
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<B>) -> Answering {
        Box::pin(self.answer(request))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("path", &self.path).finish_non_exhaustive()
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
