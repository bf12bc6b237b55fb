//! The client's lines of docs/CHEATSHEET.md by their names; the page shows what stands behind each.

use std::time::Duration;

use parlor_client::{AckError, EmitError, Socket};

use crate::support::{Signal, WAYS, client, connected, within};

/// The lines that emit and are done.
fn emit(socket: &Socket, line: &str) -> Result<(), EmitError> {
    let text = line;
    match line {
        "socket.emit" => socket.emit("echo", text),
        "socket.compress(false).emit" => socket.compress(false).emit("echo", text),
        "socket.volatile.emit" => socket.volatile().emit("echo", text),
        _ => panic!("there is no line {line}"),
    }
}

/// The lines that wait for an answer.
async fn ask(socket: &Socket, line: &str) -> Result<String, AckError> {
    let text = line;
    let five = Duration::from_secs(5);
    match line {
        "socket.emit(ack)" => socket.emit_with_ack("echo", text).await,
        "socket.emitWithAck" => socket.emit_with_ack("echo", text).await,
        "socket.timeout(5000).emit(ack)" => socket.timeout(five).emit_with_ack("echo", text).await,
        "socket.timeout(5000).emitWithAck" => socket.timeout(five).emit_with_ack("echo", text).await,
        _ => panic!("there is no line {line}"),
    }
}

pub(crate) async fn every_line_of_the_cheat_sheet_reaches_the_server_once_and_nobody_else() {
    const EMITS: [&str; 3] = ["socket.emit", "socket.compress(false).emit", "socket.volatile.emit"];
    const ASKS: [&str; 4] = [
        "socket.emit(ack)",
        "socket.emitWithAck",
        "socket.timeout(5000).emit(ack)",
        "socket.timeout(5000).emitWithAck",
    ];
    for (way, transports, _) in WAYS {
        let [a, b] = [client(transports).of("/"), client(transports).of("/")];
        let heard = [Signal::<String>::new(), Signal::new()];
        let _guards = [a.on("echo", heard[0].receiver()), b.on("echo", heard[1].receiver())];
        connected(&a).await;
        connected(&b).await;
        for line in EMITS {
            emit(&a, line).unwrap();
            sentinel(&a, way).await;
            // A volatile event is dropped while another is on its way out.
            while line == "socket.volatile.emit" && heard[0].is_empty() {
                emit(&a, line).unwrap();
                sentinel(&a, way).await;
            }
            assert_eq!(heard[0].next(way).await, line, "{way}");
        }
        for line in ASKS {
            assert_eq!(within(way, ask(&a, line)).await.unwrap(), line, "{way}");
        }
        sentinel(&a, way).await;
        sentinel(&b, way).await;
        assert!(heard.iter().all(Signal::is_empty), "{way}: heard again, or by another");
    }
}

/// Comes back behind all that the server has sent before.
async fn sentinel(socket: &Socket, way: &str) {
    let _: () = within(way, socket.emit_with_ack("echo", &())).await.unwrap();
}
