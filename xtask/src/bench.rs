//! `cargo xtask bench`: measures what this tree does beside what others do.
//!
//! Here everything is built and found. What is measured, and how, is in `bench/`: the program `parlor-bench` for the
//! server, alone and in a cluster, and `bench/client/` for the npm package. They start the servers from the paths in the environment.

use std::path::PathBuf;
use std::time::Duration;

use crate::demo;
use crate::npm;
use crate::project::Project;
use crate::sh::{Failure, Outcome, Run};
use crate::tools;

const NODE_PEER: &str = "bench/peers/node";
const NODE_REDIS_PEER: &str = "bench/peers/node-redis";
const BUN_PEER: &str = "bench/peers/bun";
const SOCKETIOXIDE_PEER: &str = "bench/peers/socketioxide";
const CLIENT: &str = "bench/client";

/// Every load on every server, each several times.
const LIMIT: Duration = Duration::from_secs(3 * 60 * 60);

/// What there is to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Server,
    Cluster,
    Client,
    Chat,
    Codec,
}

const SUBJECTS: [(&str, Subject); 5] = [
    ("server", Subject::Server),
    ("cluster", Subject::Cluster),
    ("client", Subject::Client),
    ("chat", Subject::Chat),
    ("codec", Subject::Codec),
];

pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    match Subject::read(arguments)? {
        (Subject::Server, rest) => server(project, rest),
        (Subject::Cluster, rest) => cluster(project, rest),
        (Subject::Client, rest) => client(project, rest),
        (Subject::Chat, rest) => chat(project, rest),
        (Subject::Codec, rest) => codec(project, rest),
    }
}

impl Subject {
    /// The first word, and what is left for the program that measures.
    fn read(arguments: &[String]) -> Outcome<(Self, &[String])> {
        let names = SUBJECTS.map(|(name, _)| name).join(", ");
        let (word, rest) = arguments
            .split_first()
            .ok_or_else(|| Failure::new(format!("say what `bench` should measure: {names}")))?;
        let subject = SUBJECTS.into_iter().find(|(name, _)| name == word);
        let (_, subject) = subject
            .ok_or_else(|| Failure::new(format!("`bench` does not measure `{word}`, only {names}")))?;
        Ok((subject, rest))
    }
}

fn server(project: &Project, rest: &[String]) -> Outcome {
    only_on_linux()?;
    for peer in [NODE_PEER, BUN_PEER] {
        tools::ensure_npm_packages(project, peer)?;
    }
    let socketioxide = build_socketioxide(project)?;
    measure(project, "server", rest, places(project, socketioxide))
}

/// Two servers on a Redis, beside two of npm's.
fn cluster(project: &Project, rest: &[String]) -> Outcome {
    only_on_linux()?;
    tools::ensure_npm_packages(project, NODE_REDIS_PEER)?;
    let places = [
        ("PARLOR_REDIS_SERVER", tools::ensure_redis()?),
        ("PARLOR_BENCH_NODE_REDIS", project.root.join(NODE_REDIS_PEER).join("server.mjs")),
        ("PARLOR_BENCH_PARLOR", project.released("fixture-parlor")),
        ("PARLOR_BENCH_OUT", project.root.join("bench")),
    ];
    measure(project, "cluster", rest, places)
}

fn only_on_linux() -> Outcome {
    if cfg!(target_os = "linux") {
        return Ok(());
    }
    Err(Failure::new("this reads what the servers use from Linux: run it on Linux"))
}

