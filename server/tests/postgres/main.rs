//! The program with the chat on a PostgreSQL, which goes away and comes back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]
#![allow(dead_code, reason = "what other tests are made of has more than is needed here")]

#[path = "../support/command.rs"]
mod command;
#[path = "../binary/http.rs"]
mod http;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../binary/program.rs"]
mod program;

use std::net::SocketAddr;
use std::time::Instant;

use http::get;
use postgres::{Postgres, ask};
use program::{DEADLINE, Program};

#[test]
fn outage_is_told_by_readyz_and_once_by_the_log() {
    let mut postgres = Postgres::start();
    let url = postgres.database().replace("//postgres@", "//postgres:open-sesame@");
    let mut command = command::command(&["--listen", "127.0.0.1:0"]);
    command.env("PARLOR_DATABASE", url);
    let program = Program::run(command);
    let listening = program.log("listening");
    assert!(listening.contains("database=postgres://%2F") && !listening.contains("sesame"), "{listening}");
    says(program.address, 200, "server: ready\nchat: ready\n");
    for _ in 0..2 {
        postgres.crashes();
        let told = program.log("the chat's database");
        assert!(told.contains("the chat's database is unreachable: nothing is stored"), "{told}");
        says(program.address, 503, "server: ready\nchat: database unreachable\n");
        postgres.goes_on();
        let told = program.log("the chat's database");
        assert!(told.contains("the chat's database is reachable again"), "{told}");
        says(program.address, 200, "server: ready\nchat: ready\n");
    }
}

#[test]
fn server_without_its_database_does_not_start_and_says_why() {
    let mut command = command::command(&["--listen", "127.0.0.1:0"]);
    command.env("PARLOR_DATABASE", "postgres://me:open-sesame@127.0.0.1:1/chat");
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    let expected = "parlor-server: chat: the database postgres://127.0.0.1:1/chat cannot be opened: ";
    assert!(told.starts_with(expected) && told.contains("refused") && !told.contains("sesame"), "{told}");
}

#[test]
fn database_is_spoken_to_by_tls_if_its_url_says_so() {
    const SECURE: &str = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'parlor-server'";
    let mut postgres = Postgres::start();
    let plain = postgres.database();
    let (url, certificate) = postgres.takes_tls(&plain);
    for (words, expected) in [("", "f"), ("?sslmode=require", "t")] {
        let mut command = command::command(&["--listen", "127.0.0.1:0"]);
        command.env("PARLOR_DATABASE", format!("{url}{words}")).env("SSL_CERT_FILE", &certificate);
        let program = Program::run(command);
        program.log("listening");
        assert_eq!(ask(&url, SECURE), expected, "{words}");
        says(program.address, 200, "server: ready\nchat: ready\n");
    }
}

#[test]
fn database_that_nobody_vouches_for_or_another_host_is_not_spoken_to() {
    let mut postgres = Postgres::start();
    let plain = postgres.database();
    let (url, certificate) = postgres.takes_tls(&plain);
    let rows = [
        ("127.0.0.1", None, "invalid peer certificate: UnknownIssuer"),
        (
            "localhost",
            Some(certificate),
            "invalid peer certificate: certificate not valid for name \"localhost\"",
        ),
    ];
    for (host, trusted, expected) in rows {
        let mut command = command::command(&["--listen", "127.0.0.1:0"]);
        command.env("PARLOR_DATABASE", format!("{}?sslmode=require", url.replace("127.0.0.1", host)));
        command.env_remove("SSL_CERT_FILE").envs(trusted.map(|file| ("SSL_CERT_FILE", file)));
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(expected), "{told}");
    }
}

/// Asks until it says so: what the log tells is not yet on the page.
fn says(address: SocketAddr, status: u16, words: &str) {
    let start = Instant::now();
    loop {
        let ready = get(address, "/readyz", &[]);
        if (ready.status, ready.text()) == (status, words) {
            return;
        }
        assert!(start.elapsed() < DEADLINE, "{ready:?}");
    }
}
