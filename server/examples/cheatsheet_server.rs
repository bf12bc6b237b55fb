//! Does what the lines of Socket.IO's server cheat sheet say, one event per line, for tests that look who receives.
//! Its twin on npm's socket.io is `tests/node/fixtures/cheatsheet_server.mjs`.
//!
//! `line` says the event `news` with the line's own name as argument. A client may name another socket with it.

use std::io;
use std::time::Duration;

use parlor_server::{
    Ack, BroadcastAckError, Config, EmitError, Namespace, Payload, RoomEvent, Server, Socket, serve,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Time enough for every answer.
const LONG: Duration = Duration::from_secs(10);
/// Time for those who do answer, while others stay silent.
const SHORT: Duration = Duration::from_millis(500);

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
            socket.on("said", |socket: Socket, args: Payload, ack: Ack| async move {
                log(socket.emit("heard", &args));
                ack.send(&args);
            });
            socket.on("not answered", |_, (), _: Ack| async {});
            watch_rooms(&socket, &io);
            socket.on("line", move |socket: Socket, (line, other): (String, String), ack: Ack| {
                let io = io.clone();
                async move {
                    ack.send(&say(&io, &socket, &line, &other).await);
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
async fn say(io: &Server, socket: &Socket, line: &str, other: &str) -> Value {
    match line {
        "io.timeout(long).to(room1).emit(ack)" => {
            answers(io.timeout(LONG).to("room1").emit_with_ack("question", &()).await)
        }
        "io.timeout(short).to(room2).emit(ack)" => {
            answers(io.timeout(SHORT).to("room2").emit_with_ack("question", &()).await)
        }
        "io.timeout(long).to(nobody).emit(ack)" => {
            answers(io.timeout(LONG).to("nobody").emit_with_ack("question", &()).await)
        }
        "socket.emit(ack)" => answer(socket.emit_with_ack("question", &()).await),
        "socket.timeout(short).emit(ack)" => {
            answer(socket.timeout(SHORT).emit_with_ack("question", &()).await)
        }
        "io.in(room1).fetchSockets" => {
            let found = io.within("room1").fetch_sockets().await;
            json!(found.iter().map(|socket| socket.id()).collect::<Vec<_>>())
        }
        _ => match emit(io, socket, line, other) {
            Ok(()) => Value::Null,
            Err(error) => json!({ "error": error.to_string() }),
        },
    }
}

fn emit(io: &Server, socket: &Socket, line: &str, other: &str) -> Result<(), EmitError> {
    match line {
        "socket.emit" => socket.emit("news", line),
        "socket.compress(false).emit" => socket.compress(false).emit("news", line),
        "socket.volatile.emit" => socket.volatile().emit("news", line),
        "socket.volatile.emit, not writable" => {
            socket.emit("other news", line)?;
            socket.volatile().emit("news", line)
        }
        "io.emit" => io.emit("news", line),
        "io.local.emit" => io.local().emit("news", line),
        "io.of(custom).emit" => io.of("custom").emit("news", line),
        _ => match broadcast(io, socket, line, other) {
            Some(broadcast) => broadcast.emit("news", line),
            None => rooms(io, line),
        },
    }
}

fn broadcast(io: &Server, socket: &Socket, line: &str, other: &str) -> Option<parlor_server::Broadcast> {
    Some(match line {
        "socket.broadcast.emit" => socket.broadcast(),
        "socket.to(room1).emit" => socket.to("room1"),
        "socket.in(room1).emit" => socket.within("room1"),
        "socket.to([room1,room2]).emit" => socket.to(["room1", "room2"]),
        "socket.to(room1).to(room2).emit" => socket.to("room1").to("room2"),
        "socket.except(room1).emit" => socket.except("room1"),
        "socket.local.emit" => socket.local(),
        "socket.compress(false).broadcast.emit" => socket.compress(false).broadcast(),
        "socket.to(socket.id).emit" => socket.to(socket.id()),
        "io.in(room1).emit" => io.within("room1"),
        "io.to(room1).emit" => io.to("room1"),
        "io.to([room1,room2]).except(room3).emit" => io.to(["room1", "room2"]).except("room3"),
        "io.except(room3).to(room2).emit" => io.except("room3").to("room2"),
        "io.except(room1).emit" => io.except("room1"),
        "io.compress(true).emit" => io.compress(true),
        "io.of(custom).to(room1).emit" => io.of("custom").to("room1"),
        "io.to(socketId).emit" => io.to(other),
        "io.to(nobody).emit" => io.to("nobody"),
        _ => return None,
    })
}

/// Lines that move sockets; the event shows where they are then.
fn rooms(io: &Server, line: &str) -> Result<(), EmitError> {
    match line {
        "io.in(room2).socketsJoin(moved)" => {
            io.within("room2").sockets_join("moved");
            io.to("moved").emit("news", line)
        }
        "io.in(room3).socketsLeave(moved)" => {
            io.within("room3").sockets_leave("moved");
            io.to("moved").emit("news", line)
        }
        "io.in(room3).disconnectSockets" => {
            io.within("room3").disconnect_sockets(false);
            io.emit("news", line)
        }
        _ => {
            tracing::error!(line, "there is no such line");
            Ok(())
        }
    }
}

fn answer(answer: Result<String, parlor_server::AckError>) -> Value {
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
