//! A node of a cluster that does what its clients order, for tests of servers that are joined by Redis. Its twin on npm's
//! socket.io is `tests/cluster/fixtures/node_server.mjs`: the table of the orders is at its head.
//!
//! Beside, `/readyz` and `/metrics` say how it goes.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use std::{env, io};

use axum::Router;
use axum::routing::get;
use futures_util::future::join_all;
use parlor_server::redis::{RedisAdapter, RedisMode, RedisOptions, SubscriptionMode};
use parlor_server::{
    Ack, Broadcast, BroadcastAckError, BroadcastAckFuture, Config, ConnectionStateRecovery, Handshake,
    Namespace, Payload, PerMessageDeflate, RemoteSocket, Server, Socket, serve_with,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = tracing_subscriber::EnvFilter::from_env("PARLOR_LOG");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();

    let mode = match env::var("ADAPTER")?.as_str() {
        "sharded" => RedisMode::Sharded(SubscriptionMode::Dynamic),
        _ => RedisMode::Classic,
    };
    let options = RedisOptions { mode, ..RedisOptions::default() };
    let adapter = RedisAdapter::new(&env::var("REDIS_URL")?.parse()?, options)?;
    let io = Server::with_adapter(config(), adapter);
    let name = env::var("NAME")?;
    for namespace in ["/", "/other", "/fence"] {
        install(&io.of(namespace), &name);
    }

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(serve_with(listener, io.clone(), pages(&io)).await?)
}

fn config() -> Config {
    let recovers = env::var("RECOVERY").is_ok_and(|it| it == "1");
    Config {
        connection_state_recovery: recovers.then(ConnectionStateRecovery::default),
        per_message_deflate: Some(PerMessageDeflate::default()),
        ..Config::default()
    }
}

/// How it goes: the same lines as the binary's.
fn pages(io: &Server) -> Router {
    let (asked, counted) = (io.clone(), io.clone());
    let ready = move || async move {
        let is_connected = asked.adapter_status().is_some_and(|status| status.is_connected);
        format!("server: ready\ncluster: {}\n", if is_connected { "ready" } else { "unreachable" })
    };
    let metrics = move || async move { counted.metrics().to_string() };
    Router::new().route("/readyz", get(ready)).route("/metrics", get(metrics)).layer(io.layer())
}

/// The arguments of the events `note` of other servers.
type Notes = Arc<Mutex<Vec<Payload>>>;

fn held(notes: &Notes) -> MutexGuard<'_, Vec<Payload>> {
    notes.lock().unwrap_or_else(PoisonError::into_inner)
}

fn install(namespace: &Namespace, name: &str) {
    let notes = Notes::default();
    let noted = notes.clone();
    namespace.on_server_side("note", move |args: Payload, _| {
        held(&noted).push(args);
        async {}
    });
    let name = name.to_owned();
    namespace.on_server_side("whoami", move |args: Payload, ack: Ack| {
        // The name in front of what came: one list, as an event has it.
        ack.send(&(Payload::named(&name, &args),));
        async {}
    });
    namespace.on_connection(move |socket: Socket| {
        let notes = notes.clone();
        socket.on("order", move |socket, order: Order, ack: Ack| {
            let notes = notes.clone();
            async move {
                let result = order.carry_out(&socket, &notes).await;
                // One argument, whatever it is.
                ack.send(&(result.unwrap_or_else(|error| Told::Error { error: explained(&*error) }),));
            }
        });
        async {}
    });
}

/// What a client orders: all fields of the table.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Order {
    #[serde(rename = "do")]
    deed: String,
    to: Vec<String>,
    except: Vec<String>,
    from: bool,
    local: bool,
    volatile: bool,
    compress: Option<bool>,
    event: String,
    args: Option<Payload>,
    ms: u64,
    rooms: Vec<String>,
    close: bool,
    data: BTreeMap<String, Value>,
    order: Option<Box<Order>>,
}

/// What comes of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    Nothing,
    Answers {
        answers: Vec<Payload>,
        #[serde(rename = "timedOut")]
        timed_out: bool,
    },
    Sockets(Vec<Value>),
    Each(Vec<Told>),
    Count(usize),
    Notes(Vec<Payload>),
    Error {
        error: String,
    },
}

type Outcome = Result<Told, Box<dyn Error + Send + Sync>>;

