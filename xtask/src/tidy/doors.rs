//! Which way the doors open: docs/ARCHITECTURE.md, checked.

use super::rust::{has_word, names, paths};
use super::tree::{File, Tree};
use super::{Finding, tests_rules};

/// The crates of this workspace that each crate may depend on, for tests too: client and server meet over a socket only.
const DOORS: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("chat", &[]),
    ("sdk", &["parlor-protocol"]),
    ("sdk/js", &["parlor-protocol"]),
    ("server", &["parlor-protocol", "parlor-chat"]),
    ("demo-app", &["parlor-client", "parlor-chat"]),
    ("fuzz", &["parlor-protocol", "parlor-server"]),
    ("bench", &["parlor-protocol", "parlor-server"]),
    ("bench/peers/socketioxide", &[]),
    ("docs/guide/yew", &["parlor-client"]),
    ("xtask", &[]),
];

pub(super) fn crates(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let Some(folder) = file.path.strip_suffix("/Cargo.toml") else { continue };
        let Some((_, open)) = DOORS.iter().find(|(door, _)| *door == folder) else {
            findings.push(Finding::new(&file.path, 0, "a crate that the table of doors does not know"));
            continue;
        };
        let package = file.text.lines().find_map(|line| line.strip_prefix("name = ")).unwrap_or_default();
        for (line, name) in dependencies(file) {
            if name != package.trim_matches('"') && !open.contains(&name) {
                findings.push(Finding::new(&file.path, line, format!("no door from {folder} to {name}")));
            }
        }
    }
    findings
}

/// Our crates named in any table of dependencies, under their own name even if they are given another.
fn dependencies(manifest: &File) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_dependencies = false;
    for (number, line) in manifest.lines() {
        let line = line.split('#').next().unwrap_or_default();
        if line.starts_with('[') {
            in_dependencies = line.contains("dependencies");
        }
        let words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '-');
        found.extend(
            words.filter(|word| in_dependencies && word.starts_with("parlor-")).map(|word| (number, word)),
        );
    }
    found
}

pub(super) fn engine_and_socket(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (layer, other) in [("engine", "socket"), ("socket", "engine")] {
        for file in tree.below(&[&format!("protocol/src/{layer}")]) {
            for (line, path) in paths(&file.code) {
                let inside = path.trim_start_matches("crate::").trim_start_matches("super::");
                if inside.len() < path.len() && names(inside, other) {
                    findings.push(Finding::new(&file.path, line, format!("`{layer}` names `{path}`")));
                }
            }
        }
    }
    findings
}

pub(super) fn platforms_at_the_edges(tree: &Tree) -> Vec<Finding> {
    const BROWSER: [&str; 5] =
        ["sdk/src/platform/browser", "sdk/js", "sdk/tests", "demo-app", "docs/guide/yew"];
    let inside = tree.rust().filter(|file| !BROWSER.iter().any(|edge| file.is_below(edge)));
    let mut findings = naming_any(inside, &["web_sys", "js_sys"]);
    let inside = tree.below(&["sdk/src"]).filter(|file| !file.is_below("sdk/src/platform/native"));
    findings.extend(naming_any(inside, &["tokio", "reqwest"]));
    findings
}

pub(super) fn pure_rooms(tree: &Tree) -> Vec<Finding> {
    naming_any(tree.below(&["server/src/rooms"]), &["tokio", "axum", "hyper"])
}

fn naming_any<'a>(files: impl Iterator<Item = &'a File>, words: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        for (number, line) in file.code_lines() {
            for word in words.iter().filter(|word| has_word(line, word)) {
                findings.push(Finding::new(&file.path, number, format!("names `{word}`")));
            }
        }
    }
    findings
}

pub(super) fn websocket_alone(tree: &Tree) -> Vec<Finding> {
    const ALONE: &str = "server/src/websocket";
    let mut findings = naming_any(tree.below(&[ALONE]), &["parlor_protocol", "parlor_chat", "parlor_server"]);
    for file in tree.below(&[ALONE]) {
        for (line, path) in paths(&file.code) {
            let outside = path.starts_with("crate::") && !names(&path, "crate::websocket");
            if outside || climbs_out(file, ALONE, line, &path) {
                findings.push(Finding::new(&file.path, line, format!("names `{path}`")));
            }
        }
    }
    findings
}

/// Does a `super::` path leave the module `top`, of which the file is part?
fn climbs_out(file: &File, top: &str, line: usize, path: &str) -> bool {
    let inside =
        file.path.strip_prefix(top).unwrap_or_default().trim_end_matches(".rs").trim_end_matches("/mod");
    let depth = inside.matches('/').count() + usize::from(tests_rules::in_tests(file, line));
    path.matches("super::").count() > depth
}

