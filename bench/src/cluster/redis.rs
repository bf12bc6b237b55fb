//! A Redis of a run's own.

use std::env;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::process::{GENERATOR_CORE, Process};

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before asking again whether it listens.
const PAUSE: Duration = Duration::from_millis(5);

/// Dropping it ends it.
pub(super) struct Redis {
    pub(super) address: SocketAddr,
    pub(super) process: Process,
}

/// The program, from `cargo xtask bench cluster`.
///
/// # Errors
///
/// Nobody said where it is.
pub(super) fn program() -> Outcome<OsString> {
    env::var_os("PARLOR_REDIS_SERVER")
        .ok_or_else(|| "PARLOR_REDIS_SERVER is not set: start this with `cargo xtask bench`".into())
}

/// How servers are told where a Redis is.
pub(super) fn url(address: SocketAddr) -> String {
    format!("redis://{address}")
}

impl Redis {
    /// Starts one that keeps nothing, and waits until it listens.
    ///
    /// # Errors
    ///
    /// It is not there, or does not listen.
    pub(super) fn start() -> Outcome<Self> {
        let address = free_address()?;
        let port = address.port().to_string();
        let options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port];
        let words = [program()?].into_iter().chain(options.map(OsString::from));
        let mut process = Process::start(GENERATOR_CORE, words, Stdio::null())?;
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if began.elapsed() > PATIENCE || !process.runs() {
                return Err("the Redis does not listen".into());
            }
            thread::sleep(PAUSE);
        }
        Ok(Self { address, process })
    }
}

/// Redis does not tell which port it was given, so it gets one that was free just now.
fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
