//! The server in a process of its own: this very test program, started with a variable that makes it serve.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use parlor_server::{Ack, Config, Payload, PerMessageDeflate, Server, Socket, serve};
use serde_json::Value;
use tokio::net::TcpListener;

/// Set to how long a client may say nothing, in milliseconds.
const PATIENCE: &str = "PARLOR_TEST_PATIENCE_MS";

/// Set to how often clients are pinged, and how long they may take to answer, in milliseconds.
const PING: &str = "PARLOR_TEST_PING_MS";

/// Longer than any test takes: nobody answers pings unless that is what is tested.
const NO_PING: Duration = Duration::from_secs(3600);

pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
    /// Kept open: a program that cannot print ends.
    _stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a server that gives its clients so long to say something.
    pub(crate) fn start(patience: Duration) -> Self {
        Self::pinging(patience, NO_PING)
    }

    /// The same, and pings them so often; an answer may take as long again.
    pub(crate) fn pinging(patience: Duration, ping: Duration) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child::serve_if_started_for_it", "--nocapture"])
            .env(PATIENCE, patience.as_millis().to_string())
            .env(PING, ping.as_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("listening on ") {
            line.clear();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "the server says where it listens");
        }
        let address = line.split("listening on ").nth(1).unwrap().trim().parse().unwrap();
        Self { address, child, _stdout: stdout }
    }

    /// How much memory the server has now, in KiB.
    pub(crate) fn memory_kib(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// How much memory the server has had at most, in KiB.
    pub(crate) fn most_memory_kib(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, key: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it is running");
        let line = status.lines().find(|line| line.starts_with(key)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// No test of its own: the server, when the variable says so.
#[test]
fn serve_if_started_for_it() {
    let Ok(patience) = env::var(PATIENCE) else { return };
    let millis = |text: &str| Duration::from_millis(text.parse().unwrap());
    let (patience, ping) = (millis(&patience), millis(&env::var(PING).unwrap()));
    // Whoever started this holds the other end.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build().unwrap();
    runtime.block_on(async move {
        let io = Server::new(Config {
            connect_timeout: patience,
            request_timeout: patience,
            ping_interval: ping,
            ping_timeout: ping,
            per_message_deflate: Some(PerMessageDeflate::default()),
            ..Config::default()
        });
        install(&io);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("listening on {}", listener.local_addr().unwrap());
        serve(listener, io).await.unwrap();
    });
}

fn install(io: &Server) {
    let everybody = io.clone();
    io.on_connection(move |socket: Socket| {
        let io = everybody.clone();
        async move {
            socket.on("echo", |_, args: Payload, ack: Ack| async move { ack.send(&args) });
            socket.on("typed", |_, _: Value, ack: Ack| async move { ack.send(&"understood") });
            let counted = io.clone();
            socket.on("count", move |_, (), ack: Ack| {
                let clients = counted.engine().clients_count();
                async move { ack.send(&clients) }
            });
            socket.on("shout", move |_, (count, bytes): (usize, usize), ack: Ack| {
                let io = io.clone();
                async move {
                    let text = "x".repeat(bytes);
                    for _ in 0..count {
                        io.emit("news", &text).unwrap();
                    }
                    ack.send(&());
                }
            });
        }
    });
}
