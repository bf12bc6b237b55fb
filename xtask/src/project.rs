//! Where things are: the tree, what is built from it, and the tools kept outside it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::sh::{Failure, Outcome};

/// The folders that every command works in.
#[derive(Debug)]
pub(crate) struct Project {
    /// The top of the tree.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, which `CARGO_TARGET_DIR` may move out of the tree.
    pub(crate) target: PathBuf,
    /// Tools that are built once per version: outside the tree, so that a fresh clone finds them again.
    pub(crate) tools: PathBuf,
}

impl Project {
    pub(crate) fn find() -> Outcome<Self> {
        // Cargo says at run time where the crate is now; the path known at build time may have moved.
        let crate_folder =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root =
            Path::new(&crate_folder).parent().ok_or_else(|| Failure::new("xtask has no parent folder"))?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path));
        let tools =
            cache_folder(|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
                .ok_or_else(|| Failure::new("no place for the tools: set PARLOR_CACHE to a folder"))?
                .join("tools");
        Ok(Self { root: root.to_path_buf(), target, tools })
    }

    /// A native program that `cargo build` made.
    pub(crate) fn built(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// A native program that `cargo build --release` made.
    pub(crate) fn released(&self, name: &str) -> PathBuf {
        self.target.join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Where the npm package is packed: in the tree even when cargo's own target folder is elsewhere.
    pub(crate) fn npm_out(&self) -> PathBuf {
        self.root.join("target").join("npm")
    }

    /// The version all crates and the npm package share.
    pub(crate) fn version(&self) -> Outcome<String> {
        let manifest = self.read("Cargo.toml")?;
        workspace_version(&manifest)
            .map(str::to_owned)
            .ok_or_else(|| Failure::new("Cargo.toml has no version under [workspace.package]"))
    }

    pub(crate) fn read(&self, path: &str) -> Outcome<String> {
        fs::read_to_string(self.root.join(path))
            .map_err(|cause| Failure::new(format!("cannot read {path}: {cause}")))
    }
}

fn cache_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    variable("PARLOR_CACHE")
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("parlor")))
        .or_else(|| Some(variable("HOME")?.join(".cache").join("parlor")))
        .or_else(|| Some(variable("LOCALAPPDATA")?.join("parlor")))
}

/// The value of `version` in the table `[workspace.package]`.
pub(crate) fn workspace_version(manifest: &str) -> Option<&str> {
    let (_, table) = manifest.split_once("[workspace.package]")?;
    let table = table.split("\n[").next()?;
    table.lines().find_map(|line| quoted_value(line, "version"))
}

/// The version that `Cargo.lock` fixes for a package, if it names the package once.
pub(crate) fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    quoted_value(lines.next()?, "version")
}

/// `"value"` of a line `key = "value"`, the one form of TOML that the files here use for versions.
fn quoted_value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (name, value) = line.split_once('=')?;
    let value = value.trim().strip_prefix('"')?;
    (name.trim() == key).then(|| value.split('"').next())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_read_from_the_workspace_table_only() {
        let manifest = "[workspace]\nversion = \"9.9.9\"\n\n[workspace.package]\nedition = \"2024\"\nversion = \"0.1.0\" # all\n";
        assert_eq!(workspace_version(manifest), Some("0.1.0"));
        assert_eq!(workspace_version("[workspace.package]\n[profile.dev]\nversion = \"1\"\n"), None);
    }

    #[test]
    fn locked_version_is_of_the_package_with_exactly_that_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }

    #[test]
    fn cache_is_where_the_user_says_then_where_the_system_says() {
        let with = |set: &[(&str, &str)]| {
            let set: Vec<(String, String)> =
                set.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
            cache_folder(|name| {
                set.iter().find(|(key, _)| key == name).map(|(_, value)| PathBuf::from(value))
            })
        };
        assert_eq!(with(&[("HOME", "/h"), ("PARLOR_CACHE", "/p")]), Some("/p".into()));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x")]), Some("/x/parlor".into()));
        assert_eq!(with(&[("HOME", "/h")]), Some("/h/.cache/parlor".into()));
        assert_eq!(with(&[]), None);
    }
}
