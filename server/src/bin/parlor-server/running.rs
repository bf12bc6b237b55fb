//! From the first connection to the last: listening, serving, and the end that a signal asks for.

use std::error::Error;
use std::fmt::{self, Display};
use std::io;
use std::pin::pin;
use std::time::Duration;

use parlor_server::admin::{self, Passphrase};
use parlor_server::chat::{self, Chat};
use parlor_server::redis::{RedisAdapter, RedisOptions};
use parlor_server::{Server, lab, serve_with};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time;

use crate::assets::Assets;
use crate::pages::Pages;
use crate::settings::Settings;

/// How long the other servers are looked for before clients are served.
const CLUSTER_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the other servers may take to be told that this one ends: they would find out by themselves some seconds later.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(1);

/// Serves until a signal, and then until everybody has left.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    // Before anything is told to listen: whoever reads the address may send a signal at once.
    let signals = Signals::new().map_err(|cause| Failure::new("signals", cause))?;
    let adapter = adapter(settings)?;
    let io = match &adapter {
        Some(adapter) => Server::with_adapter(settings.config(), adapter.clone()),
        None => Server::new(settings.config()),
    };
    let chat = chat::install(&io, &settings.database).map_err(|cause| Failure::new("chat", cause))?;
    lab::install(&io);
    if let Some(file) = &settings.admin_passphrase_file {
        let passphrase = Passphrase::read(file).map_err(|cause| Failure::new(file.display(), cause))?;
        admin::install(&io, passphrase);
    }

    if let Some(adapter) = &adapter {
        // Whoever comes before that hears of nobody else. It is better than not to be served.
        if !adapter.ready(CLUSTER_TIMEOUT).await {
            tracing::warn!("clients are served without the other servers until Redis is reached");
        }
    }
    let listening = |cause: io::Error| Failure::new(settings.listen, cause);
    let listener = TcpListener::bind(settings.listen).await.map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    println!("listening on http://{address}");
    tracing::info!(%address, database = %settings.database, version = env!("CARGO_PKG_VERSION"), "listening");

    let assets = settings.assets.as_deref().map(Assets::new);
    let pages = Pages { io: io.clone(), chat: chat.clone(), assets };
    let mut serving = pin!(serve_with(listener, io.clone(), io.service().with_fallback(pages)));
    let ended = tokio::select! {
        served = &mut serving => return served.map_err(listening),
        ended = end(&io, &chat, signals, settings.drain_timeout) => ended,
    };
    match ended {
        // The last answers are on their way.
        Ended::Closed => serving.await.map_err(listening),
        Ended::Cut => Ok(()),
    }
}

/// The way to the other servers, if there are any.
fn adapter(settings: &Settings) -> Result<Option<RedisAdapter>, Failure> {
    let Some(url) = &settings.redis else { return Ok(None) };
    let options = RedisOptions {
        key: settings.redis_key.clone(),
        mode: settings.redis_mode,
        ..RedisOptions::default()
    };
    RedisAdapter::new(url, options).map(Some).map_err(|cause| Failure::new(url, cause))
}

/// What kept the server from serving.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    cause: Box<dyn Error>,
}

impl Failure {
    fn new(what: impl Display, cause: impl Error + 'static) -> Self {
        Self { what: what.to_string(), cause: Box::new(cause) }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        let mut cause: Option<&dyn Error> = Some(&*self.cause);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// How a server has ended.
enum Ended {
    Closed,
    /// Somebody did not want to wait.
    Cut,
}

/// Waits for a signal, and ends the server: politely, unless it takes too long or a second signal comes.
async fn end(io: &Server, chat: &Chat, mut signals: Signals, timeout: Duration) -> Ended {
    signals.next().await;
    tracing::info!(?timeout, "draining: clients are sent away, a second signal cuts them off");
    tokio::select! {
        drained = time::timeout(timeout, io.drain(timeout / 2)) => match drained {
            Ok(()) => tracing::info!("all clients have left"),
            Err(_) => tracing::warn!(?timeout, "some clients have not left in time: they are cut off"),
        },
        () = signals.next() => {
            tracing::warn!("a second signal: clients are cut off");
            return Ended::Cut;
        }
    }
    let closed = async {
        // Whether the others have heard it or not.
        let _ = time::timeout(FAREWELL_PATIENCE, chat.part()).await;
        io.close().await;
    };
    tokio::select! {
        () = closed => Ended::Closed,
        () = signals.next() => Ended::Cut,
    }
}

/// SIGTERM, and Ctrl-C.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
