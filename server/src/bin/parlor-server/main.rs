//! The binary: the room server with the chat, on one address.

mod assets;
mod logs;
mod pages;
mod running;
mod settings;

use std::env;
use std::process::ExitCode;

use settings::{Request, Unread};

#[tokio::main]
async fn main() -> ExitCode {
    let read = match settings::read(env::args_os(), env::vars_os()) {
        Ok(read) => read,
        Err(Unread::CommandLine(instead)) => instead.exit(),
        Err(Unread::Mistakes(mistakes)) => {
            for mistake in mistakes {
                eprintln!("parlor-server: {mistake}");
            }
            return ExitCode::FAILURE;
        }
    };
    match read.request {
        Request::CheckConfig => print!("{}", settings::report(&read)),
        Request::Serve => {
            logs::begin(&read.settings);
            if let Err(error) = running::run(&read.settings).await {
                eprintln!("parlor-server: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
