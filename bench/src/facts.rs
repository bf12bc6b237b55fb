//! What ran, and where: a table of each report.

use std::ffi::OsStr;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::scenario::Pace;
use crate::table::Table;

const NODE: &str = include_str!("../peers/node/package.json");
const BUN: &str = include_str!("../peers/bun/package.json");
const SOCKETIOXIDE: &str = include_str!("../peers/socketioxide/Cargo.lock");

const UNKNOWN: &str = "unknown";

pub(crate) type Fact = (&'static str, String);

/// Those of any report, around those of the servers in it.
pub(crate) fn table(servers: impl IntoIterator<Item = Fact>, rounds: usize, pace: Pace) -> Table {
    let ground = [
        ("date", said_by("date", &["-u", "+%F"])),
        ("processor", processor(&read("/proc/cpuinfo"))),
        ("memory", memory(&read("/proc/meminfo"))),
        ("kernel", read("/proc/sys/kernel/osrelease").trim().to_owned()),
        ("parlor", commit()),
        ("rustc", said_by("rustc", &["--version"]).trim_start_matches("rustc ").to_owned()),
    ];
    let course = [
        ("rounds", rounds.to_string()),
        (
            "windows",
            format!(
                "{:.1} s to warm up, {:.1} s measured",
                pace.warm_up.as_secs_f64(),
                pace.measure.as_secs_f64()
            ),
        ),
    ];
    let mut table = Table::new(2, ["what ran", ""]);
    let facts = ground.into_iter().chain(servers).chain(course);
    facts.for_each(|(name, fact)| table.push([name.to_owned(), fact]));
    table
}

/// The rivals of a server alone.
pub(crate) fn rivals() -> [Fact; 3] {
    [
        ("socketioxide", locked(SOCKETIOXIDE, &["socketioxide", "axum", "tokio"])),
        ("bun", dependencies(BUN)),
        ("node", node(NODE)),
    ]
}

/// Node, and what the peer with that `package.json` has from npm.
pub(crate) fn node(package: &str) -> String {
    format!("{}, {}", said_by("node", &["--version"]), dependencies(package))
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The first line of what a program says; what is not there has nothing to say.
pub(crate) fn said_by(program: impl AsRef<OsStr>, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let said = output.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    let said = String::from_utf8_lossy(&said.unwrap_or_default()).into_owned();
    said.lines().next().unwrap_or(UNKNOWN).trim().to_owned()
}

/// The commit, with a `+` if the tree is not as it was committed.
fn commit() -> String {
    let changed = Command::new("git").args(["status", "--porcelain"]).output();
    let is_dirty = changed.is_ok_and(|output| !output.stdout.is_empty());
    let dirty = if is_dirty { "+" } else { "" };
    format!("{}{dirty}", said_by("git", &["rev-parse", "--short", "HEAD"]))
}

/// Of `/proc/cpuinfo`.
fn processor(cpuinfo: &str) -> String {
    let name = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    format!("{}, {cores} cores", name.map_or(UNKNOWN, |(_, name)| name))
}

/// Of `/proc/meminfo`.
fn memory(meminfo: &str) -> String {
    let kib = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
    let kib: Option<f64> = kib.and_then(|kib| kib.parse().ok());
    kib.map_or(UNKNOWN.to_owned(), |kib| format!("{:.1} GiB", kib / 1024.0 / 1024.0))
}

/// What a `package.json` asks for, where each version is exact.
fn dependencies(package: &str) -> String {
    let package: Value = serde_json::from_str(package).unwrap_or_default();
    let dependencies = package.get("dependencies").and_then(Value::as_object);
    let names = dependencies.into_iter().flatten();
    names
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or(UNKNOWN)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The versions of these crates in a `Cargo.lock`.
fn locked(lock: &str, crates: &[&str]) -> String {
    let version = |name: &str| {
        let (_, behind) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        behind.split('"').next()
    };
    let versions = crates.iter().map(|name| format!("{name} {}", version(name).unwrap_or(UNKNOWN)));
    versions.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_is_named_by_what_the_kernel_says() {
        let cpuinfo = "processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n\nprocessor\t: 1\nmodel name\t: AMD EPYC\n";
        assert_eq!(processor(cpuinfo), "AMD EPYC, 2 cores");
        assert_eq!(memory("MemTotal:        8388608 kB\nMemFree: 1 kB\n"), "8.0 GiB");
        assert_eq!(memory(""), "unknown");
    }

    #[test]
    fn versions_are_those_that_are_locked() {
        assert_eq!(
            dependencies(r#"{"dependencies":{"bun":"1.2.3","socket.io":"4.8.4"}}"#),
            "bun 1.2.3, socket.io 4.8.4"
        );
        let lock = "[[package]]\nname = \"axum-core\"\nversion = \"0.5.0\"\n\n[[package]]\nname = \"axum\"\nversion = \"0.8.1\"\n";
        assert_eq!(locked(lock, &["axum", "tokio"]), "axum 0.8.1, tokio unknown");
        assert_ne!(dependencies(NODE), "");
        assert!(!locked(SOCKETIOXIDE, &["socketioxide", "axum", "tokio"]).contains(UNKNOWN));
    }
}
