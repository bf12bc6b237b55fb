//! The binary: the room server with the chat, on one address.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::{env, io};

use parlor_server::chat::Database;
use parlor_server::{Config, Server, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

const HELP: &str = "\
The Parlor room server: a Socket.IO server with the chat in it.

Usage: parlor-server [OPTIONS]

Options:
      --listen ADDRESS  Where to listen, port 0 takes a free one [default: 127.0.0.1:3000]
      --database URL    Where the chat is stored [default: sqlite://parlor.db]
  -h, --help            Print this help
  -V, --version         Print the version

Environment:
  PARLOR_LISTEN  As --listen, which wins
  PARLOR_LOG     What to log, for example `debug` or `parlor_server=debug` [default: info]
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    Serve(SocketAddr, Database),
    Help,
    Version,
}

#[tokio::main]
async fn main() -> ExitCode {
    let request = match read_arguments(lexopt::Parser::from_env(), env::var("PARLOR_LISTEN").ok()) {
        Ok(request) => request,
        Err(error) => {
            eprintln!("parlor-server: {error}, see --help");
            return ExitCode::from(2);
        }
    };
    match request {
        Request::Help => print!("{HELP}"),
        Request::Version => println!("parlor-server {}", env!("CARGO_PKG_VERSION")),
        Request::Serve(address, database) => {
            log_to_stderr();
            if let Err(error) = run(address, &database).await {
                eprintln!("parlor-server: {address}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

async fn run(address: SocketAddr, database: &Database) -> io::Result<()> {
    let io = Server::new(Config::default());
    parlor_server::chat::install(&io, database).map_err(io::Error::other)?;

    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    tokio::spawn(close_on_signal(io.clone())?);
    serve(listener, io.clone()).await?;
    io.close().await;
    tracing::info!("all connections are closed");
    Ok(())
}

/// Closes the server at the first SIGTERM or Ctrl-C.
fn close_on_signal(io: Server) -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("shutting down");
        io.close().await;
    })
}

fn log_to_stderr() {
    let filter = EnvFilter::builder()
        .with_default_directive(tracing::Level::INFO.into())
        .with_env_var("PARLOR_LOG")
        .from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}

fn read_arguments(mut parser: lexopt::Parser, listen: Option<String>) -> Result<Request, lexopt::Error> {
    use lexopt::prelude::*;

    let mut listen = listen;
    let mut database = Database::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("listen") => listen = Some(parser.value()?.string()?),
            Long("database") => database = parser.value()?.parse()?,
            Short('h') | Long("help") => return Ok(Request::Help),
            Short('V') | Long("version") => return Ok(Request::Version),
            other => return Err(other.unexpected()),
        }
    }
    let listen = listen.as_deref().unwrap_or("127.0.0.1:3000");
    listen.parse().map(|address| Request::Serve(address, database)).map_err(|_| {
        format!("`{listen}` is not an address to listen on, it takes an IP address and a port").into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_over_the_environment_and_that_over_the_default() {
        let rows: [(&[&str], Option<&str>, &str); 4] = [
            (&[], None, "127.0.0.1:3000"),
            (&[], Some("127.0.0.1:4000"), "127.0.0.1:4000"),
            (&["--listen", "[::1]:0"], Some("127.0.0.1:4000"), "[::1]:0"),
            (&["--listen=0.0.0.0:80"], None, "0.0.0.0:80"),
        ];
        for (arguments, environment, address) in rows {
            let request = read(arguments, environment).unwrap();
            assert_eq!(
                request,
                Request::Serve(address.parse().unwrap(), Database::default()),
                "{arguments:?} {environment:?}"
            );
        }
    }

    #[test]
    fn help_and_version_are_answered() {
        assert_eq!(read(&["-h"], None).unwrap(), Request::Help);
        assert_eq!(read(&["--version"], None).unwrap(), Request::Version);
    }

    #[test]
    fn a_mistake_is_told_with_what_would_be_right() {
        let rows: [(&[&str], &str); 3] = [
            (
                &["--listen", "3000"],
                "`3000` is not an address to listen on, it takes an IP address and a port",
            ),
            (&["--port"], "invalid option '--port'"),
            (&["--listen"], "missing argument for option '--listen'"),
        ];
        for (arguments, message) in rows {
            assert_eq!(read(arguments, None).unwrap_err().to_string(), message);
        }
    }

    fn read(arguments: &[&str], environment: Option<&str>) -> Result<Request, lexopt::Error> {
        read_arguments(lexopt::Parser::from_args(arguments), environment.map(Into::into))
    }
}
