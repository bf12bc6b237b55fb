//! Ends a program, with all it started, when its owner ends: by choice, by Ctrl-C, or killed.
//!
//! A small shell waits on a pipe that only we hold. However we end, the system closes the pipe, and the shell signals
//! the program's group. So there is no signal handler here and nothing to forget.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use super::{Failure, Outcome};

#[cfg(not(unix))]
compile_error!("xtask runs on Linux and macOS; on Windows, use it inside WSL");

/// A line on the pipe means "it has ended by itself"; the end of the pipe means "end it", politely and then surely.
const SCRIPT: &str = r#"read -r _ && exit; kill -s TERM -- "-$1"; sleep 3; kill -s KILL -- "-$1""#;

/// Ends the program's group when dropped.
#[derive(Debug)]
pub(super) struct Guard {
    shell: Child,
}

impl Guard {
    /// Over a program that was made with [`own_group`].
    pub(super) fn over(child: &Child) -> Outcome<Self> {
        let group = child.id().to_string();
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "guard", &group]);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // In a group of its own, or the Ctrl-C it waits for would end it first.
        own_group(&mut shell);
        let shell = shell.spawn().map_err(|cause| Failure::new(format!("cannot start `sh`: {cause}")))?;
        Ok(Self { shell })
    }

    /// For a program that has ended: its number may soon be another's.
    pub(super) fn release(mut self) {
        if let Some(mut pipe) = self.shell.stdin.take() {
            // A shell that is gone needs no word.
            pipe.write_all(b"ended\n").unwrap_or_default();
        }
        self.shell.wait().map(drop).unwrap_or_default();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Closing is the signal; the shell is not waited for, because it stays some seconds to make sure.
        drop(self.shell.stdin.take());
    }
}

/// Makes the program the head of a process group, so that one signal reaches all it starts.
pub(super) fn own_group(command: &mut Command) {
    command.process_group(0);
}
