//! Serving alone: accepts TCP connections and speaks HTTP/1.1 on them.

use std::error::Error;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time;

use crate::Server;
use crate::handshake::RemoteAddress;
use crate::write_deadline::WriteDeadline;

/// How long all the headers of a request may be together, in bytes. Node's bound is a quarter of that; cookies of a
/// single site do not come near it. Beyond it the answer is 431; hyper looks between two reads, so that what is less
/// than twice as long may slip through.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// How many headers a request may have. Beyond it the answer is 431.
const MAX_HEADERS: usize = 100;

/// How long to wait when no connection can be accepted, mostly because there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long the last answers may take to be written when the server closes.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves `io` on `listener` until [`Server::close`] is called, and answers 404 to whatever is not for it. The last
/// answers are written before it returns.
///
/// # Errors
///
/// The listener has no address: it is not one that can be served on.
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server, serve};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let io = Server::new(Config::default());
/// let serving = tokio::spawn(serve(listener, io.clone()));
/// io.close().await;
/// serving.await??;
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn serve(listener: TcpListener, io: Server) -> io::Result<()> {
    let service = io.service();
    serve_with(listener, io, service).await
}

/// As [`serve`], with a service of your own that passes on to `io` what is for it.
///
/// The requests carry who sent them, so that [`Handshake::address`](crate::Handshake::address) knows.
///
/// # Errors
///
/// As [`serve`].
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server, serve_with};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let io = Server::new(Config::default());
/// // What a framework that speaks `tower` makes, for example.
/// let pages = parlor_server::NotFound;
/// let serving = tokio::spawn(serve_with(listener, io.clone(), io.service().with_fallback(pages)));
/// io.close().await;
/// serving.await??;
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn serve_with<S, B>(listener: TcpListener, io: Server, service: S) -> io::Result<()>
where
    S: tower_service::Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    listener.local_addr()?;
    let mut closing = pin!(io.closing());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut closing => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let service = WithAddress { service: service.clone(), address: RemoteAddress(address) };
                connections.spawn(serve_connection(stream, service, io.clone()));
            }
            Err(error) if concerns_one_connection(&error) => {
                tracing::debug!(%error, "a connection was not accepted")
            }
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted, trying again");
                time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let answered = async { while connections.join_next().await.is_some() {} };
    if time::timeout(CLOSE_TIMEOUT, answered).await.is_err() {
        tracing::warn!("some requests were not answered before the end");
    }
    Ok(())
}

async fn serve_connection<S, B>(stream: TcpStream, service: WithAddress<S>, io: Server)
where
    S: tower_service::Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    // Messages are small and somebody waits for each.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was not set");
    }
    let service = TowerToHyperService::new(service);
    let config = &io.shared().config;
    let stream = WriteDeadline::new(stream, config.write_timeout);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(config.request_timeout)
        .max_buf_size(MAX_HEADER_BYTES)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = io.closing() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    let Err(error) = served else { return };
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    if cause.is_some_and(|cause| cause.kind() == io::ErrorKind::TimedOut) {
        io.shared().metrics.write_timeouts.add(1);
        tracing::warn!(write_timeout = ?config.write_timeout, "a client takes nothing of an answer: closing");
    } else {
        tracing::debug!(%error, "an HTTP connection failed");
    }
}

fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

type BoxError = Box<dyn Error + Send + Sync>;

/// Tells a service who asks.
#[derive(Clone)]
struct WithAddress<S> {
    service: S,
    address: RemoteAddress,
}

impl<S, B> tower_service::Service<Request<B>> for WithAddress<S>
where
    S: tower_service::Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        request.extensions_mut().insert(self.address);
        self.service.call(request)
    }
}
