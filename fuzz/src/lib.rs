//! What a peer may send, tried at random: a plain function for each decoder and for each machine.
//!
//! A target takes any bytes and panics when a promise is broken, not only when the code under test panics. The
//! committed corpora are replayed by the tests, on the compiler that everything is built with; `cargo xtask fuzz`
//! looks for more.

mod client_machine;
mod cluster;
mod engine_packets;
mod handshakes;
mod http_requests;
mod input;
mod payload_args;
mod server_machine;
mod socket_packets;
mod websocket_frames;
mod websocket_requests;

/// One thing to try.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of its program and of the folder of its corpus.
    pub name: &'static str,
    /// Tries these bytes.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "client_machine", run: client_machine::run },
    Target { name: "cluster", run: cluster::run },
    Target { name: "engine_packets", run: engine_packets::run },
    Target { name: "handshakes", run: handshakes::run },
    Target { name: "http_requests", run: http_requests::run },
    Target { name: "payload_args", run: payload_args::run },
    Target { name: "server_machine", run: server_machine::run },
    Target { name: "socket_packets", run: socket_packets::run },
    Target { name: "websocket_deflated", run: websocket_frames::run_deflated },
    Target { name: "websocket_frames", run: websocket_frames::run },
    Target { name: "websocket_requests", run: websocket_requests::run },
];

/// Tries these bytes on the target of that name.
///
/// # Panics
///
/// There is no such target, or a promise is broken: that is what it is for.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap_or_else(|| panic!("there is no target `{name}`")).run)(data);
}
