//! The server as a service of `tower` and of `hyper`, alone or in front of another one.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};

use super::response::Body;
use super::{ResponseBody, answer, answer_request};
use crate::config::Paths;
use crate::server::Shared;

/// The HTTP side of a server, for `tower` and for `hyper`: made by [`Server::service`](crate::Server::service).
///
/// It answers what is for its [`Config::path`](crate::Config::path), and passes everything else to the service behind
/// it: to [`NotFound`], unless [`Service::with_fallback`] or [`Layer`] put another one there.
///
/// WebSockets need an HTTP server that supports upgrades, as hyper's does `with_upgrades`, and axum's. The path is
/// taken from the request's URI. A router that takes a prefix off it, like axum's `nest_service`, leaves a `/`: then
/// that is the path to configure.
///
/// # Examples
///
/// ```
/// use http_body_util::Full;
/// use parlor_server::{Config, Server};
/// use tower_service::Service;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let io = Server::new(Config::default());
/// let mut service = io.service();
/// let request = http::Request::get("/socket.io/?EIO=3&transport=polling").body(Full::<bytes::Bytes>::default())?;
/// assert_eq!(service.call(request).await?.status(), 400);
///
/// // The same in front of an application of hyper's.
/// let application = hyper::service::service_fn(|_: http::Request<Full<bytes::Bytes>>| async {
///     Ok::<_, std::convert::Infallible>(http::Response::new(Full::new(bytes::Bytes::from("hello"))))
/// });
/// let service = io.service().with_fallback(application);
/// let request = http::Request::get("/hello").body(Full::<bytes::Bytes>::default())?;
/// assert_eq!(hyper::service::Service::call(&service, request).await?.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Service<S = NotFound> {
    server: Served,
    inner: S,
}

/// A server, and which requests are for it.
#[derive(Clone)]
struct Served {
    shared: Arc<Shared>,
    paths: Arc<Paths>,
}

impl Service {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let paths = Arc::new(shared.config.paths());
        Self { server: Served { shared, paths }, inner: NotFound }
    }

    /// Puts a service behind this one, for all requests that are not for it.
    #[must_use]
    pub fn with_fallback<S>(self, inner: S) -> Service<S> {
        Service { server: self.server, inner }
    }
}

impl Served {
    fn wants<B>(&self, request: &Request<B>) -> bool {
        self.paths.contain(request.uri().path())
    }

    fn answer<B>(&self, request: Request<B>) -> impl Future<Output = Response<ResponseBody>> + Send + use<B>
    where
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: fmt::Display,
    {
        let shared = self.shared.clone();
        async move { answer_request(&shared, request).await }
    }
}

/// An answer on its way.
type Answering<R, E> = Pin<Box<dyn Future<Output = Result<Response<Body<R>>, E>> + Send>>;

impl<S, B, R> tower_service::Service<Request<B>> for Service<S>
where
    S: tower_service::Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    type Response = Response<Body<R>>;
    type Error = S::Error;
    type Future = Answering<R, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if self.server.wants(&request) {
            let answer = self.server.answer(request);
            return Box::pin(async move { Ok(answer.await.map(Body::own)) });
        }
        let answer = self.inner.call(request);
        Box::pin(async move { Ok(answer.await?.map(Body::inner)) })
    }
}

impl<S, B, R> hyper::service::Service<Request<B>> for Service<S>
where
    S: hyper::service::Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Display,
{
    type Response = Response<Body<R>>;
    type Error = S::Error;
    type Future = Answering<R, S::Error>;

    fn call(&self, request: Request<B>) -> Self::Future {
        if self.server.wants(&request) {
            let answer = self.server.answer(request);
            return Box::pin(async move { Ok(answer.await.map(Body::own)) });
        }
        let answer = self.inner.call(request);
        Box::pin(async move { Ok(answer.await?.map(Body::inner)) })
    }
}

impl<S> fmt::Debug for Service<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("paths", &self.server.paths).finish_non_exhaustive()
    }
}

/// Puts a server in front of another service: made by [`Server::layer`](crate::Server::layer).
///
/// # Examples
///
/// In front of an axum router; `examples/axum.rs` is a whole program.
///
/// ```
/// use axum::{Router, routing::get};
/// use parlor_server::{Config, Server};
///
/// let io = Server::new(Config::default());
/// let app: Router = Router::new().route("/", get(|| async { "hello" })).layer(io.layer());
/// # let _ = app;
/// ```
#[derive(Debug, Clone)]
pub struct Layer(Service);

impl Layer {
    pub(crate) const fn new(service: Service) -> Self {
        Self(service)
    }
}

impl<S> tower_layer::Layer<S> for Layer {
    type Service = Service<S>;

    fn layer(&self, inner: S) -> Service<S> {
        self.0.clone().with_fallback(inner)
    }
}

/// The service behind a server that serves alone: answers 404 to everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotFound;

impl<B> tower_service::Service<Request<B>> for NotFound {
    type Response = Response<http_body_util::Full<Bytes>>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        std::future::ready(Ok(answer::not_found()))
    }
}

impl<B> hyper::service::Service<Request<B>> for NotFound {
    type Response = Response<http_body_util::Full<Bytes>>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn call(&self, _: Request<B>) -> Self::Future {
        std::future::ready(Ok(answer::not_found()))
    }
}
