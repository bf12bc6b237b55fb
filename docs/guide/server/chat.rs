//! The guide's whole chat: rooms, private messages, and a namespace for the staff.

use parlor_server::{Ack, Config, Cors, Refusal, Server, Socket, serve};
use serde::Deserialize;
use tokio::net::TcpListener;

// [hello]
/// What a client says of itself when it connects.
#[derive(Deserialize)]
struct Hello {
    name: String,
    rooms: Vec<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let io = Server::new(Config { cors: Some(Cors::any()), ..Config::default() });
    io.on_connection(|socket: Socket| async move {
        let Ok(Hello { name, rooms }) = socket.auth() else { return socket.disconnect(false) };
        rooms.iter().for_each(|room| socket.join(format!("room:{room}")));
        hear_rooms(&socket, name.clone());
        hear_whispers(&socket, name);
    });
    admit_staff(&io);
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener, io).await
}
// [/hello]

// [rooms]
fn hear_rooms(socket: &Socket, name: String) {
    socket.on("join", |socket: Socket, room: String, ack: Ack| async move {
        socket.join(format!("room:{room}"));
        ack.send(&());
    });
    socket.on("leave", |socket: Socket, room: String, ack: Ack| async move {
        socket.leave(format!("room:{room}"));
        ack.send(&());
    });
    socket.on("say", move |socket: Socket, (room, text): (String, String), _| {
        let said = (&room, &name, text);
        let members = format!("room:{room}");
        // Only who is in a room is heard there.
        if socket.rooms().iter().any(|joined| **joined == *members) {
            let _ = socket.namespace().to(members).emit("said", &said);
        }
        async {}
    });
}
// [/rooms]

// [whispers]
fn hear_whispers(socket: &Socket, name: String) {
    socket.join(format!("user:{name}"));
    socket.on("whisper", move |socket: Socket, (to, text): (String, String), _| {
        let _ = socket.namespace().to(format!("user:{to}")).emit("whispered", &(&name, text));
        async {}
    });
}
// [/whispers]

// [staff]
/// What a client has to know to be let in.
#[derive(Deserialize)]
struct Key {
    passphrase: String,
}

fn admit_staff(io: &Server) {
    let staff = io.of("/staff");
    staff.middleware(|socket: Socket| async move {
        match socket.auth() {
            Ok(Key { passphrase }) if passphrase == "open sesame" => Ok(()),
            _ => Err(Refusal::new("the passphrase is wrong")),
        }
    });
    let io = io.clone();
    staff.on_connection(move |socket: Socket| {
        let everybody = io.of("/");
        async move {
            socket.on("announce", move |_, text: String, _| {
                let _ = everybody.emit("announced", &text);
                async {}
            });
        }
    });
}
// [/staff]
