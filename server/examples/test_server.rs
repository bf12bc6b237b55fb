//! The server that the clients' tests talk to. Its twin on npm's socket.io behaves alike.
//!
//! Prints `listening on http://127.0.0.1:PORT` and serves. PING_INTERVAL_MS and PING_TIMEOUT_MS change the heartbeat,
//! DEFLATE=1 compresses WebSocket messages, RECOVERY=1 lets clients come back to their sessions, QUIET=1 welcomes
//! nobody.

use std::time::Duration;
use std::{env, io};

use parlor_server::{
    Ack, Config, ConnectionStateRecovery, Cors, Namespace, Payload, PerMessageDeflate, Refusal, Server,
    Socket, serve,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> io::Result<()> {
    let filter = tracing_subscriber::EnvFilter::from_env("PARLOR_LOG");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();

    let io = Server::new(config());
    for name in ["/", "/custom", "/private"] {
        install(&io.of(name));
    }
    io.of("/private").middleware(only_with_the_secret);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener, io).await
}

fn config() -> Config {
    let default = Config::default();
    Config {
        cors: Some(Cors::any().credentials(true)),
        ping_interval: millis("PING_INTERVAL_MS").unwrap_or(default.ping_interval),
        ping_timeout: millis("PING_TIMEOUT_MS").unwrap_or(default.ping_timeout),
        per_message_deflate: is_set("DEFLATE").then(PerMessageDeflate::default),
        connection_state_recovery: is_set("RECOVERY").then(ConnectionStateRecovery::default),
        ..default
    }
}

fn is_set(name: &str) -> bool {
    env::var(name).is_ok_and(|it| it == "1")
}

fn millis(name: &str) -> Option<Duration> {
    env::var(name).ok()?.parse().ok().map(Duration::from_millis)
}

async fn only_with_the_secret(socket: Socket) -> Result<(), Refusal> {
    let auth: Value = socket.auth().unwrap_or_default();
    if auth["token"] == "secret" {
        return Ok(());
    }
    let refusal = Refusal::new("not authorized");
    Err(refusal.clone().with_data(&json!({"code": 1})).unwrap_or(refusal))
}

fn install(namespace: &Namespace) {
    let everywhere = namespace.clone();
    namespace.on_connection(move |socket: Socket| {
        let namespace = everywhere.clone();
        async move {
            let auth: Value = socket.auth().unwrap_or_default();
            if !is_set("QUIET") {
                log(socket.emit("welcome", &json!({"sid": socket.id(), "auth": auth})));
            }
            answer(&socket);
            speak(&socket, namespace);
            remember(&socket);
            leave(&socket);
        }
    });
}

/// Events that are about answers.
fn answer(socket: &Socket) {
    socket.on("echo", |socket, args: Payload, ack: Ack| async move {
        if ack.is_wanted() {
            ack.send(&args);
        } else {
            log(socket.emit("echo", &args));
        }
    });
    socket.on("echo-plain", |socket, args: Payload, _| async move {
        log(socket.compress(false).emit("echo", &args));
    });
    socket.on("ask", |socket, args: Payload, _| async move {
        match socket.emit_with_ack::<Payload>("question", &args).await {
            Ok(answer) => log(socket.emit("answered", &answer)),
            Err(error) => tracing::info!(%error, "nobody answered"),
        }
    });
    socket.on("silent", |_, (), _| async {});
    socket.on("transport", |socket, (), ack| async move { ack.send(socket.transport().as_str()) });
}

/// Events that reach others.
fn speak(socket: &Socket, namespace: Namespace) {
    socket.on("join", |socket, room: String, ack| async move {
        socket.join(&room);
        ack.send(&());
    });
    socket.on("leave", |socket, room: String, ack| async move {
        socket.leave(&room);
        ack.send(&());
    });
    socket.on("shout", |socket, args: Payload, _| async move {
        let (room, rest) = room_and_rest(&args);
        log(socket.to(room).emit("shout", &rest));
    });
    let all = namespace.clone();
    socket.on("shout-all", move |_, args: Payload, _| {
        let (room, rest) = room_and_rest(&args);
        log(all.to(room).emit("shout", &rest));
        async {}
    });
    socket.on("broadcast", |socket, args: Payload, _| async move {
        log(socket.broadcast().emit("broadcast", &args));
    });
    let all = namespace.clone();
    socket.on("volatile", move |_, args: Payload, _| {
        log(all.volatile().emit("volatile", &args));
        async {}
    });
    socket.on("everyone", move |_, args: Payload, _| {
        log(namespace.emit("everyone", &args));
        async {}
    });
}

/// A list of arguments whose first is a room looks like an event of that name.
fn room_and_rest(args: &Payload) -> (String, Payload) {
    (args.event_name().unwrap_or_default().into_owned(), args.event_args_payload())
}

/// Events about what a client has when it comes back.
fn remember(socket: &Socket) {
    socket.on("remember", |socket, value: Value, ack| async move {
        socket.data().insert(value);
        ack.send(&());
    });
    socket.on("recall", |socket, (), ack| async move {
        ack.send(&(socket.recovered(), socket.data().of::<Value>().as_deref()));
    });
}

/// Events that end things.
fn leave(socket: &Socket) {
    socket.on("kick", |socket, (), _| async move { socket.disconnect(false) });
    socket.on("kick-all", |socket, (), _| async move { socket.disconnect(true) });
    socket.on("watch", |socket, (), ack| async move {
        socket.join("watchers");
        ack.send(&());
    });
    socket.on_disconnect(|socket, reason| async move {
        log(socket.to("watchers").emit("left", &(socket.id(), reason.to_string())));
    });
}

fn log(result: Result<(), parlor_server::EmitError>) {
    if let Err(error) = result {
        tracing::info!(%error, "an event was not sent");
    }
}
