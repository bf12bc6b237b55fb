//! The server as a process that can really be killed, and its database.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::command::command;

pub(crate) struct Process {
    child: Child,
    address: String,
}

impl Process {
    pub(crate) fn start(database: &Database) -> Self {
        let database = format!("sqlite://{}", database.0.display());
        let mut child = command(&["--listen", "127.0.0.1:0", "--database", &database])
            .env("PARLOR_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").unwrap().to_owned();
        Self { child, address }
    }

    pub(crate) fn address(&self) -> String {
        self.address.clone()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file of its own, gone with this.
pub(crate) struct Database(PathBuf);

impl Database {
    pub(crate) fn new() -> Self {
        let name = format!("chat-kill-{}.db", std::process::id());
        let database = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        database.remove();
        database
    }

    fn remove(&self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.remove();
    }
}
