//! The binary, as an operator sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};

#[test]
fn it_prints_its_address_serves_and_ends_when_asked() {
    let mut server = start(&["--listen", "127.0.0.1:0"]);
    let mut stdout = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let address = line.strip_prefix("listening on http://").unwrap().trim_end().to_owned();

    let mut stream = TcpStream::connect(&address).unwrap();
    let request = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");

    assert!(terminate(server).success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "nothing but that line");
}

#[test]
fn an_address_that_is_taken_is_told_and_is_a_failure() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = start(&["--listen", &address]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with(&format!("parlor-server: {address}: ")), "{errors}");
}

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_parlor-server"))
        .args(["--database", "sqlite::memory:"])
        .args(arguments)
        .env_remove("PARLOR_LISTEN")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Asks it to end, as `systemctl stop` does.
fn terminate(mut server: Child) -> ExitStatus {
    assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    server.wait().unwrap()
}
