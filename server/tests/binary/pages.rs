//! The pages that tell how the server is.

use crate::exposition::parse;
use crate::http::{ask, get};
use crate::program::Program;

#[test]
fn it_tells_that_it_is_alive_and_ready() {
    let program = Program::start(&["--listen", "127.0.0.1:0"]);
    for (page, words) in [("/healthz", "alive\n"), ("/readyz", "server: ready\nchat: ready\n")] {
        let answer = get(program.address, page, &[]);
        assert_eq!((answer.status, answer.text()), (200, words));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(ask(program.address, "HEAD", page, &[]).status, 200);
        assert_eq!(ask(program.address, "DELETE", page, &[]).status, 405);
    }
    assert_eq!(get(program.address, "/nothing", &[]).status, 404);
}

#[test]
fn the_metrics_are_what_prometheus_reads() {
    let program = Program::start(&["--listen", "127.0.0.1:0"]);
    get(program.address, "/socket.io/?EIO=4&transport=polling", &[]);
    get(program.address, "/socket.io/?EIO=4&transport=smoke", &[]);
    let answer = get(program.address, "/metrics", &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let series = parse(answer.text());
    for (name, value) in [
        (r#"parlor_connections{transport="polling"}"#, 1.0),
        (r#"parlor_connections{transport="websocket"}"#, 0.0),
        (r#"parlor_requests_refused_total{code="0"}"#, 1.0),
        ("parlor_handshakes_refused_total", 1.0),
        ("parlor_packets_sent_total", 1.0),
    ] {
        assert_eq!(series.get(name), Some(&value), "{name} in {series:?}");
    }
}
