//! Namespaces made for clients, middlewares of both kinds, catch-alls and ends, for tests that look what clients and
//! server make of them. Its twin on npm's socket.io is `tests/node/fixtures/namespaces_server.mjs`.
//!
//! Whoever is in `/watch` hears of all that happens on the server. PING_INTERVAL_MS, PING_TIMEOUT_MS and
//! CONNECT_TIMEOUT_MS change its patience.

use std::error::Error;
use std::future::{Ready, ready};
use std::time::Duration;
use std::{env, io};

use parlor_server::{
    Ack, Config, EmitError, Event, Namespace, Payload, Refusal, Server, Socket, SocketError, serve,
};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = tracing_subscriber::EnvFilter::from_env("PARLOR_LOG");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();

    let io = Server::new(config());
    for name in ["/", "/watch", "/guarded", "/judged", "/overheard"] {
        io.of(name).on_connection(welcome(&io));
    }
    io.of_pattern(r"^/room-\d+$")?.on_connection(welcome(&io));
    let tenants = io.of_predicate(|name: String, auth: Payload| async move {
        let auth: Value = auth.read_value().unwrap_or_default();
        auth["key"].as_str().is_some_and(|key| name == format!("/tenant-{key}"))
    });
    tenants.on_connection(welcome(&io));
    guard(&io);
    io.of("/judged").on_connection(judge(&io));
    io.of("/overheard").on_connection(overhear(&io));
    let watch = io.of("/watch");
    io.on_new_namespace(move |namespace| tell(&watch, "new namespace", namespace.name()));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(serve(listener, io).await?)
}

fn config() -> Config {
    let default = Config::default();
    Config {
        cleanup_empty_child_namespaces: true,
        ping_interval: millis("PING_INTERVAL_MS").unwrap_or(default.ping_interval),
        ping_timeout: millis("PING_TIMEOUT_MS").unwrap_or(default.ping_timeout),
        connect_timeout: millis("CONNECT_TIMEOUT_MS").unwrap_or(default.connect_timeout),
        ..default
    }
}

fn millis(name: &str) -> Option<Duration> {
    env::var(name).ok()?.parse().ok().map(Duration::from_millis)
}

/// What every socket can do, wherever it is.
fn welcome(io: &Server) -> impl Fn(Socket) -> Ready<()> + Send + Sync + 'static {
    let io = io.clone();
    move |socket: Socket| {
        // The answer follows all that was sent before it.
        socket.on("sentinel", |_, (), ack: Ack| async move { ack.send(&()) });
        socket.on("rooms", |socket, (), ack: Ack| async move {
            let mut rooms = socket.rooms();
            rooms.retain(|room| **room != *socket.id());
            rooms.sort();
            ack.send(&json!(rooms.iter().map(|room| &**room).collect::<Vec<_>>()));
        });
        socket.on("tell all", |socket: Socket, text: String, ack: Ack| {
            tell(socket.namespace(), "news", &text);
            ack.send(&());
            async {}
        });
        socket.on("send me away", |socket, close: bool, _| async move { socket.disconnect(close) });
        let watch = io.of("/watch");
        socket.on_disconnect(move |socket, reason| {
            tell(&watch, "left", &(socket.namespace().name(), socket.id(), reason.to_string()));
            async {}
        });
        ready(())
    }
}

/// Middlewares of namespaces: `/` has one, `/guarded` two.
fn guard(io: &Server) {
    let ask = |name: &str, who: &'static str, verdict: fn(&str) -> Result<(), Refusal>| {
        let watch = io.of("/watch");
        io.of(name).middleware(move |socket: Socket| {
            let watch = watch.clone();
            async move {
                tell(&watch, "asked", who);
                socket.join(who);
                // One that takes its time.
                tokio::task::yield_now().await;
                let auth: Value = socket.auth().unwrap_or_default();
                verdict(auth["ticket"].as_str().unwrap_or_default())
            }
        });
    };
    ask("/", "root", |_| Ok(()));
    ask(
        "/guarded",
        "first",
        |ticket| if ticket.is_empty() { Err(Refusal::new("no ticket")) } else { Ok(()) },
    );
    ask("/guarded", "second", |ticket| {
        let refusal = Refusal::new("void ticket");
        let detailed = refusal.clone().with_data(&json!({"ticket": ticket, "code": 2})).unwrap_or(refusal);
        if ticket == "void" { Err(detailed) } else { Ok(()) }
    });
}

/// Middlewares of events.
fn judge(io: &Server) -> impl Fn(Socket) -> Ready<()> + Send + Sync + 'static {
    let watch = io.of("/watch");
    move |socket: Socket| {
        socket.middleware(|_, event: Event| async move {
            tokio::task::yield_now().await;
            match &*event.name() {
                "old name" => {
                    let arg: String = event.args().map_err(|_| Refusal::new("a text, please"))?;
                    Event::new("new name", &(arg, "added")).map_err(|_| Refusal::new("not sayable"))
                }
                _ => Ok(event),
            }
        });
        socket.middleware(|_, event: Event| async move {
            if event.name() == "forbidden" { Err(Refusal::new("not for you")) } else { Ok(event) }
        });
        for name in ["plain", "old name", "new name", "forbidden"] {
            let watch = watch.clone();
            socket.on(name, move |_, args: Payload, ack: Ack| {
                tell(&watch, "handled", name);
                ack.send(&args);
                async {}
            });
        }
        let watch = watch.clone();
        socket.on_error(move |_, error| {
            if let SocketError::Refused { refusal, .. } = &*error {
                tell(&watch, "refused", refusal.message());
            }
            async {}
        });
        ready(())
    }
}

/// Catch-alls for both directions; `first` was put before those that were there.
fn overhear(io: &Server) -> impl Fn(Socket) -> Ready<()> + Send + Sync + 'static {
    let watch = io.of("/watch");
    move |socket: Socket| {
        for (what, is_first) in [("in", false), ("in, first", true)] {
            let watch = watch.clone();
            let hear = move |_, event: Event, _| {
                tell(&watch, what, event.payload());
                async {}
            };
            if is_first {
                socket.prepend_any(hear)
            } else {
                socket.on_any(hear)
            };
        }
        for (what, is_first) in [("out", false), ("out, first", true)] {
            let watch = watch.clone();
            let hear = move |_: &Socket, event: &Event| tell(&watch, what, event.payload());
            if is_first {
                socket.prepend_any_outgoing(hear)
            } else {
                socket.on_any_outgoing(hear)
            };
        }
        socket.on("echo", |socket: Socket, args: Payload, ack: Ack| async move {
            log(socket.emit("echo", &args));
            ack.send(&args);
        });
        ready(())
    }
}

fn tell<T: Serialize + ?Sized>(to: &Namespace, what: &str, args: &T) {
    log(to.emit(what, args));
}

fn log(result: Result<(), EmitError>) {
    if let Err(error) = result {
        tracing::info!(%error, "an event was not sent");
    }
}
