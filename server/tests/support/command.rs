//! The program of this crate, without anybody's settings. Tests that start it take this in with `#[path]`.

use std::process::Command;

/// The program with these arguments, and with no variable that is a setting but the one for a chat in memory.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor-server"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PARLOR_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).env("PARLOR_DATABASE", "sqlite::memory:");
    command
}
