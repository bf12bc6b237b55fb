//! Programs under test: each started on a given core, and looked at from outside.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::Outcome;
use crate::peers::Peer;

/// Where servers run.
const SERVER_CORE: usize = 0;

/// Where this program runs, and what else is no server.
pub(crate) const GENERATOR_CORE: usize = 1;

/// How long a program may take to end before it is made to.
const PATIENCE: Duration = Duration::from_secs(20);

/// Moves this program out of the servers' way.
///
/// # Errors
///
/// There is no core for it.
pub(crate) fn take_generator_core() -> Outcome {
    let mut core = CpuSet::new();
    core.set(GENERATOR_CORE);
    sched_setaffinity(None, &core).map_err(|error| {
        format!("this needs two cores, one for the server and one for the load: {error}").into()
    })
}

/// A server that says where it listens.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) process: Process,
}

/// A program that runs. Dropping it ends it.
pub(crate) struct Process {
    child: Child,
}

impl Server {
    /// Starts a server and waits until it listens.
    ///
    /// # Errors
    ///
    /// It is not there, or did not say where it listens.
    pub(crate) fn start(peer: &Peer, arguments: &[&str]) -> Outcome<Self> {
        let mut words = peer.command()?;
        words.extend(arguments.iter().map(OsString::from));
        let mut process = Process::start(SERVER_CORE, words, Stdio::piped())?;
        let mut line = String::new();
        if let Some(stdout) = process.child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let address =
            line.trim().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        let address = address
            .ok_or_else(|| format!("{} said `{}` and not where it listens", peer.name, line.trim()))?;
        Ok(Self { address, process })
    }
}

impl Process {
    /// Starts a program.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub(crate) fn start(
        core: usize,
        words: impl IntoIterator<Item = impl AsRef<OsStr>>,
        stdout: Stdio,
    ) -> Outcome<Self> {
        let mut command = Command::new("taskset");
        command.arg("-c").arg(core.to_string()).args(words);
        Ok(Self { child: command.stdin(Stdio::null()).stdout(stdout).spawn()? })
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
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
        Ok(kib.ok_or("the system does not say how much memory the program has")?.parse()?)
    }

    /// How many files it has open. A connection is one, until the server has let go of it: the client cannot tell, because
    /// the end of a connection waits behind what it does not read.
    pub(crate) fn open_files(&self) -> Outcome<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.child.id()))?.count())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Politely, so that a profiler around it can write down what it has seen. An error means that it is gone.
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let began = Instant::now();
        while self.runs() {
            if began.elapsed() > PATIENCE {
                let _ = self.child.kill();
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}
