//! A server under test: started on a core of its own, and looked at from outside.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Outcome;
use crate::peers::Peer;

/// Where servers run. The generator has the other core.
const SERVER_CORE: &str = "0";

/// How long a server may take to end before it is made to.
const PATIENCE: Duration = Duration::from_secs(20);

/// Dropping it ends the server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts a server and waits until it listens.
    ///
    /// # Errors
    ///
    /// It is not there, or did not say where it listens.
    pub(crate) fn start(peer: &Peer, deflate: bool) -> Outcome<Self> {
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER_CORE]).args(peer.command()?);
        if deflate {
            command.arg("--deflate");
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let address =
            line.trim().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        match address {
            Some(address) => Ok(Self { address, child }),
            None => {
                child.kill()?;
                child.wait()?;
                Err(format!("{} said `{}` and not where it listens", peer.name, line.trim()).into())
            }
        }
    }

    /// How long its threads have had a core, in nanoseconds: the scheduler's own account, exact to a tick.
    pub(crate) fn cpu_nanos(&self) -> Outcome<u64> {
        let mut nanos = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread that has just ended has nothing to tell.
            let Ok(account) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
            let spent: u64 = account.split(' ').next().unwrap_or_default().parse()?;
            nanos += spent;
        }
        Ok(nanos)
    }

    /// How much memory it has, in KiB.
    pub(crate) fn resident_kib(&self) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(kib.ok_or("the system does not say how much memory the server has")?.parse()?)
    }

    /// How many files it has open. A connection is one, until the server has let go of it: the client cannot tell, because
    /// the end of a connection waits behind what it does not read.
    pub(crate) fn open_files(&self) -> Outcome<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.child.id()))?.count())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Politely, so that a profiler around it can write down what it has seen. An error means that it is gone.
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if began.elapsed() > PATIENCE {
                let _ = self.child.kill();
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}
