//! What the binary answers besides Socket.IO: its own three pages, and the assets.

use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use parlor_server::chat::Chat;
use parlor_server::{Metrics, Server};
use tower_service::Service;

use crate::assets::Assets;

/// The body of any answer.
pub(crate) type AnyBody = UnsyncBoxBody<Bytes, Box<dyn Error + Send + Sync>>;

/// Answers every request that is not for Socket.IO.
#[derive(Debug, Clone)]
pub(crate) struct Pages {
    pub(crate) io: Server,
    pub(crate) chat: Chat,
    pub(crate) assets: Option<Assets>,
}

impl Pages {
    async fn answer<B>(self, request: Request<B>) -> Response<AnyBody>
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        let page: fn(&Self) -> Response<AnyBody> = match request.uri().path() {
            "/healthz" => |_| text(StatusCode::OK, "alive\n"),
            "/readyz" => Self::ready,
            "/metrics" => Self::metrics,
            _ => {
                return match &self.assets {
                    Some(assets) => assets.answer(request).await,
                    None => text(StatusCode::NOT_FOUND, "not found\n"),
                };
            }
        };
        match *request.method() {
            Method::GET | Method::HEAD => page(&self),
            _ => text(StatusCode::METHOD_NOT_ALLOWED, "it takes GET\n"),
        }
    }

    /// Whether clients may be sent here: a line for each thing that must be well.
    fn ready(&self) -> Response<AnyBody> {
        let chat = match (self.chat.is_running(), self.chat.is_reachable()) {
            (true, true) => "ready",
            (true, false) => "database unreachable",
            (false, _) => "stopped",
        };
        let mut states = vec![
            ("server", if self.io.is_open() { "ready" } else { "draining" }, self.io.is_open()),
            ("chat", chat, chat == "ready"),
        ];
        if let Some(cluster) = self.io.adapter_status() {
            // Without the others it serves its own clients all the same: that is no reason to send them away.
            states.push(("cluster", if cluster.is_connected { "ready" } else { "unreachable" }, true));
        }
        let is_ready = states.iter().all(|(_, _, is_ready)| *is_ready);
        let words: String = states.iter().map(|(what, state, _)| format!("{what}: {state}\n")).collect();
        text(if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, words)
    }

    fn metrics(&self) -> Response<AnyBody> {
        let mut answer = text(StatusCode::OK, self.io.metrics().to_string());
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Metrics::CONTENT_TYPE));
        answer
    }
}

/// An answer in words, which nobody keeps.
pub(crate) fn text(status: StatusCode, words: impl Into<Bytes>) -> Response<AnyBody> {
    let body = Full::new(words.into()).map_err(|never| match never {});
    let mut answer = Response::new(AnyBody::new(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

impl<B> Service<Request<B>> for Pages
where
    B: Body<Data = Bytes> + Send + 'static,
{
    type Response = Response<AnyBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let pages = self.clone();
        Box::pin(async move { Ok(pages.answer(request).await) })
    }
}
