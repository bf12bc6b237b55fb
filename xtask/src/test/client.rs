//! The Rust client's tests, once for each server that they are run against.

use std::ffi::OsString;
use std::time::Duration;

use crate::project::Project;
use crate::sh::{Failure, Outcome, Run};
use crate::tools;

use super::count::Count;
use super::suites::TEST_LIMIT;

const SERVER_START_LIMIT: Duration = Duration::from_secs(30);

/// Runs cargo with these arguments against our test server, then against its twin.
pub(super) fn test(
    project: &Project,
    arguments: &[&str],
    env: &[(&str, OsString)],
    count: &mut Count,
) -> Outcome {
    let ours = Run::new(project.built("examples/test_server")).args(["--listen", "127.0.0.1:0"]);
    let twin =
        Run::new("node").args(["fixtures/socketio_server.mjs"]).folder(project.root.join("sdk/js/tests"));
    let mut verdict = Ok(());
    for (name, server) in [("test_server", ours), ("socket.io", twin)] {
        println!("  against {name}");
        let (_server, line) = server.start_and_read_line(name, SERVER_START_LIMIT)?;
        let run = tools::cargo()
            .args(arguments)
            .folder(&project.root)
            .envs(env.iter().cloned())
            .env("PARLOR_TEST_SERVER", listening_address(&line)?)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            // A test file that forgets to ask for the browser must not run in Node instead.
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .limit(TEST_LIMIT);
        // One that fails does not keep the other from being heard.
        verdict = verdict.and(run.each_line(|line| count.add_cargo_line(line)));
    }
    verdict
}

/// `http://ADDR` of the one line a server prints, `listening on http://ADDR`.
fn listening_address(line: &str) -> Outcome<&str> {
    let address = line.strip_prefix("listening on ").filter(|address| address.starts_with("http://"));
    address.ok_or_else(|| {
        Failure::new(format!("the server printed `{line}` and not `listening on http://ADDR`"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_line_without_an_address_is_refused() {
        assert_eq!(listening_address("listening on http://127.0.0.1:4000").unwrap(), "http://127.0.0.1:4000");
        assert!(listening_address("listening on 127.0.0.1:4000").is_err());
        assert!(listening_address("error: address in use").is_err());
    }
}