impl Order {
    async fn carry_out(&self, socket: &Socket, notes: &Notes) -> Outcome {
        let namespace = socket.namespace();
        let args = self.args();
        match self.deed.as_str() {
            "emit" => self.target(socket).emit(&self.event, &args)?,
            "ask" => {
                return answers(
                    self.target(socket).timeout(self.patience()).emit_with_ack(&self.event, &args),
                )
                .await;
            }
            "fetch" => {
                let sockets = self.target(socket).fetch_sockets().await?;
                return Ok(Told::Sockets(sockets.iter().map(told).collect()));
            }
            "join" => self.target(socket).sockets_join(&self.rooms),
            "leave" => self.target(socket).sockets_leave(&self.rooms),
            "disconnect" => self.target(socket).disconnect_sockets(self.close),
            "each" => {
                let order = self.order.as_deref().ok_or("each of them does what?")?;
                let sockets = self.target(socket).fetch_sockets().await?;
                let all = join_all(sockets.iter().map(|socket| order.carry_out_on(socket))).await;
                return Ok(Told::Each(all.into_iter().collect::<Result<_, _>>()?));
            }
            "server emit" => namespace.server_side_emit(&self.event, &args)?,
            "server ask" => return answers(namespace.server_side_emit_with_ack(&self.event, &args)).await,
            "server count" => return Ok(Told::Count(namespace.server_count().await?)),
            "notes" => return Ok(Told::Notes(held(notes).drain(..).collect())),
            "enter" => socket.join(&self.rooms),
            "exit" => socket.leave(&self.rooms),
            "data" => {
                for (name, value) in &self.data {
                    socket.data().set(name, value)?;
                }
            }
            unknown => return Err(format!("there is no order `{unknown}`").into()),
        }
        Ok(Told::Nothing)
    }

    /// The same on one that was fetched: of this server, or of another.
    async fn carry_out_on(&self, socket: &RemoteSocket) -> Outcome {
        let args = self.args();
        match self.deed.as_str() {
            "emit" => socket.emit(&self.event, &args)?,
            "ask" => {
                let asked = socket.timeout(self.patience()).emit_with_ack::<(Payload,)>(&self.event, &args);
                let answer = asked.await.ok();
                let timed_out = answer.is_none();
                return Ok(Told::Answers {
                    answers: answer.into_iter().map(|(it,)| it).collect(),
                    timed_out,
                });
            }
            "join" => socket.join(&self.rooms),
            "leave" => socket.leave(&self.rooms),
            "disconnect" => socket.disconnect(self.close),
            unknown => return Err(format!("there is no order `{unknown}` for each").into()),
        }
        Ok(Told::Nothing)
    }

    /// Whom it is about, and how they are told.
    fn target(&self, socket: &Socket) -> Broadcast {
        let everybody =
            if self.from { socket.broadcast() } else { socket.namespace().to(Vec::<String>::new()) };
        let mut target = everybody.to(&self.to).except(&self.except);
        if self.local {
            target = target.local();
        }
        if self.volatile {
            target = target.volatile();
        }
        match self.compress {
            Some(compress) => target.compress(compress),
            None => target,
        }
    }

    fn args(&self) -> Payload {
        self.args.clone().unwrap_or_else(|| Payload::args(&()).expect("an empty list is JSON"))
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(self.ms)
    }
}

/// The answers that came, all in time or not.
async fn answers(asked: BroadcastAckFuture<(Payload,)>) -> Outcome {
    let (answers, timed_out) = match asked.await {
        Ok(answers) => (answers, false),
        Err(BroadcastAckError::Unanswered(unanswered)) => {
            if let Some(error) = unanswered.elsewhere().error() {
                return Err(error.clone().into());
            }
            (unanswered.into_answers(), true)
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Told::Answers { answers: answers.into_iter().map(|(answer,)| answer).collect(), timed_out })
}

fn told(socket: &RemoteSocket) -> Value {
    let data: BTreeMap<_, Value> =
        ["name"].into_iter().filter_map(|name| Some((name, socket.data().get(name)?))).collect();
    let auth: Value = socket.auth().unwrap_or_default();
    let rooms: Vec<&str> = socket.rooms().iter().map(|room| &**room).collect();
    json!({ "id": socket.id(), "rooms": rooms, "data": data, "handshake": handshake(socket.handshake(), &auth) })
}

/// As Node shows it.
fn handshake(handshake: &Handshake, auth: &Value) -> Value {
    let headers: BTreeMap<_, _> = handshake
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let query: BTreeMap<_, _> = handshake.query_pairs().collect();
    let issued = handshake.issued().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    json!({
        "headers": headers,
        "address": handshake.address().map(|address| address.ip().to_string()),
        "xdomain": handshake.is_cross_domain(),
        "secure": handshake.is_secure(),
        "issued": u64::try_from(issued.as_millis()).unwrap_or(u64::MAX),
        "url": handshake.uri().to_string(),
        "query": query,
        "auth": auth,
    })
}

/// An error and what is behind it.
fn explained(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
