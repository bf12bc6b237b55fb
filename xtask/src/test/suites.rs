//! The table of suites, and the few ways there are to run one.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::project::Project;
use crate::sh::{Failure, Outcome, Run};
use crate::tidy;
use crate::tools;

use super::client;
use super::count::Count;
use super::needs::{Need, Needs};

/// Tests that belong together, and what they need.
pub(super) struct Suite {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    needs: &'static [Need],
    work: Work,
}

enum Work {
    /// The rules of `cargo xtask tidy`; each that holds counts one.
    Tidy,
    /// Runs of cargo that only pass or fail; each counts one.
    Checks(&'static [&'static [&'static str]]),
    /// One run of cargo that counts its tests.
    Cargo(&'static [&'static str]),
    /// Runs of cargo with the tests of the Rust client: against the test server, and against its twin on npm's socket.io.
    Client(&'static [&'static str]),
    /// `run.py` of a folder with a `requirements.txt` of its own.
    Python { folder: &'static str },
    /// Every `*.test.mjs` of a folder with a `package.json` of its own.
    Node { folder: &'static str },
}

/// All of them, the quick ones first: what fails most should fail soonest.
pub(super) const SUITES: &[Suite] = &[
    Suite {
        name: "lint",
        about: "format, lints and documentation",
        needs: &[Need::WasmTarget],
        work: Work::Checks(LINTS),
    },
    Suite { name: "tidy", about: "house rules that no compiler checks", needs: &[], work: Work::Tidy },
    Suite {
        name: "native",
        about: "unit, integration and documentation tests",
        needs: &[],
        // All but the npm package, which is nothing without a page around it.
        work: Work::Cargo(&["test", "--workspace", "--exclude=parlor-client-js", "--no-fail-fast"]),
    },
    Suite {
        name: "postgres",
        about: "the chat on a PostgreSQL, which is killed and started again under it",
        needs: &[Need::Postgres],
        work: Work::Cargo(&[
            "test",
            "-p=parlor-server",
            "--features=postgres-tests",
            "--lib",
            "--test=postgres",
            "--no-fail-fast",
        ]),
    },
    Suite {
        name: "browser",
        about: "the Rust client in Chromium, against our server and the npm package socket.io",
        needs: &[Need::WasmTarget, Need::WasmBindgen, Need::Chromium, Need::TestServer, Need::NpmHelpers],
        work: Work::Client(&[
            "test",
            "-p=parlor-client",
            "--features=js,yew",
            WASM,
            "--tests",
            "--no-fail-fast",
        ]),
    },
    Suite {
        name: "program",
        about: "the Rust client in a program, against our server and the npm package socket.io",
        needs: &[Need::TestServer, Need::NpmHelpers],
        work: Work::Client(&["test", "-p=parlor-client", "--features=js,native,yew", "--no-fail-fast"]),
    },
    Suite {
        name: "server",
        about: "our server, against the npm packages socket.io-client and ws",
        needs: &[
            Need::Server,
            Need::TestServer,
            Need::CheatsheetServer,
            Need::NamespacesServer,
            Need::WebSocketEcho,
        ],
        work: Work::Node { folder: "server/tests/node" },
    },
    Suite {
        name: "cluster",
        about: "servers of ours and of the npm package socket.io on one Redis, and the npm package redis-emitter",
        needs: &[Need::Redis, Need::ClusterServer],
        work: Work::Node { folder: "server/tests/cluster" },
    },
    Suite {
        name: "python",
        about: "our server, against the PyPI package python-socketio",
        needs: &[Need::TestServer],
        work: Work::Python { folder: "server/tests/python" },
    },
    Suite {
        name: "npm",
        about: "our npm package in Chromium, against the npm package socket.io and our server",
        needs: &[
            Need::Chromium,
            Need::Server,
            Need::TestServer,
            Need::Hello,
            Need::GuideServers,
            Need::GuidePage,
            Need::NpmTarball,
        ],
        work: Work::Node { folder: "sdk/js/tests" },
    },
    Suite {
        name: "packaging",
        about: "our npm package's contents, and the package in Vite, webpack, Next, plain pages, a worker and Node",
        needs: &[Need::Chromium, Need::TestServer, Need::NpmTarball, Need::NpmHelpers],
        work: Work::Node { folder: "sdk/npm" },
    },
    Suite {
        name: "deploy",
        about: "the samples of docs/deploy: two nodes behind nginx, one of which is killed",
        needs: &[
            Need::Server,
            Need::Redis,
            Need::Postgres,
            Need::Nginx,
            Need::NpmTarball,
            Need::NpmHelpers,
            Need::Chromium,
            Need::DemoDist,
            Need::DemoHelpers,
        ],
        work: Work::Node { folder: "server/tests/deploy" },
    },
    Suite {
        name: "bench",
        about: "the measurements of our npm package: what they notice, compute and tell",
        needs: &[Need::Chromium, Need::NpmTarball],
        work: Work::Node { folder: "bench/client" },
    },
    Suite {
        name: "demo",
        about: "people chatting: tabs of the demo page in Chromium",
        needs: &[Need::Chromium, Need::Server, Need::Trunk, Need::DemoDist],
        work: Work::Node { folder: "demo-app/tests" },
    },
];

const LINTS: &[&[&str]] = &[
    &["fmt", "--all", "--check"],
    &["clippy", "--all-targets", "--", "-D", "warnings"],
    // The server as a library: without what the binary needs.
    &["clippy", "-p=parlor-server", "--no-default-features", "--all-targets", "--", "-D", "warnings"],
    &["clippy", "-p=parlor-server", "--no-default-features", "--features=chat", "--", "-D", "warnings"],
    // Without TLS.
    &[
        "clippy",
        "-p=parlor-server",
        "--no-default-features",
        "--features=redis,postgres",
        "--",
        "-D",
        "warnings",
    ],
    // With the tests that start a PostgreSQL.
    &["clippy", "-p=parlor-server", "--all-features", "--all-targets", "--", "-D", "warnings"],
    &["clippy", WASM, "-p=parlor-client", "--all-targets", "--", "-D", "warnings"],
    &["clippy", WASM, "-p=parlor-client", "--features=js,yew", "--all-targets", "--", "-D", "warnings"],
    // The client in a program.
    &["clippy", "-p=parlor-client", "--features=js,native,yew", "--all-targets", "--", "-D", "warnings"],
    // Apart, because the npm package takes the client without the features that the demo page turns on.
    &["clippy", WASM, "-p=parlor-client-js", "--", "-D", "warnings"],
    &["clippy", WASM, "-p=parlor-demo", "--", "-D", "warnings"],
    &["clippy", WASM, "-p=parlor-guide", "--all-targets", "--", "-D", "warnings"],
    // The core in the shape the npm package uses it: no std, no features.
    &["build", WASM, "-p=parlor-protocol", "--no-default-features"],
    &["doc", "--no-deps", "--config=build.rustdocflags=['-Dwarnings']"],
    &[
        "doc",
        "-p=parlor-client",
        "--features=js,native,yew",
        "--no-deps",
        "--config=build.rustdocflags=['-Dwarnings']",
    ],
    &[
        "doc",
        WASM,
        "-p=parlor-client",
        "-p=parlor-demo",
        "--no-deps",
        "--config=build.rustdocflags=['-Dwarnings']",
    ],
];
const WASM: &str = "--target=wasm32-unknown-unknown";

/// Longer than any test needs, shorter than a person's patience with one that hangs.
pub(super) const TEST_LIMIT: Duration = Duration::from_secs(15 * 60);

impl Suite {
    /// Runs all of it and counts. An answer without a failure still needs a look at the count.
    pub(super) fn run(&self, needs: &mut Needs<'_>, count: &mut Count) -> Outcome {
        let project = needs.project;
        let env = needs.meet(self.needs)?;
        match self.work {
            Work::Tidy => check_tidy(project, count),
            Work::Checks(checks) => run_checks(project, checks, &env, count),
            Work::Cargo(arguments) => {
                let run = tools::cargo().args(arguments).folder(&project.root).envs(env);
                run.each_line(|line| count.add_cargo_line(line))
            }
            Work::Client(arguments) => client::test(project, arguments, &env, count),
            Work::Python { folder } => test_in_python(project, folder, &env, count),
            Work::Node { folder } => test_in_node(project, folder, &env, count),
        }
    }
}

fn check_tidy(project: &Project, count: &mut Count) -> Outcome {
    let rules = tidy::check(project)?;
    count.passed = rules;
    Ok(())
}

/// Runs every check even when one fails: one round tells all there is to mend.
fn run_checks(project: &Project, checks: &[&[&str]], env: &[(&str, OsString)], count: &mut Count) -> Outcome {
    for arguments in checks {
        let run = tools::cargo().args(*arguments).folder(&project.root).envs(env.iter().cloned());
        match run.stream() {
            Ok(()) => count.passed += 1,
            Err(failure) => {
                println!("  {failure}");
                count.failed += 1;
            }
        }
    }
    Ok(())
}

fn test_in_python(project: &Project, folder: &str, env: &[(&str, OsString)], count: &mut Count) -> Outcome {
    // `-B`: it would leave compiled files in the tree.
    Run::new(tools::ensure_python_packages(project, folder)?)
        .args(["-B", "-u", "run.py"])
        .folder(project.root.join(folder))
        .envs(env.iter().cloned())
        .limit(TEST_LIMIT)
        .each_line(|line| count.add_python_line(line))
}

fn test_in_node(project: &Project, folder: &str, env: &[(&str, OsString)], count: &mut Count) -> Outcome {
    tools::ensure_npm_packages(project, folder)?;
    let place = project.root.join(folder);
    let files = test_files(&place)?;
    if files.is_empty() {
        return Err(Failure::new(format!("{folder} has no file *.test.mjs")));
    }
    let mut empty = None;
    Run::new("node")
        // One file at a time: two browsers at once make the timing of both a matter of luck.
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(&files)
        .folder(&place)
        .envs(env.iter().cloned())
        .limit(TEST_LIMIT)
        .each_line(|line| {
            count.add_node_line(line);
            empty = empty.take().or_else(|| file_without_tests(line, &files));
        })?;
    match empty {
        Some(file) => Err(Failure::new(format!("{folder}/{file} has no test"))),
        None => Ok(()),
    }
}

/// The names of the test files in a folder, in order.
fn test_files(folder: &Path) -> Outcome<Vec<String>> {
    let entries =
        fs::read_dir(folder).map_err(|cause| Failure::new(format!("{}: {cause}", folder.display())))?;
    let mut files: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".test.mjs"))
        .collect();
    files.sort_unstable();
    Ok(files)
}

/// Node takes a file in which there is no test for a test that passed, and names the file in its place.
fn file_without_tests(line: &str, files: &[String]) -> Option<String> {
    let name = line.strip_prefix("✔ ")?;
    let name = name.rsplit_once(" (").map_or(name, |(name, _time)| name);
    files.iter().find(|file| Path::new(name).file_name().is_some_and(|last| last == file.as_str())).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suite_names_are_used_once() {
        for (at, suite) in SUITES.iter().enumerate() {
            assert!(
                SUITES.iter().take(at).all(|other| other.name != suite.name),
                "{} is there twice",
                suite.name
            );
        }
    }

    #[test]
    fn file_without_tests_is_not_taken_for_a_test() {
        let files = ["chat.test.mjs".to_owned()];
        let found = |line| file_without_tests(line, &files);
        assert_eq!(found("✔ /a/b/chat.test.mjs (41.8ms)"), Some("chat.test.mjs".into()));
        assert_eq!(found("✔ chat.test.mjs (41.8ms)"), Some("chat.test.mjs".into()));
        assert_eq!(found("✔ two tabs read each other (41.8ms)"), None);
    }
}
