//! What the browser is asked to do: seen by standing between the client and the browser's own functions.

use parlor_client::{Socket, TransportKind};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::platform::soon;
use crate::support::{Signal, builder, connected, server, within};

#[wasm_bindgen(inline_js = r#"
    const sockets = [], requests = []
    const { WebSocket: NativeSocket, fetch: nativeFetch } = globalThis

    globalThis.WebSocket = class extends NativeSocket {
        constructor(...args) {
            super(...args)
            sockets.push(this)
        }
    }
    globalThis.fetch = (url, init) => {
        requests.push({ url, init })
        return nativeFetch(url, init)
    }

    const marked = (mark, url) => url.includes(`mark=${mark}`)

    // One line per WebSocket: its url, its state, and whether anybody still listens to it.
    export const sockets_of = (mark) => sockets.filter(({ url }) => marked(mark, url)).map((socket) => {
        const listened = socket.onopen || socket.onmessage || socket.onerror || socket.onclose
        return `${socket.url} ${socket.readyState} ${listened ? "listened" : "left"}`
    })

    // One line per request: method, url, body, what became of it.
    export const requests_of = (mark) => requests.filter(({ url }) => marked(mark, url)).map(({ url, init }) => {
        const how = `${init.headers.get("content-type")} ${init.keepalive ?? false} ${init.signal?.aborted ?? false}`
        return `${init.method} ${url} ${init.body} ${how}`
    })
"#)]
extern "C" {
    fn sockets_of(mark: &str) -> Vec<String>;
    fn requests_of(mark: &str) -> Vec<String>;
}

#[wasm_bindgen_test]
async fn a_websocket_is_closed_and_nobody_listens_to_it_when_it_is_over() {
    for how in ["disconnected", "dropped"] {
        let mark = ["socket-", how].concat();
        let socket = marked(&mark, TransportKind::WebSocket).await;
        let url = format!("{}/socket.io/?mark={mark}&EIO=4&transport=websocket", ws_server());
        assert_eq!(sockets_of(&mark), [format!("{url} 1 listened")]);
        // The last write has to be on its way first.
        let _: () = within(how, socket.emit_with_ack("echo", &())).await.unwrap();
        if how == "disconnected" {
            socket.disconnect();
            within(how, next_macrotask()).await;
        }
        drop(socket);
        let last = sockets_of(&mark).remove(0);
        let closed = [format!("{url} 2 left"), format!("{url} 3 left")];
        assert!(closed.contains(&last), "{how}: {last}");
    }
}

#[wasm_bindgen_test]
async fn polling_says_farewell_and_lets_go_of_its_poll_when_it_is_over() {
    for how in ["disconnected", "dropped"] {
        let mark = ["polling-", how].concat();
        let socket = marked(&mark, TransportKind::Polling).await;
        let _: () = within(how, socket.emit_with_ack("echo", &())).await.unwrap();
        if how == "disconnected" {
            socket.disconnect();
        }
        drop(socket);
        let lines = within("the farewell, and the poll's end", async {
            loop {
                let lines = requests_of(&mark);
                if lines.iter().any(is_farewell) && last_get(&lines).ends_with(" true") {
                    return lines;
                }
                next_macrotask().await;
            }
        })
        .await;
        assert_eq!(lines.iter().filter(|line| is_farewell(line)).count(), 1, "{lines:?}");
        assert!(is_farewell(lines.last().unwrap()), "{lines:?}");
    }
}

#[wasm_bindgen_test]
async fn polling_requests_say_what_the_specification_wants_in_its_order() {
    let _socket = marked("order", TransportKind::Polling).await;
    let lines = requests_of("order");
    let start = format!("GET {}/socket.io/?mark=order&EIO=4&transport=polling&t=", server());
    let rest = lines[0].strip_prefix(&start).unwrap_or_else(|| panic!("{lines:?}"));
    let (t, rest) = rest.split_at(8);
    assert!(t.chars().all(|c| c.is_ascii_alphanumeric()), "{t}");
    assert_eq!(rest, " undefined null false false");
    let post = lines.iter().find(|line| line.starts_with("POST")).unwrap();
    let (url, rest) = post.split_once("&sid=").unwrap();
    assert!(url.starts_with(&start.replace("GET", "POST")), "{post}");
    assert!(rest.ends_with(" 40 text/plain;charset=UTF-8 false false"), "{post}");
    assert_ne!(url.split_at(url.len() - 8).1, t, "a cache buster was used twice");
}

#[expect(clippy::ptr_arg, reason = "for iterators over lines")]
fn is_farewell(line: &String) -> bool {
    line.starts_with("POST") && line.ends_with(" 1 text/plain;charset=UTF-8 true false")
}

fn last_get(lines: &[String]) -> &str {
    lines.iter().rfind(|line| line.starts_with("GET")).map_or("", String::as_str)
}

/// A connected socket whose traffic bears a mark.
async fn marked(mark: &str, transport: TransportKind) -> Socket {
    let client = builder().query("mark", mark).transports([transport]).build().unwrap();
    let socket = client.of("/");
    connected(&socket).await;
    socket
}

fn ws_server() -> String {
    server().replacen("http", "ws", 1)
}

/// Lets the browser get on with what it is doing.
async fn next_macrotask() {
    let signal = Signal::new();
    soon(signal.sender(|| ()));
    signal.next("the browser").await;
}
