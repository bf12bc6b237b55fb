//! Does what the server's lines of docs/CHEATSHEET.md say, one event per line, for tests that look who receives.
//! Its twin on npm's socket.io is `tests/node/fixtures/cheatsheet_server.mjs`.
//!
//! `line` says the event `news` or `question` with the line's own name as argument. A client may name another socket with it.

#[path = "cheatsheet/lines.rs"]
mod lines;

use std::io;

use parlor_server::{
    Ack, AckError, BroadcastAckError, Config, EmitError, Namespace, Payload, RoomEvent, Server, Socket, serve,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use lines::Got;

#[tokio::main]
async fn main() -> io::Result<()> {
    let filter = tracing_subscriber::EnvFilter::from_env("PARLOR_LOG");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();

    let io = Server::new(Config::default());
    for name in ["/", "/custom"] {
        install(&io, &io.of(name));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener, io).await
}

fn install(io: &Server, namespace: &Namespace) {
    let io = io.clone();
    namespace.on_connection(move |socket: Socket| {
        let io = io.clone();
        async move {
            socket.on("join", |socket, rooms: (Vec<String>,), ack: Ack| async move {
                socket.join(&rooms.0);
                ack.send(&());
            });
            socket.on("leave", |socket, room: String, ack: Ack| async move {
                socket.leave(&room);
                ack.send(&());
            });
            // The answer follows all that was sent before it.
            socket.on("sentinel", |_, (), ack: Ack| async move { ack.send(&()) });
            // What the client's own lines say comes back to it, and to nobody else.
            socket.on("echo", |socket: Socket, args: Payload, ack: Ack| async move {
                log(socket.emit("echo", &args));
                ack.send(&args);
            });
            socket.on("not answered", |_, (), _: Ack| async {});
            watch_rooms(&socket, &io);
            socket.on("line", move |socket: Socket, (line, id): (String, String), ack: Ack| {
                let io = io.clone();
                async move {
                    ack.send(&say(&io, &socket, &line, &id).await);
                }
            });
        }
    });
}

/// Tells one client about the rooms of `/` from now on.
fn watch_rooms(socket: &Socket, io: &Server) {
    let root = io.of("/");
    socket.on("watch rooms", move |socket: Socket, (), ack: Ack| {
        let root = root.clone();
        async move {
            root.on_room_event(move |event| {
                let words = match &event {
                    RoomEvent::Create { room } => ("create-room", &**room, None),
                    RoomEvent::Join { room, socket } => ("join-room", &**room, Some(&**socket)),
                    RoomEvent::Leave { room, socket } => ("leave-room", &**room, Some(&**socket)),
                    RoomEvent::Delete { room } => ("delete-room", &**room, None),
                    _ => return,
                };
                log(socket.emit("room", &words));
            });
            ack.send(&());
        }
    });
}

/// Says one line, and gives what it gave.
async fn say(io: &Server, socket: &Socket, line: &str, id: &str) -> Value {
    match lines::ask(io, socket, line).await {
        Some(Got::Answer(result)) => answer(result),
        Some(Got::Answers(result)) => answers(result),
        Some(Got::Ids(ids)) => json!(ids),
        None => match lines::emit(io, socket, line, id) {
            Ok(()) => Value::Null,
            Err(error) => json!({ "error": error.to_string() }),
        },
    }
}

fn answer(answer: Result<String, AckError>) -> Value {
    match answer {
        Ok(answer) => json!({ "answer": answer }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn answers(answers: Result<Vec<String>, BroadcastAckError<String>>) -> Value {
    match answers {
        Ok(answers) => json!({ "answers": answers }),
        Err(BroadcastAckError::Unanswered(missing)) => {
            let silent: Vec<_> = missing.missing().iter().map(|missing| missing.socket()).collect();
            let event = missing.event();
            json!({ "answers": missing.answers(), "timedOut": true, "missing": silent, "event": event })
        }
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn log(result: Result<(), EmitError>) {
    if let Err(error) = result {
        tracing::info!(%error, "an event was not sent");
    }
}
