//! The servers that are compared, and how each is started. `cargo xtask bench server` builds them and says where they are.

use std::env;
use std::ffi::OsString;

use crate::Outcome;

/// One server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// The environment variables that hold the words of its command.
    words: &'static [&'static str],
    arguments: &'static [&'static str],
    /// Whether it can compress WebSocket messages.
    pub(crate) deflates: bool,
    /// What it is, in the report.
    pub(crate) about: &'static str,
}

/// What a server of any kind cannot do without: not a peer, but the ground that all stand on.
pub(crate) const FLOOR: &str = "floor";
pub(crate) const SOCKETIOXIDE: &str = "socketioxide";
pub(crate) const PARLOR: &str = "parlor";
pub(crate) const NODE: &str = "node";

pub(crate) const PEERS: &[Peer] = &[
    Peer {
        name: FLOOR,
        words: &["PARLOR_BENCH_FLOOR"],
        arguments: &[],
        deflates: false,
        about: "an epoll loop that does what the kernel makes it do: one pre-built frame, one write for each recipient and turn",
    },
    Peer {
        name: SOCKETIOXIDE,
        words: &["PARLOR_BENCH_SOCKETIOXIDE"],
        arguments: &["--current-thread"],
        deflates: false,
        about: "crate socketioxide behind axum, current-thread runtime of tokio",
    },
    Peer {
        name: "bun",
        words: &["PARLOR_BENCH_BUN", "PARLOR_BENCH_BUN_SERVER"],
        arguments: &[],
        deflates: false,
        about: "npm socket.io on @socket.io/bun-engine",
    },
    Peer {
        name: NODE,
        words: &["node", "PARLOR_BENCH_NODE"],
        arguments: &[],
        deflates: true,
        about: "npm socket.io on Node",
    },
    Peer {
        name: PARLOR,
        words: &["PARLOR_BENCH_PARLOR"],
        arguments: &[],
        deflates: true,
        about: "this tree, default features and metrics on, current-thread runtime of tokio",
    },
];

/// Those that are joined by a Redis, two of each.
pub(crate) const JOINED: [&Peer; 2] = [
    &Peer {
        name: NODE,
        words: &["node", "PARLOR_BENCH_NODE_REDIS"],
        arguments: &[],
        deflates: false,
        about: "npm socket.io on Node with npm @socket.io/redis-adapter, over two connections of npm redis",
    },
    &Peer {
        name: PARLOR,
        words: &["PARLOR_BENCH_PARLOR"],
        arguments: &[],
        deflates: false,
        about: "this tree with its adapter for Redis, metrics on, current-thread runtime of tokio",
    },
];

impl Peer {
    /// The words of its command.
    ///
    /// # Errors
    ///
    /// A variable is not set.
    pub(crate) fn command(&self) -> Outcome<Vec<OsString>> {
        let words = self.words.iter().map(|word| match *word {
            "node" => Ok(OsString::from("node")),
            variable => env::var_os(variable)
                .ok_or_else(|| format!("{variable} is not set: start this with `cargo xtask bench`").into()),
        });
        words.chain(self.arguments.iter().map(|argument| Ok(argument.into()))).collect()
    }

    pub(crate) fn is_rival(&self) -> bool {
        self.name != FLOOR && self.name != PARLOR
    }
}
