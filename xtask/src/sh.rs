//! Runs other programs: shown before they run, streamed while they run, a clear sentence when they fail.
//!
//! No program outlives the xtask that started it, nor its time limit: each runs in a process group of its own under a
//! [`Guard`].

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use guard::Guard;

mod guard;

pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Why a command of the project did not succeed: one sentence for the person who ran it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// How long a program may take when its caller says nothing: a cold build on a slow machine fits.
const DEFAULT_LIMIT: Duration = Duration::from_secs(30 * 60);

/// A program about to run.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
    limit: Duration,
}

impl Run {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        // What cargo tells xtask about xtask's own package is not true of the programs it starts.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        Self { command, limit: DEFAULT_LIMIT }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn envs<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        mut self,
        set: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.command.envs(set);
        self
    }

    pub(crate) fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs to the end, output straight to the terminal.
    pub(crate) fn stream(mut self) -> Outcome {
        println!("  $ {}", self.shown());
        let started = Started::spawn(&mut self)?;
        started.end(&self)
    }

    /// Runs to the end and hands over each line of standard output, which is also shown.
    ///
    /// # Errors
    ///
    /// As for the others: not found, failed, or out of time. The lines that came before have been handed over.
    pub(crate) fn each_line(mut self, mut line: impl FnMut(&str)) -> Outcome {
        println!("  $ {}", self.shown());
        self.command.stdout(Stdio::piped());
        let mut started = Started::spawn(&mut self)?;
        for text in lines(started.child.stdout.take()) {
            println!("{text}");
            line(&text);
        }
        started.end(&self)
    }

    /// Runs to the end in silence and answers with standard output.
    pub(crate) fn read(mut self) -> Outcome<String> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut started = Started::spawn(&mut self)?;
        let mut text = String::new();
        if let Some(mut stdout) = started.child.stdout.take() {
            stdout
                .read_to_string(&mut text)
                .map_err(|cause| Failure::new(format!("{}: {cause}", self.shown())))?;
        }
        started.end(&self)?;
        Ok(text)
    }

    /// Starts it and lets it run until the answer is dropped.
    pub(crate) fn start(mut self, name: &'static str) -> Outcome<Background> {
        println!("  $ {} &", self.shown());
        let (child, guard) = spawn(&mut self)?;
        Ok(Background { name, child, guard: Some(guard) })
    }

    /// Starts it like [`start`](Self::start) and waits for the first line of its standard output; what follows is shown.
    pub(crate) fn start_and_read_line(
        mut self,
        name: &'static str,
        limit: Duration,
    ) -> Outcome<(Background, String)> {
        self.command.stdout(Stdio::piped());
        let mut background = self.start(name)?;
        let stdout = background.child.stdout.take();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = lines(stdout);
            if let Some(first) = lines.next() {
                // Nobody waits any more when the time limit has passed.
                sender.send(first).unwrap_or_default();
            }
            lines.for_each(|line| println!("[{name}] {line}"));
        });
        match receiver.recv_timeout(limit) {
            Ok(line) => Ok((background, line)),
            Err(RecvTimeoutError::Timeout) => {
                Err(Failure::new(format!("{name} printed nothing for {} s", limit.as_secs())))
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(Failure::new(format!("{name} ended without printing its address")))
            }
        }
    }

    /// The command as a person would type it.
    fn shown(&self) -> String {
        let mut text = Path::new(self.command.get_program())
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for argument in self.command.get_args() {
            text.push(' ');
            text += &argument.to_string_lossy();
        }
        let here = std::env::current_dir().ok();
        if let Some(folder) = self.command.get_current_dir().filter(|folder| here.as_deref() != Some(*folder))
        {
            text += &format!("   (in {})", folder.display());
        }
        text
    }
}

/// A program that runs beside us. Dropping it ends it and all it started.
#[derive(Debug)]
pub(crate) struct Background {
    pub(crate) name: &'static str,
    child: Child,
    guard: Option<Guard>,
}