pub(super) fn protocol_without_std(tree: &Tree) -> Vec<Finding> {
    // The edge for Rust callers, behind a feature: serde_json's writer needs std.
    const EDGE: &str = "protocol/src/json";
    let mut findings = Vec::new();
    for file in tree.below(&["protocol/src"]).filter(|file| !file.is_below(EDGE)) {
        if file.path == "protocol/src/lib.rs" && !has_word(&file.code, "no_std") {
            findings.push(Finding::new(&file.path, 0, "lacks `no_std`"));
        }
        for (line, path) in paths(&file.code) {
            if names(&path, "std") && !tests_rules::in_tests(file, line) {
                findings.push(Finding::new(&file.path, line, format!("names `{path}`")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    #[test]
    fn dependency_without_a_door_is_found_under_any_name_and_in_any_table() {
        let sdk = "[package]\nname = \"parlor-client\"\n\n[dependencies]\nparlor-protocol.workspace = true\n\
                   # parlor-server\n\n[dev-dependencies]\nroom = { package = \"parlor-server\" }\n";
        let chat = "[package]\nname = \"parlor-chat\"\n[target.'cfg(unix)'.dependencies.parlor-client]\n";
        let fresh = "[package]\nname = \"new\"\n";
        let files = [("sdk/Cargo.toml", sdk), ("chat/Cargo.toml", chat), ("new/Cargo.toml", fresh)];
        assert_eq!(found(crates, &files), ["sdk/Cargo.toml:9", "chat/Cargo.toml:3", "new/Cargo.toml:0"]);
    }

    #[test]
    fn engine_that_knows_socket_is_found_and_the_other_way_round() {
        let files = [
            ("protocol/src/engine/client.rs", "use crate::{limits, socket::Packet};\nuse super::packet;\n"),
            ("protocol/src/engine.rs", "// crate::socket\nuse super::socket;\n"),
            ("protocol/src/socket/ack.rs", "fn f() -> super::super::engine::Packet {}\n"),
            ("protocol/src/client.rs", "use crate::{engine, socket};\n"),
        ];
        let expected =
            ["protocol/src/engine/client.rs:1", "protocol/src/engine.rs:2", "protocol/src/socket/ack.rs:1"];
        assert_eq!(found(engine_and_socket, &files), expected);
    }

    #[test]
    fn platform_away_from_the_edges_is_found() {
        let code = "use web_sys::WebSocket;\nuse tokio::time;\n";
        let files = [
            ("sdk/src/platform/native/timer.rs", "use tokio::time;\n"),
            ("sdk/src/platform/browser/timer.rs", "use js_sys::Array;\n"),
            ("sdk/src/client.rs", code),
            ("sdk/js/src/lib.rs", code),
        ];
        assert_eq!(found(platforms_at_the_edges, &files), ["sdk/src/client.rs:1", "sdk/src/client.rs:2"]);
    }

    #[test]
    fn runtime_in_the_rooms_is_found() {
        let code = "// tokio\nuse tokio::sync::Mutex;\n";
        let files = [("server/src/rooms/targets.rs", code), ("server/src/io.rs", code)];
        assert_eq!(found(pure_rooms, &files), ["server/src/rooms/targets.rs:2"]);
    }

    #[test]
    fn websocket_that_leans_on_the_server_is_found() {
        let frame = "use super::mask;\nuse crate::websocket::close;\nuse crate::limits;\nuse super::super::rooms;\n\
                     use parlor_protocol::Limits;\n#[cfg(test)]\nmod tests {\n    use super::super::mask;\n}\n";
        let files =
            [("server/src/websocket/frame.rs", frame), ("server/src/websocket.rs", "use super::limits;\n")];
        let expected =
            ["frame.rs:5", "frame.rs:3", "frame.rs:4"].map(|place| format!("server/src/websocket/{place}"));
        let [std, limits, rooms] = expected;
        assert_eq!(found(websocket_alone, &files), [std, limits, rooms, "server/src/websocket.rs:1".into()]);
    }

    #[test]
    fn std_in_protocol_is_found_outside_its_tests() {
        let ack =
            "use std::collections::HashMap;\n#[cfg(test)]\nmod tests {\n    use std::string::String;\n}\n";
        let files = [
            ("protocol/src/lib.rs", "// no_std\n"),
            ("protocol/src/socket/ack.rs", ack),
            ("protocol/src/json.rs", ack),
        ];
        assert_eq!(
            found(protocol_without_std, &files),
            ["protocol/src/lib.rs:0", "protocol/src/socket/ack.rs:1"]
        );
        let good = [("protocol/src/lib.rs", "#![no_std]\nextern crate alloc;\n")];
        assert_eq!(found(protocol_without_std, &good), [""; 0]);
    }
}