/// Builds what measures servers, and ours, and starts it: it finds the others in these variables.
fn measure<const N: usize>(
    project: &Project,
    subject: &str,
    rest: &[String],
    places: [(&'static str, PathBuf); N],
) -> Outcome {
    let build = ["build", "--release", "-p", "parlor-bench", "--bins"];
    tools::cargo().args(build).folder(&project.root).stream()?;
    let measure = Run::new(project.released("parlor-bench")).arg(subject).args(rest);
    measure.folder(&project.root).envs(places).limit(LIMIT).stream()
}

/// The variables in which `parlor-bench` finds the servers, and the folder for what it finds out.
fn places(project: &Project, socketioxide: PathBuf) -> [(&'static str, PathBuf); 7] {
    let (node, bun) = (project.root.join(NODE_PEER), project.root.join(BUN_PEER));
    [
        ("PARLOR_BENCH_NODE", node.join("server.mjs")),
        ("PARLOR_BENCH_BUN", bun.join("node_modules/.bin/bun")),
        ("PARLOR_BENCH_BUN_SERVER", bun.join("server.mjs")),
        ("PARLOR_BENCH_SOCKETIOXIDE", socketioxide),
        ("PARLOR_BENCH_PARLOR", project.released("fixture-parlor")),
        ("PARLOR_BENCH_FLOOR", project.released("fixture-floor")),
        ("PARLOR_BENCH_OUT", project.root.join("bench")),
    ]
}

/// Below our target folder: by itself cargo would build another workspace beside its manifest.
fn build_socketioxide(project: &Project) -> Outcome<PathBuf> {
    let target = project.target.join("bench/socketioxide");
    let manifest = project.root.join(SOCKETIOXIDE_PEER).join("Cargo.toml");
    let build = tools::cargo().args(["build", "--release", "--locked", "--manifest-path"]).arg(manifest);
    build.arg("--target-dir").arg(&target).folder(&project.root).stream()?;
    Ok(target.join("release/parlor-bench-socketioxide"))
}

/// The npm package in a page, beside the one that it is to take the place of.
fn client(project: &Project, rest: &[String]) -> Outcome {
    for folder in [NODE_PEER, CLIENT] {
        tools::ensure_npm_packages(project, folder)?;
    }
    let chromium = tools::ensure_chromium()?;
    let tarball = npm::build(project)?;
    let build = ["build", "--release", "-p", "parlor-bench", "--bin", "fixture-parlor"];
    tools::cargo().args(build).folder(&project.root).stream()?;

    let measure = Run::new("node").arg(project.root.join(CLIENT).join("measure.mjs")).args(rest);
    measure
        .folder(&project.root)
        .env("PARLOR_NPM_TARBALL", tarball)
        .env("PARLOR_CHROMIUM", chromium.browser)
        .env("PARLOR_BENCH_NODE", project.root.join(NODE_PEER).join("server.mjs"))
        .env("PARLOR_BENCH_PARLOR", project.released("fixture-parlor"))
        .env("PARLOR_BENCH_OUT", project.root.join("bench"))
        .limit(LIMIT)
        .stream()
}

/// The demo page at its own server, beside a plain chat in JavaScript.
fn chat(project: &Project, rest: &[String]) -> Outcome {
    tools::ensure_npm_packages(project, CLIENT)?;
    let chromium = tools::ensure_chromium()?;
    let page = demo::build_page(project)?;
    let build = ["build", "--release", "-p", "parlor-server", "--bins"];
    tools::cargo().args(build).folder(&project.root).stream()?;

    let measure = Run::new("node").arg(project.root.join(CLIENT).join("measure-chat.mjs")).args(rest);
    measure
        .folder(&project.root)
        .env("PARLOR_CHROMIUM", chromium.browser)
        .env("PARLOR_SERVER_BIN", project.released("parlor-server"))
        .env("PARLOR_DEMO_DIST", page)
        .env("PARLOR_BENCH_OUT", project.root.join("bench"))
        .limit(LIMIT)
        .stream()
}

fn codec(project: &Project, rest: &[String]) -> Outcome {
    let bench = ["bench", "-p", "parlor-bench", "--bench", "codec", "--"];
    tools::cargo().args(bench).args(rest).folder(&project.root).stream()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_word_is_the_subject_and_the_rest_is_handed_on() {
        let read = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            Subject::read(&words)
                .map(|(subject, rest)| (subject, rest.to_vec()))
                .map_err(|failure| failure.to_string())
        };
        let rest = vec!["--quick".to_owned(), "codec".to_owned()];
        assert_eq!(read(&["server", "--quick", "codec"]), Ok((Subject::Server, rest)));
        assert_eq!(read(&["cluster"]), Ok((Subject::Cluster, vec![])));
        assert_eq!(read(&["client"]), Ok((Subject::Client, vec![])));
        assert_eq!(read(&["codec"]), Ok((Subject::Codec, vec![])));
        let unknown = "`bench` does not measure `--quick`, only server, cluster, client, chat, codec";
        assert_eq!(read(&["--quick", "server"]), Err(unknown.to_owned()));
        assert_eq!(
            read(&[]),
            Err("say what `bench` should measure: server, cluster, client, chat, codec".to_owned())
        );
    }
}
