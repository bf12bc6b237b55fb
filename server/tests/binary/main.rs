//! The binary, as an operator sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../support/command.rs"]
mod command;

mod assets;
mod config;
mod drain;
mod exposition;
mod http;
mod pages;
mod program;

use crate::http::get;
use crate::program::Program;

#[test]
fn it_prints_its_address_serves_and_ends_when_asked() {
    let mut program = Program::start(&["--listen", "127.0.0.1:0"]);
    let answer = get(program.address, "/socket.io/?EIO=4&transport=polling", &[]);
    assert_eq!(answer.status, 200);
    // Who asks only once need not be waited for.
    program.signal("TERM");
    program.log("draining");
    program.signal("TERM");
    assert!(program.ended().success());
    assert_eq!(program.further_output(), "", "nothing but the address");
}

#[test]
fn an_address_that_is_taken_is_told_and_is_a_failure() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = command::command(&["--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with(&format!("parlor-server: {address}: ")), "{errors}");
}

#[test]
fn a_database_that_cannot_be_opened_is_told_and_is_a_failure() {
    let arguments = ["--listen", "127.0.0.1:0", "--database", "sqlite:///nowhere/at/all.db"];
    let output = command::command(&arguments).output().unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(1), vec![]));
    let errors = String::from_utf8(output.stderr).unwrap();
    let expected = "parlor-server: chat: the database sqlite:///nowhere/at/all.db cannot be opened: ";
    assert!(errors.starts_with(expected), "{errors}");
}
