//! One version everywhere: whoever reads a bug report needs one number.

use crate::project::workspace_version;

use super::Finding;
use super::tree::Tree;

pub(super) fn versions(tree: &Tree) -> Vec<Finding> {
    let Some(version) = tree.find("Cargo.toml").and_then(|file| workspace_version(&file.text)) else {
        return vec![Finding::new("Cargo.toml", 0, "no version under [workspace.package]")];
    };
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")) {
        // What is a workspace of its own is not released with ours.
        let apart = file.text.lines().any(|line| line == "[workspace]");
        if !apart && !file.text.lines().any(|line| line == "version.workspace = true") {
            findings.push(Finding::new(&file.path, 0, "lacks `version.workspace = true`"));
        }
    }
    let heading = |line: &str| line.starts_with("## ") && line.contains(version);
    let package = format!("\"version\": \"{version}\"");
    let npm = |line: &str| line.trim().trim_end_matches(',') == package;
    require(tree, "CHANGELOG.md", heading, &format!("no heading for {version}"), &mut findings);
    for file in ["sdk/js/package.json", "sdk/js/package-lock.json"] {
        require(tree, file, npm, &format!("not at version {version}"), &mut findings);
    }
    findings
}

fn require(tree: &Tree, path: &str, good: impl Fn(&str) -> bool, wrong: &str, findings: &mut Vec<Finding>) {
    match tree.find(path) {
        Some(file) if file.text.lines().any(good) => {}
        Some(_) => findings.push(Finding::new(path, 0, wrong)),
        None => findings.push(Finding::new(path, 0, "is not there")),
    }
}

/// Without its lock, a package's tests are other tests every day.
pub(super) fn npm_locks(tree: &Tree) -> Vec<Finding> {
    let packages = tree.files.iter().filter_map(|file| Some((file, file.path.strip_suffix("package.json")?)));
    let unlocked = packages.filter(|(_, folder)| tree.find(&format!("{folder}package-lock.json")).is_none());
    unlocked.map(|(file, _)| Finding::new(&file.path, 0, "has no package-lock.json beside it")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    const WORKSPACE: (&str, &str) = ("Cargo.toml", "[workspace.package]\nversion = \"0.2.0\"\n");
    const MEMBER: (&str, &str) = ("sdk/Cargo.toml", "[package]\nversion.workspace = true\n");
    const CHANGES: (&str, &str) = ("CHANGELOG.md", "# Changes\n\n## 0.2.0\n");
    const NPM: (&str, &str) = ("sdk/js/package.json", "{\n  \"version\": \"0.2.0\",\n}\n");
    const NPM_LOCK: (&str, &str) = ("sdk/js/package-lock.json", "{\n  \"version\": \"0.2.0\",\n}\n");

    #[test]
    fn one_version_everywhere_passes_and_any_other_is_found() {
        let good = [WORKSPACE, MEMBER, CHANGES, NPM, NPM_LOCK];
        assert_eq!(found(versions, &good), [""; 0]);
        let others = [
            ("Cargo.toml", "[workspace]\n"),
            ("sdk/Cargo.toml", "[package]\nversion = \"0.2.0\"\n"),
            ("CHANGELOG.md", "## 0.1.0\nsoon: 0.2.0\n"),
            ("sdk/js/package.json", "{\n  \"version\": \"0.2.01\"\n}\n"),
            ("sdk/js/package-lock.json", ""),
        ];
        for (at, other) in others.into_iter().enumerate() {
            let mut files = good;
            files[at] = other;
            assert_eq!(found(versions, &files), [format!("{}:0", other.0)]);
        }
        assert_eq!(found(versions, &good[..4]), ["sdk/js/package-lock.json:0"]);
    }

    #[test]
    fn workspace_of_its_own_may_have_another_version() {
        let apart = ("bench/peers/a/Cargo.toml", "[package]\nname = \"a\"\n\n[workspace]\n");
        assert_eq!(found(versions, &[WORKSPACE, MEMBER, CHANGES, NPM, NPM_LOCK, apart]), [""; 0]);
    }

    #[test]
    fn package_without_a_lock_is_found() {
        let files = [NPM, NPM_LOCK, ("demo-app/tests/package.json", "{}")];
        assert_eq!(found(npm_locks, &files), ["demo-app/tests/package.json:0"]);
    }
}
