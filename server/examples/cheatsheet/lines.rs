//! The server's lines of docs/CHEATSHEET.md by their names; the page shows what stands behind each.

use std::time::Duration;

use parlor_server::{AckError, BroadcastAckError, EmitError, FetchError, Server, Socket};

/// What a line that waits has got.
pub(super) enum Got {
    Answer(Result<String, AckError>),
    Answers(Result<Vec<String>, BroadcastAckError<String>>),
    Ids(Vec<String>),
}

/// The lines that emit and are done.
pub(super) fn emit(io: &Server, socket: &Socket, line: &str, id: &str) -> Result<(), EmitError> {
    let text = line;
    match line {
        "socket.emit" => socket.emit("news", text),
        "socket.broadcast.emit" => socket.broadcast().emit("news", text),
        "socket.to(room1).emit" => socket.to("room1").emit("news", text),
        "socket.in(room1).emit" => socket.within("room1").emit("news", text),
        "socket.to([room1,room2]).emit" => socket.to(["room1", "room2"]).emit("news", text),
        "socket.to(room1).to(room2).emit" => socket.to("room1").to("room2").emit("news", text),
        "socket.except(room1).emit" => socket.except("room1").emit("news", text),
        "socket.to(socket.id).emit" => socket.to(socket.id()).emit("news", text),
        "socket.local.emit" => socket.local().emit("news", text),
        "socket.compress(false).emit" => socket.compress(false).emit("news", text),
        "socket.compress(false).broadcast.emit" => socket.compress(false).broadcast().emit("news", text),
        "socket.volatile.emit" => socket.volatile().emit("news", text),
        "socket.volatile.emit, not writable" => {
            socket.emit("other news", text)?;
            socket.volatile().emit("news", text)
        }
        "io.emit" => io.emit("news", text),
        "io.to(room1).emit" => io.to("room1").emit("news", text),
        "io.in(room1).emit" => io.within("room1").emit("news", text),
        "io.to([room1,room2]).except(room3).emit" => {
            io.to(["room1", "room2"]).except("room3").emit("news", text)
        }
        "io.except(room3).to(room2).emit" => io.except("room3").to("room2").emit("news", text),
        "io.except(room1).emit" => io.except("room1").emit("news", text),
        "io.to(socketId).emit" => io.to(id).emit("news", text),
        "io.to(nobody).emit" => io.to("nobody").emit("news", text),
        "io.local.emit" => io.local().emit("news", text),
        "io.compress(true).emit" => io.compress(true).emit("news", text),
        "io.of(custom).emit" => io.of("custom").emit("news", text),
        "io.of(custom).to(room1).emit" => io.of("custom").to("room1").emit("news", text),
        _ => move_sockets(io, socket, line),
    }
}

/// The lines that move sockets; the event shows where they are then.
fn move_sockets(io: &Server, socket: &Socket, line: &str) -> Result<(), EmitError> {
    let text = line;
    match line {
        "socket.join(room4)" => {
            socket.join("room4");
            io.to("room4").emit("news", text)
        }
        "socket.leave(room4)" => {
            socket.leave("room4");
            io.to("room4").emit("news", text)
        }
        "io.in(room2).socketsJoin(room4)" => {
            io.within("room2").sockets_join("room4");
            io.to("room4").emit("news", text)
        }
        "io.in(room3).socketsLeave(room4)" => {
            io.within("room3").sockets_leave("room4");
            io.to("room4").emit("news", text)
        }
        "io.in(room3).disconnectSockets" => {
            io.within("room3").disconnect_sockets(false);
            io.emit("news", text)
        }
        _ => {
            tracing::error!(line, "there is no such line");
            Ok(())
        }
    }
}

/// The lines that wait for something; none if it is not one of them.
pub(super) async fn ask(io: &Server, socket: &Socket, line: &str) -> Option<Got> {
    let text = line;
    Some(match line {
        "socket.emit(ack)" => Got::Answer(socket.emit_with_ack("question", text).await),
        "socket.timeout(500).emit(ack)" => {
            let short = Duration::from_millis(500);
            Got::Answer(socket.timeout(short).emit_with_ack("question", text).await)
        }
        "io.timeout(10000).to(room1).emit(ack)" => {
            let long = Duration::from_secs(10);
            Got::Answers(io.timeout(long).to("room1").emit_with_ack("question", text).await)
        }
        "io.timeout(500).to(room2).emit(ack)" => {
            let short = Duration::from_millis(500);
            Got::Answers(io.timeout(short).to("room2").emit_with_ack("question", text).await)
        }
        "io.timeout(10000).to(nobody).emit(ack)" => {
            let long = Duration::from_secs(10);
            Got::Answers(io.timeout(long).to("nobody").emit_with_ack("question", text).await)
        }
        "io.in(room1).fetchSockets" => {
            let sockets = io.within("room1").fetch_sockets().await.unwrap_or_else(FetchError::into_found);
            Got::Ids(sockets.iter().map(|socket| socket.id().to_string()).collect())
        }
        _ => return None,
    })
}
