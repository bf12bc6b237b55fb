//! The one door to every command of the project: `cargo xtask <command>`.
//!
//! It sets up what a command needs, says what it is doing while it does it, and depends on nothing but `std`,
//! because everybody builds it before anything else.

mod bench;
mod demo;
mod fuzz;
mod npm;
mod project;
mod sh;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use project::Project;
use sh::Outcome;

struct Command {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&Project, &[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        usage: "demo [--port 8080] [--server-port 3000]",
        about: "start the room server and the demo page, and print the address",
        run: demo::run,
    },
    Command {
        name: "test",
        usage: "test [--list] [SUITE...]",
        about: "run every test: native, wasm, and in a real browser",
        run: test::run,
    },
    Command {
        name: "tidy",
        usage: "tidy [--list]",
        about: "check the house rules that no compiler checks",
        run: tidy::run,
    },
    Command {
        name: "npm",
        usage: "npm",
        about: "build the npm package into target/npm/ and print its size",
        run: npm::run,
    },
    Command {
        name: "fuzz",
        usage: "fuzz [--seconds 60] [--keep] [TARGET...]",
        about: "look for inputs that break the decoders and the machines",
        run: fuzz::run,
    },
    Command {
        name: "bench",
        usage: "bench server|cluster|client|chat|codec [ARGUMENT...]",
        about: "measure our server, two of them, our npm package or our chat beside others, or our codec alone",
        run: bench::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", help());
        return ExitCode::FAILURE;
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) || rest.iter().any(|word| word == "--help") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprint!("there is no command `{name}`\n\n{}", help());
        return ExitCode::FAILURE;
    };
    match Project::find().and_then(|project| (command.run)(&project, rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\ncargo xtask {name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let mut text = String::from("Every command of the project.\n\n");
    let width = COMMANDS.iter().map(|command| command.usage.len()).max().unwrap_or_default();
    for Command { usage, about, .. } in COMMANDS {
        text += &format!("  cargo xtask {usage:width$}  {about}\n");
    }
    text + "\nTools that are missing are installed once, into PARLOR_CACHE (default: ~/.cache/parlor).\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_command() {
        let text = help();
        for command in COMMANDS {
            assert!(
                text.contains(&format!("cargo xtask {}", command.name)),
                "{} is not in the help",
                command.name
            );
        }
    }
}