impl Background {
    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Background {
    /// Ends it as a crash would: SIGKILL, without a chance to say goodbye.
    pub(crate) fn kill(mut self) {
        // An error means that it is gone already.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
        if let Some(guard) = self.guard.take() {
            guard.release();
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.guard.take());
        // Bounded: what ignores the guard's first signal gets one that cannot be ignored. An error means it is gone.
        self.child.wait().map(drop).unwrap_or_default();
    }
}

/// Is there a program of that name on the `PATH`?
pub(crate) fn found(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A program that somebody waits for, and the alarm that ends it when it takes too long.
struct Started {
    child: Child,
    done: Sender<()>,
    alarm: JoinHandle<bool>,
}

impl Started {
    fn spawn(run: &mut Run) -> Outcome<Self> {
        let (child, guard) = spawn(run)?;
        let (done, end) = mpsc::channel();
        let limit = run.limit;
        let alarm = thread::spawn(move || {
            let rang = end.recv_timeout(limit).is_err();
            if rang {
                drop(guard);
            } else {
                guard.release();
            }
            rang
        });
        Ok(Self { child, done, alarm })
    }

    fn end(mut self, run: &Run) -> Outcome {
        let status = self.child.wait().map_err(|cause| Failure::new(format!("{}: {cause}", run.shown())))?;
        // The alarm no longer listens when it rang.
        self.done.send(()).unwrap_or_default();
        if self.alarm.join().unwrap_or_default() {
            return Err(Failure::new(format!(
                "`{}` was stopped after {} s",
                run.shown(),
                run.limit.as_secs()
            )));
        }
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new(format!("`{}` failed ({status})", run.shown())))
        }
    }
}

fn spawn(run: &mut Run) -> Outcome<(Child, Guard)> {
    guard::own_group(&mut run.command);
    let child = run.command.spawn().map_err(|cause| {
        let program = run.command.get_program().to_string_lossy();
        Failure::new(format!("cannot start `{program}`: {cause}"))
    })?;
    let guard = Guard::over(&child)?;
    Ok((child, guard))
}

/// Lines as they come. A line that is not UTF-8 is shown as well as it can be.
fn lines(stdout: Option<ChildStdout>) -> impl Iterator<Item = String> {
    let reader = stdout.map(|stdout| BufReader::new(stdout).split(b'\n'));
    reader.into_iter().flatten().map_while(Result::ok).map(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        text.trim_end_matches('\r').to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Run {
        Run::new("sh").args(["-c", script])
    }

    #[test]
    fn failure_names_the_command_and_how_it_ended() {
        let failure = shell("exit 3").stream().unwrap_err();
        assert_eq!(failure.to_string(), "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn program_that_is_not_there_is_named() {
        let failure = Run::new("no-such-program-anywhere").stream().unwrap_err();
        assert!(failure.to_string().starts_with("cannot start `no-such-program-anywhere`"), "{failure}");
    }

    #[test]
    fn program_past_its_limit_is_stopped_with_all_it_started() {
        let limit = Duration::from_millis(100);
        // Reading ends only when the grandchild, which holds the pipe, is gone too.
        let failure = shell("sleep 1000 & sleep 1000").limit(limit).each_line(|_| {}).unwrap_err();
        assert!(failure.to_string().contains("was stopped after"), "{failure}");
    }

    #[test]
    fn every_line_is_handed_over_even_when_the_program_fails() {
        let mut seen = Vec::new();
        let outcome = shell("echo one; echo two; exit 1").each_line(|line| seen.push(line.to_owned()));
        assert!(outcome.is_err());
        assert_eq!(seen, ["one", "two"]);
    }

    #[test]
    fn background_program_is_gone_when_it_is_dropped() {
        let script = "echo ready; exec sleep 1000";
        let (background, line) =
            shell(script).start_and_read_line("sleeper", Duration::from_secs(10)).unwrap();
        assert_eq!(line, "ready");
        let group = background.child.id();
        let lives = || shell(&format!("kill -s 0 -- -{group}")).read().is_ok();
        assert!(lives());
        drop(background);
        assert!(!lives(), "the group {group} still lives");
    }

    #[test]
    fn background_program_that_is_killed_has_no_last_word() {
        // Its group outlives it, so what it started is ended here.
        let script = "trap 'touch \"$0\"' TERM; echo ready; while :; do :; done";
        let mark = std::env::temp_dir().join(format!("parlor-killed-{}", std::process::id()));
        let run = Run::new("sh").args(["-c", script]).arg(&mark);
        let (background, _) = run.start_and_read_line("stubborn", Duration::from_secs(10)).unwrap();
        let process = background.child.id();
        background.kill();
        assert!(shell(&format!("kill -s 0 {process}")).read().is_err(), "{process} still lives");
        assert!(!mark.exists(), "it had a last word");
    }

    #[test]
    fn background_program_that_ends_in_silence_is_an_error() {
        let failure = shell("exit 0").start_and_read_line("mute", Duration::from_secs(10)).unwrap_err();
        assert_eq!(failure.to_string(), "mute ended without printing its address");
    }
}
