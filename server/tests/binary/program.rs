//! The program under test: it runs in an empty folder of its own, without anybody's settings, and ends with the test.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::command::command;

/// How long anything may take before a test fails. It is never waited for when all is well.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A running server.
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    child: Child,
    stdout: BufReader<ChildStdout>,
    log: Receiver<String>,
    _folder: TempDir,
}

impl Program {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::run(command(arguments))
    }

    /// Runs the command until it has printed its address.
    pub(crate) fn run(mut command: Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let command = command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address =
            line.strip_prefix("listening on http://").map(|address| address.trim_end().parse().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, log) = mpsc::channel();
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let Some(address) = address else { panic!("{line:?}, {:?}", log.iter().collect::<Vec<_>>()) };
        Self { address, child, stdout, log, _folder: folder }
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Waits for a line of the log in which these words are.
    pub(crate) fn log(&self, words: &str) -> String {
        loop {
            let line = self.log.recv_timeout(DEADLINE);
            let line = line.unwrap_or_else(|_| panic!("the log does not say {words:?} in {DEADLINE:?}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Waits for the end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        // The log ends with the program.
        while let Ok(_line) = self.log.recv_timeout(DEADLINE) {}
        self.child.try_wait().unwrap().unwrap_or_else(|| {
            // Its log is closed a moment before it can be waited for.
            self.child.wait().unwrap()
        })
    }

    /// What it printed after its address. To be asked when it has ended.
    pub(crate) fn further_output(&mut self) -> String {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        rest
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
